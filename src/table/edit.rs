//! What a planned table means for the element in the document: the judge that the engine asks.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json};

use crate::document::{Element, Shape, Uneditable};
use crate::engine::Edit;
use crate::tf::Value;
use crate::tf::schema::Schema;

use super::additional;
use super::element::{self, Reader, Strictness, Unexpected};
use super::fills::Fills;
use super::{schema, spelling};

/// The schema, for the pure parts that have no resource at hand.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(schema::resource);

/// A create or an update of one table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableEdit {
    /// The table as planned.
    pub planned: Value,
    /// The table as Terraform last saw it; null for a create.
    pub prior: Value,
    /// What the server was seen to fill in for this table.
    pub fills: Fills,
}

impl TableEdit {
    fn wanted(&self) -> Json {
        let attributes = schema::in_the_element(&SCHEMA);
        let keys = attributes.filter_map(|attribute| {
            let value = element::to_json(self.planned.get(attribute.name))?;
            Some((attribute.name.to_owned(), value))
        });
        let mut wanted: Map<_, _> = keys.collect();
        wanted.extend(additional::settings(self.planned.get(additional::ATTRIBUTE)));
        Json::Object(wanted)
    }

    fn shape(&self) -> Shape {
        let [before, now] = self.additional_settings();
        let mut keys = element::owned(schema::in_the_element(&SCHEMA));
        keys.extend(additional::owned(&before, &now));
        Shape::Object(keys)
    }

    /// The additional settings that were named before, and those that are named now.
    fn additional_settings(&self) -> [Map<String, Json>; 2] {
        [&self.prior, &self.planned].map(|table| additional::settings(table.get(additional::ATTRIBUTE)))
    }

    fn looks_like(&self, expected: &Value, element: &Json, strictness: Strictness) -> bool {
        let seen = see(element, expected, &self.fills, strictness);
        seen.is_ok_and(|seen| {
            let keys = schema::in_the_element(&SCHEMA).map(|attribute| attribute.name);
            keys.chain([additional::ATTRIBUTE]).all(|key| seen.get(key) == expected.get(key))
        })
    }
}

impl Edit for TableEdit {
    fn apply(&self, existing: Option<&Element>) -> Result<Element, Uneditable> {
        Element::merged(existing, &self.wanted(), &self.shape(), &spelling::same_json)
    }

    fn holds(&self, element: &Element) -> bool {
        self.looks_like(&self.planned, &element.value(), Strictness::Postcondition)
    }

    fn is_settled(&self, element: &Element) -> bool {
        let [before, now] = self.additional_settings();
        let element = element.value();
        self.looks_like(&self.planned, &element, Strictness::Presence)
            && !additional::leaves_behind(&element, &before, &now)
    }

    fn as_last_seen(&self, element: &Element) -> bool {
        self.looks_like(&self.prior, &element.value(), Strictness::Meaning)
    }
}

/// The table as an element shows it to someone who expects `expected`; attributes that are no keys of the
/// element are taken from there.
pub fn see(
    element: &Json,
    expected: &Value,
    fills: &Fills,
    strictness: Strictness,
) -> Result<Value, Unexpected> {
    let reader = Reader { fills, strictness };
    let mut seen = expected.clone();
    for attribute in schema::in_the_element(&SCHEMA) {
        seen.set_attribute(
            attribute.name,
            reader.attribute(attribute, element, expected.get(attribute.name))?,
        );
    }
    let expected = expected.get(additional::ATTRIBUTE);
    if let Some(text) = expected.as_str() {
        let shown = additional::shown(element, &additional::settings(expected));
        let shown = Json::Object(shown).to_string();
        if !additional::same(text, &shown) {
            seen.set_attribute(additional::ATTRIBUTE, Value::string(shown));
        }
    }
    Ok(seen)
}
