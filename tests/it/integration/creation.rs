//! Making an integration: how many requests that takes, and what comes of it when something goes wrong.

use serde_json::{Value, json};

use super::{ADDRESS, integration, made, managed, world};
use crate::harness::{ENDPOINT, EXTERNAL_INTEGRATION, INTEGRATION, Simulator, Terraform, cores};

#[tokio::test]
async fn an_integration_that_is_active_at_once_takes_two_requests() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        assert_eq!(simulator.requests().await, ["GET 200", "POST 200"]);
        let body = &simulator.log().await.writes()[0].body.clone();
        let expected = json!({
            "integration_type": "clickhouse_kafka",
            "source_service": "events-kafka",
            "source_endpoint_id": null,
            "dest_service": "clickhouse",
            "dest_endpoint_id": null,
            "user_config": {},
        });
        assert_eq!(serde_json::from_str::<Value>(body).expect("JSON"), expected);
    }
}

#[tokio::test]
async fn an_integration_that_exists_is_shown_with_the_block_that_imports_it() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = integration("kafka_service_name = \"kafka\"", "");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let id = format!("id = \"demo/{INTEGRATION}\"");
        let told =
            ["from Kafka service `kafka` to ClickHouse service `clickhouse` already exists", "import {", &id];
        terraform.apply().await.failed().tells(&told);
        assert_eq!(simulator.writes().await, 0);

        let block = format!("import {{\n  to = {ADDRESS}\n  {id}\n}}\n");
        terraform.configure(&[configuration, block].concat());
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.writes().await, 0);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let nowhere = managed("").replace("\"clickhouse\"", "\"nowhere\"");
        let terraform = Terraform::new(&core, &simulator, &nowhere);
        let told = ["There is no service `nowhere` in project `demo`", "avn service list --project demo"];
        terraform.apply().await.failed().tells(&told);

        terraform.configure(&managed(""));
        let told = ["was not created", "Nothing was changed", "Service 'events-kafka' does not exist"];
        terraform.apply().await.failed().tells(&told);

        let source = format!("kafka_endpoint_id = \"{}\"", ENDPOINT.replace("0101", "0999"));
        terraform.configure(&integration(&source, ""));
        terraform.apply().await.failed().tells(&["was not created", "endpoint not found"]);
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_for_and_never_asked_for_again() {
    for core in cores() {
        let simulator = world().await;
        simulator.add_fault(json!({"method": "POST", "fault": {"kind": "reset_after"}})).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        assert_eq!(simulator.writes().await, 1);
        assert_eq!(made(&simulator).await.len(), 1);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_request_that_never_arrived_leaves_nothing_behind() {
    for core in cores() {
        let simulator = world().await;
        simulator.add_fault(json!({"method": "POST", "fault": {"kind": "reset_before"}})).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.failed().tells(&["may or may not have been created", "Apply again"]);
        assert_eq!(simulator.writes().await, 1);
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);
        terraform.apply().await.succeeded();
    }
}

#[tokio::test]
async fn a_failure_is_told_in_aivens_words_and_the_integration_is_not_forgotten() {
    for core in cores() {
        let simulator = world().await;
        let status = json!({"state": {"status": "failed", "errors": ["no route to the brokers"]}});
        simulator.set(json!({"activation": {"gets": 1000}, "integration_status": status})).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        let told = ["was created, but is not active", "no route to the brokers", "terraform untaint"];
        terraform.apply().await.failed().tells(&told);
        let id = made(&simulator).await[0]["service_integration_id"].clone();
        assert_eq!(terraform.attributes(ADDRESS).await["service_integration_id"], id);

        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["delete", "create"]));
        terraform.run(&["untaint", ADDRESS]).await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn the_wait_ends_with_the_time_that_is_allowed() {
    for core in cores() {
        let simulator = world().await;
        simulator.set(json!({"activation": {"gets": 1000}})).await;
        let terraform = Terraform::new(&core, &simulator, &managed("timeouts {\n    create = \"1s\"\n  }"));
        terraform.apply().await.failed().tells(&[
            "is not active",
            "The time for this operation is over",
            "`create`",
        ]);
        assert_eq!(terraform.attributes(ADDRESS).await["active"], false);
        terraform.destroy().await.succeeded();
        assert_eq!(made(&simulator).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_interrupt_ends_the_wait_and_the_integration_is_not_forgotten() {
    for core in cores() {
        let simulator = world().await;
        simulator.set(json!({"activation": {"gets": 1_000_000}})).await;
        // The first look of the wait is held, so that the interrupt surely comes during it.
        let rule =
            json!({"method": "GET", "path_contains": "/demo/integration/", "fault": {"kind": "hold_before"}});
        simulator.add_fault(rule).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        let running = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        running.interrupt().await;
        running.output().await.failed().tells(&["is not active", "Terraform was interrupted", "untaint"]);
        simulator.release().await;
        let id = made(&simulator).await[0]["service_integration_id"].clone();
        assert_eq!(terraform.attributes(ADDRESS).await["service_integration_id"], id);
    }
}

#[tokio::test]
async fn a_rate_limit_is_waited_out() {
    let limit = json!({"limit": 1, "window_ms": 1500, "wait": "none"});
    for core in cores() {
        let simulator = world().await;
        simulator.set(json!({"rate_limit": limit})).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        simulator.set(json!({"rate_limit": null})).await;
        assert_eq!(made(&simulator).await.len(), 1);
    }
}

#[tokio::test]
async fn another_source_is_another_integration() {
    for core in cores() {
        let simulator = world().await;
        simulator.add_service("orders-kafka", "kafka").await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        let first = made(&simulator).await[0]["service_integration_id"].clone();
        terraform.configure(&integration("kafka_service_name = \"orders-kafka\"", ""));
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["delete", "create"]));
        assert_eq!(changes[0]["change"]["replace_paths"], json!([["kafka_service_name"]]));
        terraform.apply().await.succeeded();
        let made = made(&simulator).await;
        assert_eq!((made.len(), &made[0]["source_service"]), (1, &json!("orders-kafka")));
        assert_ne!(made[0]["service_integration_id"], first);
    }
}

#[tokio::test]
async fn an_integration_that_does_not_work_any_more_plans_no_change() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        let mut inactive = made(&simulator).await[0].clone();
        inactive["active"] = json!(false);
        let fault = json!({"kind": "status", "code": 200, "body": {"service_integration": inactive}});
        let rule =
            json!({"method": "GET", "path_contains": "/demo/integration/", "times": null, "fault": fault});
        simulator.add_fault(rule).await;
        terraform.assert_plan_is_empty().await;
        terraform.run(&["apply", "-refresh-only", "-auto-approve"]).await.succeeded();
        assert_eq!(terraform.attributes(ADDRESS).await["active"], false);
    }
}

