# Columns that come from the schema of the messages.

provider "aiven" {
  # Nobody else writes to the integration meanwhile.
  settle = "never"
}

variables {
  group_name_prefix = "kafka-ingest-test-"
}

run "each_kind_of_schema_brings_its_columns_and_its_format" {
  variables {
    ingestions = {
      orders = {
        topics = ["shop.orders"]
        schema = {
          kind    = "avro"
          text    = <<-END
            {
              "type": "record",
              "name": "Order",
              "fields": [
                {"name": "id", "type": "long"},
                {"name": "note", "type": ["null", "string"]},
                {"name": "customer", "type": {"type": "record", "name": "Customer", "fields": [{"name": "name", "type": "string"}]}}
              ]
            }
          END
          options = { nested = "flatten" }
        }
      }
      page_views = {
        topics = ["web.page-views"]
        schema = {
          kind = "json_schema"
          text = <<-END
            {
              "type": "object",
              "properties": {"url": {"type": "string"}, "at": {"type": "string", "format": "date-time"}},
              "required": ["url", "at"]
            }
          END
        }
      }
      visits = {
        topics = ["web.visits"]
        schema = {
          kind    = "protobuf"
          text    = "syntax = \"proto3\";\nmessage Visit { string url = 1; uint32 seconds = 2; }"
          message = "Visit"
        }
      }
    }
  }

  assert {
    condition     = output.tables["orders"].columns[*].name == tolist(["id", "note", "customer.name"])
    error_message = "The fields of a record are the columns; options reach the function."
  }
  assert {
    condition     = output.tables["orders"].columns[1].type == "Nullable(String)"
    error_message = "What may be null is a nullable column."
  }
  assert {
    condition     = output.tables["orders"].data_format == "AvroConfluent"
    error_message = "Avro comes by way of a schema registry unless the ingestion says otherwise."
  }
  assert {
    condition = alltrue([
      for name in ["page_views", "visits"] :
      output.tables[name].data_format == "JSONEachRow" && output.tables[name].date_time_input_format == "best_effort"
    ])
    error_message = "JSON has its timestamps as RFC 3339 writes them."
  }
  assert {
    condition     = toset(output.tables["page_views"].columns[*].name) == toset(["at", "url"])
    error_message = "The properties of an object are the columns."
  }
  assert {
    condition     = output.tables["visits"].columns[*].type == tolist(["String", "UInt32"])
    error_message = "The fields of a message are the columns."
  }
}
