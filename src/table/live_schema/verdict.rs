//! The account's own schema of a table, and what it says to a question. Pure: knows neither how it was fetched, nor what a
//! user is told.

use serde_json::{Map, Value as Json};

use crate::api::IntegrationType;
use crate::tf::{Path, Step};

use super::super::INTEGRATION_TYPE;
use super::super::limits::Limit;
use super::json_schema::{Judgement, judge};
use super::questions::Question;
use super::rule::Refusal;

/// Keywords that apply schemas to a value beside those of its place.
const APPLICATORS: [&str; 6] = ["$dynamicRef", "$recursiveRef", "$ref", "allOf", "if", "not"];

/// The JSON Schema of one table.
#[derive(Debug, Clone, Copy)]
pub struct LiveSchema<'types>(&'types Json);

/// What the schema says to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The value may be.
    Allowed,
    /// The value may not be.
    Refused(Refusal),
    /// The schema does not list a setting of this name.
    NotListed {
        /// The name.
        key: String,
        /// Whether it allows none but those that it lists.
        forbidden: bool,
        /// The settings that it lists.
        listed: Vec<String>,
    },
    /// It cannot be told, for a reason that continues "the schema".
    Unclear(String),
}

impl<'types> LiveSchema<'types> {
    /// The schema of a table among those of all integrations; the error continues "the schema".
    pub fn among(types: &'types [IntegrationType]) -> Result<Self, String> {
        let of_tables = types.iter().find(|each| each.integration_type == INTEGRATION_TYPE);
        let of_tables = of_tables.ok_or_else(|| format!("has no integration type `{INTEGRATION_TYPE}`"))?;
        of_tables
            .user_config_schema
            .pointer("/properties/tables/items")
            .filter(|schema| schema.is_object())
            .map(Self)
            .ok_or_else(|| "describes no tables".to_owned())
    }

    /// What it says to a question.
    pub fn verdict(self, question: &Question) -> Verdict {
        let schema = match self.place(&question.place) {
            Ok(schema) => schema,
            Err(verdict) => return verdict,
        };
        // How many elements there may be is the question, not what they are.
        let of_the_list = matches!(question.limit, Some(Limit::Elements(_))).then(|| without_items(schema));
        match judge(of_the_list.as_ref().unwrap_or(schema), &question.value) {
            Judgement::Allowed => Verdict::Allowed,
            Judgement::Refused(refusal) => Verdict::Refused(refusal),
            Judgement::Unclear(keyword) => Verdict::Unclear(not_understood(&keyword)),
        }
    }

    fn place(self, place: &Path) -> Result<&'types Json, Verdict> {
        place.steps().iter().try_fold(self.0, inside)
    }
}

/// The schema one step further in.
fn inside<'schema>(schema: &'schema Json, step: &Step) -> Result<&'schema Json, Verdict> {
    let unclear = |reason: String| Err(Verdict::Unclear(reason));
    let keywords = match form(schema) {
        Ok(keywords) => keywords,
        Err(keyword) => return unclear(not_understood(keyword)),
    };
    match (step, keywords.get("properties"), keywords.get("items")) {
        (Step::Attribute(key), Some(Json::Object(properties)), _) => {
            match (properties.get(key), keywords.get("additionalProperties")) {
                (Some(schema), _) => Ok(schema),
                _ if keywords.contains_key("patternProperties") => {
                    unclear(not_understood("patternProperties"))
                }
                (None, Some(schema @ Json::Object(_))) => Ok(schema),
                (None, additional) => Err(Verdict::NotListed {
                    key: key.clone(),
                    forbidden: additional == Some(&Json::Bool(false)),
                    listed: properties.keys().cloned().collect(),
                }),
            }
        }
        (Step::Index(_) | Step::Element, _, Some(schema @ Json::Object(_))) => Ok(schema),
        _ => unclear("has no such place".to_owned()),
    }
}

/// The keywords of a schema, or of the only form of it that is not null; the error is a keyword that stands in the way.
fn form(schema: &Json) -> Result<&Map<String, Json>, &'static str> {
    let keywords = schema.as_object().ok_or("a schema that is none")?;
    if let Some(keyword) = APPLICATORS.iter().find(|keyword| keywords.contains_key(**keyword)) {
        return Err(keyword);
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(forms) = keywords.get(keyword).and_then(Json::as_array) else { continue };
        let mut forms = forms.iter().filter(|form| form.get("type").is_none_or(|name| name != "null"));
        return match (forms.next(), forms.next(), keywords.contains_key("properties")) {
            (Some(only), None, false) => form(only),
            _ => Err(keyword),
        };
    }
    Ok(keywords)
}

