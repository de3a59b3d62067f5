//! What the provider says of itself, and to whom.

use aiven_clickhouse_kafka::table::TYPE_NAME;
use aiven_clickhouse_kafka::tf::Type;

use super::client::{Credentials, Plugin};
use super::proto;
use super::session::{Session, schema};
use crate::harness::Simulator;

#[tokio::test]
async fn nobody_else_can_talk_to_it() {
    let simulator = Simulator::start().await;
    let plugin = Plugin::start(&simulator).await;
    assert!(plugin.connect_as(None).await.is_err(), "it must refuse a client without a certificate");
    assert!(
        plugin.connect_as(Some(&Credentials::new())).await.is_err(),
        "it must refuse another certificate"
    );
    // Neither has disturbed it.
    plugin.connect().await;
}

#[tokio::test]
async fn the_schema_is_complete_and_by_the_rules() {
    let mut session = Session::start().await;
    let answer = session.client.get_provider_schema(proto::get_provider_schema::Request {}).await;
    let answer = answer.expect("no gRPC error").into_inner();
    assert_eq!(answer.diagnostics, []);
    let capabilities = answer.server_capabilities.expect("capabilities");
    assert!(capabilities.get_provider_schema_optional && capabilities.generate_resource_config);
    assert!(!capabilities.move_resource_state);

    let provider = answer.provider.expect("a schema").block.expect("a block");
    let block = answer.resource_schemas[TYPE_NAME].block.clone().expect("a block");
    let names: Vec<&str> = block.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    let expected: Vec<&str> = schema().attributes.iter().map(|attribute| attribute.name).collect();
    assert_eq!(names, expected);
    for attribute in provider.attributes.iter().chain(&block.attributes) {
        check(attribute);
    }
    for nested in &block.block_types {
        for attribute in &nested.block.as_ref().expect("a block").attributes {
            check(attribute);
        }
    }
}

/// The rules whose violation makes a provider unusable.
fn check(attribute: &proto::schema::Attribute) {
    let name = &attribute.name;
    assert!(
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
        "{name}"
    );
    assert!(attribute.required || attribute.optional || attribute.computed, "{name}");
    assert!(!(attribute.required && (attribute.optional || attribute.computed)), "{name}");
    assert!(!attribute.description.is_empty(), "{name}");
    if let Some(nested) = &attribute.nested_type {
        assert!(attribute.r#type.is_empty(), "{name}");
        nested.attributes.iter().for_each(check);
    } else {
        let notation = serde_json::from_slice(&attribute.r#type).expect("a type in JSON");
        Type::from_json(&notation).expect("a type");
    }
}

#[tokio::test]
async fn the_identity_is_what_names_a_table() {
    let mut session = Session::start().await;
    let request = proto::get_resource_identity_schemas::Request {};
    let answer =
        session.client.get_resource_identity_schemas(request).await.expect("no gRPC error").into_inner();
    assert_eq!(answer.diagnostics, []);
    let attributes = &answer.identity_schemas[TYPE_NAME].identity_attributes;
    let names: Vec<&str> = attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(names, ["project", "service_integration_id", "name"]);
    assert!(
        attributes.iter().all(|attribute| attribute.required_for_import && !attribute.optional_for_import)
    );
}

#[tokio::test]
async fn the_functions_are_those_of_the_schema() {
    let mut session = Session::start().await;
    let functions = session.client.get_functions(proto::get_functions::Request {}).await;
    let functions = functions.expect("no gRPC error").into_inner().functions;
    let schema = session.client.get_provider_schema(proto::get_provider_schema::Request {}).await;
    assert_eq!(functions, schema.expect("no gRPC error").into_inner().functions);
}
