//! What a table takes for itself within its integration: its part of topics, and the name of its view. Pure; of a
//! table that is planned as of an element that somebody else has written, whatever its shape.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::tf::Value;

use super::super::VIEW;
use super::super::settings::documented_default;

/// What one table claims. What is not known, or makes no sense, it does not claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The consumer group.
    pub group: Option<String>,
    /// The topics that the group reads.
    pub topics: BTreeSet<String>,
    /// The view that stores the messages.
    pub view: Option<View>,
}

/// Where a view is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its database.
    pub database: String,
    /// Its name there.
    pub name: String,
}

impl Claims {
    /// The claims of a table as planned.
    pub fn planned(table: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let view = table.get(VIEW);
        let topics = table.get("topics").as_elements().unwrap_or_default();
        Self {
            group: text(table.get("group_name")),
            topics: topics.iter().filter_map(|topic| text(topic.get("name"))).collect(),
            view: text(view.get("view_name")).zip(database_of_the_view(view)).map(View::from),
        }
    }

    /// The claims of an element, which may be anything at all.
    pub fn stored(element: &Json) -> Self {
        let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
        let topics = element.get("topics").and_then(Json::as_array).into_iter().flatten();
        let view = element.get(VIEW);
        let database = match view.and_then(|view| view.get("database_name")) {
            None | Some(Json::Null) => default_database(),
            named => text(named),
        };
        Self {
            group: text(element.get("group_name")),
            topics: topics.filter_map(|topic| text(topic.get("name"))).collect(),
            view: text(view.and_then(|view| view.get("view_name"))).zip(database).map(View::from),
        }
    }

    /// The topics of which each message goes to one of the two tables only.
    pub fn split_with<'claims>(&'claims self, other: &'claims Self) -> BTreeSet<&'claims str> {
        if self.group.is_none() || self.group != other.group {
            return BTreeSet::new();
        }
        self.topics.intersection(&other.topics).map(String::as_str).collect()
    }

    /// Whether another table with these claims would do the same: read the same topics in the same group, and store
    /// the messages in the same view, or in none.
    pub fn are_those_of(&self, other: &Self) -> bool {
        self.group.is_some() && !self.topics.is_empty() && self == other
    }

    /// Whether both want the same view.
    pub fn same_view(&self, other: &Self) -> bool {
        self.view.is_some() && self.view == other.view
    }
}

impl From<(String, String)> for View {
    fn from((name, database): (String, String)) -> Self {
        Self { database, name }
    }
}

/// The database of a planned view, where it is known.
pub fn database_of_the_view(view: &Value) -> Option<String> {
    match view.get("database_name") {
        Value::Null => default_database(),
        named => named.as_str().map(str::to_owned),
    }
}

fn default_database() -> Option<String> {
    documented_default(&[VIEW, "database_name"])?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_and_an_element_of_the_same_table_claim_the_same() {
        let topics = ["a", "b"].map(|name| Value::object([("name", name.into())]));
        let table = |database: Value| {
            let view = Value::object([("view_name", "v".into()), ("database_name", database)]);
            Value::object([("group_name", "g".into()), ("topics", Value::set(topics.clone())), (VIEW, view)])
        };
        let element =
            |view: Json| json!({"group_name": "g", "topics": [{"name": "b"}, {"name": "a"}], VIEW: view});
        let by_default = Claims::planned(&table(Value::Null));
        assert_eq!(by_default.view, Some(View { database: "default".to_owned(), name: "v".to_owned() }));
        for view in [
            json!({"view_name": "v"}),
            json!({"view_name": "v", "database_name": "default"}),
            json!({"view_name": "v", "database_name": null}),
        ] {
            assert_eq!(Claims::stored(&element(view)), by_default);
        }
        assert_eq!(
            Claims::stored(&element(json!({"view_name": "v", "database_name": "x"}))),
            Claims::planned(&table("x".into()))
        );
    }

    #[test]
    fn what_makes_no_sense_or_is_not_known_is_not_claimed() {
        for element in [
            json!(null),
            json!(7),
            json!([]),
            json!({}),
            json!({"group_name": 7, "topics": "a", VIEW: "v"}),
            json!({"group_name": null, "topics": [7, null, {}, {"name": 7}, []], VIEW: {"view_name": 7}}),
            json!({VIEW: {"view_name": "v", "database_name": 7}}),
        ] {
            assert_eq!(Claims::stored(&element), Claims::default(), "{element}");
        }
        let unknown = Value::object([
            ("group_name", Value::Unknown),
            ("topics", Value::set([Value::Unknown, Value::object([("name", Value::Unknown)])])),
            (VIEW, Value::object([("view_name", "v".into()), ("database_name", Value::Unknown)])),
        ]);
        assert_eq!(Claims::planned(&unknown), Claims::default());
        assert!(Claims::default().split_with(&Claims::default()).is_empty());
        assert!(!Claims::default().same_view(&Claims::default()));
    }

    #[test]
    fn messages_are_split_within_one_group_and_one_topic_only() {
        let claims = |group: &str, topics: &[&str]| {
            let topics: Vec<_> = topics.iter().map(|topic| json!({"name": topic})).collect();
            Claims::stored(&json!({"group_name": group, "topics": topics}))
        };
        let one = claims("g", &["a", "b", "c"]);
        assert_eq!(one.split_with(&claims("g", &["c", "x", "a"])), BTreeSet::from(["a", "c"]));
        assert_eq!(one.split_with(&claims("h", &["a"])), BTreeSet::new());
        assert_eq!(one.split_with(&claims("g", &["x"])), BTreeSet::new());
    }
}
