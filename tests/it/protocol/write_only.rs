//! Write-only attributes under a Terraform that does not know them, and what of them is ever sent back.

use std::sync::Arc;

use aiven_clickhouse_kafka::endpoint::TYPE_NAME;
use aiven_clickhouse_kafka::provider::AivenClickhouseKafka;
use aiven_clickhouse_kafka::tf::{self, Provider as _, Type, Value};
use serde_json::json;
use tokio_util::task::TaskTracker;

use super::proto;
use super::session::{Session, encoded};

fn ty() -> Type {
    let provider = AivenClickhouseKafka::new(TaskTracker::new());
    let resource: Arc<dyn tf::Resource> = provider.resources()[TYPE_NAME].clone();
    resource.schema().ty()
}

/// An endpoint with a write-only password.
fn config() -> Value {
    let config = json!({
        "project": "demo",
        "endpoint_name": "outside",
        "bootstrap_servers": "kafka.example.com:9092",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "reader",
        "sasl_plain_password_wo": "secret",
        "sasl_plain_password_wo_version": 1,
    });
    tf::decode_state(config.to_string().as_bytes(), &ty()).expect("it fits the schema")
}

#[tokio::test]
async fn a_terraform_that_would_store_it_is_refused() {
    let mut session = Session::start().await;
    let old = Some(proto::ClientCapabilities::default());
    let new = proto::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() };
    for (client_capabilities, refused) in [(None, true), (old, true), (Some(new), false)] {
        let request = proto::validate_resource_config::Request {
            type_name: TYPE_NAME.to_owned(),
            config: Some(encoded(&config(), &ty())),
            client_capabilities,
        };
        let answer =
            session.client.validate_resource_config(request).await.expect("no gRPC error").into_inner();
        let told: Vec<_> = answer.diagnostics.iter().map(|each| each.summary.as_str()).collect();
        let expected = "`sasl_plain_password_wo` needs Terraform 1.11 or later";
        assert_eq!(told, if refused { vec![expected] } else { vec![] }, "{client_capabilities:?}");
    }
}

#[tokio::test]
async fn neither_plan_nor_result_nor_refresh_holds_it() {
    let mut session = Session::start().await;
    let ty = ty();
    let value = |message: Option<proto::DynamicValue>| {
        tf::decode(&message.unwrap_or_default().msgpack, &ty).expect("it fits the schema")
    };
    let null = || Some(encoded(&Value::Null, &ty));
    let request = proto::plan_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: null(),
        // Terraform's own proposal holds the secret.
        proposed_new_state: Some(encoded(&config(), &ty)),
        config: Some(encoded(&config(), &ty)),
        ..Default::default()
    };
    let plan = session.client.plan_resource_change(request).await.expect("no gRPC error").into_inner();
    assert_eq!(plan.diagnostics, []);
    assert_eq!(value(plan.planned_state.clone()).get("sasl_plain_password_wo"), &Value::Null);

    let request = proto::apply_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: null(),
        planned_state: plan.planned_state,
        config: Some(encoded(&config(), &ty)),
        planned_private: plan.planned_private,
        ..Default::default()
    };
    let applied = session.client.apply_resource_change(request).await.expect("no gRPC error").into_inner();
    assert_eq!(applied.diagnostics, []);
    assert_eq!(value(applied.new_state.clone()).get("sasl_plain_password_wo"), &Value::Null);
    let stored = session.simulator.endpoints().await;
    let sent = |each: &serde_json::Value| each["user_config"]["sasl_plain_password"] == "secret";
    assert!(stored.iter().any(sent), "{stored:?}");

    let request = proto::read_resource::Request {
        type_name: TYPE_NAME.to_owned(),
        current_state: applied.new_state,
        private: applied.private,
        current_identity: applied.new_identity,
        ..Default::default()
    };
    let read = session.client.read_resource(request).await.expect("no gRPC error").into_inner();
    assert_eq!(read.diagnostics, []);
    assert_eq!(value(read.new_state).get("sasl_plain_password_wo"), &Value::Null);
}
