# Two teams, one integration: each calls the module for itself, and each table is in one state alone. The two calls
# could be in two repositories. They may share a prefix: within an integration, the names of tables are distinct.

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
  description = "ID of the integration that all tables are part of."
  type        = string
}

module "shop" {
  source = "../.."

  project                = var.project
  service_integration_id = var.service_integration_id
  group_name_prefix      = "analytics-"

  ingestions = {
    orders = {
      topics  = ["shop.orders", "shop.orders-retried"]
      columns = [{ name = "id", type = "UInt64" }, { name = "total", type = "Decimal(18, 2)" }]

      materialized_view = {
        order_by = ["id"]
      }
    }
  }
}

module "web" {
  source = "../.."

  project                = var.project
  service_integration_id = var.service_integration_id
  group_name_prefix      = "analytics-"

  ingestions = {
    page_views = {
      topics        = ["web.page-views"]
      columns       = [{ name = "visitor", type = "UUID" }, { name = "url", type = "String" }]
      num_consumers = 2
    }
    errors = {
      topics      = ["web.errors"]
      columns     = [{ name = "line", type = "String" }]
      data_format = "RawBLOB"
    }
  }
}

output "views" {
  description = "What to select from in ClickHouse."
  value       = module.shop.view_names
}
