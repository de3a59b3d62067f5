//! SELECT and INSERT on a Kafka table itself, without a view.

use serde_json::json;

use super::scenario::{Scenario, Table};

/// Stores what the group has not read yet, and says what that was.
fn left_over(scenario: &Scenario, expected: &[u64]) {
    scenario.destination("stored", "id UInt64");
    scenario.done(&["CREATE MATERIALIZED VIEW view TO stored AS SELECT id FROM source"]);
    let rows: Vec<_> = expected.iter().map(|id| json!({"id": id})).collect();
    scenario.stores("stored", &rows);
}

#[test]
fn a_select_needs_leave() {
    let scenario = Scenario::new("refused");
    scenario.create(Table::default());
    let error = scenario.ask(&["SELECT * FROM source"]).unwrap_err();
    assert!(error.contains("Direct select is not allowed"), "{error}");
    assert!(error.contains("stream_like_engine_allow_direct_select"), "{error}");
}

#[test]
fn a_select_shows_messages_and_leaves_them_to_the_group() {
    let scenario = Scenario::new("shown");
    scenario.create(Table::default());
    scenario.send(&[r#"{"id": 1}"#, r#"{"id": 2}"#]);
    scenario.shows("SELECT id FROM source", &[json!({"id": 1}), json!({"id": 2})]);
    left_over(&scenario, &[1, 2]);
}

#[test]
fn a_select_that_commits_takes_messages_away() {
    let scenario = Scenario::new("taken");
    scenario.create(Table { settings: &["kafka_commit_on_select = 1"], ..Table::default() });
    scenario.send(&[r#"{"id": 1}"#, r#"{"id": 2}"#]);
    scenario.shows("SELECT id FROM source", &[json!({"id": 1}), json!({"id": 2})]);
    scenario.send(&[r#"{"id": 3}"#]);
    left_over(&scenario, &[3]);
}

#[test]
fn what_is_inserted_is_a_message_that_others_read() {
    let scenario = Scenario::new("written");
    scenario.create(Table::default());
    scenario.destination("stored", "id UInt64, total String");
    scenario.done(&[
        "CREATE MATERIALIZED VIEW view TO stored AS SELECT id, total FROM source",
        "INSERT INTO source (id, total) VALUES (1, 'a'), (2, 'b')",
    ]);
    scenario.stores("stored", &[json!({"id": 1, "total": "a"}), json!({"id": 2, "total": "b"})]);
}

#[test]
fn nothing_is_inserted_into_several_topics() {
    let scenario = Scenario::new("several");
    scenario.create(Table { topics: &["several", "several-more"], ..Table::default() });
    let error = scenario.ask(&["INSERT INTO source VALUES (1, 'a')"]).unwrap_err();
    assert!(error.contains("Can't write to Kafka table with multiple topics"), "{error}");
}
