//! The integration as a resource and as a data source, through real Terraforms.

mod creation;
mod data_source;
mod deletion;
mod import;
mod interruption;
mod story;
mod validation;

use serde_json::Value;

use crate::harness::{EXTERNAL_INTEGRATION, INTEGRATION, Simulator};

/// The address of [`managed`].
const ADDRESS: &str = "aiven_clickhouse_kafka_integration.kafka";

/// A simulator with a Kafka service that no integration leads from yet.
async fn world() -> Simulator {
    let simulator = Simulator::start().await;
    simulator.add_service("events-kafka", "kafka").await;
    simulator
}

/// The integration from `events-kafka`, with whatever else `more` says.
fn managed(more: &str) -> String {
    integration("kafka_service_name = \"events-kafka\"", more)
}

/// An integration from this source.
fn integration(source: &str, more: &str) -> String {
    format!(
        "\nresource \"aiven_clickhouse_kafka_integration\" \"kafka\" {{\n  project = \"demo\"\n  \
         clickhouse_service_name = \"clickhouse\"\n  {source}\n  {more}\n}}\n"
    )
}

/// A table in an integration of the same configuration, fed by two topics.
fn table_in(integration: &str, name: &str) -> String {
    format!(
        r#"
resource "aiven_clickhouse_kafka_table" "{name}" {{
  project                = {integration}.project
  service_integration_id = {integration}.service_integration_id
  name                   = "{name}"
  columns                = [{{ name = "id", type = "UInt64" }}, {{ name = "name", type = "String" }}]
  topics                 = [{{ name = "topic1" }}, {{ name = "topic2" }}]
  data_format            = "JSONEachRow"
  group_name             = "{name}-consumer"
}}
"#
    )
}

/// The integrations that the simulator did not begin with.
async fn made(simulator: &Simulator) -> Vec<Value> {
    let seeded = [INTEGRATION, EXTERNAL_INTEGRATION];
    let all = simulator.integrations().await.into_iter();
    all.filter(|each| seeded.iter().all(|id| each["service_integration_id"] != *id)).collect()
}
