//! `additional_settings_json`: settings of the table that have no attribute of their own.
//!
//! The user's text names keys; those keys, and inside objects the keys written there, are owned like any
//! attribute. All other unknown keys of the table stay unowned.

use serde_json::{Map, Value as Json};

use crate::document::{Shape, json_equal};
use crate::tf::{Diagnostics, Path, Value};

/// The name of the attribute.
pub const ATTRIBUTE: &str = "additional_settings_json";

/// The settings that an attribute's value names; none where it is null, unknown, or no object.
pub fn settings(value: &Value) -> Map<String, Json> {
    match value.as_str().and_then(|text| serde_json::from_str(text).ok()) {
        Some(Json::Object(settings)) => settings,
        _ => Map::new(),
    }
}

/// Whether two values of the attribute name the same settings.
pub fn same(one: &str, other: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<Json>(text);
    matches!((parse(one), parse(other)), (Ok(one), Ok(other)) if json_equal(&one, &other))
}

/// Says what is wrong with a value of the attribute, given the names of the attributes there are.
pub fn validate(value: &Value, attributes: &[&str], diagnostics: &mut Diagnostics) {
    let Some(text) = value.as_str() else { return };
    let path = Path::attribute(ATTRIBUTE);
    let settings = match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(settings)) => settings,
        Ok(_) => {
            let summary = format!("`{ATTRIBUTE}` must be a JSON object");
            diagnostics.error_at(path, summary, "Write it as `jsonencode({ setting = value })`.");
            return;
        }
        Err(error) => {
            let summary = format!("`{ATTRIBUTE}` is not valid JSON");
            diagnostics.error_at(
                path,
                summary,
                format!("{error}. Write it as `jsonencode({{ setting = value }})`."),
            );
            return;
        }
    };
    for (key, value) in &settings {
        if attributes.contains(&key.as_str()) {
            diagnostics.error_at(
                path.clone(),
                format!("`{key}` has an attribute of its own"),
                format!("Take it out of `{ATTRIBUTE}` and set the attribute `{key}` instead."),
            );
        }
        if let Some(place) = null_inside(key, value) {
            diagnostics.error_at(
                path.clone(),
                format!("`{place}` in `{ATTRIBUTE}` is null"),
                "Aiven refuses nulls. Leave the key out: a key that is removed here is deleted there.",
            );
        }
    }
}

/// What the element shows of the keys that `named` names, in the same nesting.
pub fn shown(element: &Json, named: &Map<String, Json>) -> Map<String, Json> {
    let each = named.iter().filter_map(|(key, named)| {
        let actual = element.get(key)?;
        Some((
            key.clone(),
            match (actual, named) {
                (Json::Object(_), Json::Object(inner)) => Json::Object(shown(actual, inner)),
                _ => actual.clone(),
            },
        ))
    });
    each.collect()
}

/// Whether the element still shows something that `before` names and `now` no longer does.
pub fn leaves_behind(element: &Json, before: &Map<String, Json>, now: &Map<String, Json>) -> bool {
    before.iter().any(|(key, before)| match (element.get(key), before, now.get(key)) {
        (Some(actual), Json::Object(before), Some(Json::Object(now))) => leaves_behind(actual, before, now),
        (Some(_), _, None) => true,
        _ => false,
    })
}

/// The keys that are owned when `before` is replaced by `now`: those of both.
pub fn owned(before: &Map<String, Json>, now: &Map<String, Json>) -> Vec<(String, Shape)> {
    let inside = |before: Option<&Json>, now: Option<&Json>| match (before, now) {
        (Some(Json::Object(before)), Some(Json::Object(now))) => Shape::Object(owned(before, now)),
        (None, Some(Json::Object(now))) => Shape::Object(owned(&Map::new(), now)),
        _ => Shape::Value,
    };
    let gone = before.keys().filter(|key| !now.contains_key(*key));
    let keys = now.keys().chain(gone);
    keys.map(|key| (key.clone(), inside(before.get(key), now.get(key)))).collect()
}

fn null_inside(place: &str, value: &Json) -> Option<String> {
    match value {
        Json::Null => Some(place.to_owned()),
        Json::Object(members) => {
            members.iter().find_map(|(key, value)| null_inside(&format!("{place}.{key}"), value))
        }
        Json::Array(items) => {
            let mut places = items.iter().enumerate();
            places.find_map(|(index, value)| null_inside(&format!("{place}[{index}]"), value))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Json) -> Map<String, Json> {
        match value {
            Json::Object(map) => map,
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn only_the_keys_that_were_written_are_looked_at() {
        let element = json!({"a": {"x": 1, "y": 2}, "b": 3, "name": "t"});
        assert_eq!(shown(&element, &map(json!({"a": {"x": 9}, "c": 1}))), map(json!({"a": {"x": 1}})));
    }

    #[test]
    fn a_removed_key_is_seen_at_any_depth() {
        let before = map(json!({"a": {"x": 1, "y": 2}, "b": 3}));
        let element = json!({"a": {"x": 1, "y": 2}});
        assert!(leaves_behind(&element, &before, &map(json!({"a": {"x": 1}, "b": 3}))));
        assert!(!leaves_behind(&element, &before, &map(json!({"a": {"x": 1, "y": 2}}))));
        assert!(leaves_behind(&element, &before, &Map::new()));
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let problems = |text: &str| {
            let mut diagnostics = Diagnostics::default();
            validate(&text.into(), &["num_consumers"], &mut diagnostics);
            diagnostics.iter().map(|each| each.summary.clone()).collect::<Vec<_>>()
        };
        assert_eq!(problems(r#"{"fresh": {"a": [1, 2]}}"#), Vec::<String>::new());
        assert_eq!(problems("[1]"), ["`additional_settings_json` must be a JSON object"]);
        assert_eq!(problems("{"), ["`additional_settings_json` is not valid JSON"]);
        assert_eq!(problems(r#"{"num_consumers": 2}"#), ["`num_consumers` has an attribute of its own"]);
        assert_eq!(
            problems(r#"{"a": {"b": [1, null]}}"#),
            ["`a.b[1]` in `additional_settings_json` is null"]
        );
    }
}
