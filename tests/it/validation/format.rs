//! Columns that a format can fill.

use super::said;

const TWO: &str = r#"[{ name = "id", type = "UInt64" }, { name = "text", type = "String" }]"#;
const NUMBER: &str = r#"[{ name = "id", type = "UInt64" }]"#;

#[tokio::test]
async fn messages_as_text_need_one_column_of_text() {
    let changes = [("data_format", r#""JSONAsString""#), ("columns", TWO)];
    insta::assert_snapshot!(said(&changes).await, @"");
    let changes = [("data_format", r#""JSONAsString""#), ("columns", NUMBER)];
    insta::assert_snapshot!(said(&changes).await, @"");
    for ty in ["String", "Nullable(String)", "LowCardinality(String)", "LowCardinality(Nullable(String))"] {
        let columns = format!(r#"[{{ name = "message", type = {ty:?} }}]"#);
        for format in [r#""JSONAsString""#, r#""RawBLOB""#] {
            assert_eq!(said(&[("data_format", format), ("columns", &columns)]).await, "", "{ty}");
        }
    }
}

#[tokio::test]
async fn bytes_of_messages_are_written_from_any_column_and_read_into_one() {
    let changes = [("data_format", r#""RawBLOB""#), ("columns", TWO)];
    insta::assert_snapshot!(said(&changes).await, @"");
    let changes = [("data_format", r#""RawBLOB""#), ("columns", NUMBER)];
    insta::assert_snapshot!(said(&changes).await, @"");
    let view = r#"{ view_name = "v", order_by = ["id"] }"#;
    let changes = [("data_format", r#""RawBLOB""#), ("columns", NUMBER), ("materialized_view", view)];
    insta::assert_snapshot!(said(&changes).await, @"");
}
