//! Configurations that many scenarios share.

use serde_json::{Value, json};

use super::simulator::{INTEGRATION, PROJECT};

/// Requires the provider under the last part of its address. Terraform writes `provider = aiven-clickhouse-kafka` into
/// what it generates, whatever the local name is; under this one that is right as it stands.
pub const OWN_LOCAL_NAME: &str = r#"
terraform {
  required_providers {
    aiven-clickhouse-kafka = { source = "terraform.local/community/aiven-clickhouse-kafka" }
  }
}
"#;

/// A resource for the table `name`, which is its label, too; `group` is what scenarios change about it.
pub fn table(name: &str, group: &str) -> String {
    format!(
        r#"
resource "aiven_clickhouse_kafka_table" "{name}" {{
  project                = "demo"
  service_integration_id = "{INTEGRATION}"
  name                   = "{name}"
  columns                = [{{ name = "id", type = "UInt64" }}, {{ name = "name", type = "String" }}]
  topics                 = [{{ name = "{name}" }}]
  data_format            = "JSONEachRow"
  group_name             = "{group}"
}}
"#
    )
}

/// A resource with the label `label` whose settings are those of a table's JSON, and whatever else `more` says. The
/// attributes have the shape of the JSON, and JSON is an expression of Terraform's language. They are sorted, so that each
/// has its line whether or not this build of `serde_json` keeps the order of keys.
pub fn resource(label: &str, table: &Value, more: &str) -> String {
    let mut table = table.clone();
    table.sort_all_objects();
    let settings = table.as_object().expect("a table is an object");
    let settings: String = settings.iter().map(|(name, value)| format!("  {name} = {value}\n")).collect();
    format!(
        "\nresource \"aiven_clickhouse_kafka_table\" \"{label}\" {{\n  project = \"{PROJECT}\"\n  \
         service_integration_id = \"{INTEGRATION}\"\n{settings}  {more}\n}}\n"
    )
}

/// A block that imports the table `name` to the label `label`.
pub fn import_block(label: &str, name: &str) -> String {
    format!(
        "\nimport {{\n  to = aiven_clickhouse_kafka_table.{label}\n  id = \"{PROJECT}/{INTEGRATION}/{name}\"\n}}\n"
    )
}

/// The JSON of a table with the settings that Aiven requires, and no others.
pub fn minimal_table(name: &str) -> Value {
    json!({
        "name": name,
        "columns": [{"name": "id", "type": "UInt64"}],
        "topics": [{"name": name}],
        "data_format": "CSV",
        "group_name": "one",
    })
}

/// The JSON of a table with every setting there is, none of them at its default.
pub fn full_table(name: &str) -> Value {
    json!({
        "name": name,
        "columns": [
            {"name": "id", "type": "UInt64"},
            {"name": "at", "type": "DateTime"},
            {"name": "sign", "type": "Int8"},
        ],
        "topics": [{"name": "first"}, {"name": "second"}],
        "data_format": "CSV",
        "group_name": "one",
        "auto_offset_reset": "latest",
        "auto_offset_reset_by_duration_ms": 60_000,
        "date_time_input_format": "best_effort",
        "handle_error_mode": "stream",
        "max_block_size": 1_000,
        "max_rows_per_message": 10,
        "num_consumers": 2,
        "poll_max_batch_size": 100,
        "poll_max_timeout_ms": 1_000,
        "producer_batch_num_messages": 5_000,
        "producer_batch_size": 500_000,
        "producer_compression_codec": "gzip",
        "producer_compression_level": 6,
        "producer_linger_ms": 10,
        "producer_queue_buffering_max_kbytes": 2_048,
        "producer_queue_buffering_max_messages": 50_000,
        "producer_request_required_acks": 1,
        "skip_broken_messages": 5,
        "thread_per_consumer": true,
        "materialized_view": {
            "view_name": "stored",
            "order_by": ["id"],
            "database_name": "archive",
            "engine": "CollapsingMergeTree",
            "engine_params": ["sign"],
            "ttl_column": "at",
            "ttl_days": 30,
            "local_disk_ttl_days": 7,
        },
    })
}
