//! Holds a JSON value against a JSON Schema, as Python's jsonschema does, which Aiven uses.
//!
//! A few keywords are understood. One that the standard knows and this does not makes the verdict unclear, unless
//! another keyword refuses the value anyway; one that the standard does not know either is a remark and means nothing.
//! Knows neither whose schema it is nor what is told about it.

use std::cmp::Ordering;

use serde_json::{Map, Value as Json};

use crate::document::json_equal;
use crate::tf::Number;

use super::rule::{Ends, Refusal, Rule};

/// Keywords that may refuse a value and are not understood. Those that only say which keys go together, or how often
/// a value may be there, are among them.
const NOT_UNDERSTOOD: &[&str] = &[
    "$dynamicRef",
    "$recursiveRef",
    "$ref",
    "additionalItems",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "maxProperties",
    "minProperties",
    "multipleOf",
    "not",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// What a schema says of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// It may be.
    Allowed,
    /// It may not be.
    Refused(Refusal),
    /// The schema uses this keyword.
    Unclear(String),
}

/// Whether `schema` allows `value`.
pub fn judge(schema: &Json, value: &Json) -> Judgement {
    let mut look = Look::default();
    look.at("", schema, value);
    match (look.refusal, look.unclear) {
        (Some(refusal), _) => Judgement::Refused(refusal),
        (None, Some(keyword)) => Judgement::Unclear(keyword),
        (None, None) => Judgement::Allowed,
    }
}

/// What has been seen of a value so far: the first of each kind.
#[derive(Default)]
struct Look {
    refusal: Option<Refusal>,
    unclear: Option<String>,
}

impl Look {
    fn refuse(&mut self, place: &str, rule: Rule) {
        self.refusal.get_or_insert_with(|| Refusal { place: place.to_owned(), rule });
    }

    fn not_understood(&mut self, keyword: &str) {
        self.unclear.get_or_insert_with(|| keyword.to_owned());
    }

    fn at(&mut self, place: &str, schema: &Json, value: &Json) {
        let keywords = match schema {
            Json::Bool(true) => return,
            Json::Bool(false) => return self.refuse(place, Rule::Absent),
            Json::Object(keywords) => keywords,
            _ => return self.not_understood("a schema that is none"),
        };
        // A value of another type breaks other rules as well, which is nothing that helps anybody.
        if let Some(types) = keywords.get("type") {
            let types: Vec<_> = one_or_many(types).filter_map(Json::as_str).collect();
            if types.iter().all(|name| !is_of_type(value, name)) {
                return self.refuse(place, Rule::Type(types.into_iter().map(str::to_owned).collect()));
            }
        }
        for (keyword, rule) in keywords {
            self.keyword(place, keyword, rule, keywords, value);
        }
    }

