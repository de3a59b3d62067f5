//! A database of its own, with a Kafka table, a topic and tables that store. Knows what a guide's reader would do, and
//! waits for what ClickHouse does in the background.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::engines::{Answer, Engines};

/// Only what is broken takes as long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Between two looks at what ClickHouse has done.
const PAUSE: Duration = Duration::from_millis(100);

/// A table called `source`, which reads the topic of the scenario's name.
pub struct Scenario {
    name: &'static str,
}

/// How a Kafka table is made. What is empty is the scenario's own.
#[derive(Clone, Copy, Default)]
pub struct Table<'text> {
    pub name: &'text str,
    pub columns: &'text str,
    pub topics: &'text [&'text str],
    pub group: &'text str,
    /// Settings of the engine as SQL.
    pub settings: &'text [&'text str],
}

impl Scenario {
    /// An empty database.
    pub fn new(name: &'static str) -> Self {
        let scenario = Self { name };
        Engines::get().ask(&[format!("CREATE DATABASE {name}")]).expect("a database");
        scenario
    }

    /// Every query names its database, so that tests may share the process.
    pub fn ask(&self, queries: &[&str]) -> Answer {
        let first = format!("USE {}", self.name);
        let queries: Vec<String> =
            std::iter::once(first).chain(queries.iter().map(|&query| query.to_owned())).collect();
        Engines::get().ask(&queries)
    }

    pub fn done(&self, queries: &[&str]) {
        self.ask(queries).expect("ClickHouse does it");
    }

    /// Makes a Kafka table.
    pub fn create(&self, table: Table<'_>) {
        let own = |text: &'_ str, own: &str| if text.is_empty() { own.to_owned() } else { text.to_owned() };
        let topics = if table.topics.is_empty() { self.name.to_owned() } else { table.topics.join(",") };
        let settings = [
            format!("kafka_broker_list = '{}'", Engines::get().bootstrap_servers),
            format!("kafka_topic_list = '{topics}'"),
            format!("kafka_group_name = '{}'", own(table.group, self.name)),
            // ClickHouse stores what it has read each 7.5 seconds otherwise.
            "kafka_flush_interval_ms = 200, kafka_poll_timeout_ms = 100".to_owned(),
        ];
        let settings = settings.iter().map(String::as_str).chain(table.settings.iter().copied());
        let mut settings = settings.collect::<Vec<_>>().join(", ");
        if !settings.contains("kafka_format") {
            settings.push_str(", kafka_format = 'JSONEachRow'");
        }
        let columns = own(table.columns, "id UInt64, total String");
        let name = own(table.name, "source");
        self.done(&[&format!("CREATE TABLE {name} ({columns}) ENGINE = Kafka SETTINGS {settings}")]);
    }

    /// What Aiven does when a table changes: ClickHouse cannot alter one.
    pub fn recreate(&self, table: Table<'_>) {
        self.done(&["DROP TABLE source"]);
        self.create(table);
    }

    /// A table that stores these columns.
    pub fn destination(&self, name: &str, columns: &str) {
        self.done(&[&format!("CREATE TABLE {name} ({columns}) ENGINE = MergeTree ORDER BY tuple()")]);
    }

    /// Into the scenario's topic.
    pub fn send(&self, messages: &[&str]) {
        send_to(self.name, 0, messages);
    }

    /// Waits until a query answers this.
    pub fn eventually(&self, query: &str, expected: &[Value]) {
        self.until(query, |rows| rows == expected);
    }

    /// Waits until a table holds these rows. How often it does is not said: after a failure a block may be stored again.
    pub fn stores(&self, table: &str, rows: &[Value]) {
        self.eventually(&format!("SELECT DISTINCT * FROM {table} ORDER BY ALL"), rows);
    }

    /// Waits until Kafka knows that what is stored has been read; a table that goes before leaves it to be read again.
    pub fn commits(&self) {
        let query = "SELECT max(num_commits) > 0 AS some FROM system.kafka_consumers WHERE database = currentDatabase()";
        self.eventually(query, &[serde_json::json!({"some": 1})]);
    }

    /// Waits until ClickHouse tells an error of a Kafka table, in the place where a user finds it.
    pub fn complains(&self, words: &str) {
        let query = "SELECT arrayJoin(exceptions.text) AS text FROM system.kafka_consumers \
                     WHERE database = currentDatabase()";
        self.until(query, |rows| {
            rows.iter().any(|row| row["text"].as_str().is_some_and(|text| text.contains(words)))
        });
    }

    /// Waits until a query of a Kafka table has answered these rows, be it in several answers: what one of them shows, the
    /// next one begins behind.
    pub fn shows(&self, query: &str, expected: &[Value]) {
        let mut shown = Vec::new();
        self.until(query, |rows| {
            shown.extend_from_slice(rows);
            expected.iter().all(|row| shown.contains(row))
        });
        assert!(shown.iter().all(|row| expected.contains(row)), "{}: {query}: {shown:?}", self.name);
    }

    fn until(&self, query: &str, mut enough: impl FnMut(&[Value]) -> bool) {
        let query = format!(
            "{query} SETTINGS output_format_json_quote_64bit_integers = 0, stream_like_engine_allow_direct_select = 1"
        );
        let start = Instant::now();
        loop {
            let rows = self.ask(&[&query]).expect("rows");
            if enough(&rows) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{}: {query}: {rows:?}", self.name);
            thread::sleep(PAUSE);
        }
    }
}

/// Into a partition, 0 or 1, of a topic.
pub fn send_to(topic: &str, partition: u32, messages: &[&str]) {
    Engines::get().send(topic, partition, messages);
}

impl Drop for Scenario {
    /// What nobody looks at any more should not read on.
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {}", self.name);
        let _ = Engines::get().ask(&["USE default".to_owned(), drop]);
    }
}
