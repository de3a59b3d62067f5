//! Requests that no Terraform sends, or only an odd one does. Each is answered with a diagnostic or taken for what it
//! means, and never with a gRPC error, which would lose what Terraform knows of the object.

use aiven_clickhouse_kafka::table::TYPE_NAME;
use aiven_clickhouse_kafka::tf::Value;

use super::proto;
use super::session::{Session, message, minimal, value};

fn validation(config: proto::DynamicValue) -> proto::validate_resource_config::Request {
    proto::validate_resource_config::Request {
        type_name: TYPE_NAME.to_owned(),
        config: Some(config),
        ..Default::default()
    }
}

async fn validate(session: &mut Session, config: proto::DynamicValue) -> Vec<proto::Diagnostic> {
    let answer = session.client.validate_resource_config(validation(config)).await;
    answer.expect("no gRPC error").into_inner().diagnostics
}

/// Names on the way to what a diagnostic is about.
fn path(diagnostic: &proto::Diagnostic) -> Vec<String> {
    use proto::attribute_path::step::Selector;
    let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
    steps
        .filter_map(|step| match step.selector.as_ref()? {
            Selector::AttributeName(name) => Some(name.clone()),
            Selector::ElementKeyString(key) => Some(key.clone()),
            Selector::ElementKeyInt(index) => Some(index.to_string()),
        })
        .collect()
}

#[tokio::test]
async fn a_value_in_json_is_read_like_any_other() {
    let mut session = Session::start().await;
    let json = br#"{"project":"demo","service_integration_id":"00000000-0000-4000-8000-000000000001","name":"events",
        "columns":[{"name":"id","type":"UInt64"}],"topics":[{"name":"one"}],"data_format":"CSV","group_name":"g"}"#;
    let config = proto::DynamicValue { json: json.to_vec(), ..Default::default() };
    assert_eq!(validate(&mut session, config).await, []);
    let config = proto::DynamicValue { json: b"{\"columns\": 3}".to_vec(), ..Default::default() };
    let diagnostics = validate(&mut session, config).await;
    assert_eq!(path(&diagnostics[0]), ["columns"]);
}

#[tokio::test]
async fn bytes_that_are_no_value_are_a_diagnostic_with_a_path() {
    let mut session = Session::start().await;
    let good = message(&minimal("events")).msgpack;
    // The first name of a column becomes a number.
    let at = good.windows(3).position(|bytes| bytes == b"\xa2id").expect("the column's name");
    let mut bad = good.clone();
    bad.splice(at..at + 3, [0x07]);
    let diagnostics =
        validate(&mut session, proto::DynamicValue { msgpack: bad, ..Default::default() }).await;
    assert_eq!(path(&diagnostics[0]), ["columns", "0", "name"]);

    for msgpack in
        [vec![0xc1], vec![0xdf, 0xff, 0xff, 0xff, 0xff], vec![0x93], good[..good.len() / 2].to_vec()]
    {
        let value = proto::DynamicValue { msgpack, ..Default::default() };
        assert!(!validate(&mut session, value.clone()).await.is_empty());
        let request = proto::plan_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(value.clone()),
            proposed_new_state: Some(value.clone()),
            config: Some(value.clone()),
            ..Default::default()
        };
        let answer = session.client.plan_resource_change(request).await.expect("no gRPC error");
        assert!(!answer.into_inner().diagnostics.is_empty());
        let request = proto::read_resource::Request {
            type_name: TYPE_NAME.to_owned(),
            current_state: Some(value.clone()),
            private: vec![1, 2, 3],
            ..Default::default()
        };
        let answer = session.client.read_resource(request).await.expect("no gRPC error").into_inner();
        assert!(!answer.diagnostics.is_empty());
        assert_eq!((answer.new_state, answer.private), (Some(value.clone()), vec![1, 2, 3]));
        let request = proto::apply_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(message(&Value::Null)),
            planned_state: Some(value),
            ..Default::default()
        };
        let answer = session.client.apply_resource_change(request).await.expect("no gRPC error");
        assert!(!answer.into_inner().diagnostics.is_empty());
    }
    assert_eq!(session.simulator.requests().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_value_in_neither_encoding_is_null() {
    let mut session = Session::start().await;
    let empty = Some(proto::DynamicValue::default());
    let config = minimal("events");
    let request = proto::plan_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: empty.clone(),
        proposed_new_state: Some(message(&config)),
        config: Some(message(&config)),
        ..Default::default()
    };
    let answer = session.client.plan_resource_change(request).await.expect("no gRPC error").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert!(value(answer.planned_state.as_ref()).get("database_name").is_unknown());

    // And so a deletion may be asked for.
    let request = proto::plan_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: Some(message(&config)),
        proposed_new_state: empty,
        ..Default::default()
    };
    let answer = session.client.plan_resource_change(request).await.expect("no gRPC error").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert_eq!(value(answer.planned_state.as_ref()), Value::Null);
}

#[tokio::test]
async fn a_type_of_resource_that_does_not_exist_is_a_diagnostic() {
    let mut session = Session::start().await;
    let type_name = || "aiven_unknown".to_owned();
    let request = proto::read_resource::Request { type_name: type_name(), ..Default::default() };
    let read = session.client.read_resource(request).await.expect("no gRPC error").into_inner().diagnostics;
    let request = proto::plan_resource_change::Request { type_name: type_name(), ..Default::default() };
    let plan =
        session.client.plan_resource_change(request).await.expect("no gRPC error").into_inner().diagnostics;
    let request = proto::apply_resource_change::Request { type_name: type_name(), ..Default::default() };
    let apply =
        session.client.apply_resource_change(request).await.expect("no gRPC error").into_inner().diagnostics;
    let request = proto::import_resource_state::Request { type_name: type_name(), ..Default::default() };
    let import =
        session.client.import_resource_state(request).await.expect("no gRPC error").into_inner().diagnostics;
    let request = proto::open_ephemeral_resource::Request { type_name: type_name(), ..Default::default() };
    let open = session
        .client
        .open_ephemeral_resource(request)
        .await
        .expect("no gRPC error")
        .into_inner()
        .diagnostics;
    for diagnostics in [read, plan, apply, import, open] {
        assert!(diagnostics[0].summary.contains("aiven_unknown"), "{diagnostics:?}");
    }
}

#[tokio::test]
async fn a_move_from_another_type_is_refused_with_the_way_to_do_it() {
    let mut session = Session::start().await;
    let request = proto::move_resource_state::Request {
        source_type_name: "aiven_service_integration".to_owned(),
        target_type_name: TYPE_NAME.to_owned(),
        ..Default::default()
    };
    let answer = session.client.move_resource_state(request).await.expect("no gRPC error").into_inner();
    assert!(answer.diagnostics[0].detail.contains("`import` block"), "{answer:?}");
    assert_eq!(answer.target_state, None);
}

#[tokio::test]
async fn an_unknown_function_is_an_error_of_the_call() {
    let mut session = Session::start().await;
    let request = proto::call_function::Request { name: "unknown".to_owned(), arguments: Vec::new() };
    let answer = session.client.call_function(request).await.expect("no gRPC error").into_inner();
    assert!(answer.error.expect("an error").text.contains("unknown"));
}
