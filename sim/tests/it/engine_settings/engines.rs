//! A simulator with its engines, asked for tables and rows.

use crate::simulator::Simulator;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough for anything but a broken engine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Sends messages as any client of Kafka does. Reads its input: topics and their messages.
const PRODUCER: &str = "
import json, sys
from confluent_kafka import Producer
producer = Producer({'bootstrap.servers': sys.argv[1]})
for topic, messages in json.load(sys.stdin).items():
    for message in messages:
        producer.produce(topic, message)
sys.exit(producer.flush(30))
";

pub struct Engines {
    pub aiven: Simulator,
    bootstrap_servers: String,
}

impl Engines {
    pub async fn start() -> Self {
        let aiven = Simulator::with_engines().await;
        let kafka = aiven.get("/v1/project/demo/service/kafka").await.json();
        Self { bootstrap_servers: kafka["service"]["service_uri"].as_str().unwrap().to_owned(), aiven }
    }

    /// Brings these tables about, and expects ClickHouse to take all of them.
    pub async fn put(&self, tables: &[Value]) {
        let errors = self.put_with_errors(tables).await;
        assert!(errors.is_empty(), "{errors:?}");
    }

    /// Brings these tables about. Returns what the integration's status says of it.
    pub async fn put_with_errors(&self, tables: &[Value]) -> Vec<String> {
        let answer = self.aiven.put_tables(&json!(tables).to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let errors = &answer.json()["service_integration"]["integration_status"]["state"]["errors"];
        serde_json::from_value(errors.clone()).unwrap()
    }

    /// Makes a topic with one partition, so that its messages have an order.
    pub async fn create_topic(&self, name: &str) {
        let body = json!({"topic_name": name, "partitions": 1, "replication": 1}).to_string();
        let answer = self.aiven.post("/v1/project/demo/service/kafka/topic", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    pub fn produce(&self, topics: &Value) {
        let python = std::env::var_os("CHDB_PYTHON").unwrap();
        let mut producer = Command::new(python)
            .args(["-c", PRODUCER, &self.bootstrap_servers])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        producer.stdin.take().unwrap().write_all(topics.to_string().as_bytes()).unwrap();
        assert!(producer.wait().unwrap().success());
    }

    /// What a query returns, or what ClickHouse said against it.
    pub async fn try_query(&self, query: &str) -> Result<Vec<Value>, String> {
        let body = json!({"database": "default", "query": query}).to_string();
        let answer = self.aiven.post("/v1/project/demo/service/clickhouse/clickhouse/query", &body).await;
        if answer.status == 200 {
            Ok(answer.json()["data"].as_array().cloned().unwrap_or_default())
        } else {
            Err(answer.message())
        }
    }

    pub async fn query(&self, query: &str) -> Vec<Value> {
        self.try_query(query).await.map_err(|error| format!("{query}: {error}")).unwrap()
    }

    /// The first column of what a query returns.
    pub async fn column(&self, query: &str) -> Vec<String> {
        let rows = self.query(query).await;
        rows.iter().map(|row| row[0].as_str().map_or_else(|| row[0].to_string(), str::to_owned)).collect()
    }

    /// Asks until the first column is this one.
    pub async fn until(&self, query: &str, expected: &[&str]) {
        let begin = Instant::now();
        loop {
            let found = self.column(query).await;
            if found == expected {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{query}: {found:?} instead of {expected:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Stores what a table reads, by a view of its own.
    pub async fn store(&self, table: &str, columns: &str) {
        let query = format!(
            "CREATE MATERIALIZED VIEW default.{table} ENGINE = MergeTree ORDER BY tuple() \
             AS SELECT {columns} FROM service_kafka.{table}"
        );
        self.query(&query).await;
    }
}

/// A table that reads the topic of its name, as JSON, by a group of its own, with further keys.
pub fn table(name: &str, further: &Value) -> Value {
    let mut table = json!({
        "name": name,
        "columns": [{"name": "id", "type": "UInt64"}],
        "topics": [{"name": name}],
        "data_format": "JSONEachRow",
        "group_name": format!("group-{name}"),
    });
    let further = further.as_object().unwrap();
    table.as_object_mut().unwrap().extend(further.iter().map(|(key, value)| (key.clone(), value.clone())));
    table
}
