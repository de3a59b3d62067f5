//! What is allowed, refused and not understood, keyword by keyword.

use serde_json::json;

use super::*;

/// The judgement in a line.
fn said(schema: &Json, value: &Json) -> String {
    match judge(schema, value) {
        Judgement::Allowed => "allowed".to_owned(),
        Judgement::Refused(Refusal { place, rule }) => format!("it{place} {rule}"),
        Judgement::Unclear(keyword) => format!("unclear: {keyword}"),
    }
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_keyword_allows_and_refuses() {
    for (schema, allowed, refused, why) in [
        (r#"{"type": "integer"}"#, "[1, 1.0, 1e30, -2]", r#"[1.5, "1", true]"#, "it must be a whole number"),
        (r#"{"type": "number"}"#, "[1.5]", r#"["1"]"#, "it must be a number"),
        (r#"{"type": ["string", "null"]}"#, r#"["", null]"#, "[0]", "it must be text or null"),
        (r#"{"type": "boolean"}"#, "[true]", "[0]", "it must be `true` or `false`"),
        (r#"{"type": "array"}"#, "[[]]", "[{}]", "it must be an array"),
        (r#"{"type": "object"}"#, "[{}]", "[[]]", "it must be an object"),
        (r#"{"enum": ["a", 1]}"#, r#"["a", 1, 1.0]"#, r#"["b", "1", null]"#, "it must be one of `a`, `1`"),
        (r#"{"const": "a"}"#, r#"["a"]"#, r#"["b"]"#, "it must be one of `a`"),
        (
            r#"{"minimum": 1, "maximum": 20}"#,
            "[1, 20, 1.5, \"x\"]",
            "[0, 21, 20.5, 1e30]",
            "it must be 1 to 20",
        ),
        (r#"{"minimum": 0.5}"#, "[0.5, 1]", "[0, -1]", "it must be at least 0.5"),
        (r#"{"maximum": 1e2}"#, "[100]", "[101]", "it must be at most 100"),
        (
            r#"{"minLength": 1, "maxLength": 2}"#,
            r#"["a", "éé", 1]"#,
            r#"["", "abc"]"#,
            "it must have 1 to 2 characters",
        ),
        (r#"{"maxItems": 1}"#, "[[], [1]]", "[[1, 2]]", "it must have at most 1 elements"),
        (r#"{"pattern": "b+$"}"#, r#"["abb"]"#, r#"["ba"]"#, "it must match `b+$`"),
        (r#"{"required": ["a"]}"#, r#"[{"a": 1}, 1]"#, "[{}]", "it must have the key `a`"),
        (
            r#"{"properties": {"a": {"maximum": 1}}}"#,
            r#"[{"a": 1, "b": 9}]"#,
            r#"[{"a": 2}]"#,
            "it.a must be at most 1",
        ),
        (
            r#"{"properties": {"a": {}}, "additionalProperties": false}"#,
            r#"[{"a": 1}]"#,
            r#"[{"b": 2}]"#,
            "it must not have the key `b`",
        ),
        (
            r#"{"additionalProperties": {"type": "integer"}}"#,
            r#"[{"a": 1}]"#,
            r#"[{"b": "x"}]"#,
            "it.b must be a whole number",
        ),
        (r#"{"items": {"type": "string"}}"#, r#"[["a"]]"#, r#"[["a", 2]]"#, "it[1] must be text"),
        (r#"{"allOf": [{"minimum": 1}, {"maximum": 2}]}"#, "[1, 2]", "[3]", "it must be at most 2"),
        (
            r#"{"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 1}]}"#,
            r#"[null, "a"]"#,
            r#"["ab"]"#,
            "it must have at most 1 characters",
        ),
        (
            r#"{"oneOf": [{"minimum": 1}, {"maximum": 1}]}"#,
            "[0, 2]",
            "[1]",
            "it must be in exactly one of the forms that the schema describes",
        ),
        (r#"{"properties": {"a": false}}"#, "[{}]", r#"[{"a": 2}]"#, "it.a must not be there"),
    ] {
        let schema = parsed(schema);
        for value in parsed(allowed).as_array().unwrap() {
            assert_eq!(said(&schema, value), "allowed", "{schema} {value}");
        }
        for value in parsed(refused).as_array().unwrap() {
            assert_eq!(said(&schema, value), why, "{schema} {value}");
        }
    }
}

#[test]
fn what_is_not_understood_is_unclear_unless_something_else_refuses() {
    for keyword in NOT_UNDERSTOOD {
        assert_eq!(said(&json!({ *keyword: {} }), &json!(1)), format!("unclear: {keyword}"));
        assert_eq!(said(&json!({ *keyword: {}, "maximum": 0 }), &json!(1)), "it must be at most 0");
    }
    let lookahead = json!({"pattern": r"^(?!\.$)[a-z.]+$"});
    assert_eq!(said(&lookahead, &json!("a")), "unclear: pattern");
    assert_eq!(said(&json!({"items": [{}]}), &json!([1])), "unclear: items");
    assert_eq!(said(&json!({"anyOf": [{"not": {}}, {"type": "null"}]}), &json!(1)), "unclear: anyOf");
    assert_eq!(said(&json!({"anyOf": [{"not": {}}, {"type": "integer"}]}), &json!(1)), "allowed");
    assert_eq!(said(&json!({"oneOf": [{"not": {}}, {"type": "integer"}]}), &json!(1)), "unclear: oneOf");
    assert_eq!(said(&json!("nonsense"), &json!(1)), "unclear: a schema that is none");
}

#[test]
fn remarks_mean_nothing() {
    let schema = json!({"title": "T", "default": 5, "user_error": "…", "_secure": true, "examples": [1], "x": {"type": "null"}});
    assert_eq!(said(&schema, &json!("anything")), "allowed");
}
