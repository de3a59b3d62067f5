//! Every example of Aiven's and ClickHouse's pages on Kafka validates without a word.
//!
//! What is taken from the pages are names, types, formats and settings, not their words. They were gone through on
//! 22 November 2026: Aiven's documentation as of 21 August 2026 (`integrate-kafka`, `query-kafka-topic-data`,
//! `set-up-kafka-topic-querying`, `materialized-views`, `supported-input-output-formats`), Aiven's own provider as of
//! 7 August 2026 (`service_integration`, the example `kafka_source`, its acceptance test), the example `clickhouse-cdc`,
//! and ClickHouse's pages in copies of several ages: the engine `Kafka`, the guides `kafka-table-engine` and
//! `kafka-table-engine-named-collections`, `kafka-to-clickhouse-setup` of the knowledge base, the formats `AvroConfluent`,
//! `JSONAsString` and `RawBLOB`, and `system.dead_letter_queue`. Some of them have no example.
//!
//! Left out is what Aiven offers no setting for, and views that are more than `SELECT *`.

use serde_json::{Value, json};

use crate::harness;

/// An example: the page it is on, and the table.
struct Example {
    page: &'static str,
    table: Value,
}

/// A table as the page has it; `more` are further settings.
fn example(
    page: &'static str,
    name: &str,
    columns: &[(&str, &str)],
    (topics, group, format): (&[&str], &str, &str),
    more: &Value,
) -> Example {
    let columns: Vec<_> = columns.iter().map(|(name, ty)| json!({"name": name, "type": ty})).collect();
    let topics: Vec<_> = topics.iter().map(|name| json!({"name": name})).collect();
    let mut table = json!({
        "name": name, "columns": columns, "topics": topics, "group_name": group, "data_format": format,
    });
    let settings = table.as_object_mut().expect("an object");
    settings.extend(more.as_object().expect("settings").clone());
    Example { page, table }
}

fn view(name: &str, order_by: &[&str]) -> Value {
    json!({"materialized_view": {"view_name": name, "order_by": order_by}})
}

#[tokio::test]
async fn examples_validate_without_a_word() {
    let mut configuration = String::new();
    for (index, Example { page, table }) in aiven().into_iter().chain(clickhouse()).enumerate() {
        configuration.push_str(&format!("\n# {page}"));
        configuration.push_str(&harness::resource(&format!("example_{index}"), &table, ""));
    }
    assert_eq!(harness::said(&configuration).await, "");
}

fn aiven() -> Vec<Example> {
    let mut examples = vec![
        example(
            "integrate-kafka",
            "CONNECTOR_TABLE_NAME",
            &[("id", "UInt64"), ("name", "String")],
            (&["topic1", "topic2"], "CONSUMER_NAME", "JSONEachRow"),
            &json!({"auto_offset_reset": "earliest"}),
        ),
        example(
            "integrate-kafka, Read and store data",
            "table_name",
            &[("id", "UInt64"), ("name", "String")],
            (&["topic1"], "CONSUMER_NAME", "JSONEachRow"),
            &view("destination", &["id"]),
        ),
        example(
            "query-kafka-topic-data, Limitations",
            "table_name",
            &[("id", "UInt64")],
            (&["topic1"], "CONSUMER_NAME", "AvroConfluent"),
            &json!({"handle_error_mode": "dead_letter_queue"}),
        ),
        example(
            "materialized-views",
            "table_name",
            &[("x", "UInt64"), ("y", "String")],
            (&["topic"], "group", "JSONEachRow"),
            &json!({
                "materialized_view": {"view_name": "my_view", "database_name": "default", "order_by": ["x"]},
            }),
        ),
        example(
            "service_integration of Aiven's provider",
            "events",
            &[("key", "UInt64"), ("created_at", "DateTime"), ("sign", "Int8"), ("version", "UInt64")],
            (&["topic_name"], "clickhouse", "JSONEachRow"),
            &json!({"materialized_view": {
                "view_name": "events_mv", "order_by": ["key", "created_at"], "engine": "VersionedCollapsingMergeTree",
                "engine_params": ["sign", "version"], "ttl_column": "created_at", "ttl_days": 30,
                "local_disk_ttl_days": 7,
            }}),
        ),
        example(
            "service_integration of Aiven's provider",
            "events",
            &[("key", "UInt64"), ("sign", "Int8")],
            (&["topic_name"], "clickhouse", "JSONEachRow"),
            &json!({"materialized_view": {
                "view_name": "events_mv", "order_by": ["key"], "engine": "CollapsingMergeTree", "engine_params": ["sign"],
            }}),
        ),
        example(
            "kafka_source of Aiven's provider",
            "edge_measurements_raw",
            &[
                ("sensor_id", "UInt64"),
                ("ts", "DateTime64(6)"),
                ("key", "LowCardinality(String)"),
                ("value", "Float64"),
            ],
            (&["edge-measurements"], "clickhouse-ingestion", "JSONEachRow"),
            &json!({}),
        ),
    ];
    examples.extend(["foo", "bar", "baz"].map(|name| {
        example(
            "acceptance test of Aiven's provider",
            name,
            &[(name, "LowCardinality(String)")],
            (&[name], name, "AvroConfluent"),
            &json!({"num_consumers": 1}),
        )
    }));
    examples.extend([("population", "total", "UInt64"), ("weather", "temperature", "Float64")].map(changes));
    examples.extend(settings());
    examples.extend(formats());
    examples
}

