# PROJECT/SERVICE_INTEGRATION_ID/NAME
terraform import aiven_clickhouse_kafka_table.measurements my-project/00b2961a-ae30-47c5-bc58-782ef67e0792/measurements
