//! A change of a table, while views read it: what goes on, what stops, and that nothing is lost.

use serde_json::json;

use super::scenario::{Scenario, Table, send_to};

/// A source with two views: one that names its columns and one that does not.
fn two_views(name: &'static str) -> Scenario {
    let scenario = Scenario::new(name);
    scenario.create(Table::default());
    for table in ["listed", "starred"] {
        scenario.destination(table, "id UInt64, total String");
    }
    scenario.done(&[
        "CREATE MATERIALIZED VIEW listing TO listed AS SELECT id, total FROM source",
        "CREATE MATERIALIZED VIEW starring TO starred AS SELECT * FROM source",
    ]);
    scenario
}

#[test]
fn reading_goes_on_where_the_group_stopped_and_stores_the_columns_that_are_known() {
    let scenario = two_views("added");
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.stores("listed", &[json!({"id": 1, "total": "a"})]);

    scenario.commits();
    scenario.done(&["DROP TABLE source"]);
    scenario.send(&[r#"{"id": 2, "total": "b", "extra": "x"}"#]);
    scenario.create(Table { columns: "id UInt64, total String, extra String", ..Table::default() });
    let before = [json!({"id": 1, "total": "a"}), json!({"id": 2, "total": "b"})];
    scenario.stores("listed", &before);
    scenario.stores("starred", &before);
    // Had it started over, what came first would be there twice: a block of it was read and stored before the second.
    scenario.eventually("SELECT count() AS count FROM listed WHERE id = 1", &[json!({"count": 1})]);

    for table in ["listed", "starred"] {
        scenario.done(&[&format!("ALTER TABLE {table} ADD COLUMN extra String")]);
    }
    scenario.send(&[r#"{"id": 3, "total": "c", "extra": "y"}"#]);
    let third = "WHERE id = 3";
    scenario.stores(&format!("starred {third}"), &[json!({"id": 3, "total": "c", "extra": "y"})]);
    scenario.stores(&format!("listed {third}"), &[json!({"id": 3, "total": "c", "extra": ""})]);
}

#[test]
fn a_view_gets_only_what_is_read_from_then_on() {
    let scenario = two_views("later");
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.stores("listed", &[json!({"id": 1, "total": "a"})]);
    scenario.destination("late", "id UInt64");
    scenario.done(&["CREATE MATERIALIZED VIEW lately TO late AS SELECT id FROM source"]);
    scenario.send(&[r#"{"id": 2, "total": "b"}"#]);
    scenario.stores("late", &[json!({"id": 2})]);
}

#[test]
fn another_group_starts_over() {
    let scenario = two_views("grouped");
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.eventually("SELECT count() AS count FROM listed", &[json!({"count": 1})]);
    scenario.commits();
    scenario.recreate(Table { group: "another", ..Table::default() });
    scenario.eventually("SELECT count() AS count FROM listed", &[json!({"count": 2})]);
}

#[test]
fn a_topic_that_comes_back_is_read_from_where_the_group_had_stopped() {
    let scenario = two_views("topical");
    let both = Table { topics: &["topical", "topical-more"], ..Table::default() };
    let count = "SELECT count() AS count FROM listed";
    send_to("topical-more", 0, &[r#"{"id": 1}"#]);
    scenario.send(&[r#"{"id": 2}"#]);
    scenario.eventually(count, &[json!({"count": 1})]);
    scenario.commits();
    scenario.recreate(both);
    scenario.eventually(count, &[json!({"count": 2})]);

    scenario.commits();
    scenario.recreate(Table::default());
    send_to("topical-more", 0, &[r#"{"id": 3}"#]);
    scenario.send(&[r#"{"id": 4}"#]);
    scenario.stores("listed WHERE id > 2", &[json!({"id": 4, "total": ""})]);
    scenario.commits();
    scenario.recreate(both);
    let after = [json!({"id": 3, "total": ""}), json!({"id": 4, "total": ""})];
    scenario.stores("listed WHERE id > 2", &after);
    scenario.eventually(count, &[json!({"count": 4})]);
}

#[test]
fn a_column_that_is_gone_stops_the_view_that_names_it_until_it_is_repaired() {
    let scenario = two_views("removed");
    scenario.recreate(Table { columns: "id UInt64", ..Table::default() });
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.complains("while pushing to view removed.listing. (UNKNOWN_IDENTIFIER)");
    // The other view waits as well.
    scenario.eventually("SELECT count() AS count FROM starred", &[json!({"count": 0})]);
    scenario.recreate(Table::default());
    scenario.stores("listed", &[json!({"id": 1, "total": "a"})]);
    scenario.stores("starred", &[json!({"id": 1, "total": "a"})]);
}

#[test]
fn a_view_that_names_a_column_that_is_gone_is_made_again() {
    let scenario = two_views("remade");
    scenario.recreate(Table { columns: "id UInt64", ..Table::default() });
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.complains("while pushing to view remade.listing. (UNKNOWN_IDENTIFIER)");
    scenario
        .done(&["DROP VIEW listing", "CREATE MATERIALIZED VIEW listing TO listed AS SELECT id FROM source"]);
    scenario.stores("listed", &[json!({"id": 1, "total": ""})]);
    scenario.stores("starred", &[json!({"id": 1, "total": ""})]);
}

#[test]
fn a_column_that_is_gone_is_empty_where_a_view_selects_whatever_there_is() {
    let scenario = two_views("emptied");
    scenario.done(&["DROP VIEW listing"]);
    scenario.recreate(Table { columns: "id UInt64", ..Table::default() });
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.stores("starred", &[json!({"id": 1, "total": ""})]);
}

#[test]
fn a_type_is_converted_or_stops_reading_until_the_view_is_repaired() {
    let scenario = two_views("converted");
    scenario.done(&["DROP VIEW starring"]);
    scenario.recreate(Table { columns: "id String, total UInt8", ..Table::default() });
    scenario.send(&[r#"{"id": "1", "total": 5}"#]);
    scenario.stores("listed", &[json!({"id": 1, "total": "5"})]);

    scenario.send(&[r#"{"id": "two", "total": 5}"#, r#"{"id": "3", "total": 5}"#]);
    scenario.complains("Cannot parse string 'two' as UInt64");
    scenario.stores("listed", &[json!({"id": 1, "total": "5"})]);
    scenario.done(&[
        "DROP VIEW listing",
        "CREATE MATERIALIZED VIEW listing TO listed AS SELECT toUInt64OrZero(id) AS id, total FROM source",
    ]);
    let all = [0, 1, 3].map(|id| json!({"id": id, "total": "5"}));
    scenario.stores("listed", &all);
}

#[test]
fn a_view_that_stores_by_itself_keeps_its_rows_and_its_columns() {
    let scenario = Scenario::new("inner");
    scenario.create(Table::default());
    scenario
        .done(&["CREATE MATERIALIZED VIEW stored ENGINE = MergeTree ORDER BY id AS SELECT * FROM source"]);
    scenario.send(&[r#"{"id": 1, "total": "a"}"#]);
    scenario.stores("stored", &[json!({"id": 1, "total": "a"})]);
    scenario.done(&["DROP TABLE source"]);
    scenario.stores("stored", &[json!({"id": 1, "total": "a"})]);
    scenario.create(Table { columns: "id UInt64, total String, extra String", ..Table::default() });
    scenario.send(&[r#"{"id": 2, "total": "b", "extra": "x"}"#]);
    scenario.stores("stored", &[json!({"id": 1, "total": "a"}), json!({"id": 2, "total": "b"})]);
}
