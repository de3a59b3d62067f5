//! The same ways in a root where the name `aiven` belongs to the official provider, which knows no table: whatever
//! does not name ours fails there.

use std::fs;

use crate::harness::{
    CommandLine, Core, INTEGRATION, Simulator, Terraform, cores, import_block, newest_core,
};

use super::{assert_adopted, example, inhabited};

const BOTH: &str = r#"
terraform {
  required_providers {
    aiven                  = { source = "aiven/aiven" }
    aiven-clickhouse-kafka = { source = "terraform.local/community/aiven-clickhouse-kafka" }
  }
}

provider "aiven" {}
"#;

fn root(core: &Core, simulator: &Simulator) -> Terraform {
    let terraform = Terraform::beside_official(core).talking_to(simulator);
    terraform.write("main.tf", BOTH);
    terraform
}

async fn assert_that_an_apply_adopts(terraform: &Terraform, simulator: &Simulator) {
    terraform.apply().await.succeeded();
    assert_adopted(terraform, simulator).await;
}

#[tokio::test]
async fn a_query_names_the_provider_in_its_list_block() {
    let simulator = inhabited().await;
    let terraform = root(&newest_core(), &simulator);
    let examples = example("list-resources/aiven_clickhouse_kafka_table/list-resource.tfquery.hcl");
    let (of_integration, _) = examples.split_once("# All tables of all").expect("two examples");
    terraform.write("tables.tfquery.hcl", &of_integration.replace("= aiven\n", "= aiven-clickhouse-kafka\n"));
    terraform.run(&["query", "-generate-config-out=tables.tf"]).await.succeeded();
    assert_that_an_apply_adopts(&terraform, &simulator).await;
}

#[tokio::test]
async fn an_export_is_told_the_name() {
    for core in cores() {
        let simulator = inhabited().await;
        let terraform = root(&core, &simulator);
        let arguments = ["export", "--project", "demo", "--integration", INTEGRATION];
        let named = [&arguments[..], &["--provider", "aiven-clickhouse-kafka"]].concat();
        let output = CommandLine::new(&simulator).run(&named).await.succeeded();
        terraform.write("tables.tf", &output.stdout);
        assert_that_an_apply_adopts(&terraform, &simulator).await;
    }
}

#[tokio::test]
async fn an_import_with_for_each_names_the_provider_in_the_data_source_and_the_resource() {
    for core in cores() {
        let simulator = inhabited().await;
        let terraform = root(&core, &simulator);
        let configuration = example("data-sources/aiven_clickhouse_kafka_tables/data-source.tf");
        let named = |line: &str| {
            let block = line.starts_with("data ") || line.starts_with("resource ");
            let provider = if block { "  provider = aiven-clickhouse-kafka\n" } else { "" };
            format!("{line}\n{provider}")
        };
        terraform.write("tables.tf", &configuration.lines().map(named).collect::<String>());
        assert_that_an_apply_adopts(&terraform, &simulator).await;
    }
}

/// The stand-in for the official provider is none if this passes.
#[tokio::test]
async fn an_import_that_does_not_name_the_provider_asks_the_official_one() {
    for core in cores() {
        let simulator = inhabited().await;
        let terraform = root(&core, &simulator);
        terraform.write("import.tf", &import_block("events", "events"));
        let output = terraform.run(&["plan", "-generate-config-out=tables.tf"]).await.failed();
        output.tells(&["does not support resource type"]);
        assert!(!fs::exists(terraform.path().join("tables.tf")).expect("a folder"));
    }
}
