//! Configurations that many scenarios share.

use super::simulator::INTEGRATION;

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
