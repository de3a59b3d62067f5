# Two teams, one integration: each calls the same module, and each table is in one state alone. The two calls could
# be in two repositories.

terraform {
  required_providers {
    aiven = {
      source = "terraform.local/community/aiven-clickhouse-kafka"
    }
  }
}

provider "aiven" {}

variable "project" {
  description = "Name of the Aiven project."
  type        = string
}

variable "service_integration_id" {
  description = "ID of the integration that both tables are part of."
  type        = string
}

module "orders" {
  source = "./kafka_table"

  project                = var.project
  service_integration_id = var.service_integration_id
  name                   = "orders"
  columns                = { id = "UInt64", total = "Decimal(18, 2)" }
  topic                  = "shop.orders"
}

module "page_views" {
  source = "./kafka_table"

  project                = var.project
  service_integration_id = var.service_integration_id
  name                   = "page_views"
  columns                = { visitor = "UUID", url = "String" }
  topic                  = "web.page-views"
}
