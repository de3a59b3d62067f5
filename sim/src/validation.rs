//! Holds a value against the rules of a schema and words the first fault as Python's jsonschema would.
//! Knows neither which document it looks at nor what status a fault becomes.

use crate::python::{repr, repr_all};
use crate::schema::{Kind, Property};
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
pub fn check(value: &Value, kind: &Kind, strictness: &Strictness) -> Result<(), Fault> {
    let (Kind::Object(properties), Value::Object(fields)) = (kind, value) else {
        return check_value(value, kind, strictness).map_err(|message| Fault { key: None, message });
    };
    check_keys(fields, properties, strictness).map_err(|message| Fault { key: None, message })?;
    for (property, value) in present(fields, properties, strictness) {
        let check = || {
            check_value(value, &property.kind, strictness)?;
            if strictness.duplicate_names == Leniency::Refuse { check_names(value) } else { Ok(()) }
        };
        check().map_err(|message| Fault { key: Some(property.name.to_owned()), message })?;
    }
    Ok(())
}

fn check_value(value: &Value, kind: &Kind, strictness: &Strictness) -> Result<(), String> {
    match (kind, value) {
        (Kind::Text { minimum, maximum, pattern }, Value::String(text)) => {
            let length = text.chars().count();
            if length < *minimum {
                return Err(format!("{} is too short", repr(value)));
            }
            if length > *maximum {
                return Err(format!("{} is too long", repr(value)));
            }
            match pattern {
                Some((pattern, advice)) if !matches(pattern, text) => Err((*advice).to_owned()),
                _ => Ok(()),
            }
        }
        (Kind::Choice(options), Value::String(text)) => {
            if options.contains(&text.as_str()) {
                return Ok(());
            }
            Err(format!("{} is not one of {}", repr(value), repr_all(options)))
        }
        (Kind::Integer { minimum, maximum }, Value::Number(number)) => {
            check_integer(number, *minimum, *maximum)
        }
        (Kind::Boolean, Value::Bool(_)) => Ok(()),
        (Kind::List { maximum, of }, Value::Array(items)) => {
            if items.len() > *maximum {
                return Err(format!("{} is too long", repr(value)));
            }
            items.iter().try_for_each(|item| check_value(item, of, strictness))
        }
        (Kind::Object(properties), Value::Object(fields)) => {
            check_keys(fields, properties, strictness)?;
            present(fields, properties, strictness)
                .try_for_each(|(property, value)| check_value(value, &property.kind, strictness))
        }
        _ => Err(format!("{} is not of type '{}'", repr(value), type_name(kind))),
    }
}

/// The known properties that have a value to check. Where nulls are allowed, a null counts as absent
/// unless the property is required.
fn present<'a>(
    fields: &'a Map<String, Value>,
    properties: &'static [Property],
    strictness: &Strictness,
) -> impl Iterator<Item = (&'static Property, &'a Value)> {
    let nulls = strictness.nulls;
    properties.iter().filter_map(move |property| {
        let value = fields.get(property.name)?;
        let ignored = value.is_null() && !property.required && nulls == Leniency::Accept;
        (!ignored).then_some((property, value))
    })
}

fn check_keys(
    fields: &Map<String, Value>,
    properties: &[Property],
    strictness: &Strictness,
) -> Result<(), String> {
    for property in properties {
        let there = fields.contains_key(property.name);
        if property.required && !there {
            return Err(format!("'{}' is a required property", property.name));
        }
        if let Some(needed) = property.needs
            && there
            && !fields.contains_key(needed)
        {
            return Err(format!("'{needed}' is a dependency of '{}'", property.name));
        }
    }
    if strictness.unknown_keys == Leniency::Refuse {
        let known = |key: &String| properties.iter().any(|property| property.name == key);
        if let Some(key) = fields.keys().find(|key| !known(key)) {
            return Err(format!("Additional properties are not allowed ('{key}' was unexpected)"));
        }
    }
    Ok(())
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

/// `1.0` and `1e2` are integers to jsonschema since its draft 6, `1.5` is not.
fn check_integer(number: &Number, minimum: i64, maximum: i64) -> Result<(), String> {
    let whole = number
        .as_i64()
        .map(i128::from)
        .or_else(|| whole_float(number))
        .or_else(|| number.to_string().parse().ok());
    match whole {
        None => Err(format!("{number} is not of type 'integer'")),
        Some(whole) if whole < i128::from(minimum) => {
            Err(format!("{number} is less than the minimum of {minimum}"))
        }
        Some(whole) if whole > i128::from(maximum) => {
            Err(format!("{number} is greater than the maximum of {maximum}"))
        }
        Some(_) => Ok(()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a whole float saturates, far outside every range")]
fn whole_float(number: &Number) -> Option<i128> {
    let float: f64 = number.to_string().parse().ok()?;
    (float.is_finite() && float.fract() == 0.0).then_some(float as i128)
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text).unwrap_or(false))
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } | Kind::Choice(_) => "string",
        Kind::Integer { .. } => "integer",
        Kind::Boolean => "boolean",
        Kind::List { .. } => "array",
        Kind::Object(_) => "object",
    }
}
