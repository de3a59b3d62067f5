//! Messages travel from Kafka to ClickHouse and back through tables that Terraform made, on real engines. What is
//! asserted is what a consumer of the topic or a reader of the stored rows sees; `make demo` tells the longer story.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::harness::{Kafka, Simulator, Terraform, newest_core, resource};

/// Rows arrive within seconds; only what is broken takes longer than this.
const PATIENCE: Duration = Duration::from_mins(1);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// What is there as soon as it is `enough`.
async fn eventually<T: Debug>(what: &str, look: impl AsyncFn() -> T, enough: impl Fn(&T) -> bool) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        let seen = look().await;
        if enough(&seen) {
            return seen;
        }
        assert!(Instant::now() < end, "{what}: after {PATIENCE:?} there was still {seen:?}");
        sleep(BETWEEN_LOOKS).await;
    }
}

async fn number(simulator: &Simulator, sql: &str) -> u64 {
    let rows = simulator.query(sql).await;
    // Numbers of 64 bits may come as text.
    let value = rows.first().map(|row| row[0].to_string()).unwrap_or_default();
    value.trim_matches('"').parse().unwrap_or_else(|error| panic!("{sql}: {error}: {rows:?}"))
}

/// What anybody made in ClickHouse, the tables behind materialized views included.
async fn in_clickhouse(simulator: &Simulator) -> BTreeSet<String> {
    let tables =
        "SELECT database || '.' || name FROM system.tables WHERE database IN ('default', 'service_kafka')";
    simulator.query(tables).await.iter().filter_map(|row| row[0].as_str().map(str::to_owned)).collect()
}

fn orders(columns: Value) -> String {
    let mut table = json!({
        "name": "orders", "topics": [{"name": "shop.orders"}], "data_format": "JSONEachRow", "group_name": "orders",
    });
    table["columns"] = columns;
    resource("orders", &table, "")
}

/// A table whose rows are stored by attribute.
fn receipts() -> String {
    let table = json!({
        "name": "receipts",
        "columns": [{"name": "id", "type": "UInt64"}, {"name": "customer", "type": "String"}],
        "topics": [{"name": "shop.receipts"}],
        "data_format": "CSV",
        "group_name": "receipts",
        "materialized_view": {"view_name": "receipts_stored", "database_name": "default", "order_by": ["id"]},
    });
    resource("receipts", &table, "")
}

#[tokio::test]
async fn messages_travel_to_clickhouse_and_back() {
    let simulator = Simulator::with_data_plane().await;
    let kafka = Kafka::of(&simulator).await;
    let id = json!({"name": "id", "type": "UInt64"});
    let configuration = [orders(json!([id])), receipts()].concat();
    let terraform = Terraform::new(&newest_core(), &simulator, &configuration);
    terraform.apply().await.succeeded();

    // Written by ClickHouse, read by another client of Kafka, and by ClickHouse again, which stores it.
    simulator.query("INSERT INTO service_kafka.receipts (id, customer) VALUES (1, 'Michelangelo')").await;
    let messages = eventually(
        "messages written back",
        async || kafka.read("shop.receipts").await,
        |seen| !seen.is_empty(),
    )
    .await;
    assert_eq!(messages, ["1,\"Michelangelo\""]);
    let stored = async || simulator.query("SELECT id, customer FROM default.receipts_stored").await;
    let rows = eventually("rows stored by attribute", stored, |rows| !rows.is_empty()).await;
    assert_eq!(rows[0][1], "Michelangelo");

    // Written by another client of Kafka, all the time, and stored by way of SQL.
    simulator.query("CREATE TABLE default.stored (id UInt64) ENGINE = MergeTree ORDER BY id").await;
    simulator
        .query(
            "CREATE MATERIALIZED VIEW default.view TO default.stored AS SELECT * FROM service_kafka.orders",
        )
        .await;
    let stream = kafka.stream("shop.orders", |number| json!({"id": number, "currency": "EUR"}).to_string());
    let rows = async || number(&simulator, "SELECT count() FROM default.stored").await;
    eventually("rows stored by SQL", rows, |rows| *rows > 0).await;

    // One column more while they flow, in the order of the guide to reading and storing: the destination comes first.
    simulator.query("ALTER TABLE default.stored ADD COLUMN currency String").await;
    let columns = json!([id, {"name": "currency", "type": "String"}]);
    terraform.configure(&[orders(columns), receipts()].concat());
    terraform.apply().await.succeeded();
    let with_currency =
        async || number(&simulator, "SELECT count() FROM default.stored WHERE currency = 'EUR'").await;
    eventually("rows with the new column", with_currency, |rows| *rows > 0).await;
    let sent = stream.stop().await;
    // None is missing; Kafka promises each at least once.
    let arrived = async || number(&simulator, "SELECT uniqExact(id) FROM default.stored").await;
    eventually("orders that arrived", arrived, |arrived| *arrived == sent).await;
    terraform.assert_plan_is_empty().await;

    terraform.destroy().await.succeeded();
    assert_eq!(simulator.tables().await, json!([]));
    // What SQL made is not Terraform's.
    let left = ["default.stored", "default.view"].map(str::to_owned);
    assert_eq!(in_clickhouse(&simulator).await, BTreeSet::from(left));
}
