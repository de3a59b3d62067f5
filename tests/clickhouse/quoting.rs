//! Names come back from ClickHouse as they were quoted.

use aiven_clickhouse_kafka::tf::Value;

use crate::calls::call;
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
        assert_eq!(rows, [serde_json::json!({"table": name, "name": name})], "{name:?}");
    }
}
