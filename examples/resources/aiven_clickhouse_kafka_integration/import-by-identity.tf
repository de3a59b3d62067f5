import {
  to = aiven_clickhouse_kafka_integration.kafka
  identity = {
    project                = "my-project"
    service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  }
}
