//! Attributes of the resource as others have them: computed in data sources, without what is said of changes. The
//! resource's schema is the one source of names, types and descriptions.

use crate::tf::Value;
use crate::tf::schema::{Attribute, Presence, Shape};

use super::additional;
use super::edit::SCHEMA;
use super::schema::WAIT;

/// What the description of an attribute says if its change means another object.
const REPLACES: &str = " Changing this forces a new resource.";

/// Attributes that only a configuration can give a value: nothing in Aiven says who owns an additional setting, or who
/// waits for a table.
const NOWHERE_TO_BE_SEEN: [&str; 2] = [additional::ATTRIBUTE, WAIT];

/// All of a table that can be seen, each attribute computed.
pub fn seen() -> Vec<Attribute> {
    let visible = SCHEMA.attributes.iter().filter(|attribute| !NOWHERE_TO_BE_SEEN.contains(&attribute.name));
    visible.map(computed).collect()
}

/// The attributes of these names, for the user to set: what is to be looked for.
pub fn sought(names: &[&str]) -> Vec<Attribute> {
    let wanted = SCHEMA.attributes.iter().filter(|attribute| names.contains(&attribute.name));
    let each = wanted.map(|attribute| Attribute {
        requires_replace: false,
        description: attribute.description.replace(REPLACES, ""),
        ..attribute.clone()
    });
    each.collect()
}

/// Of a table as an import finds it, what [`seen`] has attributes for.
pub fn seen_of(table: &Value) -> Value {
    let attributes = table.as_object().into_iter().flatten();
    Value::object(
        attributes
            .filter(|(name, _)| {
                SCHEMA.attribute(name).is_some() && !NOWHERE_TO_BE_SEEN.contains(&name.as_str())
            })
            .map(|(name, value)| (name, value.clone())),
    )
}

fn computed(attribute: &Attribute) -> Attribute {
    let nested = |attributes: &[Attribute]| attributes.iter().map(computed).collect();
    let shape = match &attribute.shape {
        Shape::Plain(ty) => Shape::Plain(ty.clone()),
        Shape::Object(attributes) => Shape::Object(nested(attributes)),
        Shape::ObjectList(attributes) => Shape::ObjectList(nested(attributes)),
        Shape::ObjectSet(attributes) => Shape::ObjectSet(nested(attributes)),
        Shape::ObjectMap(attributes) => Shape::ObjectMap(nested(attributes)),
    };
    Attribute {
        shape,
        presence: Presence::Computed,
        requires_replace: false,
        checks: Vec::new(),
        description: attribute.description.replace(REPLACES, ""),
        ..attribute.clone()
    }
}
