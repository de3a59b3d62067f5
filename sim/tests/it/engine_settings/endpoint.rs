//! What a table is told of a Kafka that is not Aiven's.

use super::engines::{Engines, table};
use aiven_sim::seed::{EXTERNAL_ENDPOINT, EXTERNAL_INTEGRATION};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_table_of_an_endpoint_has_its_address_and_credentials() {
    let engines = Engines::start().await;
    // Nobody listens there, and nobody asks: ClickHouse connects when a table is read.
    let endpoint = json!({"user_config": {
        "bootstrap_servers": "127.0.0.1:1",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-256",
        "sasl_plain_username": "reader",
        "sasl_plain_password": "it's",
    }});
    let path = format!("/v1/project/demo/integration_endpoint/{EXTERNAL_ENDPOINT}");
    assert_eq!(engines.aiven.send(Method::PUT, &path, &endpoint.to_string()).await.status, 200);
    let path = format!("/v1/project/demo/integration/{EXTERNAL_INTEGRATION}");
    let tables = json!({"user_config": {"tables": [table("outside", &json!({}))]}}).to_string();
    let answer = engines.aiven.send(Method::PUT, &path, &tables).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let query =
        "SELECT engine_full FROM system.tables WHERE database = 'endpoint_self-hosted' AND name = 'outside'";
    let engine = engines.column(query).await.remove(0);
    let expected = "kafka_broker_list = '127.0.0.1:1', kafka_security_protocol = 'SASL_PLAINTEXT', \
                    kafka_sasl_mechanism = 'SCRAM-SHA-256', kafka_sasl_username = 'reader', \
                    kafka_sasl_password = '[HIDDEN]', kafka_topic_list = 'outside'";
    assert!(engine.contains(expected), "{engine}");
}
