locals {
  # Usually file("measurement.schema.json").
  measurement = <<-EOT
    {
      "type": "object",
      "properties": {
        "sensor": { "type": "integer", "minimum": 0 },
        "time": { "type": "string", "format": "date-time" },
        "value": { "type": ["number", "null"] }
      },
      "required": ["sensor", "time", "value"]
    }
  EOT
}

resource "aiven_clickhouse_kafka_table" "measurements" {
  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  name                   = "measurements"

  # sensor UInt64, time DateTime64(3), value Nullable(Float64)
  columns     = provider::aiven::columns_from_json_schema(local.measurement, { timestamp_precision = "3" })
  topics      = [{ name = "measurements" }]
  data_format = "JSONEachRow"
  group_name  = "clickhouse-measurements"

  # Without it, the time zone in a timestamp is an error.
  date_time_input_format = "best_effort"
}
