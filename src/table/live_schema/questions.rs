//! What a plan asks of Aiven that this version of the provider cannot answer: values beyond the limits that it knows, and
//! settings that it does not know at all. Pure: knows neither who answers, nor what is said then.

use serde_json::Value as Json;

use crate::document::json_equal;
use crate::tf::{Path, Value};

use super::super::limits::{self, Limit};
use super::super::settings::{DATA_FORMAT, GROUP_NAME, Setting, TABLE};
use super::super::{VIEW, additional, element, settings};

/// A value that the account's own schema has to decide about.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The attribute that holds it.
    pub path: Path,
    /// Where it is in the table's JSON.
    pub place: Path,
    /// The value in JSON; an element of a list that is not known yet is null.
    pub value: Json,
    /// The limit that it goes beyond; none where the setting itself is not known.
    pub limit: Option<Limit>,
}

/// The open questions of a planned table. What the table has already is none: Aiven has accepted it.
pub fn questions(planned: &Value, prior: &Value) -> Vec<Question> {
    let mut open = Open::default();
    let root = Path::default();
    let own = |setting: &Setting| Some((setting.name, setting.kind.limit()?));
    let table = [DATA_FORMAT, GROUP_NAME];
    for (name, limit) in table.iter().chain(TABLE).filter_map(own) {
        open.attribute(&root, planned, &[prior], name, limit);
    }
    let view = Path::attribute(VIEW);
    for (name, limit) in settings::VIEW.iter().filter_map(own) {
        open.attribute(&view, planned.get(VIEW), &[prior.get(VIEW)], name, limit);
    }
    open.attribute(&root, planned, &[prior], "name", limits::NAME);
    open.attribute(&root, planned, &[prior], "columns", limits::COLUMNS);
    open.attribute(&root, planned, &[prior], "topics", limits::TOPICS);
    open.inside("columns", planned, prior, &[("name", limits::COLUMN_NAME), ("type", limits::COLUMN_TYPE)]);
    open.inside("topics", planned, prior, &[("name", limits::TOPIC_NAME)]);
    open.additional(planned, prior);
    open.0
}

#[derive(Default)]
struct Open(Vec<Question>);

impl Open {
    /// An attribute of `object`, which may be what the same attribute of one of `priors` was.
    fn attribute(&mut self, path: &Path, object: &Value, priors: &[&Value], name: &str, limit: Limit) {
        let value = object.get(name);
        if limit.is_exceeded(value) && priors.iter().all(|prior| prior.get(name) != value) {
            let path = path.join(name);
            self.0.push(Question { place: path.clone(), path, value: json(value), limit: Some(limit) });
        }
    }

    /// Attributes of the elements of a list or set. They may have changed places.
    fn inside(&mut self, name: &str, planned: &Value, prior: &Value, attributes: &[(&str, Limit)]) {
        let list = Path::attribute(name);
        let is_set = matches!(planned.get(name), Value::Set(_));
        let priors: Vec<_> = prior.get(name).as_elements().unwrap_or_default().iter().collect();
        for (index, element) in planned.get(name).as_elements().unwrap_or_default().iter().enumerate() {
            let path = if is_set { list.element() } else { list.index(index) };
            for (name, limit) in attributes {
                self.attribute(&path, element, &priors, name, limit.clone());
            }
        }
    }

    fn additional(&mut self, planned: &Value, prior: &Value) {
        let [planned, prior] =
            [planned, prior].map(|table| additional::settings(table.get(additional::ATTRIBUTE)));
        for (key, value) in planned {
            if prior.get(&key).is_none_or(|prior| !json_equal(prior, &value)) {
                let path = Path::attribute(additional::ATTRIBUTE);
                self.0.push(Question { path, place: Path::attribute(key), value, limit: None });
            }
        }
    }
}

fn json(value: &Value) -> Json {
    match value.as_elements() {
        Some(elements) => elements.iter().map(json).collect(),
        None => element::to_json(value).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(planned: &Value, prior: &Value) -> Vec<String> {
        let questions = questions(planned, prior);
        questions.iter().map(|each| format!("{} at {}: {}", each.path, each.place, each.value)).collect()
    }

    fn object(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(truth) => (*truth).into(),
            Json::Number(number) => number.as_i64().unwrap().into(),
            Json::String(text) => text.as_str().into(),
            Json::Array(items) => Value::List(items.iter().map(object).collect()),
            Json::Object(members) => Value::object(members.iter().map(|(key, value)| (key, object(value)))),
        }
    }

    #[test]
    fn what_goes_beyond_the_known_is_asked_with_its_path() {
        let long = "x".repeat(250);
        let mut planned = object(&json!({
            "name": long[..41],
            "columns": [{"name": "id", "type": "Int8"}, {"name": long[..41], "type": "Int8"}],
            "data_format": "Protobuf",
            "group_name": "known",
            "num_consumers": 11,
            "max_block_size": -1,
            "materialized_view": {"view_name": "v", "engine": "Log", "ttl_days": 40_000},
            "additional_settings_json": r#"{"fresh": {"on": true}, "size": 1e2}"#,
        }));
        planned.set_attribute("topics", Value::set([object(&json!({"name": long}))]));
        insta::assert_snapshot!(asked(&planned, &Value::Null).join("\n").replace(&long, "[250]"), @r#"
        data_format at data_format: "Protobuf"
        max_block_size at max_block_size: -1
        num_consumers at num_consumers: 11
        materialized_view.engine at materialized_view.engine: "Log"
        materialized_view.ttl_days at materialized_view.ttl_days: 40000
        name at name: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        columns[1].name at columns[1].name: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        topics[*].name at topics[*].name: "[250]"
        additional_settings_json at fresh: {"on":true}
        additional_settings_json at size: 1e+2
        "#);
        assert_eq!(asked(&planned, &planned), Vec::<String>::new());
        assert_eq!(asked(&Value::Null, &planned), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_known_yet_is_no_question() {
        let mut planned = object(&json!({"columns": [{"name": "id"}], "materialized_view": {}}));
        for name in ["name", "topics", "data_format", "num_consumers", "additional_settings_json"] {
            planned.set_attribute(name, Value::Unknown);
        }
        assert_eq!(asked(&planned, &Value::Null), Vec::<String>::new());
        let columns = Value::List(vec![Value::Unknown; 101]);
        let questions = questions(&Value::object([("columns", columns)]), &Value::Null);
        assert_eq!(questions[0].value.as_array().unwrap().len(), 101);
    }

    #[test]
    fn what_the_table_has_already_is_no_question_wherever_it_stands() {
        let long = "x".repeat(41);
        let prior = object(&json!({
            "columns": [{"name": long, "type": "Int8"}, {"name": "id", "type": "Int8"}],
            "data_format": "Protobuf",
            "additional_settings_json": r#"{"a": 1.0, "b": [1]}"#,
        }));
        let planned = object(&json!({
            "columns": [{"name": "id", "type": "Int8"}, {"name": long, "type": "Int8"}],
            "data_format": "Protobuf",
            "additional_settings_json": r#"{"a": 1, "b": [2]}"#,
        }));
        assert_eq!(asked(&planned, &prior), ["additional_settings_json at b: [2]"]);
    }
}
