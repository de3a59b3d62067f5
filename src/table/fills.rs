//! What the server fills in by itself for settings that nobody configured, remembered in private state.
//!
//! A default that Aiven documents is known without being told. One that it does not document is learned from the
//! answer to our own write, and only there: a refresh or an import that learned would take somebody's change
//! for a default and hide it.

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

    /// Whether the server fills in this very value here.
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
                    "It is no longer configured, but Aiven still answers with {fill}. That is taken for Aiven's own \
                     default from now on. Configure the value you want if it is another one."
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
}
