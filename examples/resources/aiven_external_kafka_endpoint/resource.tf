variable "kafka_password" {
  type      = string
  ephemeral = true
}

resource "aiven_external_kafka_endpoint" "self_hosted" {
  project           = "my-project"
  endpoint_name     = "self-hosted"
  bootstrap_servers = "kafka-1.example.com:9093,kafka-2.example.com:9093"

  security_protocol   = "SASL_SSL"
  sasl_mechanism      = "SCRAM-SHA-512"
  sasl_plain_username = "clickhouse"

  # Sent, but never stored: neither in the plan nor in the state. A new password comes with a new version.
  sasl_plain_password_wo         = var.kafka_password
  sasl_plain_password_wo_version = 1

  ssl_endpoint_identification_algorithm = "https"
}

resource "aiven_clickhouse_kafka_integration" "self_hosted" {
  project                 = aiven_external_kafka_endpoint.self_hosted.project
  clickhouse_service_name = "my-clickhouse"
  kafka_endpoint_id       = aiven_external_kafka_endpoint.self_hosted.id
}
