//! A value of Terraform's type system. A leaf: knows neither schemas nor how a value travels.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::number::Number;
use super::types::Type;

/// Attribute names and their values.
pub type Attributes = BTreeMap<String, Value>;

/// A value. Equality is Terraform's: numbers by value, sets without order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Absent: the user wrote nothing here.
    Null,
    /// Not known before apply.
    Unknown,
    /// `true` or `false`.
    Bool(bool),
    /// A decimal number.
    Number(Number),
    /// Text in normalization form C; build it with [`Value::string`].
    String(String),
    /// Elements of a list or a tuple.
    List(Vec<Value>),
    /// Elements of a set, sorted and distinct; build it with [`Value::set`].
    Set(Vec<Value>),
    /// Elements of a map.
    Map(Attributes),
    /// Attributes of an object, a block or a nested attribute.
    Object(Attributes),
    /// A value of an attribute of dynamic type, with the type it brought along.
    Dynamic(Box<(Type, Value)>),
}

impl Value {
    /// Text, normalized as Terraform normalizes every string, so that text from elsewhere compares equal.
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::String(text.as_ref().nfc().collect())
    }

    /// A set; equal elements become one, unknown ones stay apart because they may turn out to differ.
    pub fn set(elements: impl IntoIterator<Item = Value>) -> Self {
        let mut elements: Vec<_> = elements.into_iter().collect();
        elements.sort();
        elements.dedup_by(|next, kept| next == kept && next.is_wholly_known());
        Self::Set(elements)
    }

    /// An object with the given attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether the user left this out.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is itself unknown; a known list may still hold unknown elements.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether nothing in this value is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::List(elements) | Self::Set(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(elements) | Self::Object(elements) => elements.values().all(Self::is_wholly_known),
            Self::Dynamic(inner) => inner.1.is_wholly_known(),
            _ => true,
        }
    }

    /// The same value with null wherever it was unknown: what can be said of an object before it is read.
    #[must_use]
    pub fn unknown_as_null(&self) -> Self {
        let each = |elements: &Attributes| {
            elements.iter().map(|(name, value)| (name.clone(), value.unknown_as_null())).collect()
        };
        match self {
            Self::Unknown => Self::Null,
            Self::List(elements) => Self::List(elements.iter().map(Self::unknown_as_null).collect()),
            Self::Set(elements) => Self::set(elements.iter().map(Self::unknown_as_null)),
            Self::Map(elements) => Self::Map(each(elements)),
            Self::Object(attributes) => Self::Object(each(attributes)),
            Self::Dynamic(inner) => Self::Dynamic(Box::new((inner.0.clone(), inner.1.unknown_as_null()))),
            other => other.clone(),
        }
    }

    /// The attribute of an object; null where there is none, or where this is no object.
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Self::Object(attributes) | Self::Map(attributes) => attributes.get(name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }

    /// Sets an attribute of an object; anything else is left alone.
    pub fn set_attribute(&mut self, name: &str, value: Value) {
        if let Self::Object(attributes) = self {
            attributes.insert(name.to_owned(), value);
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known number that is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// A known truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The elements of a known list, tuple or set.
    pub fn as_elements(&self) -> Option<&[Value]> {
        match self {
            Self::List(elements) | Self::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// The attributes of a known object, or the elements of a known map.
    pub fn as_object(&self) -> Option<&Attributes> {
        match self {
            Self::Object(attributes) | Self::Map(attributes) => Some(attributes),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Number(integer.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_have_no_order_and_no_twins() {
        let one = Value::set(["b".into(), "a".into(), "b".into()]);
        assert_eq!(one, Value::set(["a".into(), "b".into()]));
        assert_eq!(Value::set([Value::Unknown, Value::Unknown]).as_elements().unwrap().len(), 2);
    }

    #[test]
    fn text_is_normalized() {
        assert_eq!(Value::string("e\u{301}"), Value::String("\u{e9}".into()));
    }

    #[test]
    fn unknowns_are_found_at_any_depth_and_become_null() {
        let value = Value::object([("a", Value::List(vec![Value::object([("b", Value::Unknown)])]))]);
        assert!(!value.is_wholly_known());
        let known = value.unknown_as_null();
        assert_eq!(known, Value::object([("a", Value::List(vec![Value::object([("b", Value::Null)])]))]));
    }
}
