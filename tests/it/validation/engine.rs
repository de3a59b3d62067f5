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
    insta::assert_snapshot!(said_of("CollapsingMergeTree", "null").await, @"");
    insta::assert_snapshot!(said_of("MergeTree", r#"["id"]"#).await, @"");
    insta::assert_snapshot!(said_of("ReplacingMergeTree", r#"["id", "large", "sign"]"#).await, @"");
    insta::assert_snapshot!(said_of("VersionedCollapsingMergeTree", r#"["sign"]"#).await, @"");
}

#[tokio::test]
async fn columns_of_the_wrong_types() {
    insta::assert_snapshot!(said_of("CollapsingMergeTree", r#"["large"]"#).await, @"");
    insta::assert_snapshot!(said_of("VersionedCollapsingMergeTree", r#"["sign", "version"]"#).await, @"");
    insta::assert_snapshot!(said_of("ReplacingMergeTree", r#"["text", "sign"]"#).await, @"");
}

#[tokio::test]
async fn columns_that_are_there_twice_or_summed_and_sorted_by() {
    insta::assert_snapshot!(said_of("VersionedCollapsingMergeTree", r#"["sign", "sign"]"#).await, @"");
    insta::assert_snapshot!(said_of("SummingMergeTree", r#"["large", "id"]"#).await, @"");
}
