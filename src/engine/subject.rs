//! What the engine's tests edit: elements with a name and a small number.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::document::{Document, Element, Uneditable};

use super::operation::Edit;
use super::store::{Facts, Fetched, Origin, Snapshot};

/// The type of the integrations that the tests write to.
pub(super) const TYPE: &str = "kafka";

/// An edit that gives its element a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Set {
    pub(super) name: String,
    pub(super) value: u8,
    /// What Terraform saw.
    pub(super) prior: Option<u8>,
}

impl Edit for Set {
    fn apply(&self, _existing: Option<&Element>) -> Result<Element, Uneditable> {
        Ok(Element::parse(&text(&self.name, self.value)).unwrap())
    }
    fn holds(&self, element: &Element) -> bool {
        value_of(element) == self.value
    }
    fn is_settled(&self, element: &Element) -> bool {
        value_of(element) == self.value
    }
    fn as_last_seen(&self, element: &Element) -> bool {
        Some(value_of(element)) == self.prior
    }
}

fn text(name: &str, value: u8) -> String {
    format!(r#"{{"name":"{name}","value":{value}}}"#)
}

fn value_of(element: &Element) -> u8 {
    element.value()["value"].as_u64().unwrap().try_into().unwrap()
}

/// What the API answers about an integration with these elements.
pub(super) fn fetched<N: ToString>(integration_type: &str, elements: &BTreeMap<N, u8>) -> Fetched {
    let tables: Vec<String> = elements.iter().map(|(name, value)| text(&name.to_string(), *value)).collect();
    let facts = Facts {
        integration_type: integration_type.into(),
        source_service: None,
        source_endpoint: None,
        destination_service: None,
        active: true,
        status: None,
    };
    let user_config = RawValue::from_string(format!(r#"{{"tables":[{}]}}"#, tables.join(","))).unwrap();
    Fetched { facts, user_config }
}

pub(super) fn snapshot<N: ToString>(elements: &BTreeMap<N, u8>) -> Arc<Snapshot> {
    Snapshot::of(fetched(TYPE, elements), Origin::Read).unwrap()
}

/// The elements of a document, which must all be of our making.
pub(super) fn elements<N: std::str::FromStr + Ord>(document: &Document) -> BTreeMap<N, u8>
where
    N::Err: std::fmt::Debug,
{
    let name = |element: &Element| element.name().unwrap().parse().unwrap();
    document.elements().iter().map(|element| (name(element), value_of(element))).collect()
}
