//! A running `aiven-sim` of a test's own, and its control interface under `/_sim/`, described in `sim/README.md`.
//! Knows what the simulator offers; knows neither Terraform nor avn.

use std::process::Stdio;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::setup::{engines_python, simulator_binary};

/// The one project.
pub const PROJECT: &str = "demo";
/// The one valid token.
pub const TOKEN: &str = "simulated-token";
/// The integration that is there from the start: from a Kafka service to a ClickHouse service.
pub const INTEGRATION: &str = "00000000-0000-4000-8000-000000000001";
/// The integration that is there from the start, from the endpoint `self-hosted` to the same ClickHouse service.
pub const EXTERNAL_INTEGRATION: &str = "00000000-0000-4000-8000-000000000002";
/// The endpoint `self-hosted`.
pub const ENDPOINT: &str = "00000000-0000-4000-8000-000000000101";

/// A simulator that lives as long as this value.
#[derive(Debug)]
pub struct Simulator {
    url: String,
    client: reqwest::Client,
    // The simulator ends when its standard input does, so it cannot outlive a test that was itself killed.
    _process: Child,
}

impl Simulator {
    /// Starts a simulator on a free port, with one project and one integration without tables.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same, with a real ClickHouse and a real Kafka behind the API.
    pub async fn with_data_plane() -> Self {
        Self::start_with(&["--data-plane", "--python", &engines_python().display().to_string()]).await
    }

    async fn start_with(more: &[&str]) -> Self {
        let mut process = Command::new(simulator_binary())
            .args(["--listen", "127.0.0.1:0", "--seed", "--exit-with-stdin"])
            .args(["--project", PROJECT, "--token", TOKEN])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the simulator starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped")).lines();
        let line = timeout(Duration::from_mins(1), output.next_line())
            .await
            .expect("the simulator says where it listens")
            .expect("its output is text")
            .expect("it says so before it ends");
        let url =
            line.strip_prefix("aiven-sim listening on ").unwrap_or_else(|| panic!("not an address: {line}"));
        Self {
            url: url.to_owned(),
            // The machine's proxy must never see loopback traffic.
            client: reqwest::Client::builder().no_proxy().build().expect("an HTTP client"),
            _process: process,
        }
    }

    /// Deletes [`INTEGRATION`] by way of the API, as its owner would.
    pub async fn delete_integration(&self) {
        let url = format!("{}/v1/project/{PROJECT}/integration/{INTEGRATION}", self.url);
        let request = self.client.delete(&url).header("authorization", format!("aivenv1 {TOKEN}"));
        let status = request.send().await.expect("the simulator answers").status();
        assert!(status.is_success(), "{url}: {status}");
    }

    /// Adds a service to the project, without a request.
    pub async fn add_service(&self, name: &str, service_type: &str) {
        let path = format!("projects/{PROJECT}/services");
        self.control(Method::POST, &path, json!({"name": name, "type": service_type})).await;
    }

    /// Adds a project, without a request.
    pub async fn add_project(&self, name: &str) {
        let service = json!({"name": "kafka", "type": "kafka"});
        self.control(Method::POST, &format!("projects/{name}/services"), service).await;
    }

