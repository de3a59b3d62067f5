# What the module refuses before anything is planned. Nothing is written.

variables {
  group_name_prefix = "kafka-ingest-test-"
}

run "two_ingestions_must_not_split_the_messages_of_a_topic" {
  command = plan
  variables {
    ingestions = {
      orders  = { topics = ["shop"], columns = [{ name = "id", type = "UInt64" }], group_name = "one" }
      refunds = { topics = ["shop", "more"], columns = [{ name = "id", type = "UInt64" }], group_name = "one" }
    }
  }
  expect_failures = [aiven_clickhouse_kafka_table.this]
}

run "two_topics_may_share_a_group" {
  command = plan
  variables {
    ingestions = {
      orders  = { topics = ["orders"], columns = [{ name = "id", type = "UInt64" }], group_name = "one" }
      refunds = { topics = ["refunds"], columns = [{ name = "id", type = "UInt64" }], group_name = "one" }
    }
  }
}

run "two_views_must_not_have_one_name" {
  command = plan
  variables {
    ingestions = {
      orders = {
        topics            = ["orders"]
        columns           = [{ name = "id", type = "UInt64" }]
        materialized_view = { order_by = ["id"] }
      }
      refunds = {
        topics            = ["refunds"]
        columns           = [{ name = "id", type = "UInt64" }]
        materialized_view = { order_by = ["id"], view_name = "orders", database_name = "default" }
      }
    }
  }
  expect_failures = [aiven_clickhouse_kafka_table.this]
}

run "a_name_has_at_most_40_characters" {
  command = plan
  variables {
    ingestions = {
      a_name_that_is_one_character_too_long_now = { topics = ["shop"], columns = [{ name = "id", type = "UInt64" }] }
    }
  }
  expect_failures = [var.ingestions]
}

run "columns_come_from_one_place" {
  command = plan
  variables {
    ingestions = {
      orders = {
        topics  = ["shop"]
        columns = [{ name = "id", type = "UInt64" }]
        schema  = { kind = "avro", text = "{\"type\": \"record\", \"name\": \"order\", \"fields\": []}" }
      }
    }
  }
  expect_failures = [var.ingestions]
}

run "columns_come_from_some_place" {
  command = plan
  variables {
    ingestions = {
      orders = { topics = ["shop"] }
    }
  }
  expect_failures = [var.ingestions]
}

run "the_kind_of_a_schema_is_a_known_one" {
  command = plan
  variables {
    ingestions = {
      orders = { topics = ["shop"], schema = { kind = "xml", text = "<xs:schema/>" } }
    }
  }
  expect_failures = [var.ingestions]
}

run "protobuf_needs_the_name_of_a_message" {
  command = plan
  variables {
    ingestions = {
      orders = { topics = ["shop"], schema = { kind = "protobuf", text = "message Order {}" } }
    }
  }
  expect_failures = [var.ingestions]
}

run "an_ingestion_has_a_topic" {
  command = plan
  variables {
    ingestions = {
      orders = { topics = [], columns = [{ name = "id", type = "UInt64" }] }
    }
  }
  expect_failures = [var.ingestions]
}
