//! A table of another name on the same topic and group: what becomes of the views, and of messages while both exist.

use serde_json::json;

use super::scenario::{Scenario, Table, send_to};

const OTHER: Table<'_> = Table { name: "other", columns: "", topics: &[], group: "", settings: &[] };

fn viewed(name: &'static str) -> Scenario {
    let scenario = Scenario::new(name);
    scenario.create(Table::default());
    scenario.destination("stored", "id UInt64");
    scenario.done(&["CREATE MATERIALIZED VIEW view TO stored AS SELECT id FROM source"]);
    scenario
}

#[test]
fn a_view_on_the_old_name_gets_nothing_and_messages_wait_for_another() {
    let scenario = viewed("renamed");
    scenario.send(&[r#"{"id": 1}"#]);
    scenario.stores("stored", &[json!({"id": 1})]);
    scenario.commits();
    scenario.done(&["DROP TABLE source"]);
    scenario.create(OTHER);
    scenario.send(&[r#"{"id": 2}"#]);
    scenario.destination("stored_again", "id UInt64");
    scenario.done(&["CREATE MATERIALIZED VIEW view_again TO stored_again AS SELECT id FROM other"]);
    scenario.stores("stored_again", &[json!({"id": 2})]);
    scenario.stores("stored", &[json!({"id": 1})]);
    // Neither the lack of its source nor anything else is an error of the first view.
    let known = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'view'";
    scenario.eventually(known, &[json!({"name": "view"})]);
}

#[test]
fn a_table_without_a_view_takes_no_messages_from_another() {
    let scenario = viewed("beside");
    scenario.create(OTHER);
    send_to("beside", 0, &[r#"{"id": 1}"#]);
    send_to("beside", 1, &[r#"{"id": 2}"#]);
    scenario.stores("stored", &[json!({"id": 1}), json!({"id": 2})]);
}

#[test]
fn two_tables_with_views_split_the_partitions_until_one_goes() {
    let scenario = viewed("split");
    scenario.create(OTHER);
    scenario.destination("stored_beside", "id UInt64");
    scenario.done(&["CREATE MATERIALIZED VIEW view_beside TO stored_beside AS SELECT id FROM other"]);
    let read = "SELECT length(assignments.partition_id) AS partitions FROM system.kafka_consumers \
                WHERE database = currentDatabase()";
    send_to("split", 0, &[r#"{"id": 1}"#]);
    scenario.eventually(read, &[json!({"partitions": 1}), json!({"partitions": 1})]);

    send_to("split", 0, &[r#"{"id": 2}"#]);
    send_to("split", 1, &[r#"{"id": 3}"#]);
    let both = "SELECT * FROM (SELECT DISTINCT id, 'stored' AS place FROM stored WHERE id > 1 UNION ALL \
                SELECT DISTINCT id, 'beside' FROM stored_beside WHERE id > 1)";
    let places =
        format!("SELECT uniqExact(id) AS ids, uniqExact(place) AS places, count() AS count FROM ({both})");
    scenario.eventually(&places, &[json!({"ids": 2, "places": 2, "count": 2})]);

    scenario.done(&["DROP TABLE source"]);
    send_to("split", 0, &[r#"{"id": 4}"#]);
    send_to("split", 1, &[r#"{"id": 5}"#]);
    scenario.stores("stored_beside WHERE id > 3", &[json!({"id": 4}), json!({"id": 5})]);
}
