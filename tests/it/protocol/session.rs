//! A configured provider and typed calls of it: values in, values and complaints out. Every plan and every result is
//! judged by Terraform's rules on the way.

use std::sync::{Arc, LazyLock};

use aiven_clickhouse_kafka::provider::AivenClickhouseKafka;
use aiven_clickhouse_kafka::table::TYPE_NAME;
use aiven_clickhouse_kafka::tf::schema::{Attribute, Schema, Shape};
use aiven_clickhouse_kafka::tf::{self, Provider as _, Type, Value, consistency};
use serde_json::json;
use tokio_util::task::TaskTracker;

use super::client::{Client, Plugin};
use super::proto;
use crate::harness::{INTEGRATION, Simulator};

/// The schema of the resource.
pub fn schema() -> &'static Schema {
    static RESOURCE: LazyLock<Arc<dyn tf::Resource>> =
        LazyLock::new(|| AivenClickhouseKafka::new(TaskTracker::new()).resources()[TYPE_NAME].clone());
    RESOURCE.schema()
}

/// A provider process, a connection to it, and the simulator it talks to.
pub struct Session {
    pub simulator: Simulator,
    pub client: Client,
    // Held, so that the process ends with the session.
    _plugin: Plugin,
}

/// What a plan says.
pub struct Plan {
    pub value: Value,
    pub replaced: Vec<String>,
}

/// What Terraform stores of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub value: Value,
    pub private: Vec<u8>,
    pub identity: Option<proto::ResourceIdentityData>,
}

impl Session {
    pub async fn start() -> Self {
        let simulator = Simulator::start().await;
        // The account knows every additional setting of the samples, and both projects; plans are made without a word.
        let settings = json!({"new_setting": {"type": "integer"}, "other": {"type": "array"}});
        simulator.set(json!({"schema_overlay": {"properties": settings}})).await;
        simulator.add_project("other").await;
        let plugin = Plugin::start(&simulator).await;
        let client = plugin.connect().await;
        let mut session = Self { simulator, client, _plugin: plugin };
        session.configure().await;
        session
    }

    /// Configures the provider, once more if it was before.
    pub async fn configure(&mut self) {
        let request = proto::configure_provider::Request {
            terraform_version: "1.15.5".to_owned(),
            config: Some(encoded(
                &Value::object([
                    ("api_token", Value::Null),
                    ("api_url", Value::Null),
                    ("settle", Value::string("never")),
                ]),
                &Type::object(["api_token", "api_url", "settle"].map(|name| (name, Type::String))),
            )),
            ..Default::default()
        };
        let answer = self.client.configure_provider(request).await.expect("no gRPC error").into_inner();
        assert_eq!(answer.diagnostics, []);
    }

    /// Plans `config` upon `prior`, and judges the plan.
    pub async fn plan(&mut self, prior: &Value, config: &Value) -> Plan {
        let request = proto::plan_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(message(prior)),
            // Terraform's own proposal is richer; ours to see is that nothing depends on it.
            proposed_new_state: Some(message(config)),
            config: Some(message(config)),
            prior_private: b"private".to_vec(),
            ..Default::default()
        };
        let answer = self.client.plan_resource_change(request).await.expect("no gRPC error").into_inner();
        // Tables that are planned beside each other here may well have something in common.
        let warning = i32::from(proto::diagnostic::Severity::Warning);
        assert!(answer.diagnostics.iter().all(|each| each.severity == warning), "{:?}", answer.diagnostics);
        assert_eq!(answer.planned_private, b"private");
        let value = value(answer.planned_state.as_ref());
        let violations = consistency::plan_violations(schema(), prior, config, &value);
        assert!(violations.is_empty(), "{violations:?}: {config:?}");
        let replaced = answer.requires_replace.iter().map(|path| format!("{path:?}")).collect();
        Plan { value, replaced }
    }

    /// Plans and applies `config`, and judges the result.
    pub async fn apply(&mut self, prior: Option<&Stored>, config: &Value) -> Stored {
        let before = prior.map_or(Value::Null, |prior| prior.value.clone());
        let planned = self.plan(&before, config).await;
        let request = proto::apply_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(message(&before)),
            planned_state: Some(message(&planned.value)),
            config: Some(message(config)),
            planned_private: prior.map(|prior| prior.private.clone()).unwrap_or_default(),
            ..Default::default()
        };
        let answer = self.client.apply_resource_change(request).await.expect("no gRPC error").into_inner();
        assert_eq!(answer.diagnostics, [], "{config:?}");
        let result = value(answer.new_state.as_ref());
        let violations = consistency::apply_violations(&planned.value, &result);
        assert!(violations.is_empty(), "{violations:?}: {config:?}");
        Stored { value: result, private: answer.private, identity: answer.new_identity }
    }

    /// Refreshes `stored`.
    pub async fn read(&mut self, stored: &Stored) -> proto::read_resource::Response {
        let request = read_request(stored);
        self.client.read_resource(request).await.expect("no gRPC error").into_inner()
    }
}

