variable "project" {
  description = "Name of the Aiven project."
  type        = string
}

variable "service_integration_id" {
  description = "ID of the integration between the Kafka and the ClickHouse service, from `avn service integration-list`."
  type        = string
}
