use proptest::prelude::*;

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
        ("AggregateFunction(topK(0xA), Int8)", "AggregateFunction(topK(10), Int8)", true),
        ("AggregateFunction(quantile(-0), Int8)", "AggregateFunction(quantile(+0), Int8)", true),
        ("JSON(a.b[].c Int8)", r"JSON(`a.b.:\`Array(JSON)\`.c` Int8)", true),
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
fn what_says_more_than_a_type_is_none() {
    for text in ["String ALIAS length(raw)", "UInt64 DEFAULT 0", "Int8, d Int8", "DEFAULT 5"] {
        assert_eq!(normal(text), None, "{text}");
    }
    for text in ["String NULL", "String NOT NULL", "String,", "String -- a name"] {
        assert!(normal(text).is_some(), "{text}");
    }
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
    insta::assert_snapshot!(said, @r#"
    DateTime64(3
      !13 the closing parenthesis of `DateTime64` is missing -> DateTime64(3)
    DateTime64(3))
      !14 `)` stands where the end of the type belongs -> DateTime64(3)
    DateTime64(3, 'UTC)
      !15 the quote that opens here is not closed -> DateTime64(3, 'UTC')
    DateTime64(3 'UTC')
      !14 `'UTC'` stands where a comma or a closing parenthesis belongs -> DateTime64(3, 'UTC')
    DateTime64(3, Europe/Berlin)
      !21 `/` stands where a comma or a closing parenthesis belongs -> DateTime64(3, 'Europe/Berlin')
    DateTime64('UTC')
      !12 the precision of `DateTime64` is a number of digits from 0 to 9 -> DateTime64(3, 'UTC')
    DateTime64(12)
      !12 the precision of `DateTime64` is a number of digits from 0 to 9 -> DateTime64(9)
    Array<Int8>
      !6 `<` stands where the end of the type belongs -> Array(Int8)
    array<string
      !6 `<` stands where the end of the type belongs -> Array(String)
    Array Int8
      !7 `Int8` stands where the end of the type belongs -> Array(Int8)
    Int 8
      !5 `8` stands where the end of the type belongs -> Int8
    Int8?
      !5 `?` stands where the end of the type belongs -> Nullable(Int8)
    Int8;
      !5 `;` stands where the end of the type belongs -> Int8
    'String'
      !1 `'String'` stands where the name of a type belongs -> String
    FixedString
      !1 `FixedString` takes one argument, the number of bytes, and has none -> FixedString(16)
    Decimal(2, 10)
      !12 of 2 digits, 10 cannot stand after the point -> Decimal(10, 2)
    Decimal(80, 2)
      !9 a decimal has 1 to 76 digits, not 80 -> Decimal(76, 2)
    Nullable(Array(String))
      !10 `Array` cannot be in `Nullable` -> Array(Nullable(String))
    Nullable(LowCardinality(String))
      !10 `LowCardinality` cannot be in `Nullable` -> LowCardinality(Nullable(String))
    LowCardinality(Array(String))
      !16 `Array` cannot be in `LowCardinality` -> Array(LowCardinality(String))
    Map(Nullable(String), Int8)
      !5 the keys of a `Map` cannot be `Nullable` -> Map(String, Int8)
    Map(String)
      !1 `Map` takes two arguments, the types of keys and values, and has 1 -> Map(String, String)
    Tuple(a: Int8, b: Int8)
      !8 `:` stands where a comma or a closing parenthesis belongs -> Tuple(a Int8, b Int8)
    Enum("a", "b")
      !6 an element of an enum is `'name'` or `'name' = number` -> Enum('a', 'b')
    !11 an element of an enum is `'name'` or `'name' = number` -> Enum('a', 'b')
    Enum8('a' = 300)
      !7 the numbers of `Enum8` are -128 to 127; this one is 300 -> Enum16('a' = 300)
    Dynamic(max_type=3)
      !9 `max_type` is no parameter here, only `max_types` -> Dynamic(max_types=3)
    String foo
      !8 `foo` stands where the end of the type belongs -> String

      !1 the name of a type is missing
    "#);
}

/// Every name, number and text of the user's is in what was meant.
#[test]
fn what_was_meant_says_what_the_user_says() {
    let mut wrong = Vec::new();
    for (text, meant) in [
        ("Map<String, Int8>", Some("Map(String, Int8)")),
        ("Decimal(10;2)", Some("Decimal(10, 2)")),
        ("Decimal(10.2)", Some("Decimal(10, 2)")),
        ("Decimal32(9, 2)", Some("Decimal(9, 2)")),
        ("Int８", None),
        ("DateTime(\"Europe/Berlin\")", Some("DateTime('Europe/Berlin')")),
        ("DateTime(UTC)", Some("DateTime('UTC')")),
        ("DateTime(`UTC`)", Some("DateTime('UTC')")),
        ("DateTime64(UTC)", Some("DateTime64(3, 'UTC')")),
        ("DateTime64('Europe/Berlin', 3)", Some("DateTime64(3, 'Europe/Berlin')")),
        ("Enum8('a' 'b')", Some("Enum8('a', 'b')")),
        ("Enum8(\"a\" = 1)", Some("Enum8('a' = 1)")),
        ("Enum8(a = 1, b = 2)", Some("Enum8('a' = 1, 'b' = 2)")),
        ("Enum8('a': 1)", Some("Enum8('a' = 1)")),
        ("SimpleAggregateFunction(sum Int8)", Some("SimpleAggregateFunction(sum, Int8)")),
        ("AggregateFunction('sum', Int8)", Some("AggregateFunction(sum, Int8)")),
        ("Map(String: Int8)", Some("Map(String, Int8)")),
        ("Tuple(a Int8; b String)", Some("Tuple(a Int8, b String)")),
        ("JSON(SKIP a Int8)", None),
        ("JSON('a')", None),
        ("JSON('a' Int8)", Some("JSON(a Int8)")),
        ("JSON(a.0.b String)", Some("JSON(`a.0.b` String)")),
        ("JSON(user-id Int8)", Some("JSON(`user-id` Int8)")),
        ("JSON(skip.a Int8)", Some("JSON(`skip.a` Int8)")),
        ("Nested(a.b Int8)", Some("Nested(`a.b` Int8)")),
        ("Tuple(user-id Int8)", Some("Tuple(`user-id` Int8)")),
        ("Tuple(é Int8)", Some("Tuple(`é` Int8)")),
        ("Tuple(1 Int8)", Some("Tuple(`1` Int8)")),
        ("Array(Int8 NULL)", Some("Array(Nullable(Int8))")),
        ("Tuple(Int8 NULL)", Some("Tuple(Nullable(Int8))")),
        ("Tuple(a Int8 NULL, b String NULL)", Some("Tuple(a Nullable(Int8), b Nullable(String))")),
        ("Map(String, Decimal(9, 2) null)", Some("Map(String, Nullable(Decimal(9, 2)))")),
        ("String NULL DEFAULT 'a'", Some("String NULL")),
        ("string not null", Some("String not null")),
        ("Array(Int 8)", Some("Array(Int8)")),
        ("unsigned int", Some("int unsigned")),
        ("Decimal 10 2", None),
        ("event_time DateTime", None),
    ] {
        let problems = examine(text);
        let suggestion = problems.iter().find_map(|problem| problem.suggestion.as_deref());
        if problems.is_empty() || suggestion != meant {
            wrong.push((text, suggestion.map(str::to_owned)));
        }
    }
    assert_eq!(wrong, []);
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
    insta::assert_snapshot!(said, @r#"
    Sting
      ?1 ClickHouse 25.8 has no type `Sting` -> String
    uuid
      ?1 ClickHouse knows `UUID`, and tells upper from lower case here -> UUID
    string
      ?1 ClickHouse knows `String`, and tells upper from lower case here -> String
    Str
      ?1 ClickHouse 25.8 has no type `Str` -> String
    Int32 UNSIGNED
      ?1 ClickHouse 25.8 has no type `INT32 UNSIGNED` -> UInt32
    LowCardinality(Int8)
      ?16 ClickHouse refuses `LowCardinality` of `Int8` unless the server allows suspicious ones, since it costs more than it saves -> Int8
    FixedString(1000)
      ?13 a `FixedString` of more than 256 bytes is refused unless the server allows suspicious ones; `String` holds them, too
    Variant(Int8, Int16)
      ?15 ClickHouse refuses the similar types `Int8` and `Int16` in one `Variant` unless the server allows suspicious ones
    Object('json')
      ?1 ClickHouse has replaced `Object` by `JSON`, and refuses it unless the server allows it -> JSON
    Nullable(Tuple(Int8))
      ?10 ClickHouse 25.8 does not allow `Tuple` in `Nullable`, newer versions if a setting does
    Time
      ?1 ClickHouse 25.8 refuses `Time` unless the server allows it, and older versions do not know it
    DateTime('europe/berlin')
      ?10 `europe/berlin` is not among the time zones that ClickHouse 25.8 brings -> DateTime('Europe/Berlin')
    String DEFAULT 'a'
      ?8 `DEFAULT` is no part of a type, and only the type belongs here -> String
    String CODEC(ZSTD)
      ?8 `CODEC` is no part of a type, and only the type belongs here -> String
    String,
      ?7 the comma ends the column, and begins another one -> String
    Int8, d Int8
      ?5 the comma ends the column, and begins another one -> Int8
    String -- a name
      ?8 the comment goes on into whatever Aiven writes after the type -> String
    DEFAULT 5
      ?1 `DEFAULT` stands where the type belongs
    Date()
      ?5 `Date` is written without parentheses -> Date
    "#);
}

#[test]
fn few_of_many_findings_are_reported_in_order() {
    let similar: Vec<_> = (1..=54).map(|bytes| format!("FixedString({bytes})")).collect();
    assert!(examine(&format!("Variant({})", similar.join(", "))).len() < 6);
    let wrong = examine(&format!("Tuple({} Decimal(80))", "Sting, ".repeat(9)));
    assert_eq!(wrong.len(), 5);
    assert!(wrong.is_sorted_by_key(|problem| problem.position));
    assert_eq!(wrong[4].severity, Severity::Error);
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

/// Pieces of types, of broken ones above all, one after the other.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "Int8", "int", "UNSIGNED", "DOUBLE", "PRECISION", "Decimal", "Enum8", "DateTime64", "Array", "Tuple", "Map",
            "Nullable", "Variant", "JSON", "SKIP", "REGEXP", "AggregateFunction", "sum", "a", "NULL", "NOT", "DEFAULT",
            "Европа", "é", "\u{a0}", "'é'", "'UTC'", "`é`", "-- é\n", "/* é */", "3", "0x", "max_types",
        ])
        .prop_map(str::to_owned),
        4 => "[ (),'`\"=.\\[\\]<>;:/?!$-]",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_the_text_is_its_problems_are_within_it(text in pieces()) {
        for problem in examine(&text) {
            prop_assert!((1..=text.chars().count() + 1).contains(&problem.position));
            if let Some(meant) = problem.suggestion {
                prop_assert!(examine(&meant).iter().all(|problem| problem.severity == Severity::Warning), "{meant}");
            }
        }
        prop_assert!(same_type(&text, &text));
    }
}
