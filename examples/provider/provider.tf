terraform {
  required_providers {
    aiven = {
      source = "terraform.local/community/aiven-clickhouse-kafka"
    }
  }
}

# The token is read from AIVEN_TOKEN; set api_token only where a variable supplies it.
provider "aiven" {}
