//! `terraform query`, and what it writes with `-generate-config-out`.

use crate::harness::{Terraform, newest_core};

use super::{assert_adopted, example, inhabited, world};

#[tokio::test]
async fn a_query_writes_configuration_that_takes_all_tables_as_they_are() {
    let simulator = inhabited().await;
    let terraform = Terraform::new(&newest_core(), &simulator, "");
    let searches = example("list-resources/aiven_clickhouse_kafka_table/list-resource.tfquery.hcl");
    terraform.write("tables.tfquery.hcl", &searches);
    let output = terraform.run(&["query", "-generate-config-out=generated.tf"]).await.succeeded();
    println!("{output}");
    println!("{}", std::fs::read_to_string(terraform.path().join("generated.tf")).expect("x"));
    assert!(world::TABLES == 0);
    terraform.apply().await.succeeded();
    assert_adopted(&terraform, &simulator).await;
}
