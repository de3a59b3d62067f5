//! What the user sees, and what is asked of the API, when something is wrong: with the credentials or the
//! integration, with an answer, with the plan. Everywhere the state must tell the truth afterwards.

mod access;
mod conflicts;
mod refresh;
mod secrecy;
mod writes;

use crate::harness::table;

/// A table that gives up soon, for faults that do not pass.
fn impatient(name: &str) -> String {
    table(name, "one").replacen("\n}", "\n  timeouts {\n    create = \"3s\"\n    read   = \"3s\"\n  }\n}", 1)
}

/// Where the resource that manages the table `name` is.
fn address(name: &str) -> String {
    format!("aiven_clickhouse_kafka_table.{name}")
}