/// What Debezium says of changes, flattened.
fn changes((table, measure, ty): (&str, &str, &str)) -> Example {
    let (before, after) = (format!("before.{measure}"), format!("after.{measure}"));
    let columns = [
        ("before.id", "UInt64"),
        ("before.region", "UInt64"),
        (&before, ty),
        ("after.id", "UInt64"),
        ("after.region", "UInt64"),
        (&after, ty),
        ("op", "LowCardinality(String)"),
        ("ts_ms", "UInt64"),
        ("source.sequence", "String"),
        ("source.lsn", "UInt64"),
    ];
    let topic = format!("middleearth-replicator.public.{table}");
    let name = format!("{table}_cdc");
    example("clickhouse-cdc", &name, &columns, (&[&topic], "clickhouse-ingestion", "JSONEachRow"), &json!({}))
}

/// The settings for which there is an example, each by itself.
fn settings() -> impl Iterator<Item = Example> {
    let examples = json!({
        "auto_offset_reset": "latest",
        "date_time_input_format": "best_effort",
        "handle_error_mode": "stream",
        "max_block_size": 100_000,
        "max_rows_per_message": 100_000,
        "num_consumers": 4,
        "poll_max_batch_size": 10_000,
        "poll_max_timeout_ms": 1000,
        "skip_broken_messages": 10_000,
        "thread_per_consumer": true,
        "producer_batch_size": 1_000_000,
        "producer_batch_num_messages": 10_000,
        "producer_compression_codec": "zstd",
        "producer_compression_level": 5,
        "producer_linger_ms": 5,
        "producer_queue_buffering_max_messages": 100_000,
        "producer_queue_buffering_max_kbytes": 1_048_576,
        "producer_request_required_acks": 1,
    });
    let examples = examples.as_object().expect("settings").clone();
    examples.into_iter().map(|(name, value)| {
        example(
            "integrate-kafka, Optional integration settings",
            "table_name",
            &[("id", "UInt64"), ("name", "String")],
            (&["topic1"], "CONSUMER_NAME", "JSONEachRow"),
            &json!({name: value}),
        )
    })
}

/// Each format, with columns for the message that is its example.
fn formats() -> impl Iterator<Item = Example> {
    let fields: [(&str, &[(&str, &str)]); 14] = [
        ("Avro", &[("x", "Int32"), ("y", "String")]),
        ("AvroConfluent", &[("x", "Int32"), ("y", "String")]),
        ("CSV", &[("x", "Int32"), ("y", "String")]),
        ("JSONAsString", &[("message", "String")]),
        ("JSONCompactEachRow", &[("x", "Int32"), ("y", "String")]),
        ("JSONCompactStringsEachRow", &[("x", "Int32"), ("y", "String")]),
        ("JSONEachRow", &[("x", "Int32"), ("y", "String")]),
        ("JSONStringsEachRow", &[("x", "Int32"), ("y", "String")]),
        ("MsgPack", &[("x", "Int32"), ("y", "String")]),
        ("Parquet", &[("x", "Int32"), ("y", "String")]),
        ("RawBLOB", &[("message", "String")]),
        ("TSKV", &[("x", "Int32"), ("y", "String")]),
        ("TSV", &[("x", "Int32"), ("y", "String")]),
        ("TabSeparated", &[("x", "Int32"), ("y", "String")]),
    ];
    fields.into_iter().map(|(format, columns)| {
        example(
            "supported-input-output-formats",
            "table_name",
            columns,
            (&["topic1"], "group", format),
            &json!({}),
        )
    })
}

