//! The one ClickHouse, in a process and a folder of its own. Where it crashes it is started again and finds what it had.
//! Knows nothing of what is asked.

use super::worker::{Ended, Worker};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::{env, fs};

const PROGRAM: &str = include_str!("clickhouse.py");

/// A ClickHouse that is running.
#[derive(Debug)]
pub struct ClickHouse {
    python: PathBuf,
    folder: PathBuf,
    worker: Worker,
}

/// What the last of some queries returned.
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
    pub async fn start(python: PathBuf, server_configuration: &str) -> Result<Self, String> {
        let folder = env::temp_dir().join(format!("aiven-sim-clickhouse-{}", uuid::Uuid::new_v4()));
        let worker = Worker::start(&python, PROGRAM, &[folder.as_os_str()]);
        let mut clickhouse = Self { python, folder, worker: worker.map_err(|ended| ended.complaints)? };
        let first = clickhouse.worker.ask::<Returned>(&json!({"restart": server_configuration})).await;
        match first.map_err(|ended| ended.complaints)?.error {
            None => Ok(clickhouse),
            Some(error) => Err(error),
        }
    }

    /// Starts again with this server configuration. Databases and everything in them stay.
    pub async fn restart(&mut self, server_configuration: &str) -> Result<(), String> {
        self.ask(&json!({"restart": server_configuration})).await.map(|_| ())
    }

    /// Runs queries one after the other; the first error, in ClickHouse's words, ends them.
    pub async fn run(&mut self, database: &str, queries: &[String]) -> Result<Returned, String> {
        self.ask(&json!({"database": database, "queries": queries})).await
    }

    async fn ask(&mut self, request: &Value) -> Result<Returned, String> {
        match self.worker.ask(request).await {
            Ok(Returned { error: Some(error), .. }) => Err(error),
            Ok(returned) => Ok(returned),
            Err(_) => Err(self.recover().await),
        }
    }

    /// Starts again after a crash, with the same folder, and says what to tell whoever asked.
    async fn recover(&mut self) -> String {
        let unexpected = "ClickHouse ended unexpectedly";
        match self.start_again().await {
            Ok(()) => unexpected.to_owned(),
            Err(ended) => format!("{unexpected}, and does not start again: {}", ended.complaints),
        }
    }

    async fn start_again(&mut self) -> Result<(), Ended> {
        self.worker = Worker::start(&self.python, PROGRAM, &[self.folder.as_os_str()])?;
        self.worker.ask::<Value>(&json!({})).await?;
        Ok(())
    }
}

impl Drop for ClickHouse {
    /// The process removes its folder, unless it crashed and did not start again.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
