data "aiven_clickhouse_kafka_table" "measurements" {
  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  name                   = "measurements"
}

output "query" {
  description = "Reads the newest messages in ClickHouse."
  value = join(".", [
    "SELECT * FROM `${data.aiven_clickhouse_kafka_table.measurements.database_name}`",
    "`${data.aiven_clickhouse_kafka_table.measurements.name}`",
  ])
}
