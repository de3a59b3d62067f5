//! `terraform query`: what it finds, what it says of what it cannot show, and what it writes with
//! `-generate-config-out`.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{
    EXTERNAL_INTEGRATION, INTEGRATION, OWN_LOCAL_NAME, Output, Simulator, Terraform, minimal_table,
    newest_core,
};

use super::{assert_adopted, inhabited, world};

const IN_INTEGRATION: &str = "service_integration_id = \"00000000-0000-4000-8000-000000000001\"";
const OF_SERVICE: &str = "clickhouse_service_name = \"clickhouse\"";

/// A working folder in which this is to be searched for.
fn searching(simulator: &Simulator, place: &str, arguments: &str) -> Terraform {
    let terraform = Terraform::new(&newest_core(), simulator, "");
    let search = format!(
        "list \"aiven_clickhouse_kafka_table\" \"found\" {{\n  provider = aiven\n  {arguments}\n  config {{\n    \
         project = \"demo\"\n    {place}\n  }}\n}}\n"
    );
    terraform.write("tables.tfquery.hcl", &search);
    terraform
}

/// What was found, in the form of `terraform query -json`.
fn found(output: &Output) -> Vec<Value> {
    let lines = output.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter(|line| line["type"] == "list_resource_found")
        .map(|line| line["list_resource_found"].clone())
        .collect()
}

fn names(found: &[Value]) -> Vec<&str> {
    found.iter().filter_map(|found| found["display_name"].as_str()).collect()
}

const QUERY: [&str; 2] = ["query", "-json"];
const GENERATE: [&str; 2] = ["query", "-generate-config-out=generated.tf"];

#[tokio::test]
async fn a_query_writes_configuration_that_takes_all_tables_as_they_are() {
    let simulator = inhabited().await;
    let terraform = searching(&simulator, IN_INTEGRATION, "limit = 400");
    terraform.write("main.tf", OWN_LOCAL_NAME);
    let search = fs::read_to_string(terraform.path().join("tables.tfquery.hcl")).expect("a file");
    terraform.write("tables.tfquery.hcl", &search.replace("= aiven\n", "= aiven-clickhouse-kafka\n"));
    terraform.run(&GENERATE).await.succeeded();
    assert_eq!(simulator.requests().await, ["GET 200"]);
    terraform.apply().await.succeeded();
    assert_adopted(&terraform, &simulator).await;
}

#[tokio::test]
async fn a_query_of_a_service_does_so_as_well_under_another_local_name() {
    let simulator = inhabited().await;
    let terraform = searching(&simulator, OF_SERVICE, "limit = 400");
    terraform.run(&GENERATE).await.succeeded();
    assert_eq!(simulator.requests().await, ["GET 200"]);
    // The command of the guide to adopting; a line of the kind is in each resource and in each `import` block.
    let delete = "sed -i.bak '/^  provider  *= aiven-clickhouse-kafka$/d' generated.tf";
    assert_eq!(terraform.shell(delete, &simulator).await.code, 0);
    let lines = |name| fs::read_to_string(terraform.path().join(name)).expect("a file").lines().count();
    assert_eq!(lines("generated.tf.bak") - lines("generated.tf"), 2 * world::TABLES);
    terraform.apply().await.succeeded();
    assert_adopted(&terraform, &simulator).await;
}

#[tokio::test]
async fn all_kafka_integrations_of_a_service_are_searched_with_one_request() {
    let simulator = Simulator::start().await;
    simulator.set_user_config(json!({"tables": [minimal_table("events")]})).await;
    simulator.set_other_user_config(json!({"tables": [minimal_table("events")]})).await;
    let output = searching(&simulator, OF_SERVICE, "").run(&QUERY).await.succeeded();
    let found = found(&output);
    assert_eq!(names(&found), ["events (from kafka)", "events (from self-hosted)"]);
    for (found, integration) in found.iter().zip([INTEGRATION, EXTERNAL_INTEGRATION]) {
        let identity = json!({"project": "demo", "service_integration_id": integration, "name": "events"});
        assert_eq!(found["identity"], identity);
        assert!(found["resource_object"].is_null(), "{found}");
    }
    assert_eq!(output.diagnostics(), Vec::<String>::new());
    assert_eq!(simulator.requests().await, ["GET 200"]);
}

