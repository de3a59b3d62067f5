//! Between attribute values and the table's JSON. The two have one shape, so both directions follow the schema.
//!
//! Reading answers one question, "what does this element look like to someone who expects `expected`?", in the
//! three degrees of strictness of [`Strictness`]. Refresh, drift, "already done" and "was it written" are all
//! that question.

use serde_json::{Map, Value as Json};

use crate::document::{self, json_equal};
use crate::tf::schema::{Attribute, Shape};
use crate::tf::{Number, Type, Value};

use super::fills::Fills;
use super::settings::documented_default;
use super::spelling;

/// How an element is compared with what is expected of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// For refresh: a missing key means its documented default, and a key nobody configured shows unless the
    /// server is known to fill it in.
    Meaning,
    /// For "nothing to write": as above, but what is configured must really be there.
    Presence,
    /// For "it was written": a missing key means its documented default, and keys nobody configured may be there.
    Postcondition,
}

/// A value in the element that its attribute cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is {found}, which is not of type {expected}")]
pub struct Unexpected {
    path: String,
    found: String,
    expected: String,
}

/// The JSON of one attribute's known value; `None` where it is null and hence not sent.
pub fn to_json(value: &Value) -> Option<Json> {
    match value {
        Value::Null | Value::Unknown | Value::Dynamic(_) => None,
        Value::Bool(truth) => Some(Json::Bool(*truth)),
        Value::String(text) => Some(Json::String(text.clone())),
        Value::Number(Number::Integer(integer)) => Some(Json::from(*integer)),
        // Every decimal text is a JSON number, so this parses.
        Value::Number(Number::Decimal(digits)) => serde_json::from_str(digits).ok(),
        Value::List(elements) | Value::Set(elements) => Some(elements.iter().filter_map(to_json).collect()),
        Value::Map(members) | Value::Object(members) => {
            let members = members.iter().filter_map(|(name, value)| Some((name.clone(), to_json(value)?)));
            Some(Json::Object(members.collect::<Map<_, _>>()))
        }
    }
}

/// Which keys of an element are ours, for a merge.
pub fn owned<'schema>(
    attributes: impl Iterator<Item = &'schema Attribute>,
) -> Vec<(String, document::Shape)> {
    let shape = |attribute: &Attribute| {
        let keys = || owned(attribute.nested().iter());
        match &attribute.shape {
            Shape::Plain(_) | Shape::ObjectMap(_) => document::Shape::Value,
            Shape::Object(_) => document::Shape::Object(keys()),
            Shape::ObjectList(_) => document::Shape::NamedList { keys: keys(), ordered: true },
            Shape::ObjectSet(_) => document::Shape::NamedList { keys: keys(), ordered: false },
        }
    };
    attributes.map(|attribute| (attribute.name.to_owned(), shape(attribute))).collect()
}

/// Reads elements for somebody who knows what the server fills in by itself.
pub struct Reader<'fills> {
    /// Values that the server was seen to fill in.
    pub fills: &'fills Fills,
    /// How the element is compared.
    pub strictness: Strictness,
}

impl Reader<'_> {
    /// The attribute as the element shows it; `expected` itself, spelling included, where that is what it means.
    pub fn attribute(
        &self,
        attribute: &Attribute,
        element: &Json,
        expected: &Value,
    ) -> Result<Value, Unexpected> {
        self.at(&[attribute.name], attribute, element.get(attribute.name), expected)
    }

    fn at(
        &self,
        path: &[&str],
        attribute: &Attribute,
        actual: Option<&Json>,
        expected: &Value,
    ) -> Result<Value, Unexpected> {
        let Some(actual) = actual.filter(|actual| !actual.is_null()) else {
            let means_default = self.strictness != Strictness::Presence
                && to_json(expected)
                    .zip(documented_default(path))
                    .is_some_and(|(one, other)| json_equal(&one, &other));
            return Ok(if means_default { expected.clone() } else { Value::Null });
        };
        if expected.is_null() && self.is_nobodys(path, actual) {
            return Ok(Value::Null);
        }
        let value = match (&attribute.shape, actual) {
            (Shape::Plain(ty), _) => plain(ty, actual).ok_or_else(|| unexpected(path, actual, ty))?,
            (Shape::Object(nested), Json::Object(_)) => self.object(path, nested, actual, expected)?,
            (Shape::ObjectList(nested), Json::Array(items)) => {
                Value::List(self.items(path, nested, items, expected)?)
            }
            (Shape::ObjectSet(nested), Json::Array(items)) => {
                Value::set(self.items(path, nested, items, expected)?)
            }
            _ => return Err(unexpected(path, actual, &attribute.ty())),
        };
        let means_the_same = match (value.as_str(), expected.as_str()) {
            (Some(one), Some(other)) => spelling::same(path, one, other),
            _ => value == *expected,
        };
        Ok(if means_the_same { expected.clone() } else { value })
    }

    /// Whether a value that nobody configured is to be overlooked.
    fn is_nobodys(&self, path: &[&str], actual: &Json) -> bool {
        self.strictness == Strictness::Postcondition
            || documented_default(path).is_some_and(|default| json_equal(&default, actual))
            || self.fills.explain(path, actual)
    }

    fn object(
        &self,
        path: &[&str],
        nested: &[Attribute],
        actual: &Json,
        expected: &Value,
    ) -> Result<Value, Unexpected> {
        let each = nested.iter().map(|attribute| {
            let path = [path, &[attribute.name]].concat();
            let value =
                self.at(&path, attribute, actual.get(attribute.name), expected.get(attribute.name))?;
            Ok((attribute.name.to_owned(), value))
        });
        Ok(Value::Object(each.collect::<Result<_, _>>()?))
    }

    /// Items of columns and topics: every key of theirs is required, so none of them is overlooked. What is expected
    /// of an item stands under its name.
    fn items(
        &self,
        path: &[&str],
        nested: &[Attribute],
        items: &[Json],
        expected: &Value,
    ) -> Result<Vec<Value>, Unexpected> {
        let exact = Reader { fills: self.fills, strictness: Strictness::Presence };
        let expected = expected.as_elements().unwrap_or_default();
        let each = items.iter().map(|item| {
            let name = item.get("name").and_then(Json::as_str);
            let namesake = expected.iter().find(|expected| expected.get("name").as_str() == name);
            exact.object(path, nested, item, namesake.unwrap_or(&Value::Null))
        });
        each.collect()
    }
}

fn plain(ty: &Type, json: &Json) -> Option<Value> {
    match (ty, json) {
        (Type::Bool, Json::Bool(truth)) => Some(Value::Bool(*truth)),
        (Type::Number, Json::Number(number)) => Number::parse(&number.to_string()).ok().map(Value::Number),
        (Type::String, Json::String(text)) => Some(Value::string(text)),
        (Type::List(element), Json::Array(items)) => {
            items.iter().map(|item| plain(element, item)).collect::<Option<_>>().map(Value::List)
        }
        _ => None,
    }
}

fn unexpected(path: &[&str], actual: &Json, ty: &Type) -> Unexpected {
    let found = match actual {
        Json::Null => "null",
        Json::Bool(_) => "a truth value",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    };
    Unexpected { path: path.join("."), found: found.to_owned(), expected: ty.to_json().to_string() }
}
