//! Aiven's own client against the simulator: the commands by which the job is done by hand. If these work, the
//! simulator is enough like Aiven for a client that was not written with it.

use serde_json::Value;

use crate::harness::{Avn, INTEGRATION, Simulator};

const TABLE: &str = r#"{
    "tables": [
        {
            "name": "events",
            "columns": [
                {"name": "id", "type": "UInt64"},
                {"name": "name", "type": "String"}
            ],
            "topics": [{"name": "topic1"}, {"name": "topic2"}],
            "data_format": "JSONEachRow",
            "group_name": "events-consumer",
            "auto_offset_reset": "earliest"
        }
    ]
}"#;

async fn integrations(avn: &Avn, service: &str) -> Vec<Value> {
    let output = avn.service(&["integration-list", "--json", service]).await.succeeded();
    serde_json::from_str(&output.stdout).expect("avn prints a JSON list")
}

async fn user_config(avn: &Avn) -> Value {
    let integrations = integrations(avn, "clickhouse").await;
    let ours = integrations.iter().find(|integration| integration["service_integration_id"] == INTEGRATION);
    ours.expect("the seeded integration is listed")["user_config"].clone()
}

#[tokio::test]
async fn the_list_shows_the_integration_and_candidates_that_are_not_enabled() {
    let simulator = Simulator::start().await;
    let output = Avn::new(&simulator)
        .service(&["integration-list", "--project", "demo", "clickhouse"])
        .await
        .succeeded();

    let line =
        output.stdout.lines().find(|line| line.contains(INTEGRATION)).expect("the integration has a line");
    assert!(line.contains("kafka") && line.contains("clickhouse_kafka"), "{line}");
    assert!(output.stdout.contains("(integration not enabled)"), "{output}");
}

#[tokio::test]
async fn an_update_replaces_the_tables() {
    let simulator = Simulator::start().await;
    let avn = Avn::new(&simulator);
    avn.service(&["integration-update", INTEGRATION, "--user-config-json", TABLE]).await.succeeded();
    let expected: Value = serde_json::from_str(TABLE).expect("JSON");
    assert_eq!(user_config(&avn).await["tables"], expected["tables"]);

    avn.service(&["integration-update", INTEGRATION, "--user-config-json", r#"{"tables": []}"#])
        .await
        .succeeded();
    assert_eq!(user_config(&avn).await["tables"], serde_json::json!([]));
}

#[tokio::test]
async fn an_update_that_changes_nothing_is_refused() {
    let simulator = Simulator::start().await;
    let avn = Avn::new(&simulator);
    let update = ["integration-update", INTEGRATION, "--user-config-json", TABLE];
    avn.service(&update).await.succeeded();

    let output = avn.service(&update).await.failed();
    assert!(output.stderr.contains("not changed"), "{output}");
}

#[tokio::test]
async fn a_table_without_a_required_setting_is_refused() {
    let simulator = Simulator::start().await;
    let avn = Avn::new(&simulator);
    let incomplete = r#"{"tables": [{"name": "events"}]}"#;

    let output =
        avn.service(&["integration-update", INTEGRATION, "--user-config-json", incomplete]).await.failed();
    assert!(output.stderr.contains("is a required property"), "{output}");
}

#[tokio::test]
async fn an_integration_is_deleted_and_made_again() {
    let simulator = Simulator::start().await;
    let avn = Avn::new(&simulator);
    avn.service(&["integration-delete", INTEGRATION]).await.succeeded();
    let enabled = |integration: &Value| {
        integration["integration_type"] == "clickhouse_kafka"
            && integration["source_service"] == "kafka"
            && integration["enabled"] == true
    };
    assert!(!integrations(&avn, "clickhouse").await.iter().any(enabled));

    avn.service(&["integration-create", "-t", "clickhouse_kafka", "-s", "kafka", "-d", "clickhouse"])
        .await
        .succeeded();
    assert!(integrations(&avn, "clickhouse").await.iter().any(enabled));
}
