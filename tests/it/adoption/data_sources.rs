//! What the data sources of tables show, and what they say of what they cannot show.

use serde_json::{Value, json};

use crate::harness::{
    INTEGRATION, Simulator, Terraform, cores, full_table, import_block, minimal_table, newest_core, resource,
};

const RESOURCE: &str = "aiven_clickhouse_kafka_table.events";
const SINGLE: &str = "data.aiven_clickhouse_kafka_table.found";
const ALL: &str = "data.aiven_clickhouse_kafka_tables.all";

/// The data source of the table `name`, under a label of its own.
fn single(label: &str, name: &str) -> String {
    format!(
        "\ndata \"aiven_clickhouse_kafka_table\" \"{label}\" {{\n  project = \"demo\"\n  service_integration_id = \
         \"{INTEGRATION}\"\n  name = \"{name}\"\n}}\n"
    )
}

/// The data source of all tables.
fn all() -> String {
    format!(
        "\ndata \"aiven_clickhouse_kafka_tables\" \"all\" {{\n  project = \"demo\"\n  service_integration_id = \
         \"{INTEGRATION}\"\n}}\n"
    )
}

/// A simulator with these tables.
async fn simulator_with(tables: Value) -> Simulator {
    let simulator = Simulator::start().await;
    simulator.set_user_config(json!({"tables": tables})).await;
    simulator
}

#[tokio::test]
async fn a_table_is_shown_as_an_import_finds_it() {
    let mut spelled = minimal_table("events");
    spelled["num_consumers"] = json!(1);
    spelled["of_a_later_version"] = json!(true);
    for core in cores() {
        for (stored, configured) in
            [(&full_table("events"), &full_table("events")), (&spelled, &minimal_table("events"))]
        {
            let simulator = simulator_with(json!([stored])).await;
            let resource = resource("events", configured, "");
            let blocks = [resource, import_block("events", "events"), single("found", "events"), all()];
            let terraform = Terraform::new(&core, &simulator, &blocks.concat());
            terraform.apply().await.succeeded();
            let mut imported = terraform.attributes(RESOURCE).await;
            let attributes = imported.as_object_mut().expect("attributes");
            // Nothing in Aiven tells these.
            for name in ["timeouts", "additional_settings_json", "wait_for_table"] {
                assert!(attributes.remove(name).is_some_and(|value| value.is_null()), "{name}");
            }
            assert_eq!(terraform.attributes(SINGLE).await, imported);
            assert_eq!(terraform.attributes(ALL).await["tables"], json!({"events": imported}));
            assert_eq!(simulator.writes().await, 0);
        }
    }
}

#[tokio::test]
async fn all_that_looks_at_one_integration_shares_one_request() {
    for core in cores() {
        let (orders, events) = (minimal_table("orders"), minimal_table("events"));
        let simulator = simulator_with(json!([orders, events])).await;
        let managed = ["events", "orders"]
            .map(|name| [resource(name, &minimal_table(name), ""), import_block(name, name)].concat());
        let looking = [single("one", "events"), single("two", "orders"), all()];
        let configuration = [managed.concat(), looking.concat()].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();
        simulator.clear_log().await;
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.requests().await, ["GET 200"]);
    }
}

#[tokio::test]
async fn a_name_that_leads_to_no_table_is_an_error_that_helps() {
    let two = json!([minimal_table("events"), minimal_table("orders")]);
    let mut odd = minimal_table("odd");
    odd["num_consumers"] = json!("many");
    let decomposed = minimal_table("e\u{301}");
    let cases = [
        (
            two.clone(),
            "Event",
            vec!["has no table `Event`", "Did you mean `events`?", "letter case included"],
        ),
        (two, "xyz", vec!["has no table `xyz`", "Its tables are `events`, `orders`"]),
        (json!([]), "events", vec!["has no table `events`", "no tables at all"]),
        (
            json!([minimal_table("twice"), minimal_table("twice")]),
            "twice",
            vec!["Table `twice` could not be read", "2 elements", "Delete or rename all but one"],
        ),
        (json!([odd]), "odd", vec!["Table `odd` could not be read", "`num_consumers` is text", "Upgrade"]),
        (json!([decomposed]), "\u{e9}", vec!["Table `\u{e9}` could not be read", "not composed", "Rename"]),
    ];
    let newest = newest_core();
    for (tables, name, told) in cases {
        let simulator = simulator_with(tables).await;
        let terraform = Terraform::new(&newest, &simulator, &single("found", name));
        terraform.run(&["plan"]).await.failed().tells(&told);
    }
}

