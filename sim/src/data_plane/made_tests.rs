//! Follows one ClickHouse through documents, step by step.

use super::{Action, Made, Step};
use crate::data_plane::desired::Desired;
use crate::document::Document;
use crate::seed::{KAFKA_INTEGRATION, project};
use crate::state::World;
use serde_json::{Value, json};

/// What the document asks for; the endpoint's integration is left out.
fn desired(tables: &Value) -> Desired {
    let mut project = project();
    let document = Document::parse(&json!({"tables": tables}).to_string()).unwrap();
    project.integrations.retain(|id, _| id == KAFKA_INTEGRATION);
    project.integrations[KAFKA_INTEGRATION].user_config = document;
    let mut world = World::default();
    world.projects.insert("demo".to_owned(), project);
    let server = (("demo".to_owned(), "kafka".to_owned()), "127.0.0.1:9".to_owned());
    Desired::of(&world, &[server].into())
}

fn nothing() -> Desired {
    Desired::of(&World::default(), &[].into())
}

fn table(name: &str) -> Value {
    json!({"name": name, "columns": [{"name": "id", "type": "UInt64"}], "topics": [{"name": name}],
           "data_format": "CSV", "group_name": "g"})
}

fn with(mut table: Value, key: &str, value: Value) -> Value {
    table[key] = value;
    table
}

fn stored(name: &str, view: &str) -> Value {
    with(table(name), "materialized_view", json!({"view_name": view, "order_by": ["id"]}))
}

/// The first words of a step, up to the names.
fn title(step: &Step) -> String {
    match &step.action {
        Action::Restart { .. } => "restart".to_owned(),
        Action::Query(query) => {
            let text = query.replace("IF NOT EXISTS ", "").replace("IF EXISTS ", "");
            let line = text.lines().next().unwrap();
            line.split(" UUID ").next().unwrap().replace('`', "")
        }
    }
}

fn titles(steps: &[Step]) -> Vec<String> {
    steps.iter().map(title).collect()
}

/// Does every step, except that ClickHouse refuses those with these words in them.
fn bring_about(made: &mut Made, desired: &Desired, refused: &str) -> Vec<String> {
    let steps = made.steps_to(desired);
    for step in &steps {
        let refuse = !refused.is_empty() && title(step).contains(refused);
        made.record(step, if refuse { Err("Code: 1. No".to_owned()) } else { Ok(()) });
    }
    titles(&steps)
}

fn errors(made: &Made) -> Vec<String> {
    made.errors(KAFKA_INTEGRATION)
}

#[test]
fn an_integration_brings_its_database_and_takes_it_away() {
    let mut made = Made::default();
    let steps = bring_about(&mut made, &desired(&json!([stored("a", "v"), table("b")])), "");
    let expected = [
        "CREATE DATABASE service_kafka",
        "CREATE OR REPLACE TABLE service_kafka.a",
        "CREATE MATERIALIZED VIEW default.v",
        "CREATE OR REPLACE TABLE service_kafka.b",
    ];
    assert_eq!(steps, expected);
    let steps = bring_about(&mut made, &nothing(), "");
    assert_eq!(steps, ["DROP TABLE default.v", "DROP DATABASE service_kafka"]);
    assert!(made.steps_to(&nothing()).is_empty());
}

#[test]
fn what_is_as_it_should_be_is_not_touched() {
    let mut made = Made::default();
    let tables = json!([stored("a", "v"), table("b")]);
    bring_about(&mut made, &desired(&tables), "");
    assert!(made.steps_to(&desired(&tables)).is_empty());
    let tables = json!([with(table("b"), "num_consumers", json!(2)), stored("a", "v")]);
    let steps = bring_about(&mut made, &desired(&tables), "");
    assert_eq!(steps, ["CREATE OR REPLACE TABLE service_kafka.b"]);
}

#[test]
fn a_table_that_is_gone_takes_its_view_along() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([stored("a", "v"), table("b")])), "");
    let steps = bring_about(&mut made, &desired(&json!([table("b")])), "");
    assert_eq!(steps, ["DROP TABLE default.v", "DROP TABLE service_kafka.a"]);
}

#[test]
fn a_new_integration_of_the_same_name_begins_anew() {
    let mut made = Made::default();
    let mut desired = desired(&json!([stored("a", "v")]));
    bring_about(&mut made, &desired, "");
    desired.databases[0].integration = "another".to_owned();
    let expected = [
        "DROP TABLE default.v",
        "DROP DATABASE service_kafka",
        "CREATE DATABASE service_kafka",
        "CREATE OR REPLACE TABLE service_kafka.a",
        "CREATE MATERIALIZED VIEW default.v",
    ];
    assert_eq!(bring_about(&mut made, &desired, ""), expected);
    assert!(made.steps_to(&desired).is_empty());
}

