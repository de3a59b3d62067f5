//! What the server fills in by itself for settings that nobody configured, remembered in private state.
//!
//! A default that Aiven documents is known without being told. Any other value is learned from the answer to our own
//! write, or from a look right after it, and nowhere else: a refresh or an import that learned would take somebody's
//! change for a default and hide it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::document::json_equal;
use crate::tf::schema::{Attribute, Presence, Shape};
use crate::tf::{Diagnostics, Path, Value};

use super::element::to_json;
use super::identifier::TableId;
use super::settings::documented_default;

/// Values that the server was seen to fill in, by the path of their keys: `materialized_view/engine`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Fills(BTreeMap<String, Json>);

/// The form in private state. Another version's, or bytes of another origin, count as nothing learned.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u8,
    fills: BTreeMap<String, Json>,
}

const VERSION: u8 = 1;

impl Fills {
    /// Reads what [`Fills::to_private`] wrote.
    pub fn from_private(private: &[u8]) -> Self {
        let stored = serde_json::from_slice::<Stored>(private).ok().filter(|stored| stored.v == VERSION);
        Self(stored.map(|stored| stored.fills).unwrap_or_default())
    }

    /// Bytes for private state; none where nothing was learned.
    pub fn to_private(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&Stored { v: VERSION, fills: self.0.clone() }).unwrap_or_default()
    }

    /// Learns from an element that was written just now with `configured`.
    pub fn learn<'schema>(
        attributes: impl Iterator<Item = &'schema Attribute>,
        element: &Json,
        configured: &Value,
    ) -> Self {
        let mut fills = Self::default();
        for attribute in attributes {
            fills.learn_at(
                &[attribute.name],
                attribute,
                element.get(attribute.name),
                configured.get(attribute.name),
            );
        }
        fills
    }

    /// The part of these that may be believed of a look after a write, in which somebody else's change may show as
    /// well: no server fills in a whole object, and none departs from its documented default.
    #[must_use]
    pub fn seen_later(mut self) -> Self {
        self.0.retain(|path, fill| {
            let path: Vec<_> = path.split('/').collect();
            !fill.is_object() && documented_default(&path).is_none()
        });
        self
    }

    /// These, and those of `known` for settings that are still not configured.
    #[must_use]
    pub fn or_known(mut self, known: &Self, configured: &Value) -> Self {
        for (path, fill) in &known.0 {
            if path.split('/').fold(configured, |value, key| value.get(key)).is_null() {
                self.0.entry(path.clone()).or_insert_with(|| fill.clone());
            }
        }
        self
    }

    /// Whether the server was not seen to fill in anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this very value is filled in here.
    pub fn explain(&self, path: &[&str], actual: &Json) -> bool {
        self.0.get(&path.join("/")).is_some_and(|fill| json_equal(fill, actual))
    }

    /// The paths at which the server fills in something, and what.
    pub fn iter(&self) -> impl Iterator<Item = (Vec<&str>, &Json)> {
        self.0.iter().map(|(path, fill)| (path.split('/').collect(), fill))
    }

    fn learn_at(&mut self, path: &[&str], attribute: &Attribute, actual: Option<&Json>, configured: &Value) {
        let Some(actual) = actual.filter(|actual| !actual.is_null()) else { return };
        if let (Shape::Object(nested), Value::Object(_)) = (&attribute.shape, configured) {
            for attribute in nested {
                let path = [path, &[attribute.name]].concat();
                self.learn_at(&path, attribute, actual.get(attribute.name), configured.get(attribute.name));
            }
            return;
        }
        let is_default = documented_default(path).is_some_and(|default| json_equal(&default, actual));
        if configured.is_null() && attribute.presence == Presence::Optional && !is_default {
            self.0.insert(path.join("/"), actual.clone());
        }
    }
}

/// A setting that was removed and came back with its old value was either filled in by the server, as is taken
/// here, or merged in by it. The user should know that the removal had no effect.
pub fn warn_of_kept_values(prior: &Value, fills: &Fills, table: &TableId, diagnostics: &mut Diagnostics) {
    for (path, fill) in fills.iter() {
        let before = path.iter().fold(prior, |value, key| value.get(key));
        if to_json(before).is_some_and(|before| json_equal(&before, fill)) {
            let place = path[1..].iter().fold(Path::attribute(path[0]), |place, key| place.join(*key));
            diagnostics.warning_at(
                place.clone(),
                format!("Aiven keeps `{place}` of table `{}`", table.name),
                format!(
                    "It is not configured, but Aiven answers with {fill} even after a change. That is taken for \
                     Aiven's own default from now on. Configure the value you want if it is another one."
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema;
    use super::*;

    #[test]
    fn only_what_nobody_configured_and_nobody_documents_is_learned() {
        let schema = schema::resource();
        let element = json!({
            "name": "t", "auto_offset_reset": "earliest", "producer_batch_size": 1_000_000, "num_consumers": 3,
            "materialized_view": {"view_name": "v", "order_by": [], "engine": "MergeTree", "ttl_days": 7},
        });
        let configured = Value::object([
            ("name", "t".into()),
            ("num_consumers", 3.into()),
            ("materialized_view", Value::object([("view_name", "v".into())])),
        ]);
        let fills = Fills::learn(schema::in_the_element(&schema), &element, &configured);
        let learned: Vec<_> = fills.iter().map(|(path, fill)| (path.join("."), fill.clone())).collect();
        assert_eq!(
            learned,
            [
                ("materialized_view.ttl_days".to_owned(), json!(7)),
                ("producer_batch_size".to_owned(), json!(1_000_000)),
            ]
        );
        assert_eq!(Fills::from_private(&fills.to_private()), fills);
    }

    #[test]
    fn foreign_private_state_counts_as_nothing_learned() {
        for private in [&b""[..], b"\xc0", b"{}", br#"{"v":2,"fills":{"num_consumers":3}}"#] {
            assert_eq!(Fills::from_private(private), Fills::default());
        }
        assert_eq!(Fills::default().to_private(), Vec::<u8>::new());
    }

    #[test]
    fn a_look_after_a_write_is_believed_only_where_nobody_else_can_be_behind_it() {
        let schema = schema::resource();
        let element = json!({
            "name": "t", "num_consumers": 3, "producer_queue_buffering_max_kbytes": 8,
            "materialized_view": {"view_name": "v", "order_by": []},
        });
        let configured = Value::object([("name", "t".into())]);
        let seen = Fills::learn(schema::in_the_element(&schema), &element, &configured);
        let believed = seen.seen_later();
        let paths: Vec<_> = believed.iter().map(|(path, _)| path.join(".")).collect();
        assert_eq!(paths, ["producer_queue_buffering_max_kbytes"]);
    }

    #[test]
    fn what_was_known_stays_known_unless_it_is_configured_now() {
        let schema = schema::resource();
        let element = json!({"producer_batch_size": 7, "producer_queue_buffering_max_kbytes": 8});
        let known = Fills::learn(schema::in_the_element(&schema), &element, &Value::object::<String>([]));
        let configured = Value::object([("producer_batch_size", 9.into())]);
        let fills = Fills::default().or_known(&known, &configured);
        let paths: Vec<_> = fills.iter().map(|(path, _)| path.join(".")).collect();
        assert_eq!(paths, ["producer_queue_buffering_max_kbytes"]);
    }
}
