//! What the tests with Terraform and with ClickHouse leave open: limits, orders, references, and schemas that are odd or
//! huge.

use serde_json::json;

use super::*;

/// The columns as `name type`, or the message and its argument.
fn call(
    function: &str,
    texts: &[&str],
    options: &[(&str, &str)],
) -> Result<Vec<String>, (Option<usize>, String)> {
    let mut arguments: Vec<_> = texts.iter().map(Value::string).collect();
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), Value::string(value)));
    arguments.push(Value::Map(options.collect()));
    let columns = functions()[function].call(arguments).map_err(|error| (error.argument, error.message))?;
    let text = |column: &Value, key| column.get(key).as_str().unwrap().to_owned();
    let columns = columns.as_elements().unwrap().iter();
    Ok(columns.map(|column| format!("{} {}", text(column, "name"), text(column, "type"))).collect())
}

fn avro(fields: &str, options: &[(&str, &str)]) -> Result<Vec<String>, (Option<usize>, String)> {
    let schema = format!(r#"{{"type": "record", "name": "shop.M", "fields": [{fields}]}}"#);
    call("columns_from_avro", &[&schema], options)
}

fn json_schema(schema: &str) -> Result<Vec<String>, (Option<usize>, String)> {
    call("columns_from_json_schema", &[schema], &[])
}

fn protobuf(text: &str, message: &str) -> Result<Vec<String>, (Option<usize>, String)> {
    call("columns_from_protobuf", &[&format!("syntax = \"proto3\";\n{text}"), message], &[])
}

fn message<T: std::fmt::Debug>(answer: Result<T, (Option<usize>, String)>) -> String {
    answer.unwrap_err().1
}

#[test]
fn what_aiven_does_not_accept_is_refused_here() {
    let fields = |count: usize| {
        let each = (0..count).map(|index| format!(r#"{{"name": "f{index}", "type": "int"}}"#));
        each.collect::<Vec<_>>().join(",")
    };
    assert_eq!(avro(&fields(100), &[]).unwrap().len(), 100);
    assert!(
        message(avro(&fields(101), &[])).starts_with("The schema has 101 columns, and Aiven accepts 100")
    );
    assert_eq!(avro("", &[]), Err((Some(0), "The schema has no field to make a column of".to_owned())));

    let named = |length| format!(r#"{{"name": "{}", "type": "int"}}"#, "n".repeat(length));
    assert!(avro(&named(40), &[]).is_ok());
    assert!(
        message(avro(&named(41), &[]))
            .contains("a column whose name has 41 characters, and Aiven accepts 40")
    );

    let nested = |count| {
        let record = format!(r#"{{"type": "record", "name": "N", "fields": [{}]}}"#, fields(count));
        format!(r#"{{"name": "x", "type": {record}}}"#)
    };
    assert!(message(avro(&nested(150), &[])).starts_with("`x` becomes a column whose type has"));
    assert_eq!(avro(&nested(90), &[("nested", "flatten")]).unwrap().len(), 90);
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let schema =
        json!({"properties": {"a.b": {"type": "string"}, "a": {"properties": {"b": {"type": "string"}}}}});
    let answer = call("columns_from_json_schema", &[&schema.to_string()], &[("nested", "flatten")]);
    assert_eq!(message(answer), "Two fields of the schema would become the column `a.b`");
}

#[test]
fn columns_keep_the_order_of_the_text() {
    let fields = r#"{"name": "z", "type": "int"}, {"name": "a", "type": "int"}"#;
    assert_eq!(avro(fields, &[]).unwrap(), ["z Int32", "a Int32"]);
    let schema =
        r#"{"properties": {"z": {"type": "boolean"}, "a": {"type": "boolean"}}, "required": ["a", "z"]}"#;
    assert_eq!(json_schema(schema).unwrap(), ["z Bool", "a Bool"]);
    assert_eq!(protobuf("message M { bool z = 2; bool a = 1; }", "M").unwrap(), ["z Bool", "a Bool"]);
}

#[test]
fn avro_names_are_looked_up_in_their_namespace() {
    let fields = r#"{"name": "a", "type": {"type": "enum", "name": "other.E", "symbols": ["X"]}},
        {"name": "b", "type": "other.E"},
        {"name": "c", "type": {"type": "record", "name": "N", "fields": [{"name": "d", "type": "int"}]}},
        {"name": "e", "type": ["null", "shop.N"]}"#;
    let e = "Enum8('X' = 0)";
    let expected =
        [format!("a {e}"), format!("b {e}"), "c Tuple(d Int32)".into(), "e Tuple(d Nullable(Int32))".into()];
    assert_eq!(avro(fields, &[]).unwrap(), expected);
    let strange = r#"{"name": "a", "type": "Unknown"}"#;
    assert!(message(avro(strange, &[])).contains("Unknown"));
}

#[test]
fn recursion_is_found_wherever_it_hides() {
    for (fields, place) in [
        (r#"{"name": "a", "type": ["null", "M"]}"#, "a"),
        (r#"{"name": "a", "type": {"type": "array", "items": "shop.M"}}"#, "a[]"),
        (r#"{"name": "a", "type": {"type": "map", "values": ["null", "M"]}}"#, "a{}"),
    ] {
        let found = message(avro(fields, &[]));
        assert!(
            found.starts_with(&format!("`{place}` is recursive: the record `shop.M` holds itself")),
            "{found}"
        );
    }
    let schema = r##"{"$defs": {"n": {"anyOf": [{"$ref": "#/$defs/m"}]}, "m": {"items": {"$ref": "#/$defs/n"}}},
        "properties": {"a": {"$ref": "#/$defs/n"}}}"##;
    assert!(message(json_schema(schema)).starts_with("`a[]` is recursive"));
    let found = message(protobuf("message M { map<string, N> a = 1; } message N { M b = 1; }", "M"));
    assert!(found.starts_with("`a{}.b` is recursive: the message `M` holds itself"), "{found}");
}

/// Each record has the next one ten times: a billion fields in two kilobytes.
#[test]
fn a_short_schema_of_a_huge_message_is_refused_soon() {
    let record = |number: usize| {
        let fields =
            (0..10).map(|index| format!("N{} f{index} = {};", number + 1, index + 1)).collect::<String>();
        format!("message N{number} {{ {fields} }}")
    };
    let text = (0..9).map(record).collect::<String>() + "message N9 { int32 last = 1; }";
    assert!(message(protobuf(&text, "N0")).starts_with("The schema has more than 20000 fields"));
}

#[test]
fn a_deep_schema_is_refused_before_the_stack_ends() {
    let chain =
        (0..5000).map(|number| format!("message N{number} {{ N{} f = 1; }}", number + 1)).collect::<String>();
    let text = chain + "message N5000 { int32 last = 1; }";
    assert!(
        message(protobuf(&text, "N0"))
            .ends_with("is more than 100 fields deep. Leave it out with the option `omit`")
    );
    let link = |number| format!(r##""d{number}": {{"$ref": "#/$defs/d{}"}},"##, number + 1);
    let links = (0..5000).map(link).collect::<String>();
    let schema = format!(
        r##"{{"$defs": {{{links} "d5000": {{}}}}, "properties": {{"a": {{"$ref": "#/$defs/d0"}}}}}}"##
    );
    assert!(
        message(json_schema(&schema)).contains("refers to schemas that refer to others, more than 200 times")
    );
}

#[test]
fn references_are_followed_by_pointer_anchor_and_identifier() {
    for (reference, definition) in [
        ("#/$defs/a~1b%20c", json!({"a/b c": {"type": "integer"}})),
        ("#here", json!({"x": {"$anchor": "here", "type": "integer"}})),
        ("other.json", json!({"x": {"$id": "other.json", "type": "integer"}})),
        ("https://example.com/other.json", json!({"x": {"$id": "other.json", "type": "integer"}})),
        ("other.json#/$defs/y", json!({"x": {"$id": "other.json", "$defs": {"y": {"type": "integer"}}}})),
    ] {
        let schema = json!({"$id": "https://example.com/order.json", "$defs": definition,
            "properties": {"a": {"$ref": reference}}});
        assert_eq!(json_schema(&schema.to_string()).unwrap(), ["a Nullable(Int64)"], "{reference}");
    }
    let schema = json!({"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://example.com/a.json",
        "definitions": {"b": {"id": "#b", "type": "integer"}}, "properties": {"a": {"$ref": "#b"}}});
    assert_eq!(json_schema(&schema.to_string()).unwrap(), ["a Nullable(Int64)"]);
    let outside = json!({"properties": {"a": {"$ref": "other.json"}, "b": {"type": "integer"}}}).to_string();
    assert!(message(json_schema(&outside)).starts_with("`a` refers to `other.json`: it is not in the text"));
    let kept = call("columns_from_json_schema", &[&outside], &[("omit", "a")]);
    assert_eq!(kept.unwrap(), ["b Nullable(Int64)"]);
}

#[test]
fn all_of_has_the_properties_of_all() {
    let schema = r##"{"$defs": {"base": {"type": "object", "properties": {"id": {"type": "integer"}, "at": {"type": "string"}}}},
        "allOf": [{"$ref": "#/$defs/base"}, {"properties": {"name": {"type": "string"}}, "required": ["name", "id"]},
                  {"description": "restricts only", "minProperties": 1}],
        "properties": {"own": {"type": "boolean"}}, "required": ["own"]}"##;
    let expected = ["id Int64", "at Nullable(String)", "name String", "own Bool"];
    assert_eq!(json_schema(schema).unwrap(), expected);
}

/// One schema forbids null only for what it declares itself, another requires, and both hold.
#[test]
fn null_and_absence_are_two_things() {
    for schema in [
        r#"{"allOf": [{"properties": {"note": {"type": ["string", "null"]}}, "required": ["note"]}, {"required": ["note"]}]}"#,
        r#"{"allOf": [{"properties": {"note": {"type": "string", "nullable": true}}}], "required": ["note"]}"#,
        r##"{"$defs": {"n": {"properties": {"note": {"enum": ["a", null]}}}}, "$ref": "#/$defs/n", "required": ["note"]}"##,
    ] {
        assert_eq!(json_schema(schema).unwrap(), ["note Nullable(String)"], "{schema}");
    }
}

#[test]
fn whatever_names_a_property_makes_a_column() {
    let nullable =
        |names: &[&str]| names.iter().map(|name| format!("{name} Nullable(Int64)")).collect::<Vec<_>>();
    let a = r#""properties": {"a": {"type": "integer"}}"#;
    let b = r#"{"properties": {"b": {"type": "integer"}}, "required": ["b"]}"#;
    let c = r#"{"properties": {"c": {"type": "integer"}}, "required": ["c"]}"#;
    for (schema, names) in [
        (
            format!(
                r##"{{"$defs": {{"b": {{"properties": {{"b": {{"type": "integer"}}}}}}}}, "$ref": "#/$defs/b", {a}}}"##
            ),
            vec!["b", "a"],
        ),
        (format!(r#"{{{a}, "oneOf": [{b}, {c}]}}"#), vec!["a", "b", "c"]),
        (format!(r#"{{{a}, "anyOf": [{b}, {{"allOf": [{c}]}}]}}"#), vec!["a", "b", "c"]),
        (format!(r#"{{{a}, "if": {{"required": ["a"]}}, "then": {b}, "else": {c}}}"#), vec!["a", "b", "c"]),
        (
            format!(r#"{{{a}, "dependentSchemas": {{"a": {b}}}, "dependencies": {{"a": {c}, "d": ["a"]}}}}"#),
            vec!["a", "b", "c"],
        ),
        (format!(r#"{{"allOf": [{{{a}}}], "anyOf": [{b}, {c}]}}"#), vec!["a", "b", "c"]),
        (
            format!(r#"{{"type": "object", "anyOf": [{b}, {b}, {{"properties": {{"b": false}}}}]}}"#),
            vec!["b"],
        ),
    ] {
        assert_eq!(json_schema(&schema).unwrap(), nullable(&names), "{schema}");
    }
}

#[test]
fn objects_of_one_name_are_one() {
    let schema = r#"{"allOf": [
        {"properties": {"order": {"properties": {"id": {"type": "integer"}, "n": {"type": "integer"}}, "required": ["id"]}}},
        {"properties": {"order": {"properties": {"at": {"type": "string"}, "n": {"minimum": 0}}, "required": ["n"]}}},
        {"oneOf": [{"properties": {"order": {"properties": {"way": {"type": "boolean"}}}}}, {"minProperties": 1}]}],
        "required": ["order"]}"#;
    let expected = ["order Tuple(id Int64, n UInt64, at Nullable(String), way Nullable(Bool))"];
    assert_eq!(json_schema(schema).unwrap(), expected);
}

#[test]
fn a_schema_that_is_used_twice_is_not_recursive() {
    let schema = r##"{"$defs": {"base": {"properties": {"id": {"type": "integer"}}}},
        "allOf": [{"$ref": "#/$defs/base"}, {"$ref": "#/$defs/base"}], "properties": {"parent": {"$ref": "#/$defs/base"}}}"##;
    assert_eq!(json_schema(schema).unwrap(), ["id Nullable(Int64)", "parent Tuple(id Nullable(Int64))"]);
    let schema = r##"{"properties": {"a": {"type": "object", "oneOf": [{"$ref": "#"}, {"type": "null"}, {"required": ["b"]}]}}}"##;
    assert!(message(json_schema(schema)).starts_with("`a` is recursive"));
}

#[test]
fn what_cannot_be_one_is_refused_by_place() {
    let int = r#"{"properties": {"x": {"type": "integer"}}}"#;
    let text = r#"{"properties": {"x": {"type": "string"}}}"#;
    for (schema, found) in [
        (format!(r#"{{"allOf": [{int}, {text}]}}"#), "`x` is said to be of types that exclude each other"),
        (format!(r#"{{"type": "object", "oneOf": [{int}, {text}]}}"#), "`x` is described in different ways by schemas"),
        (format!(r#"{{"additionalProperties": {{"type": "integer"}}, "oneOf": [{int}, {{"minProperties": 2}}]}}"#),
         "The schema is an object of any members, of which only some alternatives name any"),
        (r#"{"properties": {"x": {"format": "date"}}, "allOf": [{"properties": {"x": {"type": "string", "format": "uuid"}}}]}"#.to_owned(),
         "`x` has two formats at once, \"uuid\" and \"date\""),
    ] {
        let text = message(json_schema(&schema));
        assert!(text.starts_with(found) && text.contains("`omit`"), "{text}");
    }
}

#[test]
fn the_type_may_be_implied() {
    let schema = r#"{"properties": {
        "a": {"enum": [1, 2, null]}, "b": {"const": "x"}, "c": {"enum": [1, 2.5]}, "d": {"items": {"type": "null"}}}}"#;
    assert!(message(json_schema(schema)).starts_with("`d[]` is always null"));
    let answer = call("columns_from_json_schema", &[schema], &[("omit", "d"), ("untyped", "string")]);
    assert_eq!(answer.unwrap(), ["a Nullable(Int64)", "b Nullable(String)", "c Nullable(Float64)"]);
}

#[test]
fn a_message_is_found_by_its_full_or_its_only_name() {
    let text = "package a.b; message One { int32 x = 1; message Two { int32 y = 1; } } message Three { One.Two two = 1;
        message Two { int32 z = 1; } map<string, int32> m = 2; }";
    assert_eq!(protobuf(text, "a.b.One.Two").unwrap(), ["y Int32"]);
    assert_eq!(protobuf(text, "One").unwrap(), ["x Int32"]);
    let (argument, found) = protobuf(text, "Two").unwrap_err();
    assert_eq!(argument, Some(1));
    assert!(found.contains("`a.b.One.Two`, `a.b.Three.Two`"), "{found}");
    let found = message(protobuf(text, "MEntry"));
    assert_eq!(found.matches('`').count(), 10, "{found}");
}
