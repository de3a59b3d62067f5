resource "aiven_clickhouse_kafka_integration" "kafka" {
  project                 = "my-project"
  clickhouse_service_name = "my-clickhouse"
  kafka_service_name      = "my-kafka"
}

# The reference makes Terraform create the integration first, and delete it last.
resource "aiven_clickhouse_kafka_table" "events" {
  project                = aiven_clickhouse_kafka_integration.kafka.project
  service_integration_id = aiven_clickhouse_kafka_integration.kafka.service_integration_id
  name                   = "events"
  columns                = [{ name = "id", type = "UInt64" }, { name = "name", type = "String" }]
  topics                 = [{ name = "topic1" }, { name = "topic2" }]
  data_format            = "JSONEachRow"
  group_name             = "clickhouse-events"
}
