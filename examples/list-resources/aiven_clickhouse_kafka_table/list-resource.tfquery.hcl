# All tables of one integration.
list "aiven_clickhouse_kafka_table" "of_integration" {
  provider         = aiven
  limit            = 400
  include_resource = true

  config {
    project                = "my-project"
    service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  }
}

# All tables of all Kafka integrations that end at a ClickHouse service.
list "aiven_clickhouse_kafka_table" "of_service" {
  provider = aiven
  limit    = 400

  config {
    project                 = "my-project"
    clickhouse_service_name = "my-clickhouse"
  }
}
