# PROJECT/SERVICE_INTEGRATION_ID
terraform import aiven_clickhouse_kafka_integration.kafka my-project/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f
