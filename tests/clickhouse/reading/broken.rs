//! Messages that cannot be parsed: what stops, what is skipped, and what is kept with its error.

use serde_json::json;

use super::scenario::{Scenario, Table};

const FIRST: &str = r#"{"id": 1, "total": "a"}"#;
const LAST: &str = r#"{"id": 9, "total": "z"}"#;

/// Two rows of one message, both broken, before a good one.
const TWO_BROKEN_ROWS: &str = "{\"id\": \"x\"}\n{\"id\": \"y\"}\n{\"id\": 3}";

/// A source with a view of all its rows.
fn viewed(name: &'static str, settings: &[&str]) -> Scenario {
    let scenario = Scenario::new(name);
    scenario.create(Table { settings, ..Table::default() });
    scenario.destination("stored", "id UInt64, total String");
    scenario.done(&["CREATE MATERIALIZED VIEW view TO stored AS SELECT id, total FROM source"]);
    scenario
}

/// What the guide makes for the two kinds of rows, and one view that hands on to both.
fn with_errors(scenario: &Scenario) {
    scenario.destination("good", "id UInt64, total String");
    scenario.destination("broken", "message String, error String");
    scenario.done(&[
        "CREATE TABLE received (id UInt64, total String, message String, error String) ENGINE = Null",
        "CREATE MATERIALIZED VIEW good_view TO good AS SELECT id, total FROM received WHERE error = ''",
        "CREATE MATERIALIZED VIEW broken_view TO broken AS SELECT message, error FROM received WHERE error != ''",
        "CREATE MATERIALIZED VIEW received_view TO received AS \
         SELECT id, total, _raw_message AS message, _error AS error FROM source",
    ]);
}

#[test]
fn a_broken_message_stops_reading_until_it_is_skipped() {
    let scenario = viewed("stopped", &[]);
    scenario.send(&[FIRST, "no JSON", LAST]);
    scenario.complains("while parsing Kafka message (topic: stopped, partition: 0, offset: 1)");
    // What was read in the same go is not stored either; it waits with the rest.
    scenario.stores("stored", &[]);
    scenario.recreate(Table { settings: &["kafka_skip_broken_messages = 1"], ..Table::default() });
    let good = [json!({"id": 1, "total": "a"}), json!({"id": 9, "total": "z"})];
    scenario.stores("stored", &good);
}

#[test]
fn rows_are_skipped_in_each_message_anew() {
    let scenario = viewed("skipped", &["kafka_skip_broken_messages = 1"]);
    scenario.send(&["no JSON", "nor this", FIRST, "nor that", LAST]);
    scenario.stores("stored", &[json!({"id": 1, "total": "a"}), json!({"id": 9, "total": "z"})]);
    scenario.send(&[TWO_BROKEN_ROWS]);
    scenario.complains("Already have 2 errors out of 2 rows");
}

#[test]
fn a_format_that_cannot_find_the_next_row_skips_nothing() {
    let settings = ["kafka_format = 'MsgPack'", "kafka_skip_broken_messages = 10"];
    let scenario = Scenario::new("packed");
    scenario.create(Table { columns: "id UInt64", settings: &settings, ..Table::default() });
    scenario.destination("stored", "id UInt64");
    scenario.done(&["CREATE MATERIALIZED VIEW view TO stored AS SELECT id FROM source"]);
    scenario.send(&["\u{1}"]);
    scenario.stores("stored", &[json!({"id": 1})]);
    // These two bytes are a truth value and a map.
    scenario.send(&["\u{80}", "\u{2}"]);
    scenario.complains("Cannot insert MessagePack map into column with type UInt64");
    scenario.stores("stored", &[json!({"id": 1})]);
}

#[test]
fn an_error_is_a_row_for_every_view_that_does_not_leave_it_out() {
    let scenario = viewed("streamed", &["kafka_handle_error_mode = 'stream'"]);
    with_errors(&scenario);
    scenario.send(&[FIRST, "no JSON", LAST]);
    let good = [json!({"id": 1, "total": "a"}), json!({"id": 9, "total": "z"})];
    scenario.stores("good", &good);
    let error = "Cannot parse input: expected '{' before: 'no JSON': (at row 1)\n";
    scenario.stores("broken", &[json!({"message": "no JSON", "error": error})]);
    let [first, last] = good;
    scenario.stores("stored", &[json!({"id": 0, "total": ""}), first, last]);
}

#[test]
fn what_is_skipped_is_not_kept_with_its_error() {
    let both = ["kafka_handle_error_mode = 'stream'", "kafka_skip_broken_messages = 1"];
    let scenario = viewed("contradicted", &both);
    with_errors(&scenario);
    scenario.send(&[FIRST, "no JSON", TWO_BROKEN_ROWS, LAST]);
    scenario.stores("good", &[json!({"id": 1, "total": "a"}), json!({"id": 9, "total": "z"})]);
    // One broken row in a message is skipped, and leaves no trace; two are one too many, and the message is kept.
    let kept = "SELECT DISTINCT message FROM broken";
    scenario.eventually(kept, &[json!({"message": TWO_BROKEN_ROWS})]);
}
