//! How a configuration becomes a plan, once for every resource and directed by the schema. Pure.
//!
//! Terraform offers a proposal in which attributes the user left out carry their prior values. It is not used:
//! "the user wrote nothing" can only be seen in the configuration itself. Nested attributes hold nothing
//! computed in our schemas (a test of the schemas says so), so list elements need no matching with prior ones.

use super::path::Path;
use super::schema::{Attribute, Block, Presence, Schema, Shape};
use super::value::{Attributes, Value};

/// Whether two known values mean the same although they are spelled differently; the plan then keeps the
/// prior spelling, which Terraform allows, and shows no difference.
pub type SameMeaning<'resource> = dyn Fn(&Path, &Value, &Value) -> bool + Sync + 'resource;

/// The planned object. Computed attributes are unknown where `prior` is null, and keep their prior value
/// otherwise; the resource refines both.
pub fn plan(schema: &Schema, prior: &Value, config: &Value, same: &SameMeaning<'_>) -> Value {
    let mut planned = Attributes::new();
    for attribute in &schema.attributes {
        let path = Path::attribute(attribute.name);
        let value = plan_attribute(attribute, &path, prior, config, same);
        planned.insert(attribute.name.to_owned(), value);
    }
    for Block { name, .. } in &schema.blocks {
        planned.insert((*name).to_owned(), config.get(name).clone());
    }
    Value::Object(planned)
}

/// The attributes whose change asks for a new object. An unknown value counts as changed, since it may be. Where
/// there is no object yet, there is none to replace.
pub fn requires_replace(schema: &Schema, prior: &Value, planned: &Value) -> Vec<Path> {
    if prior.is_null() {
        return Vec::new();
    }
    let changed = |attribute: &&Attribute| {
        attribute.requires_replace && prior.get(attribute.name) != planned.get(attribute.name)
    };
    let forced = schema.attributes.iter().filter(changed);
    forced.map(|attribute| Path::attribute(attribute.name)).collect()
}

fn plan_attribute(
    attribute: &Attribute,
    path: &Path,
    prior: &Value,
    config: &Value,
    same: &SameMeaning<'_>,
) -> Value {
    let (before, wanted) = (prior.get(attribute.name), config.get(attribute.name));
    if attribute.write_only {
        return Value::Null;
    }
    if wanted.is_null() {
        return match attribute.presence {
            Presence::Required | Presence::Optional => Value::Null,
            Presence::Computed | Presence::OptionalComputed if prior.is_null() => Value::Unknown,
            Presence::Computed | Presence::OptionalComputed => before.clone(),
        };
    }
    keep_spelling(&attribute.shape, path, before, wanted, same)
}

/// `wanted`, in the spelling of `before` wherever that means the same.
fn keep_spelling(
    shape: &Shape,
    path: &Path,
    before: &Value,
    wanted: &Value,
    same: &SameMeaning<'_>,
) -> Value {
    if before.is_null() || wanted.is_null() || wanted.is_unknown() {
        return wanted.clone();
    }
    match (shape, before, wanted) {
        (Shape::Object(nested), Value::Object(_), Value::Object(_)) => {
            keep_spelling_inside(nested, path, before, wanted, same)
        }
        (Shape::ObjectList(nested), Value::List(before), Value::List(wanted)) => {
            // Lists are matched by position: a spelling is worth keeping only where nothing moved.
            let each = wanted.iter().enumerate().map(|(index, wanted)| match before.get(index) {
                Some(before) => keep_spelling_inside(nested, &path.index(index), before, wanted, same),
                None => wanted.clone(),
            });
            Value::List(each.collect())
        }
        (Shape::Plain(_), _, _) if wanted.is_wholly_known() && same(path, before, wanted) => before.clone(),
        _ => wanted.clone(),
    }
}

fn keep_spelling_inside(
    nested: &[Attribute],
    path: &Path,
    before: &Value,
    wanted: &Value,
    same: &SameMeaning<'_>,
) -> Value {
    if !matches!((before, wanted), (Value::Object(_), Value::Object(_))) {
        return wanted.clone();
    }
    let each = nested.iter().map(|attribute| {
        let (before, wanted) = (before.get(attribute.name), wanted.get(attribute.name));
        let path = path.join(attribute.name);
        (attribute.name, keep_spelling(&attribute.shape, &path, before, wanted, same))
    });
    Value::object(each)
}

#[cfg(test)]
mod tests {
    use super::super::types::Type;
    use super::*;

    fn schema() -> Schema {
        let column = vec![
            Attribute::required("name", Type::String, ""),
            Attribute::required("type", Type::String, ""),
        ];
        Schema {
            attributes: vec![
                Attribute::required("name", Type::String, "").requires_replace(),
                Attribute::computed("id", Type::String, ""),
                Attribute::optional("size", Type::Number, ""),
                Attribute::optional("secret_wo", Type::String, "").write_only(),
                Attribute::optional("columns", Shape::ObjectList(column), ""),
            ],
            ..Schema::default()
        }
    }

    fn ignoring_case(_: &Path, one: &Value, other: &Value) -> bool {
        matches!((one.as_str(), other.as_str()), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
    }

    fn column(name: &str, ty: &str) -> Value {
        Value::object([("name", name.into()), ("type", ty.into())])
    }

    #[test]
    fn a_new_object_has_unknown_computed_attributes_and_stores_no_secret() {
        let config = Value::object([("name", "a".into()), ("secret_wo", "s".into())]);
        let planned = plan(&schema(), &Value::Null, &config, &ignoring_case);
        assert_eq!(planned.get("id"), &Value::Unknown);
        assert_eq!(planned.get("secret_wo"), &Value::Null);
        assert_eq!(planned.get("size"), &Value::Null);
    }

    #[test]
    fn an_attribute_taken_out_of_the_configuration_is_planned_as_null() {
        let prior = Value::object([("name", "a".into()), ("id", "1".into()), ("size", 7.into())]);
        let config = Value::object([("name", "a".into())]);
        let planned = plan(&schema(), &prior, &config, &ignoring_case);
        assert_eq!((planned.get("size"), planned.get("id")), (&Value::Null, &"1".into()));
    }

    #[test]
    fn a_spelling_that_means_the_same_stays_at_any_depth() {
        let columns =
            |values: Vec<Value>| Value::object([("name", "a".into()), ("columns", Value::List(values))]);
        let prior = columns(vec![column("id", "uint64"), column("at", "date")]);
        let config = columns(vec![column("id", "UInt64"), column("on", "Date"), column("x", "String")]);
        let planned = plan(&schema(), &prior, &config, &ignoring_case);
        let expected = vec![column("id", "uint64"), column("on", "date"), column("x", "String")];
        assert_eq!(planned.get("columns"), &Value::List(expected));
    }

    #[test]
    fn only_what_changed_asks_for_a_new_object() {
        let object = |name: Value| Value::object([("name", name), ("size", 1.into())]);
        let prior = object("a".into());
        assert_eq!(requires_replace(&schema(), &prior, &object("a".into())), []);
        assert_eq!(requires_replace(&schema(), &prior, &object("b".into())), [Path::attribute("name")]);
        assert_eq!(requires_replace(&schema(), &prior, &object(Value::Unknown)), [Path::attribute("name")]);
    }
}
