//! What `terraform validate` says about types of columns, word for word. No simulator: it is all offline.

use crate::harness;

/// What is said about a table with columns of these types.
async fn said(types: &[&str]) -> String {
    let column = |(index, ty): (usize, &&str)| {
        let ty = ty.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
        format!("    {{ name = \"column{index}\", type = \"{ty}\" }},\n")
    };
    let columns: String = types.iter().enumerate().map(column).collect();
    harness::said(&format!(
        r#"
resource "aiven_clickhouse_kafka_table" "events" {{
  project                = "demo"
  service_integration_id = "00000000-0000-4000-8000-000000000001"
  name                   = "events"
  topics                 = [{{ name = "events" }}]
  data_format            = "JSONEachRow"
  group_name             = "one"
  columns = [
{columns}  ]
}}
"#
    ))
    .await
}

#[tokio::test]
async fn types_that_clickhouse_takes_are_passed_over() {
    let types = [
        "UInt64",
        "LowCardinality(Nullable(String))",
        "DateTime64(3, 'Europe/Berlin')",
        "Enum8('a' = 1, 'b' = 2)",
        "Map(String, Array(Tuple(id UInt32, `odd name` Nullable(Decimal(18, 4)))))",
        "Nested(a Int8, b String)",
        "bigint",
        "JSON(max_dynamic_paths = 8, a.b UInt32, SKIP c)",
        "AggregateFunction(quantiles(0.5, 0.9), UInt64)",
        "Int32 NULL",
    ];
    assert_eq!(said(&types).await, "");
}

#[tokio::test]
async fn what_is_no_type_is_an_error_with_its_place() {
    let long =
        format!("Tuple({}b String", (0..20).map(|index| format!("a{index} Int8, ")).collect::<String>());
    let types = ["DateTime64(3", "Array<String>", "Nullable(Array(Int8))", "Decimal(80, 2)", &long, "(((("];
    insta::assert_snapshot!(said(&types).await, @r#"
    error
    `((((` is not a ClickHouse type
    At character 1 of `columns[5].type`: `(` stands where the name of a type belongs.
      main.tf line 21: { name = "column5", type = "((((" },

    error
    `Array<String>` is not a ClickHouse type
    At character 6 of `columns[1].type`: `<` stands where the end of the type belongs. Did you mean `Array(String)`?
      main.tf line 17: { name = "column1", type = "Array<String>" },

    error
    `DateTime64(3` is not a ClickHouse type
    At character 13 of `columns[0].type`: the closing parenthesis of `DateTime64` is missing. Did you mean `DateTime64(3)`?
      main.tf line 16: { name = "column0", type = "DateTime64(3" },

    error
    `Decimal(80, 2)` is not a ClickHouse type
    At character 9 of `columns[3].type`: a decimal has 1 to 76 digits, not 80. Did you mean `Decimal(76, 2)`?
      main.tf line 19: { name = "column3", type = "Decimal(80, 2)" },

    error
    `Nullable(Array(Int8))` is not a ClickHouse type
    At character 10 of `columns[2].type`: `Array` cannot be in `Nullable`. Did you mean `Array(Nullable(Int8))`?
      main.tf line 18: { name = "column2", type = "Nullable(Array(Int8))" },

    error
    `Tuple(a0 Int8, a1 Int8, a2 Int8, a3 Int…` is not a ClickHouse type
    At character 205 of `columns[4].type`: the closing parenthesis of `Tuple` is missing. Did you mean `Tuple(a0 Int8, a1 Int8, a2 Int8, a3 Int8, a4 Int8, a5 Int8, a6 Int8, a7 Int8, a8 Int8, a9 Int8, a10 Int8, a11 Int8, a12 Int8, a13 Int8, a14 Int8, a15 Int8, a16 Int8, a17 Int8, a18 Int8, a19 Int8, b String)`?
      main.tf line 20: { name = "column4", type = "Tuple(a0 Int8, a1 Int8, a2 Int8, a3 Int8, a4 Int8, a5 Int8, a6 Int8, a7 Int8, a8 Int8, a9 Int8, a10 Int8, a11 Int8, a12 Int8, a13 Int8, a14 Int8, a15 Int8, a16 Int8, a17 Int8, a18 Int8, a19 Int8, b String" },
    "#);
}

#[tokio::test]
async fn what_clickhouse_may_refuse_is_a_warning() {
    let types = [
        "Sting",
        "uuid",
        "LowCardinality(Int8)",
        "String DEFAULT 'a'",
        "DateTime('berlin')",
        "QBit(Float32, 8)",
    ];
    insta::assert_snapshot!(said(&types).await, @r#"
    warning
    ClickHouse may refuse the type `DateTime('berlin')`
    At character 10 of `columns[4].type`: `berlin` is not among the time zones that ClickHouse 25.8 brings. Did you mean `DateTime('Europe/Berlin')`?
      main.tf line 20: { name = "column4", type = "DateTime('berlin')" },

    warning
    ClickHouse may refuse the type `LowCardinality(Int8)`
    At character 16 of `columns[2].type`: ClickHouse refuses `LowCardinality` of `Int8` unless the server allows suspicious ones, since it costs more than it saves. Did you mean `Int8`?
      main.tf line 18: { name = "column2", type = "LowCardinality(Int8)" },

    warning
    ClickHouse may refuse the type `QBit(Float32, 8)`
    At character 1 of `columns[5].type`: ClickHouse 25.8 has no type `QBit`.
      main.tf line 21: { name = "column5", type = "QBit(Float32, 8)" },

    warning
    ClickHouse may refuse the type `Sting`
    At character 1 of `columns[0].type`: ClickHouse 25.8 has no type `Sting`. Did you mean `String`?
      main.tf line 16: { name = "column0", type = "Sting" },

    warning
    ClickHouse may refuse the type `String DEFAULT 'a'`
    At character 8 of `columns[3].type`: `DEFAULT` is no part of a type, and only the type belongs here. Did you mean `String`?
      main.tf line 19: { name = "column3", type = "String DEFAULT 'a'" },

    warning
    ClickHouse may refuse the type `uuid`
    At character 1 of `columns[1].type`: ClickHouse knows `UUID`, and tells upper from lower case here. Did you mean `UUID`?
      main.tf line 17: { name = "column1", type = "uuid" },
    "#);
}
