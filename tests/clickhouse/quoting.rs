//! Names come back from ClickHouse as they were quoted.

use aiven_clickhouse_kafka::tf::Value;
use serde_json::json;

use crate::calls::{call, columns};
use crate::messages;
use crate::oracle::Oracle;

#[test]
fn odd_names_come_back_as_they_were() {
    let names = [
        "plain",
        "service_my-kafka",
        "a.b",
        "a`b",
        r"a\b",
        r"a\`b",
        r"\",
        "`",
        "``",
        r"\\",
        r"a\n",
        r"\x41",
        "a'b",
        "a\"b",
        "a b",
        "ä",
        "😀",
        "1st",
        "null",
        "select",
        "--",
        "/*",
        "\n",
        "\t",
        "\u{1}",
        "${a}",
        "{x:String}",
        "a;b",
        "%s",
        "`; DROP TABLE a; --",
    ];
    let mut clickhouse = Oracle::get();
    for name in names {
        let quoted = call("quote_identifier", vec![Value::string(name)]).expect("a name");
        let quoted = quoted.as_str().expect("text");
        let queries = [
            "DROP DATABASE IF EXISTS odd".to_owned(),
            "CREATE DATABASE odd ENGINE = Memory".to_owned(),
            format!("CREATE TABLE odd.{quoted} ({quoted} UInt8) ENGINE = Memory"),
            "SELECT table, name FROM system.columns WHERE database = 'odd'".to_owned(),
        ];
        let rows = clickhouse.ask(&queries, &[]).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        assert_eq!(rows, [json!({"table": name, "name": name})], "{name:?}");
    }
}

/// The elements of a tuple stand without quotes where ClickHouse writes them so.
#[test]
fn elements_of_a_tuple_may_be_called_like_keywords() {
    let names = [
        "null", "NULL", "true", "false", "select", "not", "interval", "cast", "array", "tuple", "nested",
        "inf", "nan", "distinct", "case", "date", "end", "as", "in", "and", "Int8", "values", "all", "table",
        "from", "where", "using", "on", "by", "join", "default", "a b", "1", "it's", "`", "\\",
    ];
    let properties: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "boolean"}))).collect();
    let schema = json!({"properties": {"x": {"properties": properties, "required": names.as_slice()}}, "required": ["x"]});
    let columns = columns("columns_from_json_schema", &[&schema.to_string()], &[]).expect("columns");
    let known = Oracle::get().table(&columns).expect("a table");
    assert_eq!(known, columns);
    let members: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
    let message = json!({"x": members});
    assert_eq!(messages::read(&columns, &message), message);
}
