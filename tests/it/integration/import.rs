//! Taking over an integration that is there already.

use serde_json::{Value, json};

use super::{ADDRESS, integration};
use crate::harness::{ENDPOINT, EXTERNAL_INTEGRATION, INTEGRATION, Simulator, Terraform, cores};

/// The two seeded integrations, and the sources that a configuration names for them.
fn seeded() -> [(&'static str, String); 4] {
    [
        (INTEGRATION, "kafka_service_name = \"kafka\"".to_owned()),
        (EXTERNAL_INTEGRATION, format!("kafka_endpoint_id = \"{ENDPOINT}\"")),
        (EXTERNAL_INTEGRATION, format!("kafka_endpoint_id = \"demo/{ENDPOINT}\"")),
        (EXTERNAL_INTEGRATION, format!("kafka_endpoint_id = \"demo/{}\"", ENDPOINT.to_uppercase())),
    ]
}

#[tokio::test]
async fn import_by_id_needs_no_change_afterwards() {
    for core in cores() {
        for (id, source) in seeded() {
            let simulator = Simulator::start().await;
            let terraform = Terraform::new(&core, &simulator, &integration(&source, ""));
            terraform.run(&["import", ADDRESS, &format!("demo/{}", id.to_uppercase())]).await.succeeded();
            terraform.assert_plan_is_empty().await;
            assert_eq!(terraform.attributes(ADDRESS).await["id"], format!("demo/{id}"));
            assert_eq!(simulator.writes().await, 0);
        }
    }
}

#[tokio::test]
async fn import_by_identity_needs_no_change_afterwards() {
    for core in cores().into_iter().filter(|core| core.at_least(1, 12)) {
        for (id, source) in seeded() {
            let simulator = Simulator::start().await;
            let block = format!(
                "import {{\n  to = {ADDRESS}\n  identity = {{\n    project = \"demo\"\n    service_integration_id = \
                 \"{id}\"\n  }}\n}}\n"
            );
            let terraform = Terraform::new(&core, &simulator, &[integration(&source, ""), block].concat());
            assert_eq!(terraform.planned_changes().await, Vec::<Value>::new());
            terraform.run(&["apply", "plan"]).await.succeeded();
            terraform.assert_plan_is_empty().await;
            assert_eq!(simulator.writes().await, 0);
        }
    }
}

#[tokio::test]
async fn a_generated_configuration_applies_without_a_change() {
    let required = "terraform {\n  required_providers {\n    aiven-clickhouse-kafka = { source = \
                    \"terraform.local/community/aiven-clickhouse-kafka\" }\n  }\n}\n";
    for core in cores() {
        let simulator = Simulator::start().await;
        let blocks: String = [("kafka", INTEGRATION), ("outside", EXTERNAL_INTEGRATION)]
            .map(|(label, id)| {
                format!(
                    "import {{\n  provider = aiven-clickhouse-kafka\n  to = \
                     aiven_clickhouse_kafka_integration.{label}\n  id = \"demo/{id}\"\n}}\n"
                )
            })
            .concat();
        let terraform = Terraform::new(&core, &simulator, "");
        terraform.write("main.tf", &[required, &blocks].concat());
        terraform.run(&["plan", "-generate-config-out=generated.tf"]).await.succeeded();
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.writes().await, 0);
    }
}

#[tokio::test]
async fn what_is_no_such_integration_is_not_imported() {
    const METRICS: &str = "00000000-0000-4000-8000-000000000003";
    for core in cores() {
        let simulator = Simulator::start().await;
        let source = "kafka_service_name = \"kafka\"";
        let terraform = Terraform::new(&core, &simulator, &integration(source, ""));
        for (id, told) in [
            ("demo".to_owned(), "PROJECT/SERVICE_INTEGRATION_ID"),
            (INTEGRATION.to_owned(), "This is not the ID of a service integration"),
            (format!("demo/{METRICS}"), "is of type `metrics`"),
            (format!("demo/{}", METRICS.replace("0003", "0009")), "Cannot import non-existent remote object"),
        ] {
            terraform.run(&["import", ADDRESS, &id]).await.failed().tells(&[told]);
        }
    }
}

#[tokio::test]
async fn another_spelling_of_the_endpoint_is_no_change() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, "");
        let [_, (id, bare), (_, long), (_, upper)] = seeded();
        terraform.configure(&integration(&bare, ""));
        terraform.run(&["import", ADDRESS, &format!("demo/{id}")]).await.succeeded();
        for source in [long, upper, bare] {
            terraform.configure(&integration(&source, ""));
            terraform.assert_plan_is_empty().await;
        }
        terraform.configure(&integration("kafka_service_name = \"kafka\"", ""));
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["delete", "create"]), "{changes:#?}");
    }
}
