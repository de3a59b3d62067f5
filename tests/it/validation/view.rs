//! The materialized view: its database, its sorting key, the time its rows live.

use super::said;

const COLUMNS: &str = r#"[
    { name = "id",     type = "UInt64" },
    { name = "at",     type = "DateTime" },
    { name = "text",   type = "LowCardinality(Nullable(String))" },
    { name = "tags",   type = "Array(Nullable(String))" },
    { name = "json",   type = "JSON" },
    { name = "states", type = "Map(String, AggregateFunction(count))" },
    { name = "latest", type = "SimpleAggregateFunction(max, UInt64)" },
    { name = "unix",   type = "UInt64" },
    { name = "maybe",  type = "Nullable(DateTime)" },
    { name = "pair",   type = "Tuple(UInt8, UInt8)" },
  ]"#;

/// What is said about a view of those columns, which has these attributes, each on a line of its own.
async fn said_of(attributes: &[&str]) -> String {
    let lines: String = attributes.iter().map(|attribute| format!("    {attribute}\n")).collect();
    let view = format!("{{\n    view_name = \"v\"\n{lines}  }}");
    said(&[("columns", COLUMNS), ("materialized_view", &view)]).await
}

#[tokio::test]
async fn days_to_live_without_their_column() {
    let view = r#"{ view_name = "v", order_by = ["id"], ttl_days = 1, local_disk_ttl_days = 1 }"#;
    insta::assert_snapshot!(said(&[("materialized_view", view)]).await, @r#"
    error
    `materialized_view.local_disk_ttl_days` needs `materialized_view.ttl_column`
    Set `ttl_column` to the Date or DateTime column from which the age of a row is counted.
      main.tf line 15: materialized_view = { view_name = "v", order_by = ["id"], ttl_days = 1, local_disk_ttl_days = 1 }

    error
    `materialized_view.ttl_days` needs `materialized_view.ttl_column`
    Set `ttl_column` to the Date or DateTime column from which the age of a row is counted.
      main.tf line 15: materialized_view = { view_name = "v", order_by = ["id"], ttl_days = 1, local_disk_ttl_days = 1 }
    "#);
}

#[tokio::test]
async fn columns_that_the_table_does_not_have() {
    let view = concat!(
        r#"{ view_name = "v", order_by = ["id", "idd"], ttl_column = "att", "#,
        r#"engine = "CollapsingMergeTree", engine_params = ["sign"] }"#
    );
    insta::assert_snapshot!(said(&[("materialized_view", view)]).await, @r#"
    error
    The table has no column `att`
    `materialized_view.ttl_column` names it. Did you mean `at`?
      main.tf line 15: materialized_view = { view_name = "v", order_by = ["id", "idd"], ttl_column = "att", engine = "CollapsingMergeTree", engine_params = ["sign"] }

    error
    The table has no column `idd`
    `materialized_view.order_by[1]` names it. Did you mean `id`?
      main.tf line 15: materialized_view = { view_name = "v", order_by = ["id", "idd"], ttl_column = "att", engine = "CollapsingMergeTree", engine_params = ["sign"] }

    error
    The table has no column `sign`
    `materialized_view.engine_params[0]` names it. The table's columns are `at`, `id`.
      main.tf line 15: materialized_view = { view_name = "v", order_by = ["id", "idd"], ttl_column = "att", engine = "CollapsingMergeTree", engine_params = ["sign"] }
    "#);
}

#[tokio::test]
async fn parts_of_columns_are_sorted_by_as_well() {
    assert_eq!(said_of(&[r#"order_by = ["pair.1", "json.id", "id"]"#]).await, "");
}

#[tokio::test]
async fn databases_of_integrations() {
    let service = [r#"order_by = ["id"]"#, r#"database_name = "service_kafka""#];
    insta::assert_snapshot!(said_of(&service).await, @r#"
    error
    A view cannot be in the database of an integration, `service_kafka`
    Aiven reserves names with `service_` for such databases, which are not replicated and may be dropped. Set `materialized_view.database_name` to another database, or leave it out for `default`.
      main.tf line 29: database_name = "service_kafka"
    "#);
    let endpoint = [r#"order_by = ["id"]"#, r#"database_name = "endpoint_kafka""#];
    insta::assert_snapshot!(said_of(&endpoint).await, @r#"
    error
    A view cannot be in the database of an integration, `endpoint_kafka`
    Aiven reserves names with `endpoint_` for such databases, which are not replicated and may be dropped. Set `materialized_view.database_name` to another database, or leave it out for `default`.
      main.tf line 29: database_name = "endpoint_kafka"
    "#);
    for name in ["default", "services", "my_service_", "SERVICE_kafka"] {
        assert_eq!(said_of(&[r#"order_by = ["id"]"#, &format!("database_name = {name:?}")]).await, "");
    }
}

#[tokio::test]
async fn columns_that_no_table_is_sorted_by() {
    insta::assert_snapshot!(said_of(&[r#"order_by = ["id", "json", "states"]"#]).await, @r#"
    error
    No table can be sorted by a column of type `AggregateFunction`
    `materialized_view.order_by[2]` names `states`. Remove it, or give the column another type.
      main.tf line 28: order_by = ["id", "json", "states"]

    error
    No table can be sorted by a column of type `JSON`
    `materialized_view.order_by[1]` names `json`. Remove it, or give the column another type.
      main.tf line 28: order_by = ["id", "json", "states"]
    "#);
}

#[tokio::test]
async fn columns_that_a_table_is_sorted_by_only_if_a_setting_allows_it() {
    insta::assert_snapshot!(said_of(&[r#"order_by = ["text", "tags", "latest", "id", "id"]"#]).await, @r#"
    warning
    `id` is in the sorting key twice
    ClickHouse refuses that by default. Remove `materialized_view.order_by[4]`, which sorts nothing.
      main.tf line 28: order_by = ["text", "tags", "latest", "id", "id"]

    warning
    `latest` is in the sorting key and holds an aggregate
    ClickHouse refuses that unless `allow_suspicious_primary_key` is set. Remove `materialized_view.order_by[2]`, or give the column another type.
      main.tf line 28: order_by = ["text", "tags", "latest", "id", "id"]

    warning
    `tags` is in the sorting key and may be null
    ClickHouse refuses that unless `allow_nullable_key` is set. Remove `materialized_view.order_by[1]`, or make the column's type one without `Nullable`.
      main.tf line 28: order_by = ["text", "tags", "latest", "id", "id"]

    warning
    `text` is in the sorting key and may be null
    ClickHouse refuses that unless `allow_nullable_key` is set. Remove `materialized_view.order_by[0]`, or make the column's type one without `Nullable`.
      main.tf line 28: order_by = ["text", "tags", "latest", "id", "id"]
    "#);
}

#[tokio::test]
async fn columns_that_no_age_is_counted_from() {
    let number = [r#"order_by = ["id"]"#, r#"ttl_column = "unix""#, "ttl_days = 1"];
    insta::assert_snapshot!(said_of(&number).await, @r#"
    warning
    The age of a row cannot be counted from `unix`
    `materialized_view.ttl_column` must name a column of type `Date`, `Date32`, `DateTime` or `DateTime64`. Aiven decides at apply.
      main.tf line 29: ttl_column = "unix"
    "#);
    let nullable = [r#"order_by = ["id"]"#, r#"ttl_column = "maybe""#, "ttl_days = 1"];
    insta::assert_snapshot!(said_of(&nullable).await, @r#"
    error
    The age of a row cannot be counted from `maybe`
    `materialized_view.ttl_column` must name a column of type `Date`, `Date32`, `DateTime` or `DateTime64`, not `Nullable` or `LowCardinality`.
      main.tf line 29: ttl_column = "maybe"
    "#);
}

#[tokio::test]
async fn rows_that_are_deleted_before_they_move() {
    let attributes =
        [r#"order_by = ["id"]"#, r#"ttl_column = "at""#, "ttl_days = 7", "local_disk_ttl_days = 7"];
    insta::assert_snapshot!(said_of(&attributes).await, @"
    warning
    Rows are deleted before they would be moved
    They are deleted after 7 days, by `materialized_view.ttl_days`. Set `materialized_view.local_disk_ttl_days` to fewer days, or remove it.
      main.tf line 31: local_disk_ttl_days = 7
    ");
    let attributes =
        [r#"order_by = ["id"]"#, r#"ttl_column = "at""#, "ttl_days = 7", "local_disk_ttl_days = 6"];
    assert_eq!(said_of(&attributes).await, "");
}

#[tokio::test]
async fn what_is_not_known_yet_is_left_alone() {
    let unknown = r#"
}

resource "terraform_data" "later" {
  input = "later"
}

locals {
  later = terraform_data.later.id"#;
    let changes = [
        ("columns", r#"[{ name = "a", type = local.later }, { name = local.later, type = "String" }]"#),
        ("data_format", "local.later"),
        (
            "materialized_view",
            r#"{ view_name = "v", order_by = ["a", local.later, "b"], engine = local.later, engine_params = ["a"], ttl_column = "a", ttl_days = 1 }"#,
        ),
        ("skip_broken_messages", "1"),
        ("handle_error_mode", &format!("local.later{unknown}")),
    ];
    assert_eq!(said(&changes).await, "");
}