#[test]
fn a_refusal_is_told_and_tried_again_until_it_is_none() {
    let mut made = Made::default();
    let tables = desired(&json!([stored("a", "v"), table("b")]));
    bring_about(&mut made, &tables, "service_kafka.a");
    // The view could be made in this test; ClickHouse would refuse it for the lack of its table.
    assert_eq!(errors(&made), ["Table 'a': Code: 1. No"]);
    assert_eq!(made.errors("another"), [""; 0]);
    bring_about(&mut made, &tables, "service_kafka.a");
    assert_eq!(errors(&made).len(), 1);
    bring_about(&mut made, &tables, "");
    assert_eq!(errors(&made), [""; 0]);
    assert!(made.steps_to(&tables).is_empty());
}

#[test]
fn a_view_that_fails_for_the_lack_of_its_table_adds_no_error() {
    let mut made = Made::default();
    let steps = made.steps_to(&desired(&json!([stored("a", "v")])));
    for (index, step) in steps.iter().enumerate() {
        made.record(step, if index < 1 { Ok(()) } else { Err("Code: 1. No".to_owned()) });
    }
    assert_eq!(errors(&made), ["Table 'a': Code: 1. No"]);
}

#[test]
fn a_refused_view_is_told_with_its_table() {
    let mut made = Made::default();
    let tables = desired(&json!([stored("a", "v")]));
    bring_about(&mut made, &tables, "default.v");
    assert_eq!(errors(&made), ["Table 'a', its view: Code: 1. No"]);
    assert_eq!(bring_about(&mut made, &tables, ""), ["CREATE MATERIALIZED VIEW default.v"]);
    assert_eq!(errors(&made), [""; 0]);
}

#[test]
fn a_refusal_of_what_nobody_wants_any_more_is_forgotten() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([table("a")])), "service_kafka.a");
    bring_about(&mut made, &desired(&json!([])), "");
    assert_eq!(errors(&made), [""; 0]);
}

#[test]
fn a_refusal_is_over_when_what_is_there_is_wanted_again() {
    let mut made = Made::default();
    let former = desired(&json!([table("a")]));
    bring_about(&mut made, &former, "");
    bring_about(
        &mut made,
        &desired(&json!([with(table("a"), "num_consumers", json!(2))])),
        "service_kafka.a",
    );
    assert_eq!(errors(&made), ["Table 'a': Code: 1. No"]);
    assert_eq!(bring_about(&mut made, &former, ""), Vec::<String>::new());
    assert_eq!(errors(&made), Vec::<String>::new());
}

#[test]
fn what_cannot_be_dropped_is_told_and_tried_again() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([stored("a", "v")])), "");
    bring_about(&mut made, &desired(&json!([])), "DROP");
    assert_eq!(errors(&made), ["Table 'a': Code: 1. No", "Table 'a', its view: Code: 1. No"]);
    let steps = bring_about(&mut made, &desired(&json!([])), "");
    assert_eq!(steps, ["DROP TABLE default.v", "DROP TABLE service_kafka.a"]);
    assert_eq!(errors(&made), [""; 0]);
}

#[test]
fn settings_of_the_server_restart_it_before_the_tables_that_need_them_and_only_then() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([table("a"), table("gone")])), "");
    let tables = json!([table("a"), with(table("b"), "auto_offset_reset", json!("latest"))]);
    let steps = bring_about(&mut made, &desired(&tables), "");
    let expected = ["DROP TABLE service_kafka.gone", "restart", "CREATE OR REPLACE TABLE service_kafka.b"];
    assert_eq!(steps, expected);
    // The table itself says nothing of it: a new start is all it needs.
    let tables = json!([table("a"), with(table("b"), "auto_offset_reset", json!("earliest"))]);
    assert_eq!(bring_about(&mut made, &desired(&tables), "restart"), ["restart"]);
    assert_eq!(errors(&made), ["ClickHouse does not start anew: Code: 1. No"]);
    assert_eq!(bring_about(&mut made, &desired(&tables), ""), ["restart"]);
    assert_eq!(errors(&made), [""; 0]);
}

