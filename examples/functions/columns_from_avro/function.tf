locals {
  # Usually file("order.avsc"), or the schema of a resource that registers it.
  order = jsonencode({
    type = "record"
    name = "Order"
    fields = [
      { name = "id", type = "long" },
      { name = "created_at", type = { type = "long", logicalType = "timestamp-millis" } },
      { name = "note", type = ["null", "string"] },
    ]
  })
}

resource "aiven_clickhouse_kafka_table" "orders" {
  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  name                   = "orders"

  # id Int64, created_at DateTime64(3), note Nullable(String)
  columns     = provider::aiven::columns_from_avro(local.order)
  topics      = [{ name = "orders" }]
  data_format = "AvroConfluent"
  group_name  = "clickhouse-orders"
}
