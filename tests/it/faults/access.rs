//! Credentials and integrations that cannot work.

use serde_json::json;

use super::impatient;
use crate::harness::{INTEGRATION, Simulator, Terraform, cores, table};

#[tokio::test]
async fn a_wrong_token_is_named_as_the_cause_and_nothing_is_written() {
    for core in cores() {
        for status in [401, 403] {
            let simulator = Simulator::start().await;
            simulator.set(json!({"wrong_token_status": status})).await;
            let terraform =
                Terraform::new(&core, &simulator, &table("events", "one")).with("AIVEN_TOKEN", "wrong-token");
            terraform.apply().await.failed().tells(&[
                "Table `events` was not created",
                "Access denied",
                "Nothing was changed",
                "AIVEN_TOKEN",
            ]);
            // The plan and the plan within the apply have tried to look at the neighbours, and said nothing.
            assert_eq!(simulator.requests().await, vec![format!("GET {status}"); 3]);
        }
    }
}

#[tokio::test]
async fn an_integration_of_another_type_is_left_alone() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let metrics = INTEGRATION.replace("0001", "0003");
        let configuration = table("events", "one").replace(INTEGRATION, &metrics);
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.failed().tells(&[
            "Table `events` was not created",
            "type `metrics`",
            "Set `service_integration_id` to one of those",
        ]);
        assert_eq!(simulator.writes().await, 0);
    }
}

#[tokio::test]
async fn a_table_cannot_be_created_in_an_integration_that_does_not_exist() {
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.delete_integration().await;
        simulator.clear_log().await;
        let terraform = Terraform::new(&core, &simulator, &impatient("events"));
        terraform.apply().await.failed().tells(&[
            "Table `events` was not created",
            "integration does not exist",
            "Nothing was changed",
        ]);
        assert_eq!(simulator.writes().await, 0);
    }
}
