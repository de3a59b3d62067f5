//! Answers that go wrong while a table is written. However it goes, the table is there once, the apply tells the
//! truth, and no request is repeated as it was.

use serde_json::{Value, json};

use super::address;
use crate::harness::{Core, Simulator, Terraform, cores, table};

/// Applies one table while the next write meets `fault`; asserts that all is well in the end.
async fn created_in_spite_of(core: &Core, fault: Value) -> Vec<Option<u16>> {
    let simulator = Simulator::start().await;
    simulator.add_fault(json!({"method": "PUT", "fault": fault})).await;
    let terraform = Terraform::new(core, &simulator, &table("events", "one"));
    terraform.apply().await.succeeded();

    let log = simulator.log().await;
    log.assert_each_write_follows_a_read();
    let tables = simulator.tables().await;
    assert_eq!(tables.as_array().map(Vec::len), Some(1), "{tables}");
    terraform.assert_plan_is_empty().await;
    log.write_statuses()
}

#[tokio::test]
async fn a_write_that_was_lost_after_it_was_made_is_found_and_not_made_again() {
    for core in cores() {
        for fault in [
            json!({"kind": "status", "code": 500, "applied": true}),
            json!({"kind": "html", "code": 502, "applied": true}),
            json!({"kind": "reset_after"}),
            json!({"kind": "truncate"}),
        ] {
            let statuses = created_in_spite_of(&core, fault.clone()).await;
            assert_eq!(statuses.len(), 1, "{fault}: {statuses:?}");
        }
    }
}

#[tokio::test]
async fn a_write_that_was_lost_before_it_was_made_is_planned_anew() {
    for core in cores() {
        for fault in [json!({"kind": "status", "code": 500}), json!({"kind": "reset_before"})] {
            let statuses = created_in_spite_of(&core, fault.clone()).await;
            assert_eq!(statuses.len(), 2, "{fault}: {statuses:?}");
        }
    }
}

#[tokio::test]
async fn that_nothing_has_changed_is_looked_up_and_not_believed() {
    for core in cores() {
        for code in [400, 409] {
            let message = json!({"message": "User config not changed", "errors": []});
            // As when something on the way repeats a write whose answer was lost.
            let applied = json!({"kind": "status", "code": code, "applied": true, "body": message});
            assert_eq!(created_in_spite_of(&core, applied).await.len(), 1);
            // As when the API is mistaken.
            let mistaken = json!({"kind": "status", "code": code, "body": message});
            assert_eq!(created_in_spite_of(&core, mistaken).await.len(), 2);
        }
    }
}

#[tokio::test]
async fn a_conflict_and_a_rate_limit_are_waited_out() {
    for core in cores() {
        for fault in [
            json!({"kind": "status", "code": 409, "body": {"message": "Service is busy"}}),
            json!({"kind": "status", "code": 429, "headers": {"retry-after": "1"}}),
            json!({"kind": "status", "code": 429, "body": {"message": "Rate limit 1 exceeded - try again in 1s"}}),
        ] {
            let statuses = created_in_spite_of(&core, fault.clone()).await;
            assert_eq!(statuses.len(), 2, "{fault}: {statuses:?}");
        }
    }
}

#[tokio::test]
async fn a_write_that_lands_late_is_found() {
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.add_fault(json!({"method": "PUT", "fault": {"kind": "delay_apply"}})).await;
        // The read after the lost answer: before it are one for each plan and one for the write.
        simulator.add_fault(json!({"method": "GET", "skip": 3, "fault": {"kind": "hold_before"}})).await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));

        let apply = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        simulator.apply_delayed().await;
        simulator.release().await;
        apply.output().await.succeeded();
        assert_eq!(simulator.writes().await, 1);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_refused_table_fails_alone() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let refusal = json!({"message": "Invalid data format", "errors": [{"message": "Invalid data format", "status": 400}]});
        let fault = json!({"kind": "status", "code": 400, "body": refusal});
        simulator
            .add_fault(json!({"method": "PUT", "body_contains": "\"bad\"", "times": null, "fault": fault}))
            .await;
        let names = ["one", "two", "bad", "three", "four"];
        let configuration: String = names.iter().map(|name| table(name, "group")).collect();
        let terraform = Terraform::new(&core, &simulator, &configuration);

        let output = terraform.apply().await.failed();
        let output = output.tells(&["Aiven refuses table `bad`", "Aiven's reason: Invalid data format"]);
        assert_eq!(output.stderr.matches("Error: ").count(), 1, "{output}");
        for name in ["one", "two", "three", "four"] {
            assert_eq!(terraform.attributes(&address(name)).await["name"], name);
        }
        assert_eq!(terraform.attributes(&address("bad")).await, Value::Null);

        simulator.clear_faults().await;
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_full_integration_says_so() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let others: Vec<Value> = (0..400)
            .map(|number| {
                json!({
                    "name": format!("other_{number}"),
                    "columns": [{"name": "id", "type": "UInt64"}],
                    "topics": [{"name": "elsewhere"}],
                    "data_format": "CSV",
                    "group_name": "not ours",
                })
            })
            .collect();
        simulator.set_user_config(json!({"tables": others})).await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));

        terraform.apply().await.failed().tells(&["Aiven refuses table `events`", "is too long"]);
        assert_eq!(simulator.tables().await, json!(others));
        assert_eq!(terraform.attributes(&address("events")).await, Value::Null);
    }
}