/// The request that refreshes `stored`.
pub fn read_request(stored: &Stored) -> proto::read_resource::Request {
    proto::read_resource::Request {
        type_name: TYPE_NAME.to_owned(),
        current_state: Some(message(&stored.value)),
        private: stored.private.clone(),
        current_identity: stored.identity.clone(),
        ..Default::default()
    }
}

pub fn encoded(value: &Value, ty: &Type) -> proto::DynamicValue {
    proto::DynamicValue { msgpack: tf::encode(value, ty).expect("it fits its type"), json: Vec::new() }
}

/// A value of the resource as a message.
pub fn message(value: &Value) -> proto::DynamicValue {
    encoded(value, &schema().ty())
}

/// A message as a value of the resource; absent is null.
pub fn value(message: Option<&proto::DynamicValue>) -> Value {
    message.map_or(Value::Null, |message| {
        tf::decode(&message.msgpack, &schema().ty()).expect("it fits the schema")
    })
}

/// A value of the resource from JSON; what is left out is null.
pub fn from_json(json: &serde_json::Value) -> Value {
    tf::decode_state(json.to_string().as_bytes(), &schema().ty()).expect("it fits the schema")
}

/// The least that makes a table.
pub fn minimal(name: &str) -> Value {
    from_json(&json!({
        "project": "demo",
        "service_integration_id": INTEGRATION,
        "name": name,
        "columns": [{"name": "id", "type": "UInt64"}, {"name": "day", "type": "Date"}],
        "topics": [{"name": "events"}],
        "data_format": "JSONEachRow",
        "group_name": "group",
    }))
}

/// `value` with another value at a path of names.
pub fn with(value: &Value, path: &[&str], new: Value) -> Value {
    let Some((first, rest)) = path.split_first() else { return new };
    let mut changed = value.clone();
    changed.set_attribute(first, with(value.get(first), rest, new));
    changed
}

/// Two different values that the API accepts for an attribute.
pub fn samples(attribute: &Attribute) -> [Value; 2] {
    let from = |one: serde_json::Value, other: serde_json::Value| {
        [one, other].map(|json| tf::decode_state(json.to_string().as_bytes(), &attribute.ty()).expect("fits"))
    };
    match (attribute.name, &attribute.shape) {
        ("project", _) => from(json!("demo"), json!("other")),
        ("service_integration_id", _) => from(json!(INTEGRATION), json!(INTEGRATION.replace("0001", "0002"))),
        ("columns", _) => from(
            json!([{"name": "id", "type": "UInt64"}, {"name": "day", "type": "Date"}]),
            json!([{"name": "day", "type": "Date"}, {"name": "id", "type": "Int64"}, {"name": "more", "type": "String"}]),
        ),
        ("topics", _) => from(json!([{"name": "one"}]), json!([{"name": "two"}, {"name": "one"}])),
        ("data_format", _) => from(json!("JSONEachRow"), json!("CSV")),
        ("auto_offset_reset", _) => from(json!("latest"), json!("earliest")),
        ("date_time_input_format", _) => from(json!("best_effort"), json!("basic")),
        ("handle_error_mode", _) => from(json!("stream"), json!("default")),
        ("producer_compression_codec", _) => from(json!("zstd"), json!("none")),
        ("additional_settings_json", _) => from(json!("{\"new_setting\":1}"), json!("{\"other\": [2]}")),
        // The API behind these tests cannot be asked.
        ("wait_for_table", _) => from(json!(false), json!(null)),
        ("materialized_view", _) => from(
            json!({"view_name": "view", "order_by": ["id"]}),
            json!({"view_name": "other", "order_by": ["id", "day"], "ttl_column": "day", "ttl_days": 3}),
        ),
        ("order_by", _) => from(json!(["id"]), json!(["day", "id"])),
        ("engine", _) => from(json!("ReplacingMergeTree"), json!("MergeTree")),
        ("engine_params", _) => from(json!(["id"]), json!(["day"])),
        ("ttl_column", _) => from(json!("day"), json!("id")),
        (_, Shape::Plain(Type::Bool)) => from(json!(true), json!(false)),
        (_, Shape::Plain(Type::Number)) => from(json!(1), json!(2)),
        _ => from(json!("text"), json!("words")),
    }
}
