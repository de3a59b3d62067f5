use super::*;

/// What is wrong with a text: a mark for how sure it is, where, what, and what was meant.
fn said(text: &str) -> String {
    let mut said = String::new();
    for Problem { severity, position, message, suggestion } in examine(text) {
        let mark = if severity == Severity::Error { '!' } else { '?' };
        said.push_str(&format!("{mark}{position} {message}"));
        said.push_str(&suggestion.map_or(String::new(), |meant| format!(" -> {meant}")));
        said.push('\n');
    }
    said
}

fn normal(text: &str) -> Option<String> {
    ColumnType::parse(text).map(|ty| ty.normal())
}

#[test]
fn a_type_is_spelled_as_clickhouse_spells_it() {
    for (text, spelled) in [
        ("decimal32( 2 )", "Decimal(9, 2)"),
        ("DEC", "Decimal(10, 0)"),
        ("Int(11) unsigned", "UInt32"),
        ("double /* so */ precision", "Float64"),
        ("NATIONAL CHARACTER VARYING(3)", "String"),
        ("datetime64", "DateTime64(3)"),
        ("DateTime(3, 'UTC')", "DateTime64(3, 'UTC')"),
        ("TIMESTAMP(0)", "DateTime"),
        ("Enum('b' = 2, 'a' = 1)", "Enum8('a' = 1, 'b' = 2)"),
        ("Enum('it\u{27}\u{27}s' = 200, 'x')", r"Enum16('it\'s' = 200, 'x' = 201)"),
        ("Tuple", "Tuple()"),
        ("Tuple(\"a b\" Int8, `c` INT1,)", "Tuple(`a b` Int8, c Int8)"),
        ("Tuple(INT UNSIGNED)", "Tuple(INT UInt64)"),
        ("Variant(String, Nothing, Int8, String)", "Variant(Int8, String)"),
        (
            "JSON(SKIP c, b.a Int8, max_dynamic_types=32, SKIP REGEXP 'x')",
            "JSON(`b.a` Int8, SKIP c, SKIP REGEXP 'x')",
        ),
        ("Dynamic(max_types=0x8)", "Dynamic(max_types=8)"),
        ("AggregateFunction(0, SUM(), bigint)", "AggregateFunction(sum, Int64)"),
        (
            "SimpleAggregateFunction(quantiles(.5, 0.90), Float64)",
            "SimpleAggregateFunction(quantiles(0.5, 0.9), Float64)",
        ),
        ("Int32 NULL", "Nullable(Int32)"),
        ("Geometry2( 'x',Int8 )", "Geometry2('x', Int8)"),
    ] {
        assert_eq!(normal(text).as_deref(), Some(spelled), "{text}");
    }
}

#[test]
fn spellings_of_one_type_are_the_same() {
    for (one, other, is_same) in [
        ("Decimal32(2)", "Decimal(9,2)", true),
        ("Enum('a', 'b')", "Enum8('b' = 2, 'a' = 1)", true),
        ("Variant(Int8, String)", "Variant(String, Int8)", true),
        ("Int32 NULL", "Nullable(Int32)", true),
        ("Int32 NOT NULL", "Int32", true),
        ("Tuple(Int8)", "Tuple(a Int8)", false),
        ("Tuple(a Int8)", "Tuple(A Int8)", false),
        ("DateTime", "DateTime('UTC')", false),
        ("String DEFAULT 'a'", "String", false),
        ("Sting", "Sting ", true),
        ("string", "String", false),
        // What is malformed is the same only as itself.
        ("Array(", "Array(", true),
        ("Array(", "Array( ", false),
        ("Decimal(80)", "Decimal(80, 0)", false),
    ] {
        assert_eq!(same_type(one, other), is_same, "{one} {other}");
        assert_eq!(same_type(other, one), is_same, "{other} {one}");
    }
}

#[test]
fn families_and_parts_are_those_of_clickhouse() {
    let family = |text: &str| ColumnType::parse(text)?.family().map(str::to_owned);
    assert_eq!(family("bigint").as_deref(), Some("Int64"));
    assert_eq!(family("Decimal32(2)").as_deref(), Some("Decimal"));
    assert_eq!(family("string"), None);
    let map = ColumnType::parse("Map(String, Array(Int8))").unwrap();
    let inner: Vec<_> = map.inner().iter().map(ColumnType::normal).collect();
    assert_eq!(inner, ["String", "Array(Int8)"]);
}

#[test]
fn what_clickhouse_accepts_is_passed_over() {
    for text in [
        "DateTime64(3, 'Europe/Berlin')",
        "FixedString(256)",
        "Float64(24, 3)",
        "Array(Nullable(Decimal(76, 38)))",
        "LowCardinality(Nullable(String))",
        "Map(LowCardinality(String), Tuple(a Int8, b Nested(c UUID)))",
        "Nullable(JSON)",
        "Dynamic",
        "Point",
        "AggregateFunction(quantiles(0.5, 0.9), UInt64)",
    ] {
        assert_eq!(said(text), "", "{text}");
    }
}

#[test]
fn what_is_no_type_is_put_right() {
    let all = [
        "DateTime64(3",
        "DateTime64(3))",
        "DateTime64(3, 'UTC)",
        "DateTime64(3 'UTC')",
        "DateTime64(3, Europe/Berlin)",
        "DateTime64('UTC')",
        "DateTime64(12)",
        "Array<Int8>",
        "array<string",
        "Array Int8",
        "Int 8",
        "Int8?",
        "Int8;",
        "'String'",
        "FixedString",
        "Decimal(2, 10)",
        "Decimal(80, 2)",
        "Nullable(Array(String))",
        "Nullable(LowCardinality(String))",
        "LowCardinality(Array(String))",
        "Map(Nullable(String), Int8)",
        "Map(String)",
        "Tuple(a: Int8, b: Int8)",
        "Enum(\"a\", \"b\")",
        "Enum8('a' = 300)",
        "Dynamic(max_type=3)",
        "String foo",
        "",
    ];
    let said: String = all.into_iter().map(|text| format!("{text}\n  {}", said(text))).collect();
    insta::assert_snapshot!(said, @"");
}

#[test]
fn what_may_be_refused_is_said_with_the_reason() {
    let all = [
        "Sting",
        "uuid",
        "string",
        "Str",
        "Int32 UNSIGNED",
        "LowCardinality(Int8)",
        "FixedString(1000)",
        "Variant(Int8, Int16)",
        "Object('json')",
        "Nullable(Tuple(Int8))",
        "Time",
        "DateTime('europe/berlin')",
        "String DEFAULT 'a'",
        "String CODEC(ZSTD)",
        "String,",
        "Int8, d Int8",
        "String -- a name",
        "DEFAULT 5",
        "Date()",
    ];
    let said: String = all.into_iter().map(|text| format!("{text}\n  {}", said(text))).collect();
    insta::assert_snapshot!(said, @"");
}

/// As deep as ClickHouse reads, and deeper than any stack.
#[test]
fn depth_does_no_harm() {
    for (before, after) in [("Array(", ")"), ("Tuple(a ", ")"), ("X(1, ", ")"), ("x((", "))"), ("Array(", "")]
    {
        for depth in [300, 20_000] {
            let text = format!("{}Int8{}", before.repeat(depth), after.repeat(depth));
            assert!(same_type(&text, &text));
            examine(&text);
        }
    }
}
