//! The API as its clients know it: envelopes, refusals, integrations, endpoints, databases.

use crate::simulator::{KAFKA, Simulator, answer, integration, table};
use aiven_sim::seed::{EXTERNAL_ENDPOINT, METRICS_INTEGRATION};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn both_forms_of_the_token_open_the_door_and_nothing_else_does() {
    let aiven = Simulator::start().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}{}?limit=999", aiven.running.address, integration());
    for (header, status) in
        [("aivenv1 simulated", 200), ("bearer simulated", 200), ("Bearer other", 401), ("simulated", 401)]
    {
        let got = answer(client.get(&url).header("AUTHORIZATION", header)).await.unwrap();
        assert_eq!(got.status, status, "{header}");
    }
    let got = answer(client.get(&url)).await.unwrap();
    assert_eq!(got.json()["errors"][0]["status"], 401);
    aiven.set(json!({"wrong_token_status": 403})).await;
    let got = answer(client.get(&url).header("authorization", "Bearer other")).await.unwrap();
    assert_eq!(got.json()["errors"][0]["error_code"], "authentication_failed");
}

#[tokio::test]
async fn what_does_not_exist_is_refused_in_aivens_words() {
    let aiven = Simulator::start().await;
    for (path, status, message, code) in [
        ("/v1/project/other/service/kafka", 403, "Not a project member", Value::Null),
        (
            "/v1/project/demo/service/nope",
            404,
            "Service 'nope' does not exist",
            json!("service_does_not_exist"),
        ),
        (
            "/v1/project/demo/integration/nope",
            404,
            "Service integration not found",
            json!("service_integration_not_found"),
        ),
        ("/v1/nope", 404, "Not Found", Value::Null),
    ] {
        let got = aiven.get(path).await;
        assert_eq!((got.status, got.message().as_str()), (status, message));
        assert_eq!(got.json()["errors"][0]["error_code"], code);
    }
    assert_eq!(aiven.send(Method::PATCH, &integration(), "").await.status, 405);
}

#[tokio::test]
async fn an_integration_has_every_optional_key() {
    let aiven = Simulator::start().await;
    let got = aiven.read().await.json();
    let integration = got["service_integration"].as_object().unwrap();
    for key in
        ["dest_endpoint", "dest_endpoint_id", "source_endpoint", "source_endpoint_id", "integration_status"]
    {
        assert_eq!(integration.get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(integration["description"], "Access a Kafka cluster from ClickHouse");
    assert_eq!(integration["user_config"], json!({}));
}

#[tokio::test]
async fn a_service_lists_its_integrations_and_then_the_possible_ones() {
    let aiven = Simulator::start().await;
    let list = aiven.get("/v1/project/demo/service/clickhouse/integration").await.json();
    let rows = list["service_integrations"].as_array().unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row["service_integration_id"].as_str()).collect();
    assert_eq!(ids[0], Some(KAFKA));
    assert!(ids[2..].iter().all(Option::is_none), "{ids:?}");
    assert_eq!(rows[2]["enabled"], false);
    let service = aiven.get("/v1/project/demo/service/clickhouse").await.json();
    assert_eq!(service["service"]["service_integrations"], json!(rows[..2]));
}

#[tokio::test]
async fn an_integration_is_created_once_between_things_that_exist() {
    let aiven = Simulator::start().await;
    let path = "/v1/project/demo/integration";
    let body = |source: &str| {
        json!({
            "integration_type": "clickhouse_kafka",
            "source_service": source, "source_endpoint_id": null,
            "dest_service": "clickhouse", "dest_endpoint_id": null,
            "user_config": null,
        })
        .to_string()
    };
    assert_eq!(aiven.post(path, &body("kafka")).await.status, 409);
    assert_eq!(aiven.post(path, &body("nope")).await.status, 404);
    assert_eq!(aiven.post(path, &body("postgres")).await.status, 400);
    assert_eq!(aiven.send(Method::DELETE, &integration(), "").await.status, 200);
    assert_eq!(aiven.read().await.status, 404);
    let created = aiven.post(path, &body("kafka")).await.json();
    let id = created["service_integration"]["service_integration_id"].as_str().unwrap();
    assert_eq!(created["service_integration"]["active"], true);
    assert_eq!(aiven.get(&format!("{path}/{id}")).await.json(), created);
}

#[tokio::test]
async fn an_endpoint_shows_its_secrets_only_on_request() {
    let aiven = Simulator::start().await;
    let path = "/v1/project/demo/integration_endpoint";
    let shown = aiven.get(&format!("{path}/{EXTERNAL_ENDPOINT}?include_secrets=true")).await;
    assert!(shown.text.contains("sasl_plain_password"));
    for hidden in [path.to_owned(), format!("{path}/{EXTERNAL_ENDPOINT}?include_secrets=false")] {
        let hidden = aiven.get(&hidden).await;
        assert_eq!(hidden.status, 200);
        assert!(!hidden.text.contains("sasl_plain_password"));
    }
    let in_use = aiven.send(Method::DELETE, &format!("{path}/{EXTERNAL_ENDPOINT}"), "").await;
    assert_eq!(in_use.status, 409);
    let body = json!({"endpoint_name": "new", "endpoint_type": "external_kafka", "user_config": {}});
    let refused = aiven.post(path, &body.to_string()).await;
    assert_eq!(
        refused.message(),
        "Invalid 'user_config': Invalid input: 'bootstrap_servers' is a required property"
    );
}

#[tokio::test]
async fn tables_appear_in_the_database_of_their_integration() {
    let aiven = Simulator::start().await;
    aiven.put_tables(&json!([table("events")]).to_string()).await;
    let got = aiven.get("/v1/project/demo/service/clickhouse/clickhouse/db").await.json();
    let databases = got["databases"].as_array().unwrap();
    let names: Vec<_> = databases.iter().map(|database| database["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["default", "service_kafka", "endpoint_self-hosted"]);
    assert_eq!(databases[1]["tables"][0]["name"], "events");
}

#[tokio::test]
async fn a_topic_that_was_created_is_listed() {
    let aiven = Simulator::start().await;
    let path = "/v1/project/demo/service/kafka/topic";
    assert_eq!(aiven.post(path, r#"{"topic_name":"events"}"#).await.status, 200);
    assert_eq!(aiven.post(path, r#"{"topic_name":"events"}"#).await.status, 409);
    assert_eq!(aiven.get(path).await.json()["topics"][0]["topic_name"], "events");
}

#[tokio::test]
async fn the_rules_are_published() {
    let aiven = Simulator::start().await;
    let got = aiven.get("/v1/project/demo/integration_types").await.json();
    let schema = &got["integration_types"][0]["user_config_schema"]["properties"]["tables"];
    assert_eq!(schema["maxItems"], 400);
    assert_eq!(schema["items"]["properties"]["num_consumers"]["default"], 1);
    assert_eq!(
        schema["items"]["required"],
        json!(["name", "columns", "topics", "data_format", "group_name"])
    );
}

#[tokio::test]
async fn other_types_of_integration_have_no_rules() {
    let aiven = Simulator::start().await;
    let path = format!("/v1/project/demo/integration/{METRICS_INTEGRATION}");
    let got = aiven.send(Method::PUT, &path, r#"{"user_config":{"database":"metrics"}}"#).await;
    assert_eq!(got.json()["service_integration"]["user_config"], json!({"database": "metrics"}));
}
