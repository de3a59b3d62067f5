# Makes real tables in the integration that `service_integration_id` names, one life after another, and destroys them.
# The README says how to run it.

provider "aiven" {
  # Nobody else writes to the integration meanwhile.
  settle = "never"
}

variables {
  group_name_prefix = "kafka-ingest-test-"
}

run "what_is_left_out_gets_a_sensible_default" {
  variables {
    ingestions = {
      orders = {
        topics  = ["shop.orders", "shop.orders-retried"]
        columns = [{ name = "id", type = "UInt64" }, { name = "total", type = "Decimal(18, 2)" }]
      }
    }
  }

  assert {
    condition     = output.tables["orders"].data_format == "JSONEachRow"
    error_message = "Messages are JSON unless the ingestion says otherwise."
  }
  assert {
    condition     = output.tables["orders"].group_name == "kafka-ingest-test-orders"
    error_message = "The consumer group is named after the table."
  }
  assert {
    condition     = toset(output.tables["orders"].topics[*].name) == toset(["shop.orders", "shop.orders-retried"])
    error_message = "The table reads every topic of its ingestion."
  }
  assert {
    condition     = output.tables["orders"].columns[*].name == tolist(["id", "total"])
    error_message = "The columns keep their order."
  }
  assert {
    condition     = output.tables["orders"].num_consumers == null
    error_message = "A setting that is left out keeps Aiven's default."
  }
  assert {
    condition     = output.database_name == output.tables["orders"].database_name
    error_message = "The database belongs to the integration."
  }
  assert {
    condition     = output.sql_names["orders"] == "`${output.database_name}`.`orders`"
    error_message = "SQL takes the quoted name as it is."
  }
  assert {
    condition     = endswith(output.ids["orders"], "/orders")
    error_message = "An ID ends with the name of its table."
  }
  assert {
    condition     = length(output.view_names) == 0
    error_message = "Without `materialized_view` there is no view."
  }
}

# Planned only: these groups may be somebody's.
run "a_group_name_can_be_given_or_prefixed" {
  command = plan
  variables {
    group_name_prefix = "analytics."
    ingestions = {
      orders = {
        topics  = ["shop.orders"]
        columns = [{ name = "id", type = "UInt64" }]
      }
      refunds = {
        topics     = ["shop.refunds"]
        columns    = [{ name = "id", type = "UInt64" }]
        group_name = "refunds-since-2024"
      }
    }
  }

  assert {
    condition     = output.tables["orders"].group_name == "analytics.orders"
    error_message = "The prefix and the name of the table make the group."
  }
  assert {
    condition     = output.tables["refunds"].group_name == "refunds-since-2024"
    error_message = "A group that is given is taken as it is."
  }
}

# Planned only: Aiven would refuse a setting that it does not know.
run "every_setting_reaches_its_table" {
  command = plan
  variables {
    ingestions = {
      everything = {
        topics = ["everything"]
        columns = [
          { name = "line", type = "String" },
          { name = "at", type = "DateTime" },
          { name = "sign", type = "Int8" },
        ]
        data_format                           = "TSV"
        group_name                            = "everything"
        auto_offset_reset                     = "latest"
        auto_offset_reset_by_duration_ms      = 60000
        date_time_input_format                = "best_effort"
        handle_error_mode                     = "stream"
        max_block_size                        = 1000
        num_consumers                         = 2
        poll_max_batch_size                   = 100
        poll_max_timeout_ms                   = 500
        skip_broken_messages                  = 5
        thread_per_consumer                   = true
        max_rows_per_message                  = 2
        producer_batch_num_messages           = 20000
        producer_batch_size                   = 2000000
        producer_compression_codec            = "gzip"
        producer_compression_level            = 6
        producer_linger_ms                    = 10
        producer_queue_buffering_max_kbytes   = 2048
        producer_queue_buffering_max_messages = 200000
        producer_request_required_acks        = 1
        additional_settings_json              = "{\"of_tomorrow\": true}"
        wait_for_table                        = true
        timeouts                              = { create = "1m", read = "2m", update = "3m", delete = "4m" }
        materialized_view = {
          view_name           = "stored"
          database_name       = "archive"
          order_by            = ["line"]
          engine              = "CollapsingMergeTree"
          engine_params       = ["sign"]
          ttl_column          = "at"
          ttl_days            = 30
          local_disk_ttl_days = 7
        }
      }
    }
  }

  assert {
    condition = alltrue([
      for name, value in var.ingestions["everything"] :
      try(output.tables["everything"][name] == value, false)
      if !contains(["topics", "schema"], name)
    ])
    error_message = "Each optional setting is the table's attribute of the same name."
  }
  assert {
    condition = alltrue(concat(
      [for name, value in var.ingestions["everything"] : value != null if name != "schema"],
      [for name, value in var.ingestions["everything"].materialized_view : value != null],
      [for name, value in var.ingestions["everything"].timeouts : value != null],
    ))
    error_message = "This ingestion has every setting: give it those that it lacks."
  }
}

# Planned only: there need not be a database of that name.
run "views_are_named_after_their_table_unless_told_otherwise" {
  command = plan
  variables {
    ingestions = {
      orders = {
        topics            = ["shop.orders"]
        columns           = [{ name = "id", type = "UInt64" }, { name = "at", type = "DateTime" }]
        materialized_view = { order_by = ["id"], ttl_column = "at", ttl_days = 30 }
      }
      refunds = {
        topics            = ["shop.refunds"]
        columns           = [{ name = "id", type = "UInt64" }]
        materialized_view = { order_by = ["id"], view_name = "all_refunds", database_name = "archive" }
      }
      visits = {
        topics  = ["web.visits"]
        columns = [{ name = "url", type = "String" }]
      }
    }
  }

  assert {
    condition     = output.view_names == { orders = "default.orders", refunds = "archive.all_refunds" }
    error_message = "`view_names` has the views of the tables that have one."
  }
  assert {
    condition     = output.tables["orders"].materialized_view.ttl_days == 30
    error_message = "The settings of the view reach the table."
  }
}

run "nothing_to_ingest_is_fine" {
  variables {
    ingestions = {}
  }

  assert {
    condition     = length(output.tables) == 0 && output.database_name == null
    error_message = "No ingestions, no tables."
  }
}
