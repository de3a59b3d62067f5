//! Settings of the view that stores what a table reads.

use super::engines::{Engines, table};
use serde_json::{Value, json};

fn stored(view: Value) -> Value {
    let mut table = table("stored", &json!({}));
    table["columns"] = json!([{"name": "id", "type": "UInt64"}, {"name": "at", "type": "DateTime"}]);
    table["materialized_view"] = view;
    table
}

#[tokio::test]
async fn a_view_stores_ages_and_moves_rows() {
    let engines = Engines::start().await;
    let mut view = json!({
        "view_name": "kept",
        "database_name": "archive",
        "engine": "ReplacingMergeTree",
        "engine_params": ["at"],
        "order_by": ["id"],
        "ttl_column": "at",
        "ttl_days": 10,
        "local_disk_ttl_days": 1,
    });
    let missing = engines.put_with_errors(&[stored(view.clone())]).await;
    assert!(missing[0].starts_with("Table 'stored', its view: Code: 81."), "{missing:?}");
    engines.query("CREATE DATABASE archive").await;
    view["ttl_days"] = json!(9);
    engines.put(&[stored(view.clone())]).await;

    let engine =
        "SELECT engine_full FROM system.tables WHERE database = 'archive' AND startsWith(name, '.inner_id.')";
    let expected = "ReplacingMergeTree(at) ORDER BY id TTL at + toIntervalDay(1) TO VOLUME 'tiered', at + toIntervalDay(9) \
                    SETTINGS storage_policy = 'tiered', index_granularity = 8192";
    assert_eq!(engines.column(engine).await, [expected]);
    let rows = "(1, now() - INTERVAL 5 DAY), (1, now() - INTERVAL 4 DAY), (2, now() - INTERVAL 15 DAY)";
    engines
        .query(&format!(
            "INSERT INTO service_kafka.stored SELECT * FROM VALUES('id UInt64, at DateTime', {rows})"
        ))
        .await;
    engines.until("SELECT count() > 0 FROM archive.kept", &["1"]).await;
    engines.query("OPTIMIZE TABLE archive.kept FINAL").await;
    engines.until("SELECT id FROM archive.kept FINAL", &["1"]).await;
    let disks =
        "SELECT DISTINCT disk_name FROM system.parts WHERE database = 'archive' AND active AND rows > 0";
    engines.until(disks, &["tiered"]).await;

    // What can be changed is changed where the rows are, and the rest is told.
    view["ttl_days"] = json!(8);
    view.as_object_mut().unwrap().remove("local_disk_ttl_days");
    engines.put(&[stored(view.clone())]).await;
    let engine_now = engines.column(engine).await.remove(0);
    assert!(engine_now.contains("ORDER BY id TTL at + toIntervalDay(8) SETTINGS"), "{engine_now}");
    view["order_by"] = json!(["at"]);
    let errors = engines.put_with_errors(&[stored(view.clone())]).await;
    let expected =
        "Table 'stored': the view 'archive.kept' exists with another sorting key, which cannot be changed";
    assert_eq!(errors, [expected]);
    assert_eq!(engines.column("SELECT id FROM archive.kept FINAL").await, ["1"]);

    let mut without = stored(Value::Null);
    without.as_object_mut().unwrap().remove("materialized_view");
    engines.put(&[without]).await;
    assert_eq!(engines.column("SELECT name FROM system.tables WHERE database = 'archive'").await, [""; 0]);
    engines.put(&[stored(view)]).await;
    assert_eq!(engines.column("SELECT name FROM system.tables WHERE database = 'archive'").await.len(), 2);
}
