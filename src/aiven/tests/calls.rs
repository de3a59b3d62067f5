//! The calls that make and delete integrations and endpoints: what they send, and what their answers mean.

use serde_json::{Value, json};

use super::super::{Client, EndpointConfig, NewIntegration, Secret, Source, WriteError};
use super::client;
use super::server::{Reply, Server};

const MADE: &str = r#"{"service_integration":{"service_integration_id":"i","active":true}}"#;
const ENDPOINT: &str = r#"{"service_integration_endpoint":{"endpoint_id":"e","endpoint_name":"n","endpoint_type":"t","user_config":{"a":"b"}}}"#;

fn new_integration() -> NewIntegration {
    NewIntegration {
        integration_type: "clickhouse_kafka",
        source: Source::Endpoint("e".to_owned()),
        dest_service: "clickhouse".to_owned(),
    }
}

fn config() -> EndpointConfig {
    EndpointConfig {
        plain: [("bootstrap_servers", "a:1".to_owned())].into(),
        secret: [("sasl_plain_password", Secret::new("hunter2"))].into(),
    }
}

/// Each write, and what became of it.
async fn write(client: &Client, number: usize) -> Result<(), WriteError> {
    match number {
        0 => client.create_integration("p", &new_integration()).await.map(drop),
        1 => client.delete_integration("p", "i").await,
        2 => client.create_endpoint("p", "n", "t", &config()).await.map(drop),
        3 => client.update_endpoint("p", "e", &config()).await.map(drop),
        _ => client.delete_endpoint("p", "e").await,
    }
}

const WRITES: [(&str, &str); 5] = [
    ("POST /v1/project/p/integration ", MADE),
    ("DELETE /v1/project/p/integration/i ", "{}"),
    ("POST /v1/project/p/integration_endpoint ", ENDPOINT),
    ("PUT /v1/project/p/integration_endpoint/e ", ENDPOINT),
    ("DELETE /v1/project/p/integration_endpoint/e ", ""),
];

#[tokio::test]
async fn each_write_is_one_request_to_its_path() {
    for (number, (line, answer)) in WRITES.iter().enumerate() {
        let server = Server::start([Reply::json(200, answer), Reply::Reset]).await;
        write(&client(&server.url()), number).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        assert!(requests[0].text.starts_with(line), "{}", requests[0].text);
    }
}

#[tokio::test]
async fn each_write_is_sent_once_whatever_becomes_of_it() {
    for number in 0..WRITES.len() {
        for reply in [Reply::Reset, Reply::json(502, ""), Reply::json(200, r#"{"error":"locked"}"#)] {
            let server = Server::start([reply.clone(), Reply::json(200, "{}")]).await;
            let error = write(&client(&server.url()), number).await.unwrap_err();
            assert!(matches!(error, WriteError::Unknown { .. }), "{number} {reply:?}: {error:?}");
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn what_is_made_is_described_as_aivens_own_client_does_it() {
    let server = Server::start([Reply::json(200, MADE), Reply::json(200, ENDPOINT)]).await;
    let client = client(&server.url());
    client.create_integration("p", &new_integration()).await.unwrap();
    let endpoint = client.create_endpoint("p", "n", "t", &config()).await.unwrap();
    assert_eq!((endpoint.id.as_str(), &endpoint.user_config["a"]), ("e", &json!("b")));
    let bodies: Vec<Value> = server
        .requests()
        .iter()
        .map(|request| serde_json::from_str(request.text.split_once("\r\n\r\n").unwrap().1).unwrap())
        .collect();
    assert_eq!(
        bodies,
        [
            json!({
                "integration_type": "clickhouse_kafka", "source_service": null, "source_endpoint_id": "e",
                "dest_service": "clickhouse", "dest_endpoint_id": null, "user_config": {},
            }),
            json!({
                "endpoint_name": "n", "endpoint_type": "t",
                "user_config": {"bootstrap_servers": "a:1", "sasl_plain_password": "hunter2"},
            }),
        ]
    );
}

#[tokio::test]
async fn something_made_without_an_id_is_an_answer_that_cannot_be_read() {
    let nameless =
        [r#"{"service_integration":{}}"#, r#"{"service_integration_endpoint":{"endpoint_name":"n"}}"#];
    for (number, answer) in [(0, nameless[0]), (2, nameless[1])] {
        let server = Server::start([Reply::json(200, answer)]).await;
        let error = write(&client(&server.url()), number).await.unwrap_err();
        assert!(matches!(error, WriteError::Unknown { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn endpoints_are_read_without_asking_for_secrets() {
    let list = r#"{"service_integration_endpoints":[{"endpoint_id":"e"},{"endpoint_id":null}]}"#;
    let server = Server::start([Reply::json(200, ENDPOINT), Reply::json(200, list)]).await;
    let client = client(&server.url());
    assert_eq!(client.endpoint("p", "e").await.unwrap().name, "n");
    let ids: Vec<_> = client.endpoints("p").await.unwrap().into_iter().map(|endpoint| endpoint.id).collect();
    assert_eq!(ids, ["e"]);
    for request in server.requests() {
        assert!(!request.text.contains("include_secrets"), "{}", request.text);
    }
}

#[tokio::test]
async fn no_answer_can_make_a_secret_known() {
    let echo = r#"{"errors":[{"message":"'hunter2' is too short","status":400}],"message":"'hunter2' is too short"}"#;
    let page = r#"{"error":"hunter2"}"#;
    for reply in
        [400, 401, 404, 409, 413, 429, 500].map(|status| Reply::json(status, echo)).into_iter().chain([
            Reply::json(400, r#"{"message":"User config not changed: hunter2"}"#),
            Reply::json(200, page),
        ])
    {
        for number in [2, 3] {
            let server = Server::start([reply.clone()]).await;
            let error = write(&client(&server.url()), number).await.unwrap_err();
            let told = format!("{error:?} {error} {:?}", config());
            assert!(!told.contains("hunter2") && told.contains("withheld"), "{told}");
        }
    }
}
