//! Terraform's type system: what a value may be. Knows nothing of schemas or of wire formats other than the
//! JSON notation in which a type itself is sent.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// A type constraint, as in the `type` field of a schema attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A decimal number of any size.
    Number,
    /// Unicode text in normalization form C.
    String,
    /// Any type; the value carries its own.
    Dynamic,
    /// Ordered elements of one type.
    List(Box<Type>),
    /// Unordered, distinct elements of one type.
    Set(Box<Type>),
    /// Elements of one type, each under a string key.
    Map(Box<Type>),
    /// Ordered elements, each of its own type.
    Tuple(Vec<Type>),
    /// Named attributes, each of its own type.
    Object(BTreeMap<String, Type>),
}

/// A type notation that is not one of Terraform's.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a Terraform type")]
pub struct NotAType(Json);

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map to `element`.
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object with the given attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// Terraform's JSON notation: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                json!(["object", attributes])
            }
        }
    }

    /// Reads the notation of [`Type::to_json`].
    pub fn from_json(notation: &Json) -> Result<Self, NotAType> {
        let wrong = || NotAType(notation.clone());
        if let Some(name) = notation.as_str() {
            return match name {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(wrong()),
            };
        }
        let parts = notation.as_array().ok_or_else(wrong)?;
        // An object type may carry a third part, the names of its optional attributes.
        let [kind, inner, ..] = parts.as_slice() else { return Err(wrong()) };
        match kind.as_str() {
            Some("list") => Ok(Self::list(Self::from_json(inner)?)),
            Some("set") => Ok(Self::set(Self::from_json(inner)?)),
            Some("map") => Ok(Self::map(Self::from_json(inner)?)),
            Some("tuple") => {
                let elements = inner.as_array().ok_or_else(wrong)?;
                Ok(Self::Tuple(elements.iter().map(Self::from_json).collect::<Result<_, _>>()?))
            }
            Some("object") => {
                let attributes = inner.as_object().ok_or_else(wrong)?;
                let read = |(name, ty): (&String, &Json)| Ok((name.clone(), Self::from_json(ty)?));
                Ok(Self::Object(attributes.iter().map(read).collect::<Result<_, NotAType>>()?))
            }
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_survives_its_notation() {
        let every = Type::object([
            ("flag", Type::Bool),
            ("columns", Type::list(Type::object([("name", Type::String)]))),
            ("topics", Type::set(Type::String)),
            ("labels", Type::map(Type::Number)),
            ("pair", Type::Tuple(vec![Type::Dynamic, Type::Number])),
        ]);
        assert_eq!(Type::from_json(&every.to_json()).unwrap(), every);
    }

    #[test]
    fn a_foreign_notation_is_refused() {
        for notation in
            [json!("text"), json!(["list"]), json!(["bag", "string"]), json!(7), json!(["object", []])]
        {
            assert!(Type::from_json(&notation).is_err(), "{notation} was accepted");
        }
    }
}
