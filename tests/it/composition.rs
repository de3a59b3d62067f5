//! Tables among other things: values known only at apply, loops, several providers in one configuration, many tables
//! at once.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::harness::{INTEGRATION, Simulator, Terraform, cores, minimal_table, repository, resource, table};

/// The tables by name. Which of several is written first is a matter of timing.
fn by_name(tables: &Value) -> BTreeMap<String, Value> {
    let tables = tables.as_array().cloned().expect("tables is an array");
    tables.into_iter().map(|table| (table["name"].to_string(), table)).collect()
}

#[tokio::test]
async fn an_integration_that_is_made_in_the_same_apply_is_planned_without_a_request() {
    let made = format!("resource \"terraform_data\" \"made\" {{\n  input = \"demo/{INTEGRATION}\"\n}}\n");
    let literal = format!("\"{INTEGRATION}\"");
    for core in cores() {
        let simulator = Simulator::start().await;
        let table = table("events", "one").replace(&literal, "terraform_data.made.output");
        let terraform = Terraform::new(&core, &simulator, &[made.clone(), table].concat());
        terraform.run(&["plan", "-out=plan"]).await.succeeded();
        assert_eq!(simulator.requests().await, Vec::<String>::new());

        terraform.run(&["apply", "plan"]).await.succeeded();
        assert_eq!(simulator.tables().await[0]["name"], "events");
        terraform.assert_plan_is_empty().await;
        let attributes = terraform.attributes("aiven_clickhouse_kafka_table.events").await;
        assert_eq!(attributes["id"], format!("demo/{INTEGRATION}/events"));
    }
}

#[tokio::test]
async fn the_documented_json_feeds_a_loop_unchanged() {
    let documented =
        fs::read_to_string(repository().join("examples/quickstart/tables.json")).expect("a file");
    let documented: Value = serde_json::from_str(&documented).expect("JSON");
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::offline(&core)
            .talking_to(&simulator)
            .with("TF_VAR_project", "demo")
            .with("TF_VAR_service_integration_id", INTEGRATION);
        terraform.copy_example("quickstart");
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(by_name(&simulator.tables().await), by_name(&documented["tables"]));
    }
}

#[tokio::test]
async fn two_provider_processes_share_one_integration() {
    // Each alias is a process of its own. The latency makes their reads and writes meet.
    let aliases = ["one", "two"]
        .map(|alias| format!("provider \"aiven\" {{\n  alias = {alias:?}\n  settle = \"never\"\n}}\n"))
        .concat();
    let tables = |group: &str| -> String {
        let each = (0..10).map(|number| {
            let alias = if number % 2 == 0 { "provider = aiven.one" } else { "provider = aiven.two" };
            let mut table = minimal_table(&format!("t{number}"));
            table["group_name"] = json!(group);
            resource(&format!("t{number}"), &table, alias)
        });
        each.collect()
    };
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.set(json!({"latency_ms": 40})).await;
        let terraform = Terraform::new(&core, &simulator, "");
        for group in ["one", "two"] {
            terraform.configure(&[aliases.as_str(), &tables(group)].concat());
            terraform.apply().await.succeeded();
            let stored = by_name(&simulator.tables().await);
            assert_eq!(stored.len(), 10);
            assert!(stored.values().all(|table| table["group_name"] == group), "{stored:#?}");
        }
        terraform.assert_plan_is_empty().await;
        terraform.destroy().await.succeeded();
        assert_eq!(simulator.tables().await, json!([]));
    }
}

#[tokio::test]
async fn the_provider_works_under_a_local_name_of_its_own() {
    // As where the official provider has the name `aiven`; here that is a second name of ours.
    let source = "{ source = \"terraform.local/community/aiven-clickhouse-kafka\" }";
    let header = format!(
        "terraform {{\n  required_providers {{\n    aiven = {source}\n    aiven-clickhouse-kafka = {source}\n  }}\n}}\n\
         provider \"aiven-clickhouse-kafka\" {{}}\n"
    );
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, "");
        let ours = resource("events", &minimal_table("events"), "provider = aiven-clickhouse-kafka");
        terraform.write("main.tf", &[header.as_str(), &ours].concat());
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.tables().await, json!([minimal_table("events")]));
    }
}

#[tokio::test]
async fn a_change_of_the_timeouts_alone_is_not_written() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let minimal = minimal_table("events");
        let terraform = Terraform::new(&core, &simulator, &resource("events", &minimal, ""));
        terraform.apply().await.succeeded();
        let timeouts = "timeouts {\n    create = \"1m\"\n    update = \"1h30m\"\n  }";
        for more in [timeouts, ""] {
            terraform.configure(&resource("events", &minimal, more));
            let changes = terraform.planned_changes().await;
            assert_eq!(changes[0]["change"]["actions"], json!(["update"]), "{changes:#?}");
            terraform.run(&["apply", "plan"]).await.succeeded();
            terraform.assert_plan_is_empty().await;
        }
        assert_eq!(simulator.writes().await, 1);
    }
}

#[tokio::test]
async fn many_tables_of_one_apply_share_a_few_writes() {
    let configuration: String = (0..40).map(|number| table(&format!("t{number}"), "one")).collect();
    for core in cores() {
        let simulator = Simulator::start().await;
        // Long enough for Terraform to hand over every table while the first request is on its way.
        simulator.set(json!({"latency_ms": 200})).await;
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.run(&["apply", "-auto-approve", "-parallelism=40"]).await.succeeded();
        assert_eq!(by_name(&simulator.tables().await).len(), 40);
        let writes = simulator.writes().await;
        assert!(writes <= 20, "{writes} writes for 40 tables");
        terraform.assert_plan_is_empty().await;
    }
}
