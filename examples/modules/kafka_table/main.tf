# One topic as one table, by the conventions of a house: JSON messages, and a consumer group named after the table.

terraform {
  required_providers {
    aiven = {
      source = "terraform.local/community/aiven-clickhouse-kafka"
    }
  }
}

resource "aiven_clickhouse_kafka_table" "this" {
  project                = var.project
  service_integration_id = var.service_integration_id
  name                   = var.name

  # JSON messages name their fields, so the alphabetical order that a map brings does no harm.
  columns     = [for name, type in var.columns : { name = name, type = type }]
  topics      = [{ name = var.topic }]
  data_format = "JSONEachRow"
  group_name  = "clickhouse-${var.name}"
}
