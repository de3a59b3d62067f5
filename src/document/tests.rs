//! What is not edited keeps its text: by example, and for any JSON.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Document, DocumentError, Element, Shape, Uneditable, json_equal, merge};

static TABLE: LazyLock<Shape> = LazyLock::new(|| {
    let values = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), Shape::Value)).collect();
    let keys = [
        ("name", Shape::Value),
        ("columns", Shape::NamedList { keys: values(&["name", "type"]), ordered: true }),
        ("topics", Shape::NamedList { keys: values(&["name"]), ordered: false }),
        ("group", Shape::Value),
        ("options", Shape::Object(values(&["size"]))),
    ];
    Shape::Object(keys.map(|(key, shape)| (key.to_owned(), shape)).into())
});

fn document(text: &str) -> Result<Document, DocumentError> {
    Document::parse(&RawValue::from_string(text.to_owned()).unwrap())
}

fn merged(existing: &str, wanted: &Value) -> String {
    merge(Some(existing), wanted, &TABLE, &|_, existing, wanted| json_equal(existing, wanted)).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_is_not_edited_keeps_its_text() {
    let strange = r#"{ "name" : "caf\u00e9\/" , "n":[1e2, 1.0,  123456789012345678901234567890], "n":2 }"#;
    let text =
        format!(r#"{{"later\u0041": {{ "b":1, "a":2 }},"tables": [{strange}, 7 ,{{"name":"a"}}],"z":null}}"#);
    let mut document = document(&text).unwrap();
    document.put(Element::parse(r#"{"name":"a","x":1}"#).unwrap());
    document.put(Element::parse(r#"{"name":"b"}"#).unwrap());
    let tables = format!(r#"[{strange},7,{{"name":"a","x":1}},{{"name":"b"}}]"#);
    let expected = format!(r#"{{"later\u0041":{{ "b":1, "a":2 }},"tables":{tables},"z":null}}"#);
    assert_eq!(document.to_raw().get(), expected);
    assert_eq!(document.elements()[0].name(), Some("café/"));
}

#[test]
fn a_key_that_is_no_text_is_kept_like_any_other() {
    let text = r#"{"\ud800":1,"tables":[{"\ud800":2,"name":"a","options":{"\udfff":3,"size":1},"\ud800":4}],"\uD800":5}"#;
    let mut document = document(text).unwrap();
    let existing = document.get("a").unwrap();
    let wanted = json!({"name": "a", "options": {"size": 2}});
    let element = Element::merged(existing, &wanted, &TABLE, &|_, a, b| json_equal(a, b)).unwrap();
    document.put(element);
    assert_eq!(document.to_raw().get(), text.replace(r#""size":1"#, r#""size":2"#));
}

#[test]
fn an_empty_array_stays_and_a_missing_one_is_made() {
    let mut last = document(r#"{"tables":[{"name":"a"}]}"#).unwrap();
    last.remove("a");
    assert_eq!(last.to_raw().get(), r#"{"tables":[]}"#);
    for empty in ["null", "{}", r#"{"tables":null}"#, r#"{"tables":[]}"#] {
        let mut document = document(empty).unwrap();
        assert!(document.elements().is_empty());
        document.put(Element::parse(r#"{"name":"a"}"#).unwrap());
        assert_eq!(document.to_raw().get(), r#"{"tables":[{"name":"a"}]}"#);
    }
}

#[test]
fn what_cannot_be_edited_safely_is_refused() {
    assert_eq!(document("[]"), Err(DocumentError::NotAnObject));
    assert_eq!(document(r#"{"tables":{}}"#), Err(DocumentError::TablesNotAnArray));
    assert_eq!(document(r#"{"tables":[],"t\u0061bles":[]}"#), Err(DocumentError::DuplicateTables));
    assert_eq!(Element::parse(r#"{"name":1}"#), Err(DocumentError::Nameless));
    let twins = document(r#"{"tables":[{"name":"a"},{"name":"b"},{"name":"a"}]}"#).unwrap();
    assert_eq!(twins.get("a").unwrap_err().count, 2);
    assert!(twins.get("b").unwrap().is_some());
    assert_eq!(twins.get("c"), Ok(None));
    let twice = r#"{"name":"a","columns":[{"name":"x","q":1,"q":2}]}"#;
    let wanted = json!({"name": "a", "columns": [{"name": "x", "type": "String"}]});
    let refused = merge(Some(twice), &wanted, &TABLE, &|_, a, b| json_equal(a, b));
    assert_eq!(refused, Err(Uneditable::DuplicateKey { key: "columns.q".into() }));
    // The last of several names counts, for items as for elements.
    let twice = r#"{"name":"a","columns":[{"name":"y","name":"x"}]}"#;
    let refused = merge(Some(twice), &wanted, &TABLE, &|_, a, b| json_equal(a, b));
    assert_eq!(refused, Err(Uneditable::DuplicateKey { key: "columns.name".into() }));
}

#[test]
fn numbers_are_equal_by_their_exact_value() {
    let equal = |a: &str, b: &str| json_equal(&value(a), &value(b));
    for same in
        [("1e2", "100"), ("100.0", "100"), ("-0", "0.0"), ("0.10e1", "1"), ("[1.0]", "[1]"), ("1E+2", "1e2")]
    {
        assert!(equal(same.0, same.1), "{same:?}");
    }
    let long = "123456789012345678901234567890";
    assert!(equal(long, long));
    for other in [
        (long, "123456789012345678901234567891"),
        ("1", "-1"),
        ("1", "\"1\""),
        ("10", "1"),
        ("[1,2]", "[2,1]"),
    ] {
        assert!(!equal(other.0, other.1), "{other:?}");
    }
    assert!(equal(r#"{"a":1,"b":"\u0041"}"#, r#"{"b":"A","a":1.0}"#));
    assert!(!equal(r#"{"a":1}"#, r#"{"a":1,"b":2}"#));
}

#[test]
fn merging_sets_removes_and_keeps() {
    let existing = r#"{"new":1e3, "group":"g","columns": [ {"name":"a", "type":"\u0053tring","x":1}, {"name":"b","type":"Int8"} ],"name":"t","options":{"y":2,"size":1}}"#;
    let wanted = json!({
        "name": "t",
        "columns": [{"name": "c", "type": "Int8"}, {"name": "a", "type": "String"}],
        "topics": [{"name": "z"}],
        "options": {"size": 2},
    });
    let expected = r#"{"new":1e3,"columns":[{"name":"c","type":"Int8"},{"name":"a", "type":"\u0053tring","x":1}],"name":"t","options":{"y":2,"size":2},"topics":[{"name":"z"}]}"#;
    assert_eq!(merged(existing, &wanted), expected);
    // Once more changes nothing.
    assert_eq!(merged(expected, &wanted), expected);
    let same = json!({"columns": [{"name": "a", "type": "String"}, {"name": "b", "type": "Int8"}], "name": "t", "group": "g", "options": {"size": 1}});
    assert_eq!(merged(existing, &same), existing, "nothing changed, not even the blanks");
}

#[test]
fn survivors_of_an_unordered_list_stay_in_place() {
    let existing = r#"{"topics":[{"name":"c"},{"name":"a"},{"name":"b"}]}"#;
    let wanted = json!({"topics": [{"name": "z"}, {"name": "a"}, {"name": "c"}]});
    assert_eq!(merged(existing, &wanted), r#"{"topics":[{"name":"c"},{"name":"a"},{"name":"z"}]}"#);
    let same = json!({"topics": [{"name": "a"}, {"name": "b"}, {"name": "c"}]});
    assert_eq!(merged(existing, &same), existing);
}

#[test]
fn a_value_of_another_kind_is_replaced_and_null_is_not_wanted() {
    let existing = r#"{"columns":null,"options":5,"group":"g"}"#;
    let wanted = json!({"columns": [], "options": {}, "group": null});
    assert_eq!(merged(existing, &wanted), r#"{"columns":[],"options":{}}"#);
    assert_eq!(
        merge(None, &json!({"group": "g", "name": "t"}), &TABLE, &|_, _, _| false).unwrap(),
        r#"{"name":"t","group":"g"}"#
    );
}

#[test]
fn the_judge_of_sameness_knows_where_it_is() {
    let same = |path: &[&str], _: &Value, _: &Value| path == ["columns", "type"];
    let existing = r#"{"name":"t","columns":[{"name":"a","type":"INT"}]}"#;
    let wanted = json!({"name": "t", "columns": [{"name": "a", "type": "Int32"}]});
    assert_eq!(merge(Some(existing), &wanted, &TABLE, &same).unwrap(), existing);
}

/// Any JSON text, oddly spelled.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?",
        any::<String>().prop_map(|text| Value::from(text).to_string()),
        Just(r#""\u00e9\/""#.to_owned()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[ {} ]", items.join(" ,"))),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|members| object(&members)),
        ]
    })
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(key, value)| format!("{} : {value}", Value::from(key.as_str()))).collect();
    format!("{{ {} }}", members.join(" ,\n"))
}

proptest! {
    #[test]
    fn all_text_outside_an_edit_is_kept(
        before in prop::collection::vec(any_json(), 0..4),
        after in prop::collection::vec(any_json(), 0..4),
        top in any_json(),
        removed in any::<bool>(),
    ) {
        let join = |middle: Option<&str>| {
            let all: Vec<&str> = before.iter().map(String::as_str).chain(middle).chain(after.iter().map(String::as_str)).collect();
            all.join(",")
        };
        let text = format!(r#"{{"k":{top},"tables":[{}]}}"#, join(Some(r#"{"name":"the one"}"#)));
        let mut document = document(&text).unwrap();
        prop_assert_eq!(document.to_raw().to_string(), text);
        let new = r#"{"name":"the one","x":1}"#;
        if removed { document.remove("the one") } else { document.put(Element::parse(new).unwrap()) }
        let expected = join((!removed).then_some(new));
        prop_assert_eq!(document.to_raw().to_string(), format!(r#"{{"k":{top},"tables":[{expected}]}}"#));
    }

    #[test]
    fn an_unknown_key_survives_at_every_depth(unknown in any_json(), size in 0..9, kept in any::<bool>()) {
        let existing = format!(
            r#"{{"name":"t","?":{unknown},"columns":[{{"?":{unknown},"name":"a","type":"x"}}],"options":{{"size":0,"?":{unknown}}},"topics":[{{"name":"o","?":{unknown}}}]}}"#
        );
        let wanted = json!({
            "name": "t",
            "columns": [{"name": "b", "type": "y"}, {"name": "a", "type": if kept { "x" } else { "y" }}],
            "options": {"size": size},
            "topics": [{"name": "n"}, {"name": "o"}],
        });
        let merged = merged(&existing, &wanted);
        prop_assert_eq!(merged.matches(&format!(r#""?":{unknown}"#)).count() >= 4, true, "{}", merged);
        prop_assert!(Element::parse(&merged).is_ok());
    }

    #[test]
    fn merging_twice_is_merging_once(existing in any_json(), text in any_json()) {
        let existing = format!(r#"{{"name":"t","group":{existing},"options":{{"size":{existing}}}}}"#);
        let Ok(group) = serde_json::from_str::<Value>(&text) else { return Ok(()) };
        let wanted = json!({"name": "t", "group": group, "options": {"size": group}});
        let once = merged(&existing, &wanted);
        prop_assert_eq!(merged(&once, &wanted), once);
    }
}
