//! A running simulator and a client that says what it got.

use aiven_sim::{Options, Running, start};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::env;
use std::path::PathBuf;

/// The seeded integration from `kafka` to `clickhouse`.
pub const KAFKA: &str = aiven_sim::seed::KAFKA_INTEGRATION;

/// A simulator on a port of its own.
pub struct Simulator {
    pub running: Running,
    client: Client,
}

/// A status and a body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The top-level message of an error.
    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }

    /// The text of `user_config` inside an answer about one integration, where it stands last.
    pub fn user_config(&self) -> &str {
        let (_, rest) = self.text.split_once(r#""user_config":"#).unwrap();
        rest.strip_suffix("}}").unwrap()
    }
}

impl Simulator {
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// With a real ClickHouse and a real Kafka cluster behind it.
    pub async fn with_engines() -> Self {
        Self::with(Options { data_plane: Some(python()), ..Options::default() }).await
    }

    async fn with(options: Options) -> Self {
        let running = start(options).await.unwrap();
        Self { running, client: Client::builder().no_proxy().build().unwrap() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.running.address);
        self.client.request(method, url).header("authorization", "aivenv1 simulated")
    }

    pub async fn send(&self, method: Method, path: &str, body: &str) -> Answer {
        answer(self.request(method, path).body(body.to_owned())).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// Writes the tables of the seeded integration.
    pub async fn put_tables(&self, tables: &str) -> Answer {
        self.put(&format!(r#"{{"user_config":{{"tables":{tables}}}}}"#)).await
    }

    /// Sends a body to the seeded integration.
    pub async fn put(&self, body: &str) -> Answer {
        self.send(Method::PUT, &integration(), body).await
    }

    /// Reads the seeded integration.
    pub async fn read(&self) -> Answer {
        self.get(&integration()).await
    }

    pub async fn set(&self, settings: Value) {
        let answer = self.send(Method::PUT, "/_sim/settings", &settings.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    pub async fn fault(&self, rule: Value) {
        let answer = self.post("/_sim/faults", &rule.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// The document as it is stored, by the control API.
    pub async fn stored(&self) -> String {
        self.get(&control()).await.text
    }

    pub async fn store(&self, text: &str) {
        assert_eq!(self.send(Method::PUT, &control(), text).await.status, 200);
    }

    pub async fn log(&self) -> Vec<Value> {
        self.get("/_sim/requests").await.json()["requests"].as_array().unwrap().clone()
    }
}

/// The Python that has the engines.
pub fn python() -> PathBuf {
    let python = env::var_os("CHDB_PYTHON");
    python
        .ok_or("CHDB_PYTHON, a Python with chdb and confluent-kafka, is not set: run `make test`")
        .unwrap()
        .into()
}

pub async fn answer(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let retry_after = response.headers().get("retry-after");
    let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
    Ok(Answer { status: response.status().as_u16(), retry_after, text: response.text().await? })
}

pub fn integration() -> String {
    format!("/v1/project/demo/integration/{KAFKA}")
}

fn control() -> String {
    format!("/_sim/projects/demo/integrations/{KAFKA}/user_config")
}

/// The smallest table the rules let through.
pub fn table(name: &str) -> Value {
    json!({
        "name": name,
        "columns": [{"name": "key", "type": "UInt64"}],
        "topics": [{"name": "events"}],
        "data_format": "JSONEachRow",
        "group_name": "clickhouse",
    })
}
