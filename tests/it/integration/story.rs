//! From creating the integration to a table fed by two topics, in one apply; and back to nothing, in one destroy.

use serde_json::{Value, json};

use super::{ADDRESS, integration, made, managed, table_in, world};
use crate::harness::{Avn, Simulator, Terraform, cores};

const ENDPOINT: &str = r#"
resource "aiven_external_kafka_endpoint" "outside" {
  project             = "demo"
  endpoint_name       = "outside"
  bootstrap_servers   = "kafka.example.com:9092"
  security_protocol   = "SASL_SSL"
  sasl_mechanism      = "SCRAM-SHA-512"
  sasl_plain_username = "reader"
  sasl_plain_password = "not-a-secret"
}
"#;

/// Asserts that a table of two topics is in the one integration there is beside the seeded ones.
async fn assert_fed_by_two_topics(simulator: &Simulator) -> Value {
    let made = made(simulator).await;
    assert_eq!(made.len(), 1, "{made:#?}");
    let tables = &made[0]["user_config"]["tables"];
    assert_eq!(tables[0]["name"], "events");
    assert_eq!(tables[0]["topics"], json!([{"name": "topic1"}, {"name": "topic2"}]));
    made[0].clone()
}

#[tokio::test]
async fn from_a_kafka_service_to_a_table_in_one_apply() {
    for core in cores() {
        let simulator = world().await;
        let configuration = [managed(""), table_in(ADDRESS, "events")].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();
        let integration = assert_fed_by_two_topics(&simulator).await;
        terraform.assert_plan_is_empty().await;
        let attributes = terraform.attributes(ADDRESS).await;
        let id = &integration["service_integration_id"];
        assert_eq!(&attributes["service_integration_id"], id);
        assert_eq!(attributes["id"], format!("demo/{}", id.as_str().expect("a text")));
        assert_eq!(attributes["database_name"], "service_events-kafka");
        assert_eq!(attributes["active"], true);
        assert_eq!(attributes["kafka_endpoint_name"], Value::Null);

        let list = Avn::new(&simulator).service(&["integration-list", "clickhouse"]).await.succeeded();
        assert!(list.stdout.contains(id.as_str().expect("a text")), "{list}");

        // Tables go first, so that the integration is empty when its turn comes.
        terraform.destroy().await.succeeded();
        assert_eq!(made(&simulator).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn from_an_external_kafka_to_a_table_in_one_apply() {
    for core in cores() {
        let simulator = world().await;
        // The endpoint's `id` names the project as well.
        for attribute in ["id", "endpoint_id"] {
            let source = format!("kafka_endpoint_id = aiven_external_kafka_endpoint.outside.{attribute}");
            let configuration = [ENDPOINT, &integration(&source, ""), &table_in(ADDRESS, "events")].concat();
            let terraform = Terraform::new(&core, &simulator, &configuration);
            terraform.apply().await.succeeded();
            assert_fed_by_two_topics(&simulator).await;
            terraform.assert_plan_is_empty().await;
            let attributes = terraform.attributes(ADDRESS).await;
            assert_eq!(attributes["database_name"], "endpoint_outside");
            assert_eq!(attributes["kafka_endpoint_name"], "outside");
            let database = terraform.attributes("aiven_clickhouse_kafka_table.events").await;
            assert_eq!(database["database_name"], "endpoint_outside");

            let list =
                Avn::new(&simulator).service(&["integration-endpoint-list", "--project", "demo"]).await;
            assert!(list.succeeded().stdout.contains("outside"));

            terraform.destroy().await.succeeded();
            assert_eq!(made(&simulator).await, Vec::<Value>::new());
            assert_eq!(simulator.endpoints().await.len(), 1, "the seeded one is left");
        }
    }
}

#[tokio::test]
async fn a_slow_start_is_waited_out() {
    let not_found = json!({
        "errors": [{"error_code": "service_integration_not_found", "message": "Service integration not found", "status": 404}],
        "message": "Service integration not found",
    });
    for core in cores() {
        let simulator = world().await;
        simulator.set(json!({"activation": {"gets": 2}})).await;
        // The first look after the create finds nothing at all.
        let fault = json!({"kind": "status", "code": 404, "body": not_found});
        simulator
            .add_fault(json!({"method": "GET", "path_contains": "/demo/integration/", "fault": fault}))
            .await;
        let configuration = [managed(""), table_in(ADDRESS, "events")].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();
        assert_fed_by_two_topics(&simulator).await;
        assert_eq!(terraform.attributes(ADDRESS).await["active"], true);
        terraform.assert_plan_is_empty().await;
    }
}