#[tokio::test]
async fn whatever_is_left_out_is_named_with_a_reason() {
    let mut odd = minimal_table("odd");
    odd["num_consumers"] = json!("many");
    let tables = json!([
        minimal_table("events"),
        minimal_table("twice"),
        minimal_table("twice"),
        {"columns": []},
        odd,
        {"name": "lacking"},
        minimal_table("e\u{301}"),
    ]);
    for core in cores() {
        let simulator = simulator_with(tables.clone()).await;
        let output = format!("{}output \"names\" {{\n  value = keys({ALL}.tables)\n}}\n", all());
        let terraform = Terraform::new(&core, &simulator, &output);
        let output = terraform.run(&["apply", "-auto-approve", "-json"]).await.succeeded();
        let told = output.diagnostics();
        for (summary, reason) in [
            ("Warning: Table `twice` of integration", "2 elements of `tables` have this name"),
            ("Warning: Element 3 of `tables` of integration", "has no name"),
            ("Warning: Table `odd` of integration", "`num_consumers` is text"),
            ("Warning: Table `lacking` of integration", "`columns` is required"),
            ("Warning: Table `e\u{301}` of integration", "not composed"),
        ] {
            let found = told.iter().any(|told| told.contains(summary) && told.contains(reason));
            assert!(found, "{summary}: {reason}: {told:#?}");
        }
        assert_eq!(told.len(), 5, "{told:#?}");
        let state = terraform.attributes(ALL).await;
        let names: Vec<_> = state["tables"].as_object().expect("a map").keys().collect();
        assert_eq!(names, ["events"]);
    }
}

#[tokio::test]
async fn an_integration_that_cannot_be_looked_at_is_an_error_about_the_integration() {
    let core = newest_core();
    for configuration in [single("found", "events"), all()] {
        let simulator = Simulator::start().await;
        let metrics = configuration.replace(INTEGRATION, &INTEGRATION.replace("0001", "0003"));
        let terraform = Terraform::new(&core, &simulator, &metrics);
        terraform.run(&["plan"]).await.failed().tells(&[
            "The tables of integration 00000000-0000-4000-8000-000000000003 could not be read",
            "type `metrics`",
            "Set `service_integration_id` to one of those",
        ]);

        terraform.configure(&configuration);
        let denied = Terraform::new(&core, &simulator, &configuration).with("AIVEN_TOKEN", "wrong");
        denied.run(&["plan"]).await.failed().tells(&["Access denied", "AIVEN_TOKEN"]);

        simulator.delete_integration().await;
        terraform.run(&["plan"]).await.failed().tells(&[
            &format!("The tables of integration {INTEGRATION} could not be read"),
            "The integration does not exist",
            "avn service integration-list",
        ]);
        assert_eq!(simulator.writes().await, 1, "only its own deletion");
    }
}

#[tokio::test]
async fn what_names_no_integration_is_refused_offline() {
    for core in cores() {
        for configuration in [single("found", "events"), all()] {
            let terraform = Terraform::offline(&core);
            terraform.configure(&configuration.replace(INTEGRATION, "kafka-to-clickhouse"));
            terraform.run(&["validate"]).await.failed().tells(&["is not the ID of a service integration"]);
            terraform.configure(&configuration.replace(INTEGRATION, &format!("other/{INTEGRATION}")));
            terraform.run(&["validate"]).await.failed().tells(&["is in project `other`, not in `demo`"]);
        }
    }
}
