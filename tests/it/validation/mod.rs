//! What `terraform validate` says about mistakes, word for word and at which line. No simulator: it is all offline.

mod documented;
mod engine;
mod format;
mod view;

use crate::harness;

/// A table without a mistake, each attribute on a line of its own; `changes` replaces or adds attributes.
fn configuration(changes: &[(&str, &str)]) -> String {
    let mut attributes = vec![
        ("project", r#""demo""#),
        ("service_integration_id", r#""00000000-0000-4000-8000-000000000001""#),
        ("name", r#""events""#),
        ("columns", r#"[{ name = "id", type = "UInt64" }, { name = "at", type = "DateTime" }]"#),
        ("topics", r#"[{ name = "events" }]"#),
        ("data_format", r#""CSV""#),
        ("group_name", r#""one""#),
    ];
    attributes.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    attributes.extend(changes);
    let lines: String = attributes.iter().map(|(name, value)| format!("  {name} = {value}\n")).collect();
    // Blocks are written without the equals sign.
    let lines = lines.replace("  timeouts = {", "  timeouts {");
    format!("resource \"aiven_clickhouse_kafka_table\" \"events\" {{\n{lines}}}\n")
}

/// What is said about the configuration with these changes.
async fn said(changes: &[(&str, &str)]) -> String {
    harness::said(&configuration(changes)).await
}

#[tokio::test]
async fn a_configuration_without_a_mistake_is_valid() {
    assert_eq!(said(&[]).await, "");
}

#[tokio::test]
async fn lengths() {
    let long = format!("\"{}\"", "x".repeat(41));
    let group = format!("\"{}\"", "g".repeat(250));
    let changes = [
        ("name", long.as_str()),
        ("group_name", &group),
        ("columns", "[\n    { name = \"\",\n      type = \"\" },\n  ]"),
        ("project", r#""de/mo""#),
        ("materialized_view", r#"{ view_name = "", order_by = [] }"#),
    ];
    insta::assert_snapshot!(said(&changes).await, @r#"
    error
    `columns[0].name` must not be empty
    Set it, or check the expression it comes from.
      main.tf line 14: { name = "",

    error
    `columns[0].type` must not be empty
    Set it, or check the expression it comes from.
      main.tf line 15: type = "" },

    error
    `materialized_view.view_name` must not be empty
    Set it, or check the expression it comes from.
      main.tf line 18: materialized_view = { view_name = "", order_by = [] }

    error
    `project` must not contain a `/`
    Give the project's name alone, as `avn project list` shows it.
      main.tf line 17: project = "de/mo"
    "#);
}

#[tokio::test]
async fn ranges() {
    let changes = [
        ("num_consumers", "11"),
        ("max_rows_per_message", "0"),
        ("poll_max_timeout_ms", "1.5"),
        ("producer_request_required_acks", "-2"),
        ("materialized_view", r#"{ view_name = "v", order_by = ["id"], ttl_column = "at", ttl_days = 0 }"#),
    ];
    insta::assert_snapshot!(said(&changes).await, @r"
    error
    `poll_max_timeout_ms` must be a whole number
    It is 1.5. Remove the fraction.
      main.tf line 17: poll_max_timeout_ms = 1.5
    ");
}

#[tokio::test]
async fn a_slip_in_a_choice_is_a_warning_and_a_value_nobody_knows_is_left_to_aiven() {
    let changes = [
        ("auto_offset_reset", r#""earlyest""#),
        ("data_format", r#""JsonEachRow""#),
        ("handle_error_mode", r#""quantum""#),
        ("producer_compression_codec", r#""brotli""#),
        ("materialized_view", r#"{ view_name = "v", order_by = ["id"], engine = "MergeTre" }"#),
    ];
    insta::assert_snapshot!(said(&changes).await, @r#"
    warning
    `JsonEachRow` is nearly `JSONEachRow`
    Did you mean `JSONEachRow`? The known values of `data_format` are `Avro`, `AvroConfluent`, `CSV`, `JSONAsString`, `JSONCompactEachRow`, `JSONCompactStringsEachRow`, `JSONEachRow`, `JSONStringsEachRow`, `MsgPack`, `Parquet`, `RawBLOB`, `TSKV`, `TSV`, `TabSeparated`. Whether the API has `JsonEachRow` as well shows when a change is planned.
      main.tf line 15: data_format = "JsonEachRow"

    warning
    `MergeTre` is nearly `MergeTree`
    Did you mean `MergeTree`? The known values of `materialized_view.engine` are `AggregatingMergeTree`, `CollapsingMergeTree`, `MergeTree`, `ReplacingMergeTree`, `SummingMergeTree`, `VersionedCollapsingMergeTree`. Whether the API has `MergeTre` as well shows when a change is planned.
      main.tf line 18: materialized_view = { view_name = "v", order_by = ["id"], engine = "MergeTre" }

    warning
    `earlyest` is nearly `earliest`
    Did you mean `earliest`? The known values of `auto_offset_reset` are `beginning`, `earliest`, `end`, `largest`, `latest`, `smallest`. Whether the API has `earlyest` as well shows when a change is planned.
      main.tf line 14: auto_offset_reset = "earlyest"
    "#);
}

#[tokio::test]
async fn columns_of_one_name() {
    let columns = r#"[{ name = "id", type = "UInt64" }, { name = "id", type = "String" }]"#;
    insta::assert_snapshot!(said(&[("columns", columns)]).await, @r#"
    error
    Column `id` is there twice
    `columns[1].name` repeats the name of another column. Rename or remove one of the two.
      main.tf line 14: columns = [{ name = "id", type = "UInt64" }, { name = "id", type = "String" }]
    "#);
}

#[tokio::test]
async fn topics_that_kafka_could_not_have() {
    let topics = r#"[{ name = "right" }, { name = "not right" }, { name = ".." }]"#;
    insta::assert_snapshot!(said(&[("topics", topics)]).await, @r#"
    error
    `..` is not the name of a Kafka topic
    `topics[*].name` holds it. A topic's name consists of letters, digits, `-`, `_` and `.`, and is neither `.` nor `..`.
      main.tf line 14: topics = [{ name = "right" }, { name = "not right" }, { name = ".." }]

    error
    `not right` is not the name of a Kafka topic
    `topics[*].name` holds it. A topic's name consists of letters, digits, `-`, `_` and `.`, and is neither `.` nor `..`.
      main.tf line 14: topics = [{ name = "right" }, { name = "not right" }, { name = ".." }]
    "#);
}

#[tokio::test]
async fn no_columns_and_no_topics() {
    insta::assert_snapshot!(said(&[("columns", "[]"), ("topics", "[]")]).await, @r#"
    error
    `columns` must not be empty
    Set it, or check the expression it comes from.
      main.tf line 13: columns = []

    error
    `topics` must not be empty
    Set it, or check the expression it comes from.
      main.tf line 14: topics = []
    "#);
}

#[tokio::test]
async fn a_compression_level_that_the_codec_does_not_have() {
    let gzip = [("producer_compression_codec", r#""gzip""#), ("producer_compression_level", "10")];
    insta::assert_snapshot!(said(&gzip).await, @r#"
    error
    `gzip` has no compression level 10
    `producer_compression_level` may be `0` to `9` with this codec; `-1` is the codec's own default.
      main.tf line 16: producer_compression_level = 10
    "#);
    let snappy = [("producer_compression_codec", r#""snappy""#), ("producer_compression_level", "1")];
    insta::assert_snapshot!(said(&snappy).await, @r#"
    error
    `snappy` has no compression level 1
    `producer_compression_level` may be `0` with this codec; `-1` is the codec's own default.
      main.tf line 16: producer_compression_level = 1
    "#);
    let lz4 = [("producer_compression_codec", r#""lz4""#), ("producer_compression_level", "12")];
    assert_eq!(said(&lz4).await, "");
}

#[tokio::test]
async fn broken_messages_that_are_to_be_both_kept_and_skipped() {
    let stream = [("handle_error_mode", r#""stream""#), ("skip_broken_messages", "10")];
    insta::assert_snapshot!(said(&stream).await, @"
    warning
    `skip_broken_messages` contradicts `handle_error_mode` `stream`
    ClickHouse skips first: messages with up to so many broken rows leave no trace, and `stream` keeps only those with more. Remove `skip_broken_messages`, or set `handle_error_mode` to `default`.
      main.tf line 16: skip_broken_messages = 10
    ");
    let queue = [("handle_error_mode", r#""dead_letter_queue""#), ("skip_broken_messages", "1")];
    insta::assert_snapshot!(said(&queue).await, @"
    warning
    `skip_broken_messages` contradicts `handle_error_mode` `dead_letter_queue`
    ClickHouse skips first: messages with up to so many broken rows leave no trace, and `dead_letter_queue` keeps only those with more. Remove `skip_broken_messages`, or set `handle_error_mode` to `default`.
      main.tf line 16: skip_broken_messages = 1
    ");
    for (mode, skipped) in [("stream", "0"), ("default", "10"), ("quantum", "10")] {
        let mode = format!("{mode:?}");
        let changes = [("handle_error_mode", mode.as_str()), ("skip_broken_messages", skipped)];
        assert_eq!(said(&changes).await, "");
    }
}

#[tokio::test]
async fn additional_settings_that_are_no_settings() {
    insta::assert_snapshot!(said(&[("additional_settings_json", r#""{oops""#)]).await, @r#"
    error
    `additional_settings_json` is not valid JSON
    key must be a string at line 1 column 2. Write it as `jsonencode({ setting = value })`.
      main.tf line 15: additional_settings_json = "{oops"
    "#);
    insta::assert_snapshot!(said(&[("additional_settings_json", r#""[1]""#)]).await, @r#"
    error
    `additional_settings_json` must be a JSON object
    Write it as `jsonencode({ setting = value })`.
      main.tf line 15: additional_settings_json = "[1]"
    "#);
    let mixed = "jsonencode({ num_consumers = 2, later = { deep = [1, null] } })";
    insta::assert_snapshot!(said(&[("additional_settings_json", mixed)]).await, @r#"
    error
    `later.deep[1]` in `additional_settings_json` is null
    Aiven refuses nulls. Leave the key out: a key that is removed here is deleted there.
      main.tf line 15: additional_settings_json = jsonencode({ num_consumers = 2, later = { deep = [1, null] } })

    error
    `num_consumers` has an attribute of its own
    Take it out of `additional_settings_json` and set the attribute `num_consumers` instead.
      main.tf line 15: additional_settings_json = jsonencode({ num_consumers = 2, later = { deep = [1, null] } })
    "#);
}

#[tokio::test]
async fn an_integration_that_is_none_or_elsewhere() {
    insta::assert_snapshot!(said(&[("service_integration_id", r#""kafka""#)]).await, @r#"
    error
    `service_integration_id` is not the ID of a service integration
    `kafka` is neither a UUID nor `PROJECT/UUID`. `avn service integration-list` shows the IDs of a service's integrations.
      main.tf line 14: service_integration_id = "kafka"
    "#);
    let elsewhere = r#""elsewhere/00000000-0000-4000-8000-000000000001""#;
    insta::assert_snapshot!(said(&[("service_integration_id", elsewhere)]).await, @r#"
    error
    The integration is in project `elsewhere`, not in `demo`
    Set `project` to "elsewhere", or give the ID of an integration of `demo`.
      main.tf line 14: service_integration_id = "elsewhere/00000000-0000-4000-8000-000000000001"
    "#);
}

#[tokio::test]
async fn timeouts_that_are_no_durations() {
    let timeouts = "{\n    create = \"soon\"\n    update = \"5\"\n    read   = \"90s\"\n  }";
    insta::assert_snapshot!(said(&[("timeouts", timeouts)]).await, @r#"
    error
    `timeouts.create` is not a duration
    `soon` is not a duration such as `30s`, `20m` or `1h30m`.
      main.tf line 16: create = "soon"

    error
    `timeouts.update` is not a duration
    `5` is not a duration such as `30s`, `20m` or `1h30m`.
      main.tf line 17: update = "5"
    "#);
}

#[tokio::test]
async fn null_where_a_value_is_required_and_a_value_where_none_may_be() {
    let changes = [
        ("group_name", "null"),
        ("columns", r#"[{ name = "id", type = null }]"#),
        ("materialized_view", r#"{ view_name = "v", order_by = null }"#),
        ("id", r#""mine""#),
        ("database_name", r#""mine""#),
    ];
    insta::assert_snapshot!(said(&changes).await, @r#"
    error
    `columns[0].type` is required
    Its value is null. Set it, or check the expression it comes from.
      main.tf line 14: columns = [{ name = "id", type = null }]

    error
    `database_name` cannot be set
    The provider gives it its value. Remove it from the configuration.
      main.tf line 17: database_name = "mine"

    error
    `group_name` is required
    Its value is null. Set it, or check the expression it comes from.
      main.tf line 13: group_name = null

    error
    `id` cannot be set
    The provider gives it its value. Remove it from the configuration.
      main.tf line 16: id = "mine"

    error
    `materialized_view.order_by` is required
    Its value is null. Set it, or check the expression it comes from.
      main.tf line 15: materialized_view = { view_name = "v", order_by = null }
    "#);
}
