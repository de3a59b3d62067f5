locals {
  # Usually file("order.proto").
  order = <<-EOT
    syntax = "proto3";
    package shop.v1;
    import "google/protobuf/timestamp.proto";

    message Order {
      int64 order_id = 1;
      google.protobuf.Timestamp created_at = 2;
      repeated string tags = 3;
      optional string note = 4;
    }
  EOT
}

resource "aiven_clickhouse_kafka_table" "orders" {
  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  name                   = "orders"

  # orderId Int64, createdAt Nullable(DateTime64(6)), tags Array(String), note Nullable(String)
  columns     = provider::aiven::columns_from_protobuf(local.order, "shop.v1.Order")
  topics      = [{ name = "orders" }]
  data_format = "JSONEachRow"
  group_name  = "clickhouse-orders"

  # Without it, the "Z" at the end of a timestamp is an error.
  date_time_input_format = "best_effort"
}
