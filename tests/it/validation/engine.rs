//! What the engine of a view's table takes.

use super::said;

const COLUMNS: &str = r#"[
    { name = "id",      type = "UInt64" },
    { name = "text",    type = "String" },
    { name = "sign",    type = "Int8" },
    { name = "large",   type = "Int64" },
    { name = "version", type = "Nullable(UInt64)" },
  ]"#;

/// What is said about a view with this engine.
async fn said_of(engine: &str, parameters: &str) -> String {
    let view = format!(
        "{{\n    view_name = \"v\"\n    order_by = [\"id\"]\n    engine = {engine:?}\n    engine_params = {parameters}\n  }}"
    );
    said(&[("columns", COLUMNS), ("materialized_view", &view)]).await
}

#[tokio::test]
async fn engines_with_what_they_take() {
    for (engine, parameters) in [
        ("MergeTree", "[]"),
        ("MergeTree", "null"),
        ("CollapsingMergeTree", r#"["sign"]"#),
        ("ReplacingMergeTree", "null"),
        ("ReplacingMergeTree", r#"["id"]"#),
        ("SummingMergeTree", r#"["large", "sign"]"#),
        ("VersionedCollapsingMergeTree", r#"["sign", "large"]"#),
        ("QuantumMergeTree", r#"["text", "large"]"#),
    ] {
        assert_eq!(said_of(engine, parameters).await, "", "{engine}");
    }
}

#[tokio::test]
async fn too_few_and_too_many() {
    insta::assert_snapshot!(said_of("CollapsingMergeTree", "null").await, @"
    error
    `CollapsingMergeTree` takes one column: the sign
    `materialized_view.engine_params` names 0.
      main.tf line 25: engine_params = null
    ");
    insta::assert_snapshot!(said_of("MergeTree", r#"["id"]"#).await, @r#"
    error
    `MergeTree` takes no column
    `materialized_view.engine_params` names 1.
      main.tf line 25: engine_params = ["id"]
    "#);
    insta::assert_snapshot!(said_of("ReplacingMergeTree", r#"["id", "large", "sign"]"#).await, @r#"
    error
    `ReplacingMergeTree` takes at most two columns: the version, and whether a row is deleted
    `materialized_view.engine_params` names 3.
      main.tf line 25: engine_params = ["id", "large", "sign"]
    "#);
    insta::assert_snapshot!(said_of("VersionedCollapsingMergeTree", r#"["sign"]"#).await, @r#"
    error
    `VersionedCollapsingMergeTree` takes two columns: the sign and the version
    `materialized_view.engine_params` names 1.
      main.tf line 25: engine_params = ["sign"]
    "#);
}

#[tokio::test]
async fn columns_of_the_wrong_types() {
    insta::assert_snapshot!(said_of("CollapsingMergeTree", r#"["large"]"#).await, @r#"
    error
    `large` cannot be the sign column of `CollapsingMergeTree`
    `materialized_view.engine_params[0]` names it. The type of that column must be `Int8`, without `Nullable`.
      main.tf line 25: engine_params = ["large"]
    "#);
    insta::assert_snapshot!(said_of("VersionedCollapsingMergeTree", r#"["sign", "version"]"#).await, @r#"
    error
    `version` cannot be the version column of `VersionedCollapsingMergeTree`
    `materialized_view.engine_params[1]` names it. The type of that column must be an integer, a floating point number, `Bool`, or a date or time, without `Nullable`.
      main.tf line 25: engine_params = ["sign", "version"]
    "#);
    insta::assert_snapshot!(said_of("ReplacingMergeTree", r#"["text", "sign"]"#).await, @r#"
    error
    `sign` cannot be the is-deleted column of `ReplacingMergeTree`
    `materialized_view.engine_params[1]` names it. The type of that column must be `UInt8`, without `Nullable`.
      main.tf line 25: engine_params = ["text", "sign"]

    error
    `text` cannot be the version column of `ReplacingMergeTree`
    `materialized_view.engine_params[0]` names it. The type of that column must be an integer, a floating point number, `Bool`, or a date or time, without `Nullable`.
      main.tf line 25: engine_params = ["text", "sign"]
    "#);
}

#[tokio::test]
async fn columns_that_are_there_twice_or_summed_and_sorted_by() {
    insta::assert_snapshot!(said_of("VersionedCollapsingMergeTree", r#"["sign", "sign"]"#).await, @r#"
    error
    `VersionedCollapsingMergeTree` cannot take `sign` twice
    `materialized_view.engine_params[1]` repeats it. Name another column, or remove it.
      main.tf line 25: engine_params = ["sign", "sign"]
    "#);
    insta::assert_snapshot!(said_of("SummingMergeTree", r#"["large", "id"]"#).await, @r#"
    warning
    `id` is to be summed and is in the sorting key
    ClickHouse refuses that by default. Take it out of `materialized_view.engine_params[1]` or of `materialized_view.order_by`.
      main.tf line 25: engine_params = ["large", "id"]
    "#);
}
