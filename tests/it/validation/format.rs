//! Columns that a format can fill.

use super::said;

const TWO: &str = r#"[{ name = "id", type = "UInt64" }, { name = "text", type = "String" }]"#;
const NUMBER: &str = r#"[{ name = "id", type = "UInt64" }]"#;

#[tokio::test]
async fn messages_as_text_need_one_column_of_text() {
    let changes = [("data_format", r#""JSONAsString""#), ("columns", TWO)];
    insta::assert_snapshot!(said(&changes).await, @r#"
    error
    `JSONAsString` fills exactly one column, of type `String`
    ClickHouse reads no message into this table. `columns` has 2. Leave one, or choose another `data_format`.
      main.tf line 14: columns = [{ name = "id", type = "UInt64" }, { name = "text", type = "String" }]
    "#);
    let changes = [("data_format", r#""JSONAsString""#), ("columns", NUMBER)];
    insta::assert_snapshot!(said(&changes).await, @r#"
    error
    `JSONAsString` cannot fill a column of type `UInt64`
    ClickHouse reads no message into this table. Set `columns[0].type` to `String`, or choose another `data_format`.
      main.tf line 14: columns = [{ name = "id", type = "UInt64" }]
    "#);
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
    insta::assert_snapshot!(said(&changes).await, @r#"
    warning
    `RawBLOB` fills exactly one column, of type `String`
    ClickHouse can write to this table, but reads no message from it. `columns` has 2. Leave one, or choose another `data_format`.
      main.tf line 14: columns = [{ name = "id", type = "UInt64" }, { name = "text", type = "String" }]
    "#);
    let changes = [("data_format", r#""RawBLOB""#), ("columns", NUMBER)];
    insta::assert_snapshot!(said(&changes).await, @r#"
    warning
    `RawBLOB` cannot fill a column of type `UInt64`
    ClickHouse can write to this table, but reads no message from it. Set `columns[0].type` to `String`, or choose another `data_format`.
      main.tf line 14: columns = [{ name = "id", type = "UInt64" }]
    "#);
    let view = r#"{ view_name = "v", order_by = ["id"] }"#;
    let changes = [("data_format", r#""RawBLOB""#), ("columns", NUMBER), ("materialized_view", view)];
    insta::assert_snapshot!(said(&changes).await, @r#"
    error
    `RawBLOB` cannot fill a column of type `UInt64`
    ClickHouse reads no message into this table. Set `columns[0].type` to `String`, or choose another `data_format`.
      main.tf line 14: columns = [{ name = "id", type = "UInt64" }]
    "#);
}
