# Topics in, tables and materialized views out. One integration holds the tables of any number of callers.

locals {
  kinds = { for name, ingestion in var.ingestions : name => ingestion.schema == null ? "none" : ingestion.schema.kind }

  # Found in schemas.
  columns = merge(
    {
      for name, ingestion in var.ingestions :
      name => provider::aiven::columns_from_avro(ingestion.schema.text, ingestion.schema.options)
      if local.kinds[name] == "avro"
    },
    {
      for name, ingestion in var.ingestions :
      name => provider::aiven::columns_from_json_schema(ingestion.schema.text, ingestion.schema.options)
      if local.kinds[name] == "json_schema"
    },
    {
      for name, ingestion in var.ingestions : name => provider::aiven::columns_from_protobuf(
        ingestion.schema.text, ingestion.schema.message, ingestion.schema.options
      )
      if local.kinds[name] == "protobuf"
    },
  )

  ingestions = {
    for name, ingestion in var.ingestions : name => merge(ingestion, {
      columns     = ingestion.columns != null ? ingestion.columns : local.columns[name]
      data_format = coalesce(ingestion.data_format, local.kinds[name] == "avro" ? "AvroConfluent" : "JSONEachRow")
      group_name  = coalesce(ingestion.group_name, "${var.group_name_prefix}${name}")
      date_time_input_format = (
        contains(["json_schema", "protobuf"], local.kinds[name])
        ? coalesce(ingestion.date_time_input_format, "best_effort") : ingestion.date_time_input_format
      )
      materialized_view = ingestion.materialized_view == null ? null : merge(ingestion.materialized_view, {
        view_name = coalesce(ingestion.materialized_view.view_name, name)
      })
    })
  }

  views = {
    for name, ingestion in local.ingestions :
    name => "${coalesce(ingestion.materialized_view.database_name, "default")}.${ingestion.materialized_view.view_name}"
    if ingestion.materialized_view != null
  }

  # Mistakes that neither Aiven nor ClickHouse would report: by ingestion, who else reads one of its topics with its
  # consumer group, and who else makes its view. Only ingestions of this call are seen.
  rival_readers = {
    for name, ingestion in local.ingestions : name => [
      for other_name, other in local.ingestions : other_name
      if other_name != name && other.group_name == ingestion.group_name
      && length(setintersection(other.topics, ingestion.topics)) > 0
    ]
  }
  rival_views = {
    for name, view in local.views : name => [for other, its in local.views : other if other != name && its == view]
  }
}

resource "aiven_clickhouse_kafka_table" "this" {
  for_each = local.ingestions

  project                = var.project
  service_integration_id = var.service_integration_id

  name              = each.key
  topics            = [for topic in each.value.topics : { name = topic }]
  columns           = each.value.columns
  data_format       = each.value.data_format
  group_name        = each.value.group_name
  materialized_view = each.value.materialized_view

  auto_offset_reset                = each.value.auto_offset_reset
  auto_offset_reset_by_duration_ms = each.value.auto_offset_reset_by_duration_ms
  date_time_input_format           = each.value.date_time_input_format
  handle_error_mode                = each.value.handle_error_mode
  max_block_size                   = each.value.max_block_size
  num_consumers                    = each.value.num_consumers
  poll_max_batch_size              = each.value.poll_max_batch_size
  poll_max_timeout_ms              = each.value.poll_max_timeout_ms
  skip_broken_messages             = each.value.skip_broken_messages
  thread_per_consumer              = each.value.thread_per_consumer

  max_rows_per_message                  = each.value.max_rows_per_message
  producer_batch_num_messages           = each.value.producer_batch_num_messages
  producer_batch_size                   = each.value.producer_batch_size
  producer_compression_codec            = each.value.producer_compression_codec
  producer_compression_level            = each.value.producer_compression_level
  producer_linger_ms                    = each.value.producer_linger_ms
  producer_queue_buffering_max_kbytes   = each.value.producer_queue_buffering_max_kbytes
  producer_queue_buffering_max_messages = each.value.producer_queue_buffering_max_messages
  producer_request_required_acks        = each.value.producer_request_required_acks

  additional_settings_json = each.value.additional_settings_json
  wait_for_table           = each.value.wait_for_table

  dynamic "timeouts" {
    for_each = each.value.timeouts[*]
    content {
      create = timeouts.value.create
      read   = timeouts.value.read
      update = timeouts.value.update
      delete = timeouts.value.delete
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.rival_readers[each.key]) == 0
      error_message = <<-END
        Ingestion `${each.key}` would split messages with ${join(", ", local.rival_readers[each.key])}: they read the
        same topic with the consumer group `${each.value.group_name}`. Give each a `group_name` of its own.
      END
    }

    precondition {
      condition     = length(try(local.rival_views[each.key], [])) == 0
      error_message = <<-END
        Ingestion `${each.key}` makes the view `${try(local.views[each.key], "")}`, and so does
        ${join(", ", try(local.rival_views[each.key], []))}. Give each a `view_name` or `database_name` of its own.
      END
    }
  }
}
