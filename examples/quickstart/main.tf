# Several tables of one integration, from the JSON that Aiven documents for `avn service integration-update`.

terraform {
  required_providers {
    aiven = {
      source = "terraform.local/community/aiven-clickhouse-kafka"
    }
  }
}

provider "aiven" {}

locals {
  tables = { for table in jsondecode(file("${path.module}/tables.json")).tables : table.name => table }
}

resource "aiven_clickhouse_kafka_table" "this" {
  for_each = local.tables

  project                = var.project
  service_integration_id = var.service_integration_id

  name        = each.value.name
  columns     = each.value.columns
  topics      = each.value.topics
  data_format = each.value.data_format
  group_name  = each.value.group_name

  # A setting that a table's JSON leaves out keeps Aiven's default.
  auto_offset_reset    = try(each.value.auto_offset_reset, null)
  materialized_view    = try(each.value.materialized_view, null)
  num_consumers        = try(each.value.num_consumers, null)
  skip_broken_messages = try(each.value.skip_broken_messages, null)
}
