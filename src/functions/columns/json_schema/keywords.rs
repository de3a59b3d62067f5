//! What the keywords of several schemas say of one place when they are taken together. Knows of references and of
//! ClickHouse nothing.

use serde_json::{Map, Value};

use super::super::place::{Place, Problem};
use super::document;
use super::parts::{Part, Parts};

/// The types other than null that a value may have, none if the schemas leave that open; and whether null is allowed.
pub fn types<'schema>(parts: &Parts<'schema>) -> (Option<Vec<&'schema str>>, bool) {
    let declared = lists(parts, declared);
    // Keywords restrict the values of their own type only, so what they imply counts where nobody says it.
    let lists = if declared.is_empty() { lists(parts, implied) } else { declared };
    let has_null =
        |part: &Part<'_>| part.schema["enum"].as_array().is_some_and(|values| values.contains(&Value::Null));
    let allows_null = lists.iter().any(|names| names.contains(&"null")) || parts.sure().any(has_null);
    let others = lists.into_iter().map(|mut names| {
        names.retain(|name| *name != "null");
        names
    });
    (others.reduce(|one, other| common(&one, &other)), allows_null)
}

/// Whether one of the schemas allows nothing but null.
pub fn is_always_null(parts: &Parts<'_>) -> bool {
    let only_null = |names: &Vec<&str>| names.iter().all(|name| *name == "null");
    lists(parts, declared).iter().any(only_null) || lists(parts, implied).iter().any(only_null)
}

/// The keywords that narrow a single value. All hold, so that the first of each does; but two formats are none.
pub fn merged(parts: &Parts<'_>, place: &Place) -> Result<Value, Problem> {
    let mut merged = Map::new();
    for (keyword, value) in parts.sure().filter_map(|part| part.schema.as_object()).flatten() {
        let known = merged.entry(keyword).or_insert_with(|| value.clone());
        if keyword == "format" && known != value {
            return Err(place.problem(format!(
                "has two formats at once, {known} and {value}. Leave it out with the option `omit`"
            )));
        }
    }
    Ok(Value::Object(merged))
}

/// The names of all properties, each once, in the order of the text.
pub fn property_names<'part, 'schema: 'part>(
    parts: impl Iterator<Item = &'part Part<'schema>>,
) -> Vec<&'schema str> {
    let (sure, others): (Vec<_>, Vec<_>) = parts.partition(|part| part.holds);
    let mut names = Vec::new();
    for part in sure.into_iter().chain(others) {
        for (name, property) in document::properties(part.schema) {
            // What an alternative forbids it does not declare.
            let is_forbidden = !part.holds && *property == Value::Bool(false);
            if !is_forbidden && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The schema of an object's members that it does not name.
pub fn values(schema: &Value) -> Option<&Value> {
    let patterns = schema["patternProperties"].as_object().filter(|patterns| patterns.len() == 1);
    let pattern = patterns.and_then(|patterns| patterns.values().next());
    schema.get("additionalProperties").filter(|values| values.is_object()).or(pattern)
}

/// Whether an object must have this member.
pub fn requires(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|each| each == name))
}

fn lists<'schema>(
    parts: &Parts<'schema>,
    names: impl Fn(&'schema Value) -> Vec<&'schema str>,
) -> Vec<Vec<&'schema str>> {
    parts.sure().map(|part| names(part.schema)).filter(|names| !names.is_empty()).collect()
}

fn declared(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The type that keywords other than `type` speak of.
fn implied(schema: &Value) -> Vec<&str> {
    let has = |keyword| schema.get(keyword).is_some();
    if has("properties") || has("additionalProperties") || has("patternProperties") {
        return vec!["object"];
    }
    if has("items") || has("prefixItems") {
        return vec!["array"];
    }
    let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    let mut names: Vec<_> = listed.map(type_of).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The types in both lists. Every integer is a number.
fn common<'schema>(one: &[&'schema str], other: &[&'schema str]) -> Vec<&'schema str> {
    let has =
        |names: &[&str], name: &str| names.contains(&name) || name == "integer" && names.contains(&"number");
    let mut names: Vec<_> = one.iter().copied().filter(|name| has(other, name)).collect();
    let more = other.iter().copied().filter(|name| has(one, name));
    for name in more {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
