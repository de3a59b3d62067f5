data "aiven_clickhouse_kafka_integration" "kafka" {
  project                 = "my-project"
  clickhouse_service_name = "my-clickhouse"
  kafka_service_name      = "my-kafka"
}

# An external Kafka is found by the name of its endpoint.
data "aiven_clickhouse_kafka_integration" "external" {
  project                 = "my-project"
  clickhouse_service_name = "my-clickhouse"
  kafka_endpoint_name     = "self-hosted"
}

resource "aiven_clickhouse_kafka_table" "events" {
  project                = "my-project"
  service_integration_id = data.aiven_clickhouse_kafka_integration.kafka.service_integration_id
  name                   = "events"
  columns                = [{ name = "id", type = "UInt64" }]
  topics                 = [{ name = "events" }]
  data_format            = "JSONEachRow"
  group_name             = "clickhouse-events"
}

# Warns when Aiven reports trouble; a plan is otherwise none the wiser.
check "integration_works" {
  assert {
    condition     = data.aiven_clickhouse_kafka_integration.kafka.active
    error_message = join("; ", data.aiven_clickhouse_kafka_integration.kafka.status_errors)
  }
}