fn without_items(schema: &Json) -> Json {
    let mut schema = schema.clone();
    if let Some(keywords) = schema.as_object_mut() {
        keywords.remove("items");
    }
    schema
}

fn not_understood(keyword: &str) -> String {
    format!("uses `{keyword}`, which this version of the provider does not understand")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn types(table: &Json) -> Vec<IntegrationType> {
        let of = |name: &str, user_config_schema| IntegrationType {
            integration_type: name.to_owned(),
            user_config_schema,
        };
        let tables = json!({"properties": {"tables": {"type": "array", "items": table}}});
        vec![of("metrics", json!({})), of("clickhouse_kafka", tables)]
    }

    fn verdict(table: &Json, place: Path, value: Json, limit: Option<Limit>) -> Verdict {
        let types = types(table);
        let question = Question { path: place.clone(), place, value, limit };
        LiveSchema::among(&types).unwrap().verdict(&question)
    }

    fn additional(table: &Json, key: &str, value: Json) -> Verdict {
        verdict(table, Path::attribute(key), value, None)
    }

    fn reason(verdict: &Verdict) -> &str {
        match verdict {
            Verdict::Unclear(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_schema_without_tables_is_none() {
        assert_eq!(LiveSchema::among(&[]).unwrap_err(), "has no integration type `clickhouse_kafka`");
        assert_eq!(LiveSchema::among(&types(&json!(true))).unwrap_err(), "describes no tables");
    }

    #[test]
    fn a_setting_is_allowed_refused_or_not_listed() {
        let table =
            json!({"properties": {"fresh": {"type": "object", "properties": {"on": {"type": "boolean"}}}}});
        assert_eq!(additional(&table, "fresh", json!({"on": true})), Verdict::Allowed);
        assert!(matches!(additional(&table, "fresh", json!({"on": 1})), Verdict::Refused(_)));
        for (additional_properties, forbidden) in [(json!(false), true), (json!(true), false)] {
            let mut table = table.clone();
            table["additionalProperties"] = additional_properties;
            let not_listed =
                Verdict::NotListed { key: "frash".into(), forbidden, listed: vec!["fresh".into()] };
            assert_eq!(additional(&table, "frash", json!(1)), not_listed);
        }
        let mut open = table.clone();
        open["additionalProperties"] = json!({"type": "integer"});
        assert_eq!(additional(&open, "other", json!(1)), Verdict::Allowed);
        assert!(matches!(additional(&open, "other", json!("x")), Verdict::Refused(_)));
        open["patternProperties"] = json!({"^x-": {}});
        assert!(reason(&additional(&open, "other", json!(1))).contains("`patternProperties`"));
    }

    #[test]
    fn places_are_found_in_lists_and_in_what_may_be_null() {
        let view = json!({"oneOf": [{"type": "null"}, {"properties": {"engine": {"enum": ["Log"]}}}]});
        let table = json!({"properties": {
            "columns": {"items": {"properties": {"name": {"maxLength": 50}}}},
            "materialized_view": view,
        }});
        let engine = Path::attribute("materialized_view").join("engine");
        let limit = || Some(Limit::Choice(&["MergeTree"]));
        assert_eq!(verdict(&table, engine.clone(), json!("Log"), limit()), Verdict::Allowed);
        let name = Path::attribute("columns").index(3).join("name");
        let long = Some(Limit::Characters(1..=40));
        assert_eq!(verdict(&table, name.clone(), json!("x".repeat(41)), long.clone()), Verdict::Allowed);
        assert!(matches!(verdict(&table, name, json!("x".repeat(51)), long), Verdict::Refused(_)));
        for keyword in APPLICATORS {
            let table =
                json!({"properties": {"materialized_view": {keyword: {}, "properties": {"engine": {}}}}});
            assert!(reason(&verdict(&table, engine.clone(), json!("Log"), limit())).contains(keyword));
        }
        let nowhere = json!({"properties": {"materialized_view": {}}});
        assert_eq!(reason(&verdict(&nowhere, engine, json!("Log"), limit())), "has no such place");
    }

    #[test]
    fn elements_are_counted_and_not_looked_at() {
        let table = json!({"properties": {"columns": {"maxItems": 3, "items": {"type": "object"}}}});
        let count = |count| {
            verdict(
                &table,
                Path::attribute("columns"),
                vec![Json::Null; count].into(),
                Some(Limit::Elements(1..=2)),
            )
        };
        assert_eq!(count(3), Verdict::Allowed);
        assert!(matches!(count(4), Verdict::Refused(_)));
    }
}
