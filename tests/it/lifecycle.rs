//! A table's life from the first apply to the destroy, on every Terraform. `make compat` runs this module alone on
//! each release that can be had.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{INTEGRATION, Simulator, Terraform, cores, table};

fn addresses(changes: &[Value]) -> BTreeSet<&str> {
    changes.iter().filter_map(|change| change["address"].as_str()).collect()
}

#[tokio::test]
async fn lifecycle_of_two_tables() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let both = [table("events", "one"), table("orders", "one")].concat();
        let terraform = Terraform::new(&core, &simulator, &both);

        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        let events = terraform.attributes("aiven_clickhouse_kafka_table.events").await;
        assert_eq!(events["id"], format!("demo/{INTEGRATION}/events"));
        assert_eq!(events["database_name"], "service_kafka");

        terraform.configure(&[table("events", "two"), table("orders", "one")].concat());
        let changes = terraform.planned_changes().await;
        assert_eq!(addresses(&changes), BTreeSet::from(["aiven_clickhouse_kafka_table.events"]));
        assert_eq!(changes[0]["change"]["actions"], json!(["update"]));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;

        terraform.configure(&table("events", "two"));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;

        terraform.destroy().await.succeeded();
        assert_eq!(simulator.tables().await, json!([]));
    }
}

#[tokio::test]
async fn lifecycle_beside_a_foreign_writer() {
    let foreign = json!({
        "name": "foreign",
        "columns": [{"name": "id", "type": "UInt64"}],
        "topics": [{"name": "elsewhere"}],
        "data_format": "CSV",
        "group_name": "not ours",
    });
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.set_user_config(json!({"tables": [foreign]})).await;

        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
        terraform.apply().await.succeeded();
        assert_eq!(simulator.tables().await[0], foreign);
        terraform.destroy().await.succeeded();
        assert_eq!(simulator.tables().await, json!([foreign]));
    }
}

#[tokio::test]
async fn lifecycle_within_an_apply_writes_once_for_many_tables_or_few_times() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let configuration: String = names.iter().map(|name| table(name, "one")).collect();
    for core in cores() {
        let simulator = Simulator::start().await;
        Terraform::new(&core, &simulator, &configuration).apply().await.succeeded();

        // One write for each would mean that edits are not gathered; how many there are exactly is a matter of timing.
        let writes = simulator.writes().await;
        assert!(writes < names.len(), "{writes} writes for {} tables", names.len());
    }
}
