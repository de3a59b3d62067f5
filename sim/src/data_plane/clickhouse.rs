//! The one ClickHouse, in a process and a folder of its own. Where it crashes it starts again and finds what it had.
//! Knows nothing of what is asked.

use super::worker::Worker;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;

const PROGRAM: &str = include_str!("clickhouse.py");
const SUPERVISOR: &str = include_str!("supervisor.py");

/// A ClickHouse that is running.
#[derive(Debug)]
pub struct ClickHouse {
    worker: Worker,
    ended: bool,
}

/// What a query returned.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Returned {
    /// What ClickHouse said instead.
    error: Option<String>,
    /// JSON in the format `JSONCompact` unless the query names another one; nothing where it returns nothing.
    pub answer: String,
    /// Rows that were returned, or those that were inserted as values.
    pub rows: u64,
    /// Bytes of those, in memory.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// Rows that were read from tables.
    pub read_rows: u64,
    /// Bytes of those, in memory.
    pub read_bytes: u64,
}

impl ClickHouse {
    /// Starts with this server configuration. The error says what is missing.
    pub async fn start(python: &Path, server_configuration: &str) -> Result<Self, String> {
        let worker = Worker::start(python, SUPERVISOR, &[PROGRAM]).map_err(|ended| ended.complaints)?;
        let mut clickhouse = Self { worker, ended: false };
        let first = clickhouse.worker.ask::<Returned>(&json!({"restart": server_configuration})).await;
        match first.map_err(|ended| ended.complaints)?.error {
            None => Ok(clickhouse),
            Some(error) => Err(error),
        }
    }

    /// Starts again with this server configuration, or with the one before if it is refused. Databases and everything
    /// in them stay.
    pub async fn restart(&mut self, server_configuration: &str) -> Result<(), String> {
        self.ask(&json!({"restart": server_configuration})).await.map(|_| ())
    }

    /// Runs a query. The error is in ClickHouse's words.
    pub async fn run(&mut self, database: &str, query: &str) -> Result<Returned, String> {
        self.ask(&json!({"database": database, "query": query})).await
    }

    /// Whether it is gone for good, with everything that was in it: it did not even answer.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    async fn ask(&mut self, request: &Value) -> Result<Returned, String> {
        match self.worker.ask(request).await {
            Ok(Returned { error: Some(error), .. }) => Err(error),
            Ok(returned) => Ok(returned),
            Err(ended) => {
                self.ended = true;
                Err(if ended.hung {
                    format!("the query {ended}, and ClickHouse was started anew")
                } else {
                    format!("ClickHouse {ended}")
                })
            }
        }
    }
}
