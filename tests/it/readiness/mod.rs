//! What becomes in ClickHouse of a table that the integration has: an apply may wait for it, and says what is refused. Behind
//! the simulated API stands a real ClickHouse.

mod refusal;
mod waiting;

use serde_json::{Value, json};

use crate::harness::{Request, Simulator, Terraform, minimal_table, resource};

/// What waits.
const WAITING: &str = "wait_for_table = true";

/// A resource for the table `name`.
fn table(name: &str, more: &str) -> String {
    resource(name, &minimal_table(name), more)
}

/// The same with a type that only ClickHouse knows to be none.
fn broken_table(name: &str, more: &str) -> String {
    let mut table = minimal_table(name);
    table["columns"] = json!([{"name": "id", "type": "AggregateFunction(nope, UInt64)"}]);
    resource(name, &table, more)
}

fn address(name: &str) -> String {
    format!("aiven_clickhouse_kafka_table.{name}")
}

/// The questions to ClickHouse so far.
async fn questions(simulator: &Simulator) -> usize {
    let log = simulator.log().await.requests;
    log.iter().filter(|request| request.path.ends_with("/clickhouse/query")).count()
}

/// The writes of documents so far.
async fn writes(simulator: &Simulator) -> usize {
    let writes = |request: &&Request| request.method == "PUT";
    simulator.log().await.requests.iter().filter(writes).count()
}

/// The tables that ClickHouse has, by name.
async fn in_clickhouse(simulator: &Simulator) -> Vec<Value> {
    let sql = "SELECT name FROM system.tables WHERE database = 'service_kafka' ORDER BY name";
    simulator.query(sql).await.into_iter().map(|row| row[0].clone()).collect()
}

/// Whether the table is in the state, and tainted.
async fn is_tainted(terraform: &Terraform, name: &str) -> Option<bool> {
    let resources = terraform.resources().await;
    let found = resources.iter().find(|resource| resource["address"] == address(name))?;
    Some(found["tainted"] == true)
}
