data "aiven_clickhouse_kafka_tables" "all" {
  project                = "my-project"
  service_integration_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
}

# Takes over every table that is there, as it is.
import {
  for_each = data.aiven_clickhouse_kafka_tables.all.tables
  to       = aiven_clickhouse_kafka_table.adopted[each.key]
  id       = each.value.id
}

resource "aiven_clickhouse_kafka_table" "adopted" {
  for_each = data.aiven_clickhouse_kafka_tables.all.tables

  project                = each.value.project
  service_integration_id = each.value.service_integration_id
  name                   = each.value.name
  columns                = each.value.columns
  topics                 = each.value.topics
  data_format            = each.value.data_format
  group_name             = each.value.group_name

  auto_offset_reset                     = each.value.auto_offset_reset
  auto_offset_reset_by_duration_ms      = each.value.auto_offset_reset_by_duration_ms
  date_time_input_format                = each.value.date_time_input_format
  handle_error_mode                     = each.value.handle_error_mode
  materialized_view                     = each.value.materialized_view
  max_block_size                        = each.value.max_block_size
  max_rows_per_message                  = each.value.max_rows_per_message
  num_consumers                         = each.value.num_consumers
  poll_max_batch_size                   = each.value.poll_max_batch_size
  poll_max_timeout_ms                   = each.value.poll_max_timeout_ms
  producer_batch_num_messages           = each.value.producer_batch_num_messages
  producer_batch_size                   = each.value.producer_batch_size
  producer_compression_codec            = each.value.producer_compression_codec
  producer_compression_level            = each.value.producer_compression_level
  producer_linger_ms                    = each.value.producer_linger_ms
  producer_queue_buffering_max_kbytes   = each.value.producer_queue_buffering_max_kbytes
  producer_queue_buffering_max_messages = each.value.producer_queue_buffering_max_messages
  producer_request_required_acks        = each.value.producer_request_required_acks
  skip_broken_messages                  = each.value.skip_broken_messages
  thread_per_consumer                   = each.value.thread_per_consumer
}
