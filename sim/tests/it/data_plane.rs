//! Real engines behind the API: what documents bring about in ClickHouse, and what queries and messages find there.

use crate::simulator::{Answer, Simulator, integration, python, table};
use aiven_sim::data_plane::clickhouse::ClickHouse;
use aiven_sim::seed::KAFKA_INTEGRATION;
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

const DATABASES: &str = "/v1/project/demo/service/clickhouse/clickhouse/db";
const QUERY: &str = "/v1/project/demo/service/clickhouse/clickhouse/query";

/// Only something broken takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

impl Simulator {
    async fn query(&self, query: &str) -> Answer {
        self.post(QUERY, &json!({"database": "default", "query": query}).to_string()).await
    }

    /// The rows of a query that ClickHouse accepts.
    async fn rows(&self, query: &str) -> Value {
        let answer = self.query(query).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        answer.json()["data"].clone()
    }

    /// Waits until a query has these rows.
    async fn await_rows(&self, query: &str, expected: Value) {
        let begin = Instant::now();
        loop {
            let found = self.rows(query).await;
            if found == expected {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{query}: {found}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The identity that ClickHouse gave to a table of the seeded integration when it made it.
    async fn identity(&self, table: &str) -> Value {
        let query =
            format!("SELECT uuid FROM system.tables WHERE (database, name) = ('service_kafka', '{table}')");
        self.rows(&query).await
    }

    async fn status(&self) -> Value {
        status(&self.read().await)
    }

    async fn bootstrap_servers(&self) -> String {
        let service = self.get("/v1/project/demo/service/kafka").await.json();
        let parameters = &service["service"]["service_uri_params"];
        let address = service["service"]["service_uri"].as_str().unwrap();
        let (host, port) = address.rsplit_once(':').unwrap();
        assert_eq!(parameters, &json!({"host": host, "port": port}));
        address.to_owned()
    }
}

fn status(answer: &Answer) -> Value {
    answer.json()["service_integration"]["integration_status"].clone()
}

fn of_type(name: &str, column_type: &str) -> Value {
    let mut table = table(name);
    table["columns"][0]["type"] = json!(column_type);
    table["group_name"] = json!(format!("group-{name}"));
    table
}

/// A client of Kafka: Python, with what these statements print.
fn client(statements: &str) -> String {
    let output = Command::new(python()).args(["-c", statements]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_document_is_brought_about_before_it_is_answered() {
    let aiven = Simulator::with_engines().await;
    let put = async |tables: &[Value]| aiven.put_tables(&json!(tables).to_string()).await;
    let running = json!({
        "state": {"status": "running", "errors": [], "nodes": {}, "likely_error_cause": "null"},
        "status_user_desc": "Integration is running",
    });

    assert_eq!(status(&put(&[of_type("stays", "UInt64"), of_type("changes", "UInt64")]).await), running);
    assert_eq!(aiven.status().await, running);
    let (stays, changes) = (aiven.identity("stays").await, aiven.identity("changes").await);
    assert_eq!(stays[0].as_array().unwrap().len(), 1);
    let consumers = "SELECT table, consumer_id FROM system.kafka_consumers WHERE table = 'stays'";
    let consumer = aiven.rows(consumers).await;

    // What ClickHouse refuses is told in its own words, and leaves what is there.
    let refused = status(&put(&[of_type("stays", "UInt64"), of_type("changes", "Nope")]).await);
    assert_eq!(refused["state"]["status"], "failed");
    assert_eq!(refused["state"]["likely_error_cause"], "destination");
    let words = "Table 'changes': Code: 50. DB::Exception: Unknown data type family: Nope. (UNKNOWN_TYPE)";
    assert_eq!(refused["state"]["errors"], json!([words]));
    assert_eq!(aiven.status().await, refused);
    assert_eq!(aiven.identity("changes").await, changes);

    // Another document of the control API is brought about as well, and only what differs.
    aiven
        .store(&json!({"tables": [of_type("stays", "UInt64"), of_type("changes", "UInt32")]}).to_string())
        .await;
    assert_eq!(aiven.status().await, running);
    assert_ne!(aiven.identity("changes").await, changes);
    let column = "SELECT type FROM system.columns WHERE (database, table) = ('service_kafka', 'changes')";
    assert_eq!(aiven.rows(column).await, json!([["UInt32"]]));
    assert_eq!(aiven.identity("stays").await, stays);
    assert_eq!(aiven.rows(consumers).await, consumer);

    // A status that is set hides the real one.
    aiven.set(json!({"integration_status": "mine"})).await;
    assert_eq!(aiven.status().await, "mine");
    aiven.set(json!({"integration_status": null})).await;

    aiven.set(json!({"tables": "later"})).await;
    put(&[of_type("late", "UInt64")]).await;
    assert_eq!(aiven.identity("late").await, json!([]));
    assert_eq!(aiven.identity("stays").await, stays);
    aiven.set(json!({"tables": "at_once"})).await;
    assert_ne!(aiven.identity("late").await, json!([]));
    assert_eq!(aiven.identity("stays").await, json!([]));

    let listed = aiven.get(DATABASES).await.json();
    let databases = listed["databases"].as_array().unwrap();
    let names: Vec<_> = databases.iter().map(|database| database["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["default", "endpoint_self-hosted", "service_kafka"]);
    let uuid = &aiven.identity("late").await[0][0];
    let shown = json!({"name": "late", "uuid": uuid, "engine": "Kafka", "total_rows": null, "total_bytes": null,
                       "state": "ok"});
    assert_eq!(databases[2]["tables"], json!([shown]));

    assert_eq!(aiven.send(Method::DELETE, &integration(), "").await.status, 200);
    let exists = "EXISTS DATABASE service_kafka";
    assert_eq!(aiven.rows(exists).await, json!([[0]]));
    aiven.rows("CREATE TABLE default.own (a Int8) ENGINE = MergeTree ORDER BY a").await;
    assert_eq!(aiven.post("/_sim/reset", "").await.status, 200);
    assert_eq!(aiven.rows(exists).await, json!([[1]]));
    assert_eq!(aiven.rows("SHOW TABLES FROM default").await, json!([]));
    assert_eq!(aiven.status().await, running);
}

#[tokio::test]
async fn messages_travel_from_kafka_to_the_view_and_back() {
    let aiven = Simulator::with_engines().await;
    let topic = "/v1/project/demo/service/kafka/topic";
    assert_eq!(aiven.post(topic, r#"{"topic_name":"events","partitions":3}"#).await.status, 200);
    let refused = aiven.post(topic, r#"{"topic_name":"none","partitions":0}"#).await;
    assert_eq!(refused.status, 400);
    assert_eq!(aiven.get(topic).await.json()["topics"][0]["partitions"], 3);
    let servers = aiven.bootstrap_servers().await;
    let connected = |class: &str, options: &str| {
        format!(
            "import confluent_kafka as k; c = k.{class}({{'bootstrap.servers': '{servers}', {options}}})\n"
        )
    };
    let producer = connected("Producer", "");
    assert_eq!(
        client(&format!("{producer}print(len(c.list_topics('events').topics['events'].partitions))")),
        "3"
    );

    let mut stored = of_type("stored", "UInt64");
    stored["materialized_view"] = json!({"view_name": "events", "order_by": ["key"]});
    aiven.put_tables(&json!([stored, of_type("writer", "UInt64")]).to_string()).await;
    client(&format!("{producer}c.produce('events', '{{\"key\": 1}}'); c.flush()"));
    let rows = "SELECT key FROM default.events ORDER BY key";
    aiven.await_rows(rows, json!([[1]])).await;

    aiven.rows("INSERT INTO service_kafka.writer VALUES (2)").await;
    aiven.await_rows(rows, json!([[1], [2]])).await;
    let consumer = connected("Consumer", "'group.id': 'nobody'");
    let read = "c.assign([k.TopicPartition('events', p, 0) for p in range(3)])\n\
                print(sorted(c.poll(60).value().decode().strip() for _ in range(2)))";
    assert_eq!(client(&format!("{consumer}{read}")), r#"['{"key": 1}', '{"key":2}']"#);
    // Aiven lets its users SELECT from a Kafka table.
    assert_eq!(aiven.query("SELECT key FROM service_kafka.writer LIMIT 1").await.status, 200);

    // A replaced table goes on where the one before it was.
    stored["columns"][0]["type"] = json!("UInt32");
    aiven.put_tables(&json!([stored, of_type("writer", "UInt64")]).to_string()).await;
    aiven.rows("INSERT INTO service_kafka.writer VALUES (3)").await;
    aiven.await_rows(rows, json!([[1], [2], [3]])).await;

    // Nor does a configuration that makes ClickHouse start again lose anything.
    let mut late = of_type("late", "UInt64");
    late["topics"][0]["name"] = json!("other");
    late["auto_offset_reset"] = json!("latest");
    let answer = aiven.put_tables(&json!([stored, of_type("writer", "UInt64"), late]).to_string()).await;
    assert_eq!(status(&answer)["state"]["errors"], json!([]));
    aiven.rows("INSERT INTO service_kafka.writer VALUES (4)").await;
    aiven.await_rows(rows, json!([[1], [2], [3], [4]])).await;
}

#[tokio::test]
async fn a_query_is_answered_in_aivens_shape_or_refused_in_clickhouses_words() {
    let aiven = Simulator::with_engines().await;
    let answer =
        aiven.query("SELECT number AS n, 'a' AS t FROM numbers(18446744073709551613, 2)").await.json();
    assert_eq!(answer["meta"], json!([{"name": "n", "type": "UInt64"}, {"name": "t", "type": "String"}]));
    assert_eq!(
        answer["data"],
        json!([[18_446_744_073_709_551_613_u64, "a"], [18_446_744_073_709_551_614_u64, "a"]])
    );
    assert_eq!(answer["summary"]["result_rows"], 2);
    assert!(answer["summary"]["elapsed_ns"].as_u64().unwrap() > 0);

    aiven.rows("CREATE TABLE own (a Int8) ENGINE = MergeTree ORDER BY a").await;
    assert_eq!(aiven.rows("SELECT ';' -- ; SELECT 2\n;").await, json!([[";"]]));
    let written = aiven.query("INSERT INTO own VALUES (1), (2)").await.json();
    assert_eq!((&written["meta"], &written["data"]), (&json!([]), &json!([])));
    assert_eq!(written["summary"]["written_rows"], 2);

    for (query, words) in [
        ("SELECT nope", "Code: 47. DB::Exception: Unknown expression identifier `nope`"),
        (
            "SELECT throwIf(number = 3) FROM numbers(10)",
            "Code: 395. DB::Exception: Value passed to 'throwIf'",
        ),
        ("SELECT 1 FORMAT CSV", "Invalid input for query: one query without a FORMAT of its own is expected"),
        ("TRUNCATE TABLE own; SELECT 2", "several queries are sent where one is expected"),
        ("", "Invalid input for query: must have 1 to 20000 characters"),
        ("CREATE TABLE fatal (a Object(Nullable)) ENGINE = Memory", "ClickHouse ended unexpectedly"),
    ] {
        let refused = aiven.query(query).await;
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.message().starts_with(words), "{query}: {}", refused.message());
        // Nothing of it is left in the next answer, and ClickHouse has what it had.
        assert_eq!(aiven.rows("SELECT a FROM own").await, json!([[1], [2]]), "{query}");
    }
    let body = json!({"database": "none", "query": "SELECT 1"}).to_string();
    assert!(aiven.post(QUERY, &body).await.message().starts_with("Code: 81. DB::Exception: Database none"));
    let elsewhere = "/v1/project/demo/service/kafka/clickhouse/query";
    assert_eq!(aiven.post(elsewhere, &body).await.message(), "Service 'kafka' is not a clickhouse service");

    // A table that ClickHouse does not survive is refused like any other.
    let tables = json!([of_type("good", "UInt64"), of_type("fatal", "Object(Nullable)")]);
    let errors = &status(&aiven.put_tables(&tables.to_string()).await)["state"]["errors"];
    assert_eq!(errors, &json!(["Table 'fatal': ClickHouse ended unexpectedly"]));
    assert_ne!(aiven.identity("good").await, json!([]));
}

#[tokio::test]
async fn what_a_query_drops_is_back_with_the_next_write_and_no_strange_document_drops_anything() {
    let aiven = Simulator::with_engines().await;
    let mut stored = of_type("orders", "UInt64");
    stored["materialized_view"] = json!({"view_name": "stored", "order_by": ["key"]});
    let tables = json!([stored, of_type("more", "UInt64")]);
    aiven.put_tables(&tables.to_string()).await;
    let text = json!({"tables": tables}).to_string();
    let names = "SELECT name FROM system.tables WHERE name IN ('orders', 'more', 'stored') ORDER BY name";
    let all = json!([["more"], ["orders"], ["stored"]]);
    for statement in
        ["DROP TABLE service_kafka.orders", "DROP TABLE default.stored", "DROP DATABASE service_kafka"]
    {
        assert_eq!(aiven.query(statement).await.status, 200, "{statement}");
        assert_ne!(aiven.rows(names).await, all);
        aiven.store(&text).await;
        assert_eq!(aiven.rows(names).await, all, "{statement}");
        assert_eq!(aiven.status().await["state"]["errors"], json!([]), "{statement}");
    }

    for strange in [r#"{"tables":[{"name":"\ud800"}]}"#, r#"{"tables":1}"#] {
        aiven.store(strange).await;
        // The answer holds the document, which cannot be decoded there either.
        let answer = aiven.read().await.text;
        assert!(answer.contains(r#""status":"failed""#), "{answer}");
        assert_eq!(aiven.rows(names).await, all, "{strange}");
    }

    // Neither ends a statement of the simulator, nor its configuration.
    let mut bell = of_type("bell", "UInt64");
    bell["topics"][0]["name"] = json!("\u{7}");
    bell["auto_offset_reset"] = json!("latest");
    let statements = of_type("more", "UInt64) ENGINE = Memory; DROP TABLE default.stored; SELECT (1");
    aiven.store(&json!({"tables": [stored, statements, bell]}).to_string()).await;
    let errors = json!([
        "Table 'more': in `columns[0]`, `type` is more than a type",
        "Table 'bell': in `topics[0]`, `name` has a character that ClickHouse's configuration cannot hold",
    ]);
    assert_eq!(aiven.status().await["state"]["errors"], errors);
    assert_eq!(aiven.rows(names).await, all);
    aiven.store(&text).await;
    assert_eq!(aiven.status().await["state"]["status"], "running");
}

#[tokio::test]
async fn a_configuration_that_clickhouse_does_not_take_leaves_the_one_before() {
    let good = "<clickhouse></clickhouse>";
    let mut clickhouse = ClickHouse::start(&python(), good).await.unwrap();
    let exists = "EXISTS own";
    clickhouse.run("default", "CREATE TABLE own (a Int8) ENGINE = Memory").await.unwrap();
    let refused = clickhouse.restart("<clickhouse>\u{1}</clickhouse>").await.unwrap_err();
    assert!(refused.contains("SAXParseException"), "{refused}");
    assert!(clickhouse.run("default", exists).await.unwrap().answer.contains("[1]"));
    clickhouse.restart(good).await.unwrap();
    assert!(clickhouse.run("default", exists).await.unwrap().answer.contains("[1]"));
}

#[tokio::test]
async fn without_engines_there_is_nothing_to_query() {
    let aiven = Simulator::start().await;
    assert_eq!(aiven.query("SELECT 1").await.status, 404);
    let read = aiven.get(&format!("/v1/project/demo/integration/{KAFKA_INTEGRATION}")).await;
    assert_eq!(status(&read), Value::Null);
}
