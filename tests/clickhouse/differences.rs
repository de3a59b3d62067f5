//! What becomes of each type of each schema language, and what ClickHouse infers where that is something else. The
//! guide on columns has a line for every row here.

use std::fs;
use std::path::Path;

use crate::oracle::{Column, Oracle};

/// A field's type, and what becomes of it.
pub struct Row {
    /// What the guide calls it.
    pub what: &'static str,
    /// How it is written: an Avro type, the lines of a Protobuf message around its fields, a JSON Schema.
    pub schema: &'static str,
    /// The type of our column; none where we refuse the schema.
    pub ours: Option<&'static str>,
    /// What ClickHouse infers.
    pub inferred: Inferred,
}

/// What ClickHouse's schema inference says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Inferred {
    /// Our type.
    Same,
    /// Another one.
    Other(&'static str),
    /// Another column altogether: its name and its type.
    Column(&'static str, &'static str),
    /// That it cannot.
    Refused,
    /// We do not ask, for this reason.
    NotAsked(&'static str),
}

use Inferred::{NotAsked, Other, Refused, Same};

const fn row(what: &'static str, schema: &'static str, ours: &'static str, inferred: Inferred) -> Row {
    Row { what, schema, ours: Some(ours), inferred }
}

const fn refused(what: &'static str, schema: &'static str, inferred: Inferred) -> Row {
    Row { what, schema, ours: None, inferred }
}

/// Avro: the type of a field.
pub const AVRO: &[Row] = &[
    row("`boolean`", r#""boolean""#, "Bool", Same),
    row("`int`", r#""int""#, "Int32", Same),
    row("`long`", r#""long""#, "Int64", Same),
    row("`float`", r#""float""#, "Float32", Same),
    row("`double`", r#""double""#, "Float64", Same),
    row("`bytes`", r#""bytes""#, "String", Same),
    row("`string`", r#""string""#, "String", Same),
    row("`fixed` of 1 to 256 bytes", r#"{"type": "fixed", "name": "F", "size": 5}"#, "FixedString(5)", Same),
    refused(
        "`fixed` of more bytes",
        r#"{"type": "fixed", "name": "F", "size": 300}"#,
        Other("FixedString(300)"),
    ),
    row(
        "`enum` of up to 128 symbols",
        r#"{"type": "enum", "name": "E", "symbols": ["NEW", "PAID"]}"#,
        "Enum8('NEW' = 0, 'PAID' = 1)",
        Same,
    ),
    row("`array`", r#"{"type": "array", "items": "int"}"#, "Array(Int32)", Same),
    row("`map`", r#"{"type": "map", "values": "int"}"#, "Map(String, Int32)", Same),
    row(
        "record",
        r#"{"type": "record", "name": "N", "fields": [{"name": "a", "type": "int"}]}"#,
        "Tuple(a Int32)",
        Same,
    ),
    refused("record without fields", r#"{"type": "record", "name": "N", "fields": []}"#, Other("Tuple()")),
    refused("`null`", r#""null""#, Other("Nothing")),
    row("union of `null` and `int`", r#"["null", "int"]"#, "Nullable(Int32)", Same),
    row(
        "union of `null` and an array",
        r#"["null", {"type": "array", "items": "int"}]"#,
        "Array(Int32)",
        Same,
    ),
    row(
        "union of `null` and a map",
        r#"["null", {"type": "map", "values": "int"}]"#,
        "Map(String, Int32)",
        Same,
    ),
    row(
        "union of `null` and a record",
        r#"["null", {"type": "record", "name": "N", "fields": [{"name": "a", "type": "int"}]}]"#,
        "Tuple(a Nullable(Int32))",
        Other("Tuple(a Int32)"),
    ),
    row("union of unlike types, null or not", r#"["null", "int", "string"]"#, "Variant(Int32, String)", Same),
    refused(
        "union of types so alike that a table refuses them",
        r#"["int", "long"]"#,
        Other("Variant(Int32, Int64)"),
    ),
    refused("union of types that are one in ClickHouse", r#"["string", "bytes"]"#, Other("Variant(String)")),
    row("`date`", r#"{"type": "int", "logicalType": "date"}"#, "Date32", Same),
    row("`time-millis`", r#"{"type": "int", "logicalType": "time-millis"}"#, "Int32", Same),
    row("`time-micros`", r#"{"type": "long", "logicalType": "time-micros"}"#, "Int64", Same),
    row(
        "`timestamp-millis`",
        r#"{"type": "long", "logicalType": "timestamp-millis"}"#,
        "DateTime64(3)",
        Same,
    ),
    row(
        "`timestamp-micros`",
        r#"{"type": "long", "logicalType": "timestamp-micros"}"#,
        "DateTime64(6)",
        Same,
    ),
    row(
        "`timestamp-nanos`",
        r#"{"type": "long", "logicalType": "timestamp-nanos"}"#,
        "DateTime64(9)",
        Other("Int64"),
    ),
    row(
        "`local-timestamp-millis`",
        r#"{"type": "long", "logicalType": "local-timestamp-millis"}"#,
        "DateTime64(3, 'UTC')",
        Other("Int64"),
    ),
    row(
        "`local-timestamp-micros`",
        r#"{"type": "long", "logicalType": "local-timestamp-micros"}"#,
        "DateTime64(6, 'UTC')",
        Other("Int64"),
    ),
    row(
        "`local-timestamp-nanos`",
        r#"{"type": "long", "logicalType": "local-timestamp-nanos"}"#,
        "DateTime64(9, 'UTC')",
        Other("Int64"),
    ),
    row(
        "`decimal` of up to 76 digits",
        r#"{"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}"#,
        "Decimal(10, 2)",
        Same,
    ),
    row(
        "`decimal` in a `fixed`",
        r#"{"type": "fixed", "name": "D", "size": 8, "logicalType": "decimal", "precision": 10, "scale": 2}"#,
        "Decimal(10, 2)",
        Same,
    ),
    refused(
        "`decimal` of more digits",
        r#"{"type": "bytes", "logicalType": "decimal", "precision": 80, "scale": 2}"#,
        Refused,
    ),
    row("`uuid` in a `string`", r#"{"type": "string", "logicalType": "uuid"}"#, "UUID", Same),
    row(
        "`uuid` in a `fixed`",
        r#"{"type": "fixed", "name": "U", "size": 16, "logicalType": "uuid"}"#,
        "FixedString(16)",
        Same,
    ),
    row(
        "`duration`",
        r#"{"type": "fixed", "name": "D", "size": 12, "logicalType": "duration"}"#,
        "FixedString(12)",
        Same,
    ),
    refused("record that holds itself", r#"{"type": "array", "items": "M"}"#, NotAsked("it would crash")),
];

/// Protobuf: the fields of the message, and what else the file has.
pub const PROTOBUF: &[Row] = &[
    row("`double`", "double x = 1;", "Float64", Same),
    row("`float`", "float x = 1;", "Float32", Same),
    row("`int32`, `sint32`, `sfixed32`", "int32 x = 1;", "Int32", Same),
    row("`int64`, `sint64`, `sfixed64`", "int64 x = 1;", "Int64", Same),
    row("`uint32`, `fixed32`", "fixed32 x = 1;", "UInt32", Same),
    row("`uint64`, `fixed64`", "fixed64 x = 1;", "UInt64", Same),
    row("`bool`", "bool x = 1;", "Bool", Other("UInt8")),
    row("`string`", "string x = 1;", "String", Same),
    row("`bytes`, which is Base64 in JSON", "bytes x = 1;", "String", Same),
    row("`optional`, or member of a `oneof`", "optional int32 x = 1;", "Nullable(Int32)", Other("Int32")),
    row("`repeated`", "repeated int32 x = 1;", "Array(Int32)", Same),
    row("`map`", "map<int64, string> x = 1;", "Map(Int64, String)", Same),
    row(
        "`map` with keys of `bool`",
        "map<bool, string> x = 1;",
        "Map(String, String)",
        Other("Map(UInt8, String)"),
    ),
    row("`enum`", "E x = 1; enum E { A = 0; B = 5; }", "Enum8('A' = 0, 'B' = 5)", Same),
    row(
        "`enum` with aliases: the first name of each number",
        "E x = 1; enum E { option allow_alias = true; A = 0; B = 0; }",
        "Enum8('A' = 0)",
        Refused,
    ),
    refused("`enum` with numbers of more than 16 bits", "E x = 1; enum E { A = 0; B = 40000; }", Refused),
    refused(
        "`enum` with a negative number, if neither `optional` nor `repeated`",
        "E x = 1; enum E { A = 0; B = -5; }",
        Other("Enum8('B' = -5, 'A' = 0)"),
    ),
    row("message", "N x = 1; message N { int32 a = 1; int32 b = 2; }", "Tuple(a Int32, b Int32)", Same),
    row(
        "`repeated` message",
        "repeated N x = 1; message N { int32 a = 1; int32 b = 2; }",
        "Array(Tuple(a Int32, b Int32))",
        Same,
    ),
    row(
        "message with a single field",
        "N x = 1; message N { int32 a = 1; }",
        "Tuple(a Int32)",
        Inferred::Column("x_a", "Int32"),
    ),
    refused("message without fields", "N x = 1; message N {}", Refused),
    refused("message that holds itself", "N x = 1; message N { N n = 1; int32 a = 2; }", Refused),
    row(
        "`google.protobuf.Timestamp`",
        "google.protobuf.Timestamp x = 1;",
        "Nullable(DateTime64(6))",
        NotAsked("imports need files"),
    ),
    row(
        "`google.protobuf.Duration`, `FieldMask`",
        "google.protobuf.Duration x = 1;",
        "Nullable(String)",
        NotAsked("imports need files"),
    ),
    row(
        "`google.protobuf.Int64Value` and its like",
        "google.protobuf.Int64Value x = 1;",
        "Nullable(Int64)",
        NotAsked("imports need files"),
    ),
    refused(
        "`google.protobuf.Struct`, `Value`, `ListValue`, `Any`",
        "google.protobuf.Struct x = 1;",
        NotAsked("imports need files"),
    ),
];

/// JSON Schema: that of a property. There is nothing that ClickHouse could infer from one.
pub const JSON_SCHEMA: &[(&str, &str, Option<&str>)] = &[
    ("`boolean`", r#"{"type": "boolean"}"#, Some("Bool")),
    ("`integer`", r#"{"type": "integer"}"#, Some("Int64")),
    ("`integer` with a `minimum` of 0 or more", r#"{"type": "integer", "minimum": 0}"#, Some("UInt64")),
    ("`integer` with limits of more than 64 bits", r#"{"type": "integer", "maximum": 1e30}"#, Some("Int256")),
    (
        "`integer` with the `format` `int8` to `int64`, `uint8` to `uint64`",
        r#"{"type": "integer", "format": "int16"}"#,
        Some("Int16"),
    ),
    ("`number`", r#"{"type": "number"}"#, Some("Float64")),
    ("`number` with the `format` `float`", r#"{"type": "number", "format": "float"}"#, Some("Float32")),
    ("`string`", r#"{"type": "string"}"#, Some("String")),
    (
        "`string` with the `format` `date-time`",
        r#"{"type": "string", "format": "date-time"}"#,
        Some("DateTime64(6)"),
    ),
    ("`string` with the `format` `date`", r#"{"type": "string", "format": "date"}"#, Some("Date32")),
    ("`string` with the `format` `uuid`", r#"{"type": "string", "format": "uuid"}"#, Some("UUID")),
    ("`string` with the `format` `ipv4`", r#"{"type": "string", "format": "ipv4"}"#, Some("IPv4")),
    ("`string` with the `format` `ipv6`", r#"{"type": "string", "format": "ipv6"}"#, Some("IPv6")),
    ("`string` with any other `format`", r#"{"type": "string", "format": "time"}"#, Some("String")),
    ("`array`", r#"{"type": "array", "items": {"type": "integer"}}"#, Some("Array(Int64)")),
    (
        "`object` with `properties`",
        r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}"#,
        Some("Tuple(a Int64)"),
    ),
    (
        "`object` with nothing but `additionalProperties`, or one of `patternProperties`",
        r#"{"type": "object", "additionalProperties": {"type": "integer"}}"#,
        Some("Map(String, Int64)"),
    ),
    (
        "type and `null`, in any of the ways to say so",
        r#"{"type": ["integer", "null"]}"#,
        Some("Nullable(Int64)"),
    ),
    (
        "several types, or schemas to choose from",
        r#"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#,
        None,
    ),
    ("no type, or an `object` with any members", r#"{"type": "object"}"#, None),
    ("recursive", r##"{"$ref": "#"}"##, None),
];

/// Holds each row against what we make of it, against a table with that type, and against ClickHouse's inference.
pub fn compare(
    rows: &[Row],
    ours: impl Fn(&str) -> Result<Vec<Column>, String>,
    inferred: impl Fn(&mut Oracle, &str) -> Result<Vec<Column>, String>,
) {
    let mut clickhouse = Oracle::get();
    let column = |ty: &str| vec![("x".to_owned(), ty.to_owned())];
    for row in rows {
        let ours = ours(row.schema);
        match row.ours {
            Some(ty) => {
                assert_eq!(ours, Ok(column(ty)), "{}", row.what);
                assert_eq!(clickhouse.table(&column(ty)), Ok(column(ty)), "{}", row.what);
            }
            None => assert!(ours.is_err(), "{}: {ours:?}", row.what),
        }
        let expected = match row.inferred {
            Same => ours,
            Other(ty) => Ok(column(ty)),
            Refused => {
                assert!(inferred(&mut clickhouse, row.schema).is_err(), "{}", row.what);
                continue;
            }
            Inferred::Column(name, ty) => Ok(vec![(name.to_owned(), ty.to_owned())]),
            NotAsked(_) => continue,
        };
        assert_eq!(inferred(&mut clickhouse, row.schema), expected, "{}", row.what);
    }
}

/// The lines that the guide must have.
fn lines() -> Vec<String> {
    let ours = |ours: Option<&str>| ours.map_or("refused".to_owned(), |ours| format!("`{ours}`"));
    let inferred = |row: &Row| match row.inferred {
        Same => "the same".to_owned(),
        Other(ty) => format!("`{ty}`"),
        Refused => "refused".to_owned(),
        Inferred::Column(name, ty) => format!("a column `{name}` of type `{ty}`"),
        NotAsked(reason) => format!("not asked: {reason}"),
    };
    let compared = AVRO.iter().chain(PROTOBUF);
    let compared = compared.map(|row| format!("| {} | {} | {} |", row.what, ours(row.ours), inferred(row)));
    let others = JSON_SCHEMA.iter().map(|(what, _, ty)| format!("| {what} | {} |", ours(*ty)));
    compared.chain(others).collect()
}

#[test]
fn the_guide_has_every_row() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/columns-from-schemas.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let missing: Vec<_> =
        lines().into_iter().filter(|line| !guide.lines().any(|each| each == line)).collect();
    assert!(missing.is_empty(), "docs/guides/columns-from-schemas.md lacks:\n{}", missing.join("\n"));
}
