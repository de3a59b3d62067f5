//! Ctrl-C while an integration is made: it counts from the first request of a create to the last.

use serde_json::{Value, json};

use super::{ADDRESS, integration, made, managed, world};
use crate::harness::{Terraform, cores};

/// The list in which a create looks whether there is an integration already.
const LIST: &str = "/service/clickhouse/integration";

#[tokio::test]
async fn an_interrupt_during_the_first_look_sends_nothing() {
    for core in cores() {
        let simulator = world().await;
        let rule = json!({"method": "GET", "path_contains": LIST, "fault": {"kind": "hold_before"}});
        simulator.add_fault(rule).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        let running = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        running.interrupt().await;
        let told = ["was not created", "Terraform was interrupted before anything was sent"];
        running.output().await.failed().tells(&told);
        simulator.release().await;
        assert_eq!(simulator.writes().await, 0);
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);
    }
}

#[tokio::test]
async fn an_interrupt_during_the_write_ends_the_wait_after_it() {
    for core in cores() {
        let simulator = world().await;
        simulator.add_service("orders-kafka", "kafka").await;
        simulator.set(json!({"activation": {"gets": 1_000_000}})).await;
        simulator.add_fault(json!({"method": "POST", "fault": {"kind": "hold_after"}})).await;
        let look =
            json!({"method": "GET", "path_contains": LIST, "skip": 1, "fault": {"kind": "hold_before"}});
        simulator.add_fault(look).await;
        // One of the two is held in its write, and the other one in its first look.
        let orders =
            integration("kafka_service_name = \"orders-kafka\"", "").replace("\"kafka\" {", "\"orders\" {");
        let terraform = Terraform::new(&core, &simulator, &[managed(""), orders].concat());
        let mut running = terraform.start(&["apply", "-auto-approve", "-json"]);
        simulator.wait_until_so_many_are_held(2).await;
        running.interrupt().await;
        // The interrupt has reached the provider: it ended the look.
        running.wait_until_it_says(r#""type":"apply_errored""#).await;
        simulator.release().await;
        let said = running.output().await.failed().diagnostics().join("\n");
        for part in [
            "Terraform was interrupted before anything was sent",
            "is not active",
            "Terraform was interrupted. It is",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        // Nothing was asked and nothing was sent any more, and what was made is not forgotten.
        assert_eq!(simulator.writes().await, 1);
        let requests = simulator.requests().await;
        assert_eq!(requests.len(), 3, "{requests:?}");
        assert_eq!(made(&simulator).await.len(), 1);
        let first = terraform.attributes(ADDRESS).await;
        let second = terraform.attributes("aiven_clickhouse_kafka_integration.orders").await;
        assert_ne!(first.is_null(), second.is_null());
    }
}
