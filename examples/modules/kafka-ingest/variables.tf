variable "project" {
  description = "Name of the Aiven project."
  type        = string
  nullable    = false
}

variable "service_integration_id" {
  description = "ID of the integration that the tables become part of: its UUID, or `PROJECT/UUID`."
  type        = string
  nullable    = false
}

variable "group_name_prefix" {
  description = "What the name of a consumer group begins with, where an ingestion does not name its own; the name of the table follows. Must be another one for each ClickHouse service that reads from the same Kafka."
  type        = string
  nullable    = false
}

variable "ingestions" {
  description = "What to ingest, by the name of the table. An optional setting that is left out keeps Aiven's default."
  nullable    = false

  type = map(object({
    # The names of the topics.
    topics = set(string)

    # The table's columns, in order: written down, or found in the schema of the messages.
    columns = optional(list(object({ name = string, type = string })))
    schema = optional(object({
      # avro, json_schema or protobuf.
      kind = string
      text = string
      # The name of the message, for protobuf alone.
      message = optional(string)
      # As in the provider's functions columns_from_avro, columns_from_json_schema and columns_from_protobuf.
      options = optional(map(string), {})
    }))

    # The default is AvroConfluent for an avro schema, and JSONEachRow for everything else.
    data_format = optional(string)

    # The default is `group_name_prefix` and the name of the table.
    group_name = optional(string)

    # Stores every message in a table that ClickHouse keeps. The view is named like the ingestion unless `view_name`
    # says otherwise, and is in the database `default` unless `database_name` does.
    materialized_view = optional(object({
      view_name           = optional(string)
      database_name       = optional(string)
      order_by            = list(string)
      engine              = optional(string)
      engine_params       = optional(list(string))
      ttl_column          = optional(string)
      ttl_days            = optional(number)
      local_disk_ttl_days = optional(number)
    }))

    # Reading.
    auto_offset_reset                = optional(string)
    auto_offset_reset_by_duration_ms = optional(number)
    # The default is best_effort for a json_schema or protobuf: their timestamps are those of RFC 3339.
    date_time_input_format = optional(string)
    handle_error_mode      = optional(string)
    max_block_size         = optional(number)
    num_consumers          = optional(number)
    poll_max_batch_size    = optional(number)
    poll_max_timeout_ms    = optional(number)
    skip_broken_messages   = optional(number)
    thread_per_consumer    = optional(bool)

    # Writing.
    max_rows_per_message                  = optional(number)
    producer_batch_num_messages           = optional(number)
    producer_batch_size                   = optional(number)
    producer_compression_codec            = optional(string)
    producer_compression_level            = optional(number)
    producer_linger_ms                    = optional(number)
    producer_queue_buffering_max_kbytes   = optional(number)
    producer_queue_buffering_max_messages = optional(number)
    producer_request_required_acks        = optional(number)

    # Settings that are too new for the provider, as JSON. It refuses those that it has an attribute for.
    additional_settings_json = optional(string)

    # Whether an apply waits until ClickHouse has the table. Takes the permission service:data:write.
    wait_for_table = optional(bool)

    # How long the operations may take, such as 90s or 1h30m.
    timeouts = optional(object({
      create = optional(string)
      read   = optional(string)
      update = optional(string)
      delete = optional(string)
    }))
  }))

  validation {
    condition     = alltrue([for name in keys(var.ingestions) : length(name) >= 1 && length(name) <= 40])
    error_message = <<-END
      The key of an ingestion is the name of its table, of 1 to 40 characters. Shorten:
      ${join(", ", [for name in keys(var.ingestions) : "`${name}`" if length(name) < 1 || length(name) > 40])}.
    END
  }

  validation {
    condition     = alltrue([for ingestion in values(var.ingestions) : length(ingestion.topics) > 0])
    error_message = <<-END
      An ingestion needs at least one topic. There is none in:
      ${join(", ", [for name, its in var.ingestions : "`${name}`" if length(its.topics) == 0])}.
    END
  }

  validation {
    condition = alltrue([
      for ingestion in values(var.ingestions) : (ingestion.columns == null) != (ingestion.schema == null)
    ])
    error_message = <<-END
      An ingestion has either `columns` or a `schema`. There are both, or none, in:
      ${join(", ", [for name, its in var.ingestions : "`${name}`" if(its.columns == null) == (its.schema == null)])}.
    END
  }

  validation {
    condition = alltrue([
      for ingestion in values(var.ingestions) :
      contains(["avro", "json_schema", "protobuf"], try(ingestion.schema.kind, "avro"))
    ])
    error_message = <<-END
      The `kind` of a schema is "avro", "json_schema" or "protobuf". Another one is in:
      ${join(", ", [for name, its in var.ingestions : "`${name}`" if !contains(["avro", "json_schema", "protobuf"], try(its.schema.kind, "avro"))])}.
    END
  }

  validation {
    condition = alltrue([
      for ingestion in values(var.ingestions) :
      try((ingestion.schema.kind == "protobuf") == (ingestion.schema.message != null), true)
    ])
    error_message = <<-END
      `schema.message` is needed with the kind "protobuf", and only there. Look at:
      ${join(", ", [for name, its in var.ingestions : "`${name}`" if try((its.schema.kind == "protobuf") != (its.schema.message != null), false)])}.
    END
  }
}
