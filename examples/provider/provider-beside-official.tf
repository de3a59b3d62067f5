# Beside the official provider, which keeps the name `aiven`.
terraform {
  required_providers {
    aiven = {
      source = "aiven/aiven"
    }
    aiven-clickhouse-kafka = {
      source = "terraform.local/community/aiven-clickhouse-kafka"
    }
  }
}

provider "aiven" {}

provider "aiven-clickhouse-kafka" {}

# Each resource of this provider then names it.
resource "aiven_clickhouse_kafka_table" "orders" {
  provider = aiven-clickhouse-kafka

  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"

  name        = "orders"
  columns     = [{ name = "id", type = "UInt64" }, { name = "total", type = "Decimal(18, 2)" }]
  topics      = [{ name = "shop.orders" }]
  data_format = "JSONEachRow"
  group_name  = "clickhouse-orders"
}
