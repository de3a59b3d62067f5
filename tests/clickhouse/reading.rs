//! What the guide on reading and storing calls measured: views on a table that is dropped and made again. A table of the
//! engine Null stands for the Kafka table, and one of the engine MergeTree for the replicated one.

use serde_json::{Value, json};

use crate::oracle::{Answer, Oracle};

/// A database of its own, with a source, two destinations and two views: one that names its columns and one that does not.
struct Scenario {
    database: &'static str,
}

impl Scenario {
    fn new(database: &'static str) -> Self {
        let scenario = Self { database };
        scenario.make("id UInt64, total String");
        for query in [
            "CREATE TABLE listed (id UInt64, total String) ENGINE = MergeTree ORDER BY id",
            "CREATE TABLE starred (id UInt64, total String) ENGINE = MergeTree ORDER BY id",
            "CREATE MATERIALIZED VIEW listing TO listed AS SELECT id, total FROM source",
            "CREATE MATERIALIZED VIEW starring TO starred AS SELECT * FROM source",
        ] {
            scenario.ask(&[query]).expect("it is made");
        }
        scenario
    }

    fn ask(&self, queries: &[&str]) -> Answer {
        let database = self.database;
        let first = [format!("CREATE DATABASE IF NOT EXISTS {database}"), format!("USE {database}")];
        let queries = queries.iter().map(|query| (*query).to_owned());
        let last = "USE default".to_owned();
        let mut clickhouse = Oracle::get();
        let answer = clickhouse.ask(&first.into_iter().chain(queries).collect::<Vec<_>>(), &[]);
        clickhouse.ask(&[last], &[]).expect("the database of all others");
        answer
    }

    /// What Aiven does when columns change.
    fn make(&self, columns: &str) {
        let create = format!("CREATE TABLE source ({columns}) ENGINE = Null");
        self.ask(&["DROP TABLE IF EXISTS source", &create]).expect("a table");
    }

    fn insert(&self, row: &str) -> Answer {
        self.ask(&[&format!("INSERT INTO source VALUES {row}")])
    }

    fn stored(&self, table: &str) -> Vec<Value> {
        let query =
            format!("SELECT * FROM {table} ORDER BY id SETTINGS output_format_json_quote_64bit_integers = 0");
        self.ask(&[&query]).expect("rows")
    }
}

#[test]
fn a_view_goes_on_with_the_new_table_and_stores_the_columns_that_it_knows() {
    let scenario = Scenario::new("added");
    scenario.insert("(1, 'a')").expect("it is stored");
    scenario.make("id UInt64, total String, extra String");
    scenario.insert("(2, 'b', 'x')").expect("it is stored");
    let before = [json!({"id": 1, "total": "a"}), json!({"id": 2, "total": "b"})];
    assert_eq!(scenario.stored("listed"), before);
    assert_eq!(scenario.stored("starred"), before);

    for table in ["listed", "starred"] {
        let alter = format!("ALTER TABLE {table} ADD COLUMN extra String");
        scenario.ask(&[&alter]).expect("it is altered");
    }
    scenario.insert("(3, 'c', 'y')").expect("it is stored");
    assert_eq!(scenario.stored("starred")[2], json!({"id": 3, "total": "c", "extra": "y"}));
    assert_eq!(scenario.stored("listed")[2], json!({"id": 3, "total": "c", "extra": ""}));
}

#[test]
fn a_column_that_is_gone_is_empty_or_stops_the_view_that_names_it() {
    let scenario = Scenario::new("removed");
    scenario.make("id UInt64");
    let error = scenario.insert("(1)").unwrap_err();
    assert!(error.contains("UNKNOWN_IDENTIFIER") && error.contains("removed.listing"), "{error}");
    assert!(scenario.stored("listed").is_empty());
    scenario.ask(&["DROP VIEW listing"]).expect("it is dropped");
    scenario.insert("(2)").expect("it is stored");
    // Whether the other view stored the row of the insert that failed depends on which of the two came first.
    assert_eq!(scenario.stored("starred").last(), Some(&json!({"id": 2, "total": ""})));
}

#[test]
fn a_type_is_converted_or_stops_every_insert() {
    let scenario = Scenario::new("converted");
    scenario.make("id String, total UInt8");
    scenario.insert("('1', 5)").expect("it is stored");
    let error = scenario.insert("('one', 5)").unwrap_err();
    assert!(error.contains("Cannot parse string 'one' as UInt64"), "{error}");
    assert_eq!(scenario.stored("listed"), [json!({"id": 1, "total": "5"})]);
    assert_eq!(scenario.stored("starred"), [json!({"id": 1, "total": "5"})]);
}

#[test]
fn a_view_on_the_old_name_gets_nothing_and_says_nothing() {
    let scenario = Scenario::new("renamed");
    scenario
        .ask(&["DROP TABLE source", "CREATE TABLE other (id UInt64, total String) ENGINE = Null"])
        .expect("a table");
    scenario.ask(&["INSERT INTO other VALUES (1, 'a')"]).expect("no error");
    assert!(scenario.stored("listed").is_empty() && scenario.stored("starred").is_empty());
}
