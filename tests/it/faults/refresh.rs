//! What a refresh learns from a bad answer: nothing. Only the API's own word that the integration is gone empties a
//! state.

use serde_json::{Value, json};

use super::{address, impatient};
use crate::harness::{Core, Simulator, Terraform, cores};

/// Two tables, in the state and in the integration.
async fn two_tables(core: &Core) -> (Simulator, Terraform) {
    let simulator = Simulator::start().await;
    let terraform = Terraform::new(core, &simulator, &[impatient("events"), impatient("orders")].concat());
    terraform.apply().await.succeeded();
    simulator.clear_log().await;
    (simulator, terraform)
}

const REFRESH: [&str; 3] = ["apply", "-refresh-only", "-auto-approve"];

#[tokio::test]
async fn tables_leave_the_state_when_their_integration_is_definitely_gone() {
    for core in cores() {
        let (simulator, terraform) = two_tables(&core).await;
        simulator.delete_integration().await;

        terraform.run(&REFRESH).await.succeeded();
        assert_eq!(terraform.attributes(&address("events")).await, Value::Null);
        assert_eq!(terraform.attributes(&address("orders")).await, Value::Null);
        // Nothing is left to destroy.
        terraform.destroy().await.succeeded();
    }
}

#[tokio::test]
async fn one_answer_that_the_integration_is_gone_is_not_believed() {
    for core in cores() {
        let (simulator, terraform) = two_tables(&core).await;
        let body = json!({
            "message": "Service integration not found",
            "errors": [{"message": "Service integration not found", "status": 404,
                "error_code": "service_integration_not_found"}],
        });
        let fault = json!({"kind": "status", "code": 404, "body": body});
        simulator.add_fault(json!({"method": "GET", "times": 1, "fault": fault})).await;
        terraform.assert_plan_is_empty().await;
    }
}

/// Each fault of every read, and what the user is told of it. The last three may pass, so they are waited out for as
/// long as the user allows.
fn disturbances() -> Vec<(Value, &'static str)> {
    let project = json!({
        "message": "Project not found",
        "errors": [{"message": "Project not found", "status": 404, "error_code": "project_not_found"}],
    });
    let redirect = json!({"location": "https://login.example.com/?secret=1"});
    vec![
        (json!({"kind": "status", "code": 401}), "AIVEN_TOKEN"),
        (json!({"kind": "status", "code": 403}), "AIVEN_TOKEN"),
        (json!({"kind": "status", "code": 404, "body": project}), "Project not found"),
        (json!({"kind": "status", "code": 404, "body": {"error": "no such route"}}), "refused the request"),
        (json!({"kind": "html", "code": 404}), "refused the request"),
        (json!({"kind": "status", "code": 302, "headers": redirect, "body": ""}), "redirect"),
        (json!({"kind": "status", "code": 500}), "The time for this operation is over; before that"),
        (json!({"kind": "truncate"}), "The time for this operation is over"),
        (json!({"kind": "html", "code": 200}), "The time for this operation is over"),
    ]
}

#[tokio::test]
async fn every_other_failure_keeps_the_state_and_is_an_error() {
    for core in cores() {
        let (simulator, terraform) = two_tables(&core).await;
        let events = terraform.attributes(&address("events")).await;
        for (fault, told) in disturbances() {
            simulator.add_fault(json!({"method": "GET", "times": null, "fault": fault})).await;
            let output = terraform.run(&REFRESH).await.failed();
            simulator.clear_faults().await;

            let output =
                output.tells(&["Table `events` could not be read", "The state is kept as it is", told]);
            assert!(!output.message().contains("secret"), "{output}");
            assert_eq!(terraform.attributes(&address("events")).await, events, "{fault}");
            terraform.assert_plan_is_empty().await;
        }
        assert_eq!(simulator.writes().await, 0);
    }
}