#[tokio::test]
async fn what_could_not_be_looked_for_is_not_said_to_be_absent() {
    for core in cores() {
        let simulator = world().await;
        simulator.add_fault(json!({"method": "POST", "fault": {"kind": "reset_before"}})).await;
        let denied = json!({"kind": "status", "code": 403, "body": {"message": "no more"}});
        let list = "/service/clickhouse/integration";
        let rule = json!({"method": "GET", "path_contains": list, "skip": 1, "times": null, "fault": denied});
        simulator.add_fault(rule).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        let told = ["may or may not have been created", "could not be seen: access denied", "no more"];
        let output = terraform.apply().await.failed().tells(&told);
        assert!(!output.message().contains("is not there"), "{output}");
    }
}

#[tokio::test]
async fn a_list_that_still_shows_the_integration_that_is_replaced_is_asked_again() {
    for core in cores() {
        let simulator = world().await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.succeeded();
        let old = made(&simulator).await;
        let list = json!({"kind": "status", "code": 200, "body": {"service_integrations": old}});
        let path = "/service/clickhouse/integration";
        simulator.add_fault(json!({"method": "GET", "path_contains": path, "times": 2, "fault": list})).await;
        let replace = format!("-replace={ADDRESS}");
        terraform.run(&["apply", "-auto-approve", &replace]).await.succeeded();
        let new = made(&simulator).await;
        assert_eq!(new.len(), 1);
        assert_ne!(new[0]["service_integration_id"], old[0]["service_integration_id"]);
    }
}

#[tokio::test]
async fn a_conflict_that_is_about_something_else_is_told_in_aivens_words() {
    for core in cores() {
        let simulator = world().await;
        let body = json!({"message": "The service is rebuilding"});
        let conflict = json!({"kind": "status", "code": 409, "body": body});
        simulator.add_fault(json!({"method": "POST", "fault": conflict})).await;
        let terraform = Terraform::new(&core, &simulator, &managed(""));
        terraform.apply().await.failed().tells(&["was not created", "The service is rebuilding"]);
    }
}

/// An integration from the endpoint that is there from the start.
fn external() -> String {
    integration(&format!("kafka_endpoint_id = \"{ENDPOINT}\""), "")
}

#[tokio::test]
async fn a_name_that_the_answer_leaves_out_is_asked_for() {
    for core in cores() {
        let simulator = world().await;
        let bare = json!({"service_integration": {
            "service_integration_id": EXTERNAL_INTEGRATION.replace("0002", "0042"),
            "integration_type": "clickhouse_kafka",
            "active": true,
            "enabled": true,
        }});
        simulator
            .add_fault(
                json!({"method": "POST", "fault": {"kind": "status", "code": 200, "body": bare.clone()}}),
            )
            .await;
        let nothing = json!({"kind": "status", "code": 200, "body": {"service_integrations": []}});
        let list = "/service/clickhouse/integration";
        simulator.add_fault(json!({"method": "GET", "path_contains": list, "fault": nothing})).await;
        let terraform = Terraform::new(&core, &simulator, &external());
        terraform.apply().await.succeeded();
        let expected = [json!("self-hosted"), json!("endpoint_self-hosted")];
        let names = ["kafka_endpoint_name", "database_name"];
        let attributes = terraform.attributes(ADDRESS).await;
        assert_eq!(names.map(|name| attributes[name].clone()), expected);

        // Once it is known, it is kept.
        let answer = json!({"kind": "status", "code": 200, "body": bare});
        let rule =
            json!({"method": "GET", "path_contains": "/demo/integration/", "times": null, "fault": answer});
        simulator.add_fault(rule).await;
        simulator.clear_log().await;
        terraform.assert_plan_is_empty().await;
        terraform.run(&["apply", "-refresh-only", "-auto-approve"]).await.succeeded();
        let attributes = terraform.attributes(ADDRESS).await;
        assert_eq!(names.map(|name| attributes[name].clone()), expected);
        assert_eq!(simulator.requests().await, ["GET 200", "GET 200"]);
    }
}
