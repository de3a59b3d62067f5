resource "aiven_clickhouse_kafka_table" "measurements" {
  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  name                   = "measurements"

  columns = [
    { name = "sensor_id", type = "UInt64" },
    { name = "time", type = "DateTime64(6)" },
    { name = "value", type = "Float64" },
  ]
  topics      = [{ name = "edge-measurements" }]
  data_format = "JSONEachRow"
  group_name  = "clickhouse-measurements"

  # Everything below is optional; what is left out keeps Aiven's default.
  auto_offset_reset      = "latest"
  date_time_input_format = "best_effort"
  num_consumers          = 2
  skip_broken_messages   = 100

  materialized_view = {
    view_name  = "measurements_stored"
    order_by   = ["sensor_id", "time"]
    ttl_column = "time"
    ttl_days   = 30
  }

  timeouts {
    create = "10m"
  }
}