    fn keyword(&mut self, place: &str, keyword: &str, rule: &Json, all: &Map<String, Json>, value: &Json) {
        match (keyword, rule, value) {
            ("enum", Json::Array(choice), _) if !choice.iter().any(|each| json_equal(each, value)) => {
                self.refuse(place, Rule::Choice(choice.clone()));
            }
            ("const", only, _) if !json_equal(only, value) => {
                self.refuse(place, Rule::Choice(vec![only.clone()]));
            }
            ("minimum" | "maximum", Json::Number(end), Json::Number(number)) => {
                let wrong = if keyword == "minimum" { Ordering::Less } else { Ordering::Greater };
                match compared(number, end) {
                    Some(order) if order == wrong => {
                        self.refuse(place, Rule::Range(Ends::of(all, "minimum", "maximum")));
                    }
                    Some(_) => {}
                    None => self.not_understood(keyword),
                }
            }
            ("minLength" | "maxLength", end, Json::String(text)) => {
                let rule = || Rule::Characters(Ends::of(all, "minLength", "maxLength"));
                self.count(place, keyword, end, text.chars().count(), rule);
            }
            ("minItems" | "maxItems", end, Json::Array(items)) => {
                let rule = || Rule::Elements(Ends::of(all, "minItems", "maxItems"));
                self.count(place, keyword, end, items.len(), rule);
            }
            ("pattern", Json::String(pattern), Json::String(text)) => match regex_lite::Regex::new(pattern) {
                Ok(pattern) if pattern.is_match(text) => {}
                Ok(_) => self.refuse(place, Rule::Pattern(pattern.clone())),
                Err(_) => self.not_understood(keyword),
            },
            ("required", Json::Array(names), Json::Object(members)) => {
                let missing = names.iter().filter_map(Json::as_str).find(|name| !members.contains_key(*name));
                if let Some(name) = missing {
                    self.refuse(place, Rule::Key(name.to_owned()));
                }
            }
            ("properties", Json::Object(properties), Json::Object(members)) => {
                for (key, value) in members {
                    if let Some(schema) = properties.get(key) {
                        self.at(&format!("{place}.{key}"), schema, value);
                    }
                }
            }
            ("additionalProperties", rule, Json::Object(members)) => {
                let listed =
                    |key: &str| all.get("properties").is_some_and(|listed| listed.get(key).is_some());
                for (key, value) in members.iter().filter(|(key, _)| !listed(key)) {
                    match rule {
                        Json::Bool(false) => self.refuse(place, Rule::NoKey(key.clone())),
                        rule => self.at(&format!("{place}.{key}"), rule, value),
                    }
                }
            }
            ("items", Json::Object(_) | Json::Bool(_), Json::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.at(&format!("{place}[{index}]"), rule, item);
                }
            }
            ("items", Json::Array(_), Json::Array(_)) => self.not_understood(keyword),
            ("allOf", Json::Array(schemas), _) => {
                for schema in schemas {
                    self.at(place, schema, value);
                }
            }
            ("anyOf" | "oneOf", Json::Array(forms), _) => {
                let judgements: Vec<_> = forms.iter().map(|form| judge(form, value)).collect();
                self.forms(place, keyword, &judgements);
            }
            _ if NOT_UNDERSTOOD.contains(&keyword) => self.not_understood(keyword),
            _ => {}
        }
    }

    fn count(&mut self, place: &str, keyword: &str, end: &Json, count: usize, rule: impl Fn() -> Rule) {
        match end.as_u64().and_then(|end| usize::try_from(end).ok()) {
            Some(end) if keyword.starts_with("min") && count < end => self.refuse(place, rule()),
            Some(end) if keyword.starts_with("max") && count > end => self.refuse(place, rule()),
            Some(_) => {}
            None => self.not_understood(keyword),
        }
    }

    fn forms(&mut self, place: &str, keyword: &str, judgements: &[Judgement]) {
        let count = |wanted: fn(&Judgement) -> bool| judgements.iter().filter(|each| wanted(each)).count();
        let allowed = count(|each| matches!(each, Judgement::Allowed));
        let unclear = count(|each| matches!(each, Judgement::Unclear(_)));
        match keyword {
            "anyOf" if allowed > 0 => {}
            "oneOf" if allowed == 1 && unclear == 0 => {}
            _ if unclear > 0 && allowed < 2 => self.not_understood(keyword),
            _ => {
                // The form of the value's own type is the one that was meant; its complaint says most.
                let other_type =
                    |refusal: &Refusal| refusal.place.is_empty() && matches!(refusal.rule, Rule::Type(_));
                let mut meant = judgements.iter().filter_map(|each| match each {
                    Judgement::Refused(refusal) if !other_type(refusal) => Some(refusal),
                    _ => None,
                });
                match (allowed, meant.next(), meant.next()) {
                    (0, Some(refusal), None) => {
                        self.refuse(&format!("{place}{}", refusal.place), refusal.rule.clone());
                    }
                    _ => self.refuse(place, Rule::Form),
                }
            }
        }
    }
}

fn one_or_many(rule: &Json) -> impl Iterator<Item = &Json> {
    rule.as_array().map_or(std::slice::from_ref(rule), Vec::as_slice).iter()
}

fn is_of_type(value: &Json, name: &str) -> bool {
    match (name, value) {
        ("null", Json::Null)
        | ("boolean", Json::Bool(_))
        | ("string", Json::String(_))
        | ("number", Json::Number(_))
        | ("array", Json::Array(_))
        | ("object", Json::Object(_)) => true,
        ("integer", Json::Number(number)) => {
            Number::parse(&number.to_string()).is_ok_and(|number| number.is_whole())
        }
        _ => false,
    }
}

/// How two numbers compare; `None` for numbers of unreasonable size.
fn compared(one: &serde_json::Number, other: &serde_json::Number) -> Option<Ordering> {
    let [one, other] = [one, other].map(|number| Number::parse(&number.to_string()).ok());
    match (one?, other?) {
        (Number::Integer(one), Number::Integer(other)) => Some(one.cmp(&other)),
        (one, other) => one.to_string().parse::<f64>().ok()?.partial_cmp(&other.to_string().parse().ok()?),
    }
}

#[cfg(test)]
#[path = "json_schema_tests.rs"]
mod tests;
