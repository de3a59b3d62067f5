//! Deleting an integration: what is left in it is never deleted unasked.

use serde_json::{Value, json};

use super::{ADDRESS, integration, made, managed, world};
use crate::harness::{Avn, Simulator, Terraform, cores, minimal_table};

/// Puts tables into the integration, as somebody does who knows nothing of Terraform.
async fn add_foreign_tables(simulator: &Simulator, count: usize) {
    let id = made(simulator).await[0]["service_integration_id"].clone();
    let tables: Vec<_> = (1..=count).map(|number| minimal_table(&format!("foreign{number}"))).collect();
    let config = json!({"tables": tables}).to_string();
    let arguments = ["integration-update", "--user-config-json", &config, id.as_str().expect("a text")];
    Avn::new(simulator).service(&arguments).await.succeeded();
}

#[tokio::test]
async fn tables_that_are_left_are_named_and_kept() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        add_foreign_tables(&simulator, 22).await;
        let told = [
            "was not deleted",
            "22 tables are left in it",
            "foreign1",
            "foreign20",
            "and 2 more",
            "force_destroy",
        ];
        let output = terraform.destroy().await.failed().tells(&told);
        assert!(!output.message().contains("foreign21"), "{output}");
        let left = made(&simulator).await;
        assert_eq!(left[0]["user_config"]["tables"].as_array().map(Vec::len), Some(22));

        // Nor are they deleted on the way to another integration, whatever is configured by then.
        simulator.add_service("orders-kafka", "kafka").await;
        terraform.configure(&integration("kafka_service_name = \"orders-kafka\"", "force_destroy = true"));
        terraform.apply().await.failed().tells(&["22 tables are left in it"]);
        assert_eq!(made(&simulator).await.len(), 1);
    }
}

#[tokio::test]
async fn force_destroy_counts_once_it_has_been_applied() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        add_foreign_tables(&simulator, 1).await;
        terraform.destroy().await.failed().tells(&["1 table is left in it"]);

        simulator.clear_log().await;
        terraform.configure(&managed("force_destroy = true"));
        terraform.apply().await.succeeded();
        assert_eq!(simulator.writes().await, 0, "nothing of Aiven's changes with it");
        terraform.assert_plan_is_empty().await;
        terraform.destroy().await.succeeded();
        assert_eq!(made(&simulator).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_read_that_lags_behind_does_not_stop_a_destroy() {
    for core in cores() {
        let simulator = world().await;
        let configuration = [managed(""), super::table_in(ADDRESS, "events")].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();
        simulator.set(json!({"stale_reads": {"gets": 2}})).await;
        terraform.destroy().await.succeeded();
        assert_eq!(made(&simulator).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_up() {
    for core in cores() {
        for (kind, deleted) in [("reset_after", true), ("reset_before", false)] {
            let simulator = world().await;
            let terraform = Terraform::new(&core, &simulator, &managed(""));
            terraform.apply().await.succeeded();
            simulator.clear_log().await;
            simulator.add_fault(json!({"method": "DELETE", "fault": {"kind": kind}})).await;
            let output = terraform.destroy().await;
            if deleted {
                output.succeeded();
            } else {
                output.failed().tells(&["may or may not have been deleted", "Run the command again"]);
            }
            assert_eq!(simulator.writes().await, 1);
            assert_eq!(made(&simulator).await.is_empty(), deleted);
            assert_eq!(terraform.attributes(ADDRESS).await.is_null(), deleted);
        }
    }
}

#[tokio::test]
async fn an_integration_that_is_gone_is_made_again_or_needs_no_deleting() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        let id = made(&simulator).await[0]["service_integration_id"].clone();
        let avn = Avn::new(&simulator);
        avn.service(&["integration-delete", id.as_str().expect("a text")]).await.succeeded();
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["create"]));

        terraform.run(&["destroy", "-auto-approve", "-refresh=false"]).await.succeeded();
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);
    }
}

#[tokio::test]
async fn what_is_no_certain_absence_keeps_the_state() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        for code in [403, 404] {
            let fault = json!({"kind": "status", "code": code, "body": {"message": "Not Found"}});
            simulator.add_fault(json!({"method": "GET", "times": null, "fault": fault})).await;
            terraform
                .run(&["plan"])
                .await
                .failed()
                .tells(&["could not be read", "The state is kept as it is"]);
            simulator.clear_faults().await;
        }
        terraform.assert_plan_is_empty().await;
    }
}

/// An answer in Aiven's form that there is no such integration, whatever is the case.
fn denied_to_exist() -> Value {
    let message = "Service integration not found";
    let error = json!({"message": message, "status": 404, "error_code": "service_integration_not_found"});
    json!({"kind": "status", "code": 404, "body": {"message": message, "errors": [error]}})
}

#[tokio::test]
async fn one_not_found_is_no_proof() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed("force_destroy = true"));
        terraform.apply().await.succeeded();
        let destroy = ["destroy", "-auto-approve", "-refresh=false"];

        // The answer to the write itself.
        simulator.add_fault(json!({"method": "DELETE", "fault": denied_to_exist()})).await;
        let told = ["may or may not have been deleted", "could not be seen to be gone"];
        terraform.run(&destroy).await.failed().tells(&told);

        // The answer to the look after a write that was lost.
        simulator.add_fault(json!({"method": "DELETE", "fault": {"kind": "reset_before"}})).await;
        let rule =
            json!({"method": "GET", "path_contains": "/demo/integration/", "fault": denied_to_exist()});
        simulator.add_fault(rule).await;
        terraform.run(&destroy).await.failed().tells(&["may or may not have been deleted"]);
        assert_ne!(terraform.attributes(ADDRESS).await, Value::Null);

        terraform.destroy().await.succeeded();
        assert_eq!(made(&simulator).await, Vec::<Value>::new());
    }
}
