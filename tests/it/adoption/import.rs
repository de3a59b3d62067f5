//! One generic resource and one `import` block, both with `for_each` over the data source of all tables: the example
//! of its page, as it stands there.

use crate::harness::{Terraform, cores};

use super::{assert_adopted, example, inhabited, world};

#[tokio::test]
async fn import_with_for_each_takes_all_tables_as_they_are() {
    for core in cores() {
        let simulator = inhabited().await;
        let configuration = example("data-sources/aiven_clickhouse_kafka_tables/data-source.tf");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let output = terraform.apply().await.succeeded();
        let summary = format!("{} imported, 0 added, 0 changed, 0 destroyed", world::TABLES);
        assert!(output.stdout.contains(&summary), "{output}");
        // Reads within ten seconds share one request, and Terraform may take its time.
        let requests = simulator.requests().await;
        assert!(requests.len() <= world::TABLES / 4, "{requests:?}");
        assert_adopted(&terraform, &simulator).await;
    }
}
