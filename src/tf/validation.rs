//! What a schema alone can say about a configuration. Terraform leaves these checks to the provider: it passes
//! on a null for a required attribute, and a value for one that only the provider may set.

use super::diagnostics::Diagnostics;
use super::path::Path;
use super::schema::{Attribute, Presence, Schema, Shape};
use super::value::Value;

/// Checks `config` against `schema`; `write_only_allowed` says whether this Terraform keeps write-only values
/// out of its state.
pub fn validate(schema: &Schema, config: &Value, write_only_allowed: bool, diagnostics: &mut Diagnostics) {
    let mut walk = Walk { write_only_allowed, diagnostics };
    walk.attributes(&schema.attributes, config, &Path::default());
    for block in &schema.blocks {
        let value = config.get(block.name);
        if !value.is_null() && !value.is_unknown() {
            walk.attributes(&block.attributes, value, &Path::attribute(block.name));
        }
    }
}

struct Walk<'request> {
    write_only_allowed: bool,
    diagnostics: &'request mut Diagnostics,
}

impl Walk<'_> {
    fn attributes(&mut self, attributes: &[Attribute], object: &Value, path: &Path) {
        for attribute in attributes {
            self.attribute(attribute, object.get(attribute.name), &path.join(attribute.name));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, value: &Value, path: &Path) {
        if value.is_null() {
            if attribute.presence == Presence::Required {
                self.diagnostics.error_at(
                    path.clone(),
                    format!("`{path}` is required"),
                    "Its value is null. Set it, or check the expression it comes from.",
                );
            }
            return;
        }
        if attribute.presence == Presence::Computed {
            self.diagnostics.error_at(
                path.clone(),
                format!("`{path}` cannot be set"),
                "The provider gives it its value. Remove it from the configuration.",
            );
            return;
        }
        if attribute.write_only && !self.write_only_allowed {
            self.diagnostics.error_at(
                path.clone(),
                format!("`{path}` needs Terraform 1.11 or later"),
                "It is write-only: this Terraform would store the secret in its state. Upgrade Terraform, or use \
                 the attribute of the same name without `_wo`.",
            );
            return;
        }
        if value.is_unknown() {
            return;
        }
        for check in &attribute.checks {
            check.run(value, path, self.diagnostics);
        }
        self.nested(attribute, value, path);
    }

    fn nested(&mut self, attribute: &Attribute, value: &Value, path: &Path) {
        let attributes = attribute.nested();
        match (&attribute.shape, value) {
            (Shape::Object(_), Value::Object(_)) => self.attributes(attributes, value, path),
            (Shape::ObjectList(_), Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    self.element(attributes, element, &path.index(index));
                }
            }
            (Shape::ObjectMap(_), Value::Map(elements)) => {
                for (key, element) in elements {
                    self.element(attributes, element, &path.key(key));
                }
            }
            (Shape::ObjectSet(_), Value::Set(elements)) => {
                for element in elements {
                    self.element(attributes, element, &path.element());
                }
            }
            (Shape::Plain(_), Value::List(elements)) => {
                for (index, _) in elements.iter().enumerate().filter(|(_, element)| element.is_null()) {
                    self.null_element(&path.index(index));
                }
            }
            (Shape::Plain(_), Value::Set(elements)) if elements.iter().any(Value::is_null) => {
                self.null_element(&path.element());
            }
            (Shape::Plain(_), Value::Map(elements)) => {
                for (key, _) in elements.iter().filter(|(_, element)| element.is_null()) {
                    self.null_element(&path.key(key));
                }
            }
            _ => {}
        }
    }

    fn element(&mut self, attributes: &[Attribute], element: &Value, path: &Path) {
        match element {
            Value::Unknown => {}
            Value::Null => self.null_element(path),
            known => self.attributes(attributes, known, path),
        }
    }

    fn null_element(&mut self, path: &Path) {
        self.diagnostics.error_at(
            path.clone(),
            format!("`{path}` is a null element"),
            "Remove the element, or give it a value.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::super::schema::Block;
    use super::super::types::Type;
    use super::*;

    fn schema() -> Schema {
        let name = || Attribute::required("name", Type::String, "").check(checks::length(1..=3));
        Schema {
            attributes: vec![
                name(),
                Attribute::computed("id", Type::String, ""),
                Attribute::optional("secret_wo", Type::String, "").write_only(),
                Attribute::optional("columns", Shape::ObjectList(vec![name()]), ""),
                Attribute::optional("topics", Shape::ObjectSet(vec![name()]), ""),
                Attribute::optional("order", Type::list(Type::String), ""),
            ],
            blocks: vec![Block {
                name: "timeouts",
                description: String::new(),
                attributes: vec![Attribute::optional("read", Type::String, "").check(checks::length(2..=9))],
            }],
            ..Schema::default()
        }
    }

    fn problems(config: &Value) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        validate(&schema(), config, false, &mut diagnostics);
        diagnostics.iter().map(|each| format!("{}: {}", each.path, each.summary)).collect()
    }

    #[test]
    fn every_level_is_checked_with_its_path() {
        let named = |name: Value| Value::object([("name", name)]);
        let config = Value::object([
            ("name", Value::Null),
            ("id", "mine".into()),
            ("secret_wo", "x".into()),
            ("columns", Value::List(vec![named("ok".into()), named("long".into()), Value::Null])),
            ("topics", Value::set([named(Value::Null)])),
            ("order", Value::List(vec!["a".into(), Value::Null])),
            ("timeouts", Value::object([("read", "1".into())])),
        ]);
        assert_eq!(
            problems(&config),
            [
                "name: `name` is required",
                "id: `id` cannot be set",
                "secret_wo: `secret_wo` needs Terraform 1.11 or later",
                "columns[1].name: `columns[1].name` must have 1 to 3 characters",
                "columns[2]: `columns[2]` is a null element",
                "topics[*].name: `topics[*].name` is required",
                "order[1]: `order[1]` is a null element",
                "timeouts.read: `timeouts.read` must have 2 to 9 characters",
            ]
        );
    }

    #[test]
    fn what_is_unknown_is_left_alone() {
        let config = Value::object([
            ("name", Value::Unknown),
            ("columns", Value::List(vec![Value::Unknown])),
            ("topics", Value::Unknown),
            ("timeouts", Value::Null),
        ]);
        assert_eq!(problems(&config), Vec::<String>::new());
    }
}