    /// The integrations of the service `clickhouse` that exist, as the API lists them.
    pub async fn integrations(&self) -> Vec<Value> {
        let answer = self.ask("service/clickhouse/integration").await;
        let all = answer["service_integrations"].as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|each| each["service_integration_id"].is_string()).collect()
    }

    /// The endpoints of the project, secrets included.
    pub async fn endpoints(&self) -> Vec<Value> {
        let answer = self.ask("integration_endpoint?include_secrets=true").await;
        answer["service_integration_endpoints"].as_array().cloned().unwrap_or_default()
    }

    /// The rows that ClickHouse answers to `sql`, each a list. Needs [`Self::with_data_plane`].
    pub async fn query(&self, sql: &str) -> Vec<Value> {
        let body = json!({"database": "default", "query": sql});
        let answer = self.call(Method::POST, "service/clickhouse/clickhouse/query", body).await;
        answer["data"].as_array().unwrap_or_else(|| panic!("{sql}: {answer}")).clone()
    }

    /// What the API answers to a GET of `path` in the project.
    pub(super) async fn ask(&self, path: &str) -> Value {
        self.call(Method::GET, path, Value::Null).await
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/v1/project/{PROJECT}/{path}", self.url);
        let request = self.client.request(method, &url).header("authorization", format!("aivenv1 {TOKEN}"));
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        let request = request.header("content-type", "application/json");
        let answer = request.send().await.expect("the simulator answers").text().await.expect("text");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{url}: {error}: {answer}"))
    }

    /// The base URL, for `AIVEN_WEB_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests so far, oldest first, each as `METHOD STATUS`; the status is `-` where none was sent.
    pub async fn requests(&self) -> Vec<String> {
        let log = self.control(Method::GET, "requests", Value::Null).await;
        let log: Value = serde_json::from_str(&log).expect("the log is JSON");
        let entries = log["requests"].as_array().expect("the log is a list");
        entries
            .iter()
            .map(|entry| {
                let status = entry["status"].as_u64().map_or("-".to_owned(), |status| status.to_string());
                format!("{} {status}", entry["method"].as_str().unwrap_or_default())
            })
            .collect()
    }

    /// How many writes were received so far, whatever became of them.
    pub async fn writes(&self) -> usize {
        self.requests().await.iter().filter(|request| !request.starts_with("GET ")).count()
    }

    /// The `user_config` of [`INTEGRATION`] as text, byte for byte.
    pub async fn user_config(&self) -> String {
        self.control(Method::GET, &user_config_path(), Value::Null).await
    }

    /// The tables of [`INTEGRATION`].
    pub async fn tables(&self) -> Value {
        let user_config: Value =
            serde_json::from_str(&self.user_config().await).expect("user_config is JSON");
        user_config["tables"].clone()
    }

    /// Replaces the `user_config` of [`INTEGRATION`], as another client would, but without a request.
    pub async fn set_user_config(&self, user_config: Value) {
        self.set_user_config_text(&user_config.to_string()).await;
    }

    /// The same with a text, which is kept byte for byte.
    pub async fn set_user_config_text(&self, user_config: &str) {
        self.send(Method::PUT, &user_config_path(), user_config.to_owned()).await;
    }

    /// Replaces something else of the world, without a request.
    pub async fn put(&self, path: &str, body: Value) {
        self.control(Method::PUT, path, body).await;
    }

    /// Replaces the `user_config` of [`EXTERNAL_INTEGRATION`].
    pub async fn set_other_user_config(&self, user_config: Value) {
        let path = user_config_path().replace(INTEGRATION, EXTERNAL_INTEGRATION);
        self.control(Method::PUT, &path, user_config).await;
    }

    /// Changes settings; the README of the simulator lists them.
    pub async fn set(&self, settings: Value) {
        self.control(Method::PUT, "settings", settings).await;
    }

    /// Adds a fault that requests will meet; the README of the simulator lists them.
    pub async fn add_fault(&self, rule: Value) {
        self.control(Method::POST, "faults", rule).await;
    }

    /// Holds the next write back after it has taken effect, until [`Self::release`].
    pub async fn hold_next_write(&self) {
        self.add_fault(json!({"method": "PUT", "fault": {"kind": "hold_after"}})).await;
    }

    /// Waits until a request is held.
    pub async fn wait_until_held(&self) {
        self.wait_until_so_many_are_held(1).await;
    }

    /// Waits until this many requests are held at once.
    pub async fn wait_until_so_many_are_held(&self, count: usize) {
        self.control(Method::GET, &format!("held?count={count}"), Value::Null).await;
    }

    /// Lets the held requests go on.
    pub async fn release(&self) {
        self.control(Method::POST, "release", json!({})).await;
    }

    /// Sends one request to the control interface and returns the body of the answer, which must be a success.
    pub(super) async fn control(&self, method: Method, path: &str, body: Value) -> String {
        self.send(method, path, if body.is_null() { String::new() } else { body.to_string() }).await
    }

    async fn send(&self, method: Method, path: &str, body: String) -> String {
        let url = format!("{}/_sim/{path}", self.url);
        let request = self.client.request(method, &url).header("content-type", "application/json");
        let response = request.body(body).send().await.expect("the simulator answers");
        let status = response.status();
        let answer = response.text().await.expect("the answer is text");
        assert!(status.is_success(), "{url}: {status}: {answer}");
        answer
    }
}

fn user_config_path() -> String {
    format!("projects/{PROJECT}/integrations/{INTEGRATION}/user_config")
}
