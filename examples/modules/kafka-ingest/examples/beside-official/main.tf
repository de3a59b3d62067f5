# A root that also uses the official provider, which keeps the name `aiven`. The module calls another provider `aiven`.
# Terraform tells them apart by their source addresses, so the module finds the right one by itself.

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

# Both read AIVEN_TOKEN.
provider "aiven" {}

provider "aiven-clickhouse-kafka" {}

variable "project" {
  description = "Name of the Aiven project."
  type        = string
}

variable "service_integration_id" {
  description = "ID of the integration, such as `integration_id` of the official `aiven_service_integration`."
  type        = string
}

module "shop" {
  source = "../.."

  project                = var.project
  service_integration_id = var.service_integration_id
  group_name_prefix      = "analytics-"

  ingestions = {
    orders = {
      topics  = ["shop.orders"]
      columns = [{ name = "id", type = "UInt64" }, { name = "total", type = "Decimal(18, 2)" }]
    }
  }
}