#[test]
fn columns_change_without_the_view() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([stored("a", "v")])), "");
    let columns = json!([{"name": "id", "type": "UInt64"}, {"name": "more", "type": "String"}]);
    let tables = json!([with(stored("a", "v"), "columns", columns)]);
    let steps = bring_about(&mut made, &desired(&tables), "");
    assert_eq!(steps, ["CREATE OR REPLACE TABLE service_kafka.a"]);
}

#[test]
fn a_view_of_another_name_takes_the_place_of_the_first() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([stored("a", "v")])), "");
    let steps = bring_about(&mut made, &desired(&json!([stored("a", "w")])), "");
    assert_eq!(steps, ["DROP TABLE default.v", "CREATE MATERIALIZED VIEW default.w"]);
    let steps = bring_about(&mut made, &desired(&json!([table("a")])), "");
    assert_eq!(steps, ["DROP TABLE default.w"]);
}

#[test]
fn a_view_can_move_from_one_table_to_another() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([table("a"), stored("b", "v")])), "");
    let steps = bring_about(&mut made, &desired(&json!([stored("a", "v"), table("b")])), "");
    assert_eq!(steps, ["DROP TABLE default.v", "CREATE MATERIALIZED VIEW default.v"]);
}

#[test]
fn the_age_of_rows_is_changed_where_they_are_and_the_sorting_key_never() {
    let view = |order: Value, days: Value| {
        let view = json!({"view_name": "v", "order_by": order, "ttl_column": "at", "ttl_days": days});
        desired(&json!([with(table("a"), "materialized_view", view)]))
    };
    let mut made = Made::default();
    bring_about(&mut made, &view(json!(["id"]), json!(3)), "");
    let steps = bring_about(&mut made, &view(json!(["id"]), json!(5)), "");
    assert!(steps[0].starts_with("ALTER TABLE default..inner_id."), "{steps:?}");
    assert!(steps[0].ends_with("MODIFY TTL at + toIntervalDay(5)"), "{steps:?}");
    let steps = bring_about(&mut made, &view(json!(["at"]), json!(null)), "");
    assert!(steps[0].ends_with("REMOVE TTL"), "{steps:?}");
    let expected = "Table 'a': the view 'default.v' exists with another sorting key, which cannot be changed";
    assert_eq!(errors(&made), [expected]);
    bring_about(&mut made, &view(json!(["id"]), json!(null)), "");
    assert_eq!(errors(&made), [""; 0]);
}

#[test]
fn an_entry_that_cannot_be_read_leaves_its_table_and_view_alone() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([stored("a", "v")])), "");
    let broken = desired(&json!([{"name": "a"}]));
    assert!(made.steps_to(&broken).is_empty());
    assert_eq!(errors(&made), ["Table 'a': `columns` is not a list"]);
    assert!(made.steps_to(&desired(&json!([stored("a", "v")]))).is_empty());
    assert_eq!(errors(&made), [""; 0]);
}

#[test]
fn a_document_that_cannot_be_read_leaves_everything_alone() {
    let mut made = Made::default();
    bring_about(&mut made, &desired(&json!([stored("a", "v"), table("b")])), "");
    assert!(made.steps_to(&desired(&json!("x"))).is_empty());
    assert_eq!(errors(&made), ["`tables` is not a list"]);
}

#[test]
fn what_somebody_else_has_dropped_is_made_again() {
    let mut made = Made::default();
    let tables = desired(&json!([stored("a", "v"), stored("b", "w")]));
    bring_about(&mut made, &tables, "");
    let of = |database: &str, name: &str| (database.to_owned(), name.to_owned());
    let database = ["service_kafka".to_owned()].into();
    let all = [of("service_kafka", "a"), of("service_kafka", "b"), of("default", "v"), of("default", "w")];
    made.see(&database, &all.into());
    assert!(made.steps_to(&tables).is_empty());
    made.see(&database, &[of("service_kafka", "a"), of("default", "w")].into());
    let expected = ["CREATE MATERIALIZED VIEW default.v", "CREATE OR REPLACE TABLE service_kafka.b"];
    assert_eq!(bring_about(&mut made, &tables, ""), expected);
    made.see(&[].into(), &[of("default", "v"), of("default", "w")].into());
    let expected = [
        "CREATE DATABASE service_kafka",
        "CREATE OR REPLACE TABLE service_kafka.a",
        "CREATE OR REPLACE TABLE service_kafka.b",
    ];
    assert_eq!(bring_about(&mut made, &tables, ""), expected);
    assert!(made.steps_to(&tables).is_empty());
}
