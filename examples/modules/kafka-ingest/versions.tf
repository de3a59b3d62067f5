terraform {
  # Functions of providers.
  required_version = ">= 1.8"

  required_providers {
    aiven = {
      source = "terraform.local/community/aiven-clickhouse-kafka"
    }
  }
}