#[tokio::test]
async fn whole_tables_are_shown_to_whoever_wants_them() {
    for place in [IN_INTEGRATION, OF_SERVICE] {
        let simulator = Simulator::start().await;
        let mut table = minimal_table("events");
        table["num_consumers"] = json!(1);
        table["max_block_size"] = json!(7);
        simulator.set_user_config(json!({"tables": [table]})).await;
        let output = searching(&simulator, place, "include_resource = true").run(&QUERY).await.succeeded();
        let found = found(&output);
        let object = &found[0]["resource_object"];
        assert_eq!(object["id"], format!("demo/{INTEGRATION}/events"));
        assert_eq!(object["database_name"], "service_kafka");
        assert_eq!((&object["num_consumers"], &object["max_block_size"]), (&Value::Null, &json!(7)));
    }
}

#[tokio::test]
async fn what_cannot_be_shown_is_named_and_the_rest_is_found() {
    for place in [IN_INTEGRATION, OF_SERVICE] {
        let simulator = Simulator::start().await;
        let tables =
            json!([{"columns": []}, minimal_table("events"), {"name": "lacking"}, minimal_table("orders")]);
        simulator.set_user_config(json!({"tables": tables})).await;
        // An integration whose document is none is left out as a whole, but only where others are looked at, too.
        simulator.set_other_user_config(json!({"tables": 7})).await;
        let output = searching(&simulator, place, "").run(&QUERY).await.succeeded();
        assert_eq!(found(&output).len(), 2, "{output}");
        let told = output.diagnostics();
        let mut expected =
            vec!["Warning: Element 0 of `tables` of integration", "Warning: Table `lacking` of integration"];
        if place == OF_SERVICE {
            expected
                .push("Warning: The tables of integration 00000000-0000-4000-8000-000000000002 are left out");
        }
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for expected in expected {
            assert!(told.iter().any(|told| told.contains(expected)), "{expected}: {told:#?}");
        }
    }
}

#[tokio::test]
async fn limits_and_faults_are_waited_out() {
    for place in [IN_INTEGRATION, OF_SERVICE] {
        let simulator = Simulator::start().await;
        simulator.set_user_config(json!({"tables": [minimal_table("events")]})).await;
        let limited = json!({"kind": "status", "code": 429, "headers": {"retry-after": "1"}});
        simulator.add_fault(json!({"method": "GET", "fault": limited})).await;
        simulator.add_fault(json!({"method": "GET", "fault": {"kind": "html"}})).await;
        let output = searching(&simulator, place, "").run(&QUERY).await.succeeded();
        assert_eq!(names(&found(&output)).len(), 1, "{output}");
        assert_eq!(output.diagnostics(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_search_that_cannot_be_made_says_why() {
    let simulator = Simulator::start().await;
    for (place, told) in [
        (
            "clickhouse_service_name = \"elsewhere\"",
            vec![
                "The integrations of service `elsewhere` could not be read",
                "avn service list --project demo",
            ],
        ),
        (
            "service_integration_id = \"00000000-0000-4000-8000-000000000003\"",
            vec!["The tables of integration", "type `metrics`"],
        ),
        (
            "service_integration_id = \"00000000-0000-4000-8000-00000000000f\"",
            vec!["The integration does not exist", "avn service integration-list"],
        ),
    ] {
        searching(&simulator, place, "").run(&["query"]).await.failed().tells(&told);
    }
    // A service from which data comes is an easy slip.
    let output =
        searching(&simulator, "clickhouse_service_name = \"kafka\"", "").run(&QUERY).await.succeeded();
    let told = output.diagnostics();
    assert!(
        told.iter().any(|told| told.contains("No Kafka integration ends at service `kafka`")),
        "{told:?}"
    );
}

#[tokio::test]
async fn exactly_one_place_is_searched() {
    let simulator = Simulator::start().await;
    for (place, told) in
        [("", "Neither is set"), (&*format!("{IN_INTEGRATION}\n{OF_SERVICE}"), "Both are set")]
    {
        let terraform = searching(&simulator, place, "");
        terraform.run(&["validate", "-query"]).await.failed().tells(&["Exactly one of", told]);
    }
    assert_eq!(simulator.requests().await, Vec::<String>::new());
}
