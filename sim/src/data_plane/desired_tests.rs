//! Reads documents, and looks at what they ask for.

use super::{BootstrapServers, Desired};
use crate::document::Document;
use crate::seed::{EXTERNAL_INTEGRATION, KAFKA_INTEGRATION, project};
use crate::state::World;
use serde_json::{Value, json};

fn world(tables: &Value) -> World {
    let mut project = project();
    let document = Document::parse(&json!({"tables": tables}).to_string()).unwrap();
    project.integrations[KAFKA_INTEGRATION].user_config = document;
    let mut world = World::default();
    world.projects.insert("demo".to_owned(), project);
    world
}

fn servers() -> BootstrapServers {
    [(("demo".to_owned(), "kafka".to_owned()), "127.0.0.1:9".to_owned())].into()
}

fn desired(tables: &Value) -> Desired {
    Desired::of(&world(tables), &servers())
}

fn table(name: &str, topic: &str) -> Value {
    json!({"name": name, "columns": [{"name": "id", "type": "UInt64"}], "topics": [{"name": topic}],
           "data_format": "CSV", "group_name": "g"})
}

fn with(mut table: Value, key: &str, value: Value) -> Value {
    table[key] = value;
    table
}

#[test]
fn each_integration_with_clickhouse_has_a_database() {
    let desired = desired(&json!([table("orders", "o")]));
    let databases: Vec<_> =
        desired.databases.iter().map(|database| (&*database.name, &*database.integration)).collect();
    let expected = [("service_kafka", KAFKA_INTEGRATION), ("endpoint_self-hosted", EXTERNAL_INTEGRATION)];
    assert_eq!(databases, expected);
    assert!(desired.problems.is_empty());
    let statement = &desired.databases[0].readable()[0].wanted.as_ref().unwrap().statement;
    assert!(statement.contains("kafka_broker_list = '127.0.0.1:9'"), "{statement}");
}

#[test]
fn an_endpoint_brings_its_address_and_credentials() {
    let mut world = world(&json!([]));
    let document = Document::parse(&json!({"tables": [table("orders", "o")]}).to_string()).unwrap();
    world.projects["demo"].integrations[EXTERNAL_INTEGRATION].user_config = document;
    let desired = Desired::of(&world, &servers());
    let statement = &desired.databases[1].readable()[0].wanted.as_ref().unwrap().statement;
    for setting in [
        "kafka_broker_list = 'kafka.example.com:9092'",
        "kafka_security_protocol = 'SASL_SSL'",
        "kafka_sasl_mechanism = 'PLAIN'",
        "kafka_sasl_username = 'reader'",
        "kafka_sasl_password = 'not-a-secret'",
    ] {
        assert!(statement.contains(setting), "{statement}");
    }
}

#[test]
fn tables_of_one_topic_must_agree_on_what_is_configured_by_topic() {
    let late = with(table("b", "o"), "auto_offset_reset", json!("latest"));
    let spelled = with(table("c", "o"), "auto_offset_reset", json!("smallest"));
    let desired = desired(&json!([table("a", "o"), late, spelled]));
    let expected = "Table 'b': the simulator's ClickHouse has `auto.offset.reset` once for each topic, and \
                    'service_kafka.a' sets it otherwise for 'o'";
    assert_eq!(desired.problems[KAFKA_INTEGRATION], [expected]);
    let wanted: Vec<_> = desired.databases[0].readable().iter().map(|table| table.wanted.is_some()).collect();
    assert_eq!(wanted, [true, false, true]);
}

#[test]
fn the_configuration_has_what_tables_say_and_does_not_depend_on_their_order() {
    let first = with(table("a", "o"), "auto_offset_reset", json!("latest"));
    let second = with(table("b", "p"), "producer_linger_ms", json!(7));
    let one = desired(&json!([first, second]));
    let other = desired(&json!([second, first]));
    assert_eq!(one.server_configuration, other.server_configuration);
    assert!(one.server_configuration.contains("<linger_ms>7</linger_ms>"));
    assert!(one.server_configuration.contains("<auto_offset_reset>latest</auto_offset_reset>"));
}

#[test]
fn what_is_no_table_is_a_problem_and_the_rest_is_wanted() {
    let entries = json!([1, {"name": "bare"}, table("a", "o"), table("a", "p"), null]);
    let desired = desired(&entries);
    let expected = [
        "`tables[0]` is no table: it has no name",
        "Table 'bare': `columns` is not a list",
        "Table 'a': there is another of that name before it, at `tables[3]`",
        "`tables[4]` is no table: it has no name",
    ];
    assert_eq!(desired.problems[KAFKA_INTEGRATION], expected);
    let names: Vec<_> = desired.databases[0].readable().iter().map(|table| &*table.name).collect();
    assert_eq!(names, ["bare", "a"]);
}

#[test]
fn a_name_is_one_table_or_one_view() {
    let stored = |name: &str, database: &str, view: &str| {
        let view = json!({"view_name": view, "database_name": database, "order_by": ["id"]});
        with(table(name, name), "materialized_view", view)
    };
    let entries = json!([
        stored("a", "service_kafka", "c"),
        stored("b", "service_kafka", "a"),
        table("c", "c"),
        stored("d", "default", "v"),
        stored("e", "default", "v"),
        stored("f", "service_kafka", "f"),
    ]);
    let desired = desired(&entries);
    let expected = [
        "Table 'b': its view has the name of another table or view, 'service_kafka.a'",
        "Table 'c': a view before it has the name 'service_kafka.c'",
        "Table 'e': its view has the name of another table or view, 'default.v'",
        "Table 'f': its view has the name of another table or view, 'service_kafka.f'",
    ];
    assert_eq!(desired.problems[KAFKA_INTEGRATION], expected);
}

#[test]
fn a_document_that_cannot_be_read_is_told() {
    let nested = format!(r#"{{"tables":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    for text in [r#"{"tables":[{"name":"\ud800"}]}"#, &nested, r#"{"tables":"x"}"#] {
        let mut world = world(&json!([]));
        let integration = &mut world.projects["demo"].integrations[KAFKA_INTEGRATION];
        integration.user_config = Document::parse(text).unwrap();
        let desired = Desired::of(&world, &servers());
        assert!(desired.databases[0].tables.is_none(), "{text}");
        assert_eq!(desired.problems[KAFKA_INTEGRATION].len(), 1, "{text}");
    }
}

#[test]
fn no_document_is_too_strange() {
    for text in ["null", "1", "[]", r#"{"tables":{}}"#, r#"{"tables":[[[]]]}"#, r#"{"tables":"x"}"#] {
        let mut world = world(&json!([]));
        let integration = &mut world.projects["demo"].integrations[KAFKA_INTEGRATION];
        integration.user_config = Document::parse(text).unwrap();
        assert_eq!(Desired::of(&world, &servers()).databases.len(), 2, "{text}");
    }
}

#[test]
fn a_second_clickhouse_is_told_that_there_is_one_engine() {
    let mut world = world(&json!([]));
    world.projects.insert("later".to_owned(), project());
    let desired = Desired::of(&world, &servers());
    assert_eq!(desired.databases.len(), 2);
    let expected =
        "The simulator has one ClickHouse, behind the service 'clickhouse' of the project 'demo'".to_owned();
    assert!(desired.problems[KAFKA_INTEGRATION].contains(&expected));
}