fn clickhouse() -> Vec<Example> {
    const LOG: &[(&str, &str)] = &[("timestamp", "UInt64"), ("level", "String"), ("message", "String")];
    const PERSON: &[(&str, &str)] = &[("id", "UInt32"), ("first_name", "String"), ("last_name", "String")];
    const FIELDS: &[(&str, &str)] = &[("field1", "String"), ("field2", "String")];
    let engine = "the engine `Kafka`";
    let none = json!({});
    let four = json!({"num_consumers": 4});
    let mut examples = vec![
        example(engine, "queue", LOG, (&["topic"], "group1", "JSONEachRow"), &none),
        example(engine, "queue2", LOG, (&["topic"], "group1", "JSONEachRow"), &four),
        example(engine, "msk_queue", LOG, (&["my-topic"], "my-group", "JSONEachRow"), &none),
        example(
            engine,
            "kafka_out",
            &[
                ("event_json", "String"),
                ("_key", "String"),
                ("_timestamp", "DateTime"),
                ("_headers.name", "Array(String)"),
                ("_headers.value", "Array(String)"),
            ],
            (&["events"], "events-producer", "JSONEachRow"),
            &none,
        ),
        example(
            engine,
            "experimental_kafka",
            &[("key", "UInt64"), ("value", "UInt64")],
            (&["my-topic"], "my-consumer", "JSONEachRow"),
            &none,
        ),
        example(
            "`system.dead_letter_queue`",
            "kafka",
            &[("key", "UInt64")],
            (&["TSV_dead_letter_queue_err_1746095689"], "group", "TSV"),
            &json!({"handle_error_mode": "dead_letter_queue"}),
        ),
        example("AvroConfluent", "topic1_stream", FIELDS, (&["topic1"], "group1", "AvroConfluent"), &none),
        example(
            "AvroConfluent",
            "topic1",
            &[("field1", "Int64"), ("field2", "String")],
            (&["topic1"], "group1", "AvroConfluent"),
            &none,
        ),
        example(
            "JSONAsString",
            "json_as_string",
            &[("json", "String")],
            (&["a"], "g", "JSONAsString"),
            &none,
        ),
        example("RawBLOB", "some_table", &[("a", "String")], (&["a"], "g", "RawBLOB"), &none),
    ];
    examples.extend(["cluster_1", "cluster_2"].map(|cluster| {
        let mut more = view("replicated_table", &["id"]);
        more["num_consumers"] = json!(1);
        more["thread_per_consumer"] = json!(true);
        more["auto_offset_reset"] = json!("latest");
        let (topic, group) =
            (format!("{cluster}_clickhouse_topic"), format!("{cluster}_clickhouse_consumer"));
        let source: (&[&str], _, _) = (&[&topic], group.as_str(), "JSONEachRow");
        example("kafka-table-engine-named-collections", "kafka_table", PERSON, source, &more)
    }));
    examples.extend([wikipedia(), github("github", "clickhouse"), github("github_out", "clickhouse_out")]);
    examples
}

fn wikipedia() -> Example {
    let columns = [
        ("id", "UInt32"),
        ("type", "String"),
        ("title", "String"),
        ("title_url", "String"),
        ("comment", "String"),
        ("timestamp", "UInt64"),
        ("user", "String"),
        ("bot", "Bool"),
        ("server_url", "String"),
        ("server_name", "String"),
        ("wiki", "String"),
        ("meta", "Tuple(uri String, id String, stream String, topic String, domain String)"),
    ];
    let source: (&[&str], _, _) = (&["wikimedia"], "consumer-group-wiki", "JSONEachRow");
    example(
        "kafka-to-clickhouse-setup",
        "wikiQueue",
        &columns,
        source,
        &view("events", &["type", "timestamp"]),
    )
}

fn github(topic: &str, group: &str) -> Example {
    let kinds = enumeration(
        1,
        "CommitCommentEvent CreateEvent DeleteEvent ForkEvent GollumEvent IssueCommentEvent IssuesEvent MemberEvent \
         PublicEvent PullRequestEvent PullRequestReviewCommentEvent PushEvent ReleaseEvent SponsorshipEvent WatchEvent \
         GistEvent FollowEvent DownloadEvent PullRequestReviewEvent ForkApplyEvent Event TeamAddEvent",
    );
    let actions = enumeration(
        0,
        "none created added edited deleted opened closed reopened assigned unassigned labeled unlabeled \
         review_requested review_request_removed synchronize started published update create fork merged",
    );
    let (refs, states) =
        (enumeration(0, "none branch tag repository unknown"), enumeration(0, "none open closed"));
    let (word, words) = ("LowCardinality(String)", "Array(LowCardinality(String))");
    let columns = [
        ("file_time", "DateTime"),
        ("event_type", &kinds),
        ("actor_login", word),
        ("repo_name", word),
        ("created_at", "DateTime"),
        ("updated_at", "DateTime"),
        ("action", &actions),
        ("comment_id", "UInt64"),
        ("path", "String"),
        ("ref", word),
        ("ref_type", &refs),
        ("creator_user_login", word),
        ("number", "UInt32"),
        ("title", "String"),
        ("labels", words),
        ("state", &states),
        ("assignee", word),
        ("assignees", words),
        ("closed_at", "DateTime"),
        ("merged_at", "DateTime"),
        ("merge_commit_sha", "String"),
        ("requested_reviewers", words),
        ("merged_by", word),
        ("review_comments", "UInt32"),
        ("member_login", word),
    ];
    let mut more = view("github", &["event_type", "repo_name", "created_at"]);
    more["thread_per_consumer"] = json!(false);
    more["num_consumers"] = json!(1);
    example("kafka-table-engine", "github_queue", &columns, (&[topic], group, "JSONEachRow"), &more)
}

/// An enumeration of these names, numbered from `first` on.
fn enumeration(first: usize, names: &str) -> String {
    let each = names.split_whitespace().enumerate();
    let each: Vec<_> = each.map(|(index, name)| format!("'{name}' = {}", first + index)).collect();
    format!("Enum({})", each.join(", "))
}
