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
    insta::assert_snapshot!(said_of(&service).await, @"");
    let endpoint = [r#"order_by = ["id"]"#, r#"database_name = "endpoint_kafka""#];
    insta::assert_snapshot!(said_of(&endpoint).await, @"");
    for name in ["default", "services", "my_service_", "SERVICE_kafka"] {
        assert_eq!(said_of(&[r#"order_by = ["id"]"#, &format!("database_name = {name:?}")]).await, "");
    }
}

#[tokio::test]
async fn columns_that_no_table_is_sorted_by() {
    insta::assert_snapshot!(said_of(&[r#"order_by = ["id", "json", "states"]"#]).await, @"");
}

#[tokio::test]
async fn columns_that_a_table_is_sorted_by_only_if_a_setting_allows_it() {
    insta::assert_snapshot!(said_of(&[r#"order_by = ["text", "tags", "latest", "id", "id"]"#]).await, @"");
}

#[tokio::test]
async fn columns_that_no_age_is_counted_from() {
    let number = [r#"order_by = ["id"]"#, r#"ttl_column = "unix""#, "ttl_days = 1"];
    insta::assert_snapshot!(said_of(&number).await, @"");
    let nullable = [r#"order_by = ["id"]"#, r#"ttl_column = "maybe""#, "ttl_days = 1"];
    insta::assert_snapshot!(said_of(&nullable).await, @"");
}

#[tokio::test]
async fn rows_that_are_deleted_before_they_move() {
    let attributes =
        [r#"order_by = ["id"]"#, r#"ttl_column = "at""#, "ttl_days = 7", "local_disk_ttl_days = 7"];
    insta::assert_snapshot!(said_of(&attributes).await, @"");
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
