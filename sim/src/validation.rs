//! Holds a value against a JSON Schema and words the first fault as Python's jsonschema would. Knows the keywords that
//! `schema` writes, and neither which document it looks at nor what status a fault becomes.

use crate::python::{repr, repr_all};
use crate::settings::{Leniency, Strictness};
use fancy_regex::Regex;
use serde_json::{Map, Number, Value};
use std::collections::HashSet;

/// Why a document is refused: the top-level key at fault, if it is inside one, and the fault.
#[derive(Debug)]
pub struct Fault {
    /// The key of `user_config` the fault lies under; `None` for the document itself.
    pub key: Option<String>,
    /// The fault, in jsonschema's words.
    pub message: String,
}

/// Checks a whole `user_config`.
pub fn check(value: &Value, schema: &Value, strictness: &Strictness) -> Result<(), Fault> {
    let Value::Object(fields) = value else {
        return check_value(value, schema, strictness).map_err(|message| Fault { key: None, message });
    };
    check_keys(fields, schema).map_err(|message| Fault { key: None, message })?;
    for (key, value, schema) in present(fields, schema, strictness) {
        let check = || {
            check_value(value, schema, strictness)?;
            if strictness.duplicate_names == Leniency::Refuse { check_names(value) } else { Ok(()) }
        };
        check().map_err(|message| Fault { key: Some(key.clone()), message })?;
    }
    Ok(())
}

fn check_value(value: &Value, schema: &Value, strictness: &Strictness) -> Result<(), String> {
    let repr = || repr(value);
    if let Some(name) = schema["type"].as_str()
        && !is_of_type(value, name)
    {
        return Err(format!("{} is not of type '{name}'", repr()));
    }
    if let Some(options) = schema["enum"].as_array()
        && !options.contains(value)
    {
        let options: Vec<_> = options.iter().filter_map(Value::as_str).collect();
        return Err(format!("{} is not one of {}", repr(), repr_all(&options)));
    }
    match value {
        Value::String(text) => {
            let length = text.chars().count();
            if length < limit(schema, "minLength", 0) {
                return Err(format!("{} is too short", repr()));
            }
            if length > limit(schema, "maxLength", usize::MAX) {
                return Err(format!("{} is too long", repr()));
            }
            match schema["pattern"].as_str() {
                Some(pattern) if !matches(pattern, text) => Err(schema["user_error"]
                    .as_str()
                    .map_or_else(|| format!("{} does not match '{pattern}'", repr()), str::to_owned)),
                _ => Ok(()),
            }
        }
        Value::Number(number) => check_number(number, schema),
        Value::Array(items) => {
            if items.len() > limit(schema, "maxItems", usize::MAX) {
                return Err(format!("{} is too long", repr()));
            }
            items.iter().try_for_each(|item| check_value(item, &schema["items"], strictness))
        }
        Value::Object(fields) => {
            check_keys(fields, schema)?;
            present(fields, schema, strictness)
                .try_for_each(|(_, value, schema)| check_value(value, schema, strictness))
        }
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

/// `1.0` and `1e2` are integers to jsonschema since its draft 6, `1.5` is not.
fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => matches!(value, Value::Number(number) if whole(number).is_some()),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn limit(schema: &Value, keyword: &str, otherwise: usize) -> usize {
    schema[keyword].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(otherwise)
}

/// The known properties that have a value to check, each with its schema. Where nulls are allowed, a null counts as
/// absent unless the property is required.
fn present<'a>(
    fields: &'a Map<String, Value>,
    schema: &'a Value,
    strictness: &Strictness,
) -> impl Iterator<Item = (&'a String, &'a Value, &'a Value)> {
    let nulls = strictness.nulls;
    fields.iter().filter_map(move |(key, value)| {
        let property = schema["properties"].get(key)?;
        let required = || strings(&schema["required"]).any(|name| name == key);
        let ignored = value.is_null() && nulls == Leniency::Accept && !required();
        (!ignored).then_some((key, value, property))
    })
}

fn check_keys(fields: &Map<String, Value>, schema: &Value) -> Result<(), String> {
    if let Some(name) = strings(&schema["required"]).find(|name| !fields.contains_key(*name)) {
        return Err(format!("'{name}' is a required property"));
    }
    for (name, needs) in schema["dependencies"].as_object().into_iter().flatten() {
        if fields.contains_key(name)
            && let Some(needed) = strings(needs).find(|needed| !fields.contains_key(*needed))
        {
            return Err(format!("'{needed}' is a dependency of '{name}'"));
        }
    }
    if schema["additionalProperties"] == Value::Bool(false) {
        let known = |key: &String| schema["properties"].get(key).is_some();
        if let Some(key) = fields.keys().find(|key| !known(key)) {
            return Err(format!("Additional properties are not allowed ('{key}' was unexpected)"));
        }
    }
    Ok(())
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn check_names(items: &Value) -> Result<(), String> {
    let mut seen = HashSet::new();
    let names = items.as_array().into_iter().flatten().filter_map(|item| item.get("name")?.as_str());
    for name in names {
        if !seen.insert(name) {
            return Err(format!("Duplicate table name '{name}'"));
        }
    }
    Ok(())
}

fn check_number(number: &Number, schema: &Value) -> Result<(), String> {
    let end = |keyword: &str| schema[keyword].as_i64().map(i128::from);
    let Some(whole) = whole(number) else { return Ok(()) };
    match (end("minimum"), end("maximum")) {
        (Some(minimum), _) if whole < minimum => {
            Err(format!("{number} is less than the minimum of {minimum}"))
        }
        (_, Some(maximum)) if whole > maximum => {
            Err(format!("{number} is greater than the maximum of {maximum}"))
        }
        _ => Ok(()),
    }
}

fn whole(number: &Number) -> Option<i128> {
    let integer = number.as_i64().map(i128::from);
    integer.or_else(|| whole_float(number)).or_else(|| number.to_string().parse().ok())
}

#[expect(clippy::cast_possible_truncation, reason = "a whole float saturates, far outside every range")]
fn whole_float(number: &Number) -> Option<i128> {
    let float: f64 = number.to_string().parse().ok()?;
    (float.is_finite() && float.fract() == 0.0).then_some(float as i128)
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text).unwrap_or(false))
}
