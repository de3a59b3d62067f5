//! What makes a table another table, and what is merely another spelling of the same one.

use serde_json::{Value, json};

use crate::harness::{INTEGRATION, Simulator, Terraform, cores, minimal_table, resource, table};

const ADDRESS: &str = "aiven_clickhouse_kafka_table.events";

/// The seed's integration from a Kafka outside Aiven.
const EXTERNAL: &str = "00000000-0000-4000-8000-000000000002";

#[tokio::test]
async fn each_of_the_three_that_name_a_table_forces_a_replacement() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = table("events", "one");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();

        for (attribute, from, to) in [
            ("name", r#"= "events""#, r#"= "renamed""#),
            ("project", r#"= "demo""#, r#"= "another""#),
            ("service_integration_id", INTEGRATION, EXTERNAL),
        ] {
            terraform.configure(&configuration.replace(from, to));
            let changes = terraform.planned_changes().await;
            assert_eq!(changes.len(), 1, "{changes:#?}");
            let change = &changes[0]["change"];
            assert_eq!(change["actions"], json!(["delete", "create"]), "{attribute}");
            assert_eq!(change["replace_paths"], json!([[attribute]]));
        }
    }
}

#[tokio::test]
async fn a_move_to_another_integration_takes_the_table_along() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = table("events", "one");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();

        terraform.configure(&configuration.replace(INTEGRATION, EXTERNAL));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.tables().await, json!([]));
        let attributes = terraform.attributes(ADDRESS).await;
        assert_eq!(attributes["id"], format!("demo/{EXTERNAL}/events"));
        assert_eq!(attributes["database_name"], "endpoint_self-hosted");
    }
}

#[tokio::test]
async fn every_spelling_of_the_integration_is_one_value() {
    let id = "abcdef01-2345-4abc-8def-0123456789ab";
    let spellings =
        [id.to_owned(), id.to_uppercase(), format!("demo/{id}"), format!("demo/{}", id.to_uppercase())];
    // The seed's UUID has no letters, so nothing but the plan is looked at where the letter case matters.
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = table("events", "one");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        for first in [INTEGRATION.to_owned(), format!("demo/{INTEGRATION}")] {
            terraform.configure(&configuration.replace(INTEGRATION, &first));
            terraform.apply().await.succeeded();
            for second in [INTEGRATION.to_owned(), format!("demo/{INTEGRATION}")] {
                terraform.configure(&configuration.replace(INTEGRATION, &second));
                terraform.assert_plan_is_empty().await;
            }
            assert_eq!(terraform.attributes(ADDRESS).await["service_integration_id"], first);
            assert_eq!(terraform.attributes(ADDRESS).await["id"], format!("demo/{INTEGRATION}/events"));
            terraform.destroy().await.succeeded();
        }
        for spelling in &spellings {
            terraform.configure(&configuration.replace(INTEGRATION, spelling));
            let changes = terraform.planned_changes().await;
            let after = &changes[0]["change"]["after"];
            assert_eq!(after["service_integration_id"], json!(spelling));
            assert_eq!(after["id"], format!("demo/{id}/events"));
        }
    }
}

#[tokio::test]
async fn an_integration_of_another_project_is_refused_offline() {
    for core in cores() {
        let terraform = Terraform::offline(&core);
        let other = format!("elsewhere/{INTEGRATION}");
        terraform.configure(&table("events", "one").replace(INTEGRATION, &other));
        let output = terraform.run(&["validate", "-json"]).await.failed();
        let summary = "The integration is in project `elsewhere`, not in `demo`";
        assert!(output.stdout.contains(summary), "{output}");
    }
}

#[tokio::test]
async fn a_new_name_can_be_created_before_the_old_one_is_destroyed() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let lifecycle = "lifecycle {\n    create_before_destroy = true\n  }";
        let named = |name: &str| resource("events", &minimal_table(name), lifecycle);
        let terraform = Terraform::new(&core, &simulator, &named("old"));
        terraform.apply().await.succeeded();

        terraform.configure(&named("new"));
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["create", "delete"]));
        terraform.run(&["apply", "plan"]).await.succeeded();
        assert_eq!(simulator.tables().await, json!([minimal_table("new")]));
        terraform.assert_plan_is_empty().await;
        let attributes: Value = terraform.attributes(ADDRESS).await;
        assert_eq!(attributes["id"], format!("demo/{INTEGRATION}/new"));
    }
}
