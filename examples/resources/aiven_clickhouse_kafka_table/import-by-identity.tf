import {
  to = aiven_clickhouse_kafka_table.measurements
  identity = {
    project                = "my-project"
    service_integration_id = "00b2961a-ae30-47c5-bc58-782ef67e0792"
    name                   = "measurements"
  }
}
