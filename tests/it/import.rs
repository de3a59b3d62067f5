//! Taking over tables that are there already: every way Terraform has of naming them, and what the first plan after
//! it says. Nothing is written unless something is missing.

use serde_json::{Value, json};

use crate::harness::{
    INTEGRATION, OWN_LOCAL_NAME, Simulator, Terraform, cores, full_table, import_block, minimal_table,
    resource,
};

const ADDRESS: &str = "aiven_clickhouse_kafka_table.events";

fn identifier(name: &str) -> String {
    format!("demo/{INTEGRATION}/{name}")
}

/// A simulator with these tables, which nobody manages yet.
async fn simulator_with(tables: Value) -> Simulator {
    let simulator = Simulator::start().await;
    simulator.set_user_config(json!({"tables": tables})).await;
    simulator
}

/// The actions of the one change that is planned.
async fn planned_actions(terraform: &Terraform) -> Value {
    let changes = terraform.planned_changes().await;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    changes[0]["change"]["actions"].clone()
}

#[tokio::test]
async fn import_by_id_needs_no_change_afterwards() {
    for core in cores() {
        for table in [full_table("events"), minimal_table("events")] {
            let simulator = simulator_with(json!([table])).await;
            let terraform = Terraform::new(&core, &simulator, &resource("events", &table, ""));
            terraform.run(&["import", ADDRESS, &identifier("events")]).await.succeeded();
            terraform.assert_plan_is_empty().await;
            let attributes = terraform.attributes(ADDRESS).await;
            assert_eq!(attributes["id"], identifier("events"));
            assert_eq!(attributes["database_name"], "service_kafka");
            assert_eq!(simulator.writes().await, 0);
        }
    }
}

#[tokio::test]
async fn import_by_a_block_takes_every_name() {
    for core in cores() {
        for name in ["events", "a/b//c", "100%", "%2F", "a b/"] {
            let table = full_table(name);
            let simulator = simulator_with(json!([minimal_table("other"), table])).await;
            let configuration = [resource("events", &table, ""), import_block("events", name)].concat();
            let terraform = Terraform::new(&core, &simulator, &configuration);
            assert_eq!(terraform.planned_changes().await, Vec::<Value>::new(), "{name}");
            terraform.run(&["apply", "plan"]).await.succeeded();
            terraform.assert_plan_is_empty().await;
            assert_eq!(terraform.attributes(ADDRESS).await["id"], identifier(name));
            assert_eq!(simulator.writes().await, 0);
        }
    }
}

#[tokio::test]
async fn import_by_identity_takes_the_integration_in_any_letter_case() {
    for core in cores().into_iter().filter(|core| core.at_least(1, 12)) {
        for integration in [INTEGRATION.to_owned(), INTEGRATION.to_uppercase()] {
            let table = full_table("a/b%");
            let simulator = simulator_with(json!([table])).await;
            let block = format!(
                r#"
import {{
  to = {ADDRESS}
  identity = {{
    project                = "demo"
    service_integration_id = "{integration}"
    name                   = "a/b%"
  }}
}}
"#
            );
            let terraform =
                Terraform::new(&core, &simulator, &[resource("events", &table, ""), block].concat());
            assert_eq!(terraform.planned_changes().await, Vec::<Value>::new());
            terraform.run(&["apply", "plan"]).await.succeeded();
            terraform.assert_plan_is_empty().await;
            assert_eq!(terraform.attributes(ADDRESS).await["id"], identifier("a/b%"));
            assert_eq!(simulator.writes().await, 0);
        }
    }
}

#[tokio::test]
async fn a_default_spelled_out_is_one_update_that_writes_only_what_is_missing() {
    let lacking = minimal_table("events");
    let mut spelled = lacking.clone();
    spelled["num_consumers"] = json!(1);
    spelled["auto_offset_reset"] = json!("earliest");
    for core in cores() {
        for (stored, writes) in [(&lacking, 1), (&spelled, 0)] {
            let simulator = simulator_with(json!([stored])).await;
            let terraform = Terraform::new(&core, &simulator, &resource("events", &spelled, ""));
            terraform.run(&["import", ADDRESS, &identifier("events")]).await.succeeded();
            assert_eq!(planned_actions(&terraform).await, json!(["update"]));
            terraform.run(&["apply", "plan"]).await.succeeded();
            terraform.assert_plan_is_empty().await;
            assert_eq!(simulator.tables().await, json!([spelled]));
            assert_eq!(simulator.writes().await, writes);
        }
    }
}

#[tokio::test]
async fn what_names_no_table_is_refused_with_the_form_of_an_id() {
    for core in cores() {
        let simulator = simulator_with(json!([])).await;
        let configuration = resource("events", &minimal_table("events"), "");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let no_name = format!("demo/{INTEGRATION}/");
        for id in ["events", "demo/events", "demo/not-a-uuid/events", no_name.as_str()] {
            let output = terraform.run(&["import", ADDRESS, id]).await.failed();
            assert!(output.stderr.contains("This is not the ID of a ClickHouse Kafka table"), "{output}");
            assert!(output.stderr.contains("PROJECT/SERVICE_INTEGRATION_ID/NAME"), "{output}");
        }
        assert_eq!(simulator.requests().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_table_that_is_not_there_is_not_imported() {
    for core in cores() {
        let simulator = simulator_with(json!([minimal_table("other")])).await;
        let configuration = resource("events", &minimal_table("events"), "");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let output = terraform.run(&["import", ADDRESS, &identifier("events")]).await.failed();
        assert!(output.stderr.contains("Cannot import non-existent remote object"), "{output}");
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);

        terraform.configure(&[configuration, import_block("events", "events")].concat());
        terraform.run(&["plan"]).await.failed();
    }
}

#[tokio::test]
async fn a_generated_configuration_applies_without_a_change() {
    for core in cores() {
        let mut with_defaults = minimal_table("spelled");
        with_defaults["num_consumers"] = json!(1);
        with_defaults["thread_per_consumer"] = json!(false);
        let tables = json!([full_table("full"), minimal_table("minimal"), with_defaults]);
        let simulator = simulator_with(tables.clone()).await;
        let terraform = Terraform::new(&core, &simulator, "");
        let blocks = ["full", "minimal", "spelled"].map(|name| import_block(name, name)).concat();
        let blocks = blocks.replace("import {", "import {\n  provider = aiven-clickhouse-kafka");
        terraform.write("main.tf", &[OWN_LOCAL_NAME, &blocks].concat());
        terraform.run(&["plan", "-generate-config-out=generated.tf"]).await.succeeded();
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.tables().await, tables);
        assert_eq!(simulator.writes().await, 0);
    }
}
