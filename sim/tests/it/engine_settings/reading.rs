//! Settings that are found in what a table reads.

use super::engines::{Engines, table};
use serde_json::json;

#[tokio::test]
async fn reading_begins_where_the_offset_is_reset_to() {
    let engines = Engines::start().await;
    for topic in ["from.the.start", "from.the.end"] {
        engines.create_topic(topic).await;
    }
    engines.produce(&json!({"from.the.start": [r#"{"id":1}"#], "from.the.end": [r#"{"id":1}"#]}));
    engines
        .put(&[
            table("early", &json!({"topics": [{"name": "from.the.start"}], "auto_offset_reset": "smallest"})),
            table("late", &json!({"topics": [{"name": "from.the.end"}], "auto_offset_reset": "end"})),
        ])
        .await;
    engines.store("early", "id").await;
    engines.store("late", "id").await;
    engines.until("SELECT id FROM default.early", &["1"]).await;
    // A reader that begins at the end shows when it has begun by reading what comes next.
    let mut attempts = 0;
    while engines.column("SELECT DISTINCT id FROM default.late").await.is_empty() {
        attempts += 1;
        assert!(attempts < 100, "nothing is read");
        engines.produce(&json!({"from.the.end": [r#"{"id":2}"#]}));
    }
    assert_eq!(engines.column("SELECT DISTINCT id FROM default.late").await, ["2"]);
}

#[tokio::test]
async fn messages_are_read_as_the_table_says() {
    let engines = Engines::start().await;
    let (good, last) = (r#"{"id":1}"#, r#"{"id":3}"#);
    let broken = r#"{"id":"x"}"#;
    let mut view = table("stream", &json!({"handle_error_mode": "stream"}));
    view["materialized_view"] = json!({"view_name": "stream_stored", "order_by": ["id"]});
    let tables = [
        table("stops", &json!({})),
        table("skips", &json!({"skip_broken_messages": 1})),
        view,
        table("cannot_skip", &json!({"data_format": "Avro", "skip_broken_messages": 1})),
        table("skips_the_stream", &json!({"handle_error_mode": "stream", "skip_broken_messages": 1})),
        table("dead_letters", &json!({"handle_error_mode": "dead_letter_queue"})),
        table(
            "dates",
            &json!({"columns": [{"name": "at", "type": "DateTime"}], "date_time_input_format": "best_effort"}),
        ),
        table(
            "basic_dates",
            &json!({"columns": [{"name": "at", "type": "DateTime"}], "skip_broken_messages": 1}),
        ),
        table("batches", &json!({"data_format": "CSV", "max_rows_per_message": 3})),
        table("parallel", &json!({"num_consumers": 2, "thread_per_consumer": true})),
    ];
    for table in &tables {
        engines.create_topic(table["name"].as_str().unwrap()).await;
    }
    engines.put(&tables).await;
    for name in ["stops", "skips", "cannot_skip", "dead_letters", "parallel"] {
        engines.store(name, "id").await;
    }
    for name in ["stream", "skips_the_stream"] {
        engines.store(name, "id, _error AS error, _raw_message AS message, _offset AS offset").await;
    }
    for name in ["dates", "basic_dates"] {
        engines.store(name, "at").await;
    }
    engines.store("batches", "id, _offset AS offset").await;
    // Only now: what is read before a view is there, it does not get.
    let messages = [good, broken, broken, last];
    let (moment, plain) = (r#"{"at":"2024-05-06T07:08:09Z"}"#, r#"{"at":"2024-05-06 07:08:10"}"#);
    engines.produce(&json!({
        "cannot_skip": messages, "stops": messages, "skips": messages, "stream": messages, "skips_the_stream": messages, "dead_letters": messages,
        "dates": [moment], "basic_dates": [moment, plain],
    }));
    engines.query("INSERT INTO service_kafka.batches VALUES (1), (2), (3)").await;

    // Kafka may hand a message out twice, so rows are counted once.
    let ids = |table: &str| format!("SELECT DISTINCT id FROM default.{table} ORDER BY id");
    engines.until(&ids("skips"), &["1", "3"]).await;
    let broken_rows = "SELECT DISTINCT message || ' at ' || toString(offset) FROM default.stream \
                       WHERE error LIKE 'Cannot parse input%' ORDER BY offset";
    engines.until(broken_rows, &[r#"{"id":"x"} at 1"#, r#"{"id":"x"} at 2"#]).await;
    engines.until(&ids("stream_stored"), &["0", "1", "3"]).await;
    // Skipping comes first: a message that is skipped is no row with an error.
    engines.until(&ids("skips_the_stream"), &["1", "3"]).await;
    engines.until(&ids("dead_letters"), &["1", "3"]).await;
    engines.until("SELECT DISTINCT toString(at) FROM default.dates", &["2024-05-06 07:08:09"]).await;
    engines.until("SELECT DISTINCT toString(at) FROM default.basic_dates", &["2024-05-06 07:08:10"]).await;
    engines.until(&ids("batches"), &["1", "2", "3"]).await;
    assert_eq!(engines.column("SELECT DISTINCT offset FROM default.batches").await, ["0"]);
    let consumers = "SELECT toString(count()) FROM system.kafka_consumers WHERE table = 'parallel'";
    engines.until(consumers, &["2"]).await;
    let stopped = |table: &str, words: &str| {
        format!(
            "SELECT toString(count()) FROM system.kafka_consumers \
             WHERE table = '{table}' AND arrayExists(text -> text LIKE '%{words}%', exceptions.text)"
        )
    };
    engines.until(&stopped("cannot_skip", "Magic does not match"), &["1"]).await;
    engines.until(&stopped("stops", "Cannot parse input"), &["1"]).await;
    assert_eq!(engines.column("SELECT id FROM default.stops WHERE id = 3").await, [""; 0]);
}
