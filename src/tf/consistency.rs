//! The rules by which Terraform itself judges a provider's plans and results, as an oracle for our tests and,
//! in debug builds, for every answer we give. Written from the rules' description; real Terraforms are the
//! judges of this port.

use super::path::Path;
use super::schema::{Attribute, Schema, Shape};
use super::value::Value;

/// What Terraform would report as "Provider produced invalid plan", one line for each place.
pub fn plan_violations(schema: &Schema, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut violations = Vec::new();
    if config.is_null() {
        if !planned.is_null() {
            violations.push("a destroy plan must be null".to_owned());
        }
        return violations;
    }
    attributes_plan(&schema.attributes, &Path::default(), prior, config, planned, &mut violations);
    for block in &schema.blocks {
        let path = Path::attribute(block.name);
        let (prior, config, planned) =
            (prior.get(block.name), config.get(block.name), planned.get(block.name));
        match (config, planned) {
            (Value::Null, Value::Null) | (Value::Unknown, Value::Unknown) => {}
            (Value::Object(_), Value::Object(_)) => {
                attributes_plan(&block.attributes, &path, prior, config, planned, &mut violations);
            }
            _ => violations.push(format!("{path}: the block must be planned as configured")),
        }
    }
    violations
}

fn attributes_plan(
    attributes: &[Attribute],
    path: &Path,
    prior: &Value,
    config: &Value,
    planned: &Value,
    violations: &mut Vec<String>,
) {
    for attribute in attributes {
        let name = attribute.name;
        let path = path.join(name);
        attribute_plan(attribute, &path, prior.get(name), config.get(name), planned.get(name), violations);
    }
}

fn attribute_plan(
    attribute: &Attribute,
    path: &Path,
    prior: &Value,
    config: &Value,
    planned: &Value,
    violations: &mut Vec<String>,
) {
    if attribute.write_only {
        if !planned.is_null() {
            violations.push(format!("{path}: a write-only attribute must be planned as null"));
        }
        return;
    }
    let keeps_prior = planned == prior && !prior.is_null() && !config.is_null();
    let provider_decides = attribute.is_computed() && config.is_null();
    if planned == config || keeps_prior || provider_decides {
        return;
    }
    let nested = attribute.nested();
    match (&attribute.shape, config, planned) {
        _ if config.is_null() => violations.push(format!("{path}: planned although not configured")),
        (Shape::Object(_), Value::Object(_), Value::Object(_)) => {
            attributes_plan(nested, path, prior, config, planned, violations);
        }
        (Shape::ObjectList(_), Value::List(configured), Value::List(elements))
            if configured.len() == elements.len() =>
        {
            let before = prior.as_elements().unwrap_or_default();
            for (index, (configured, element)) in configured.iter().zip(elements).enumerate() {
                let prior = before.get(index).unwrap_or(&Value::Null);
                attributes_plan(nested, &path.index(index), prior, configured, element, violations);
            }
        }
        (Shape::ObjectMap(_), Value::Map(configured), Value::Map(elements))
            if configured.keys().eq(elements.keys()) =>
        {
            for (key, configured) in configured {
                let (prior, element) = (prior.get(key), planned.get(key));
                attributes_plan(nested, &path.key(key), prior, configured, element, violations);
            }
        }
        (Shape::ObjectSet(_), Value::Set(configured), Value::Set(elements))
            if configured.len() == elements.len() => {}
        _ => violations.push(format!("{path}: planned as neither configured nor before")),
    }
}

/// What Terraform would report as "Provider produced inconsistent result after apply".
pub fn apply_violations(planned: &Value, result: &Value) -> Vec<String> {
    let mut violations = Vec::new();
    if !result.is_wholly_known() {
        violations.push("the result holds unknown values".to_owned());
    }
    compatible(&Path::default(), planned, result, &mut violations);
    violations
}

fn compatible(path: &Path, planned: &Value, result: &Value, violations: &mut Vec<String>) {
    match (planned, result) {
        (Value::Unknown, _) => {}
        (Value::Object(attributes), Value::Object(_)) => {
            for (name, planned) in attributes {
                compatible(&path.join(name), planned, result.get(name), violations);
            }
        }
        (Value::Map(elements), Value::Map(results)) if elements.keys().eq(results.keys()) => {
            for (key, planned) in elements {
                compatible(&path.key(key), planned, result.get(key), violations);
            }
        }
        (Value::List(elements), Value::List(results)) if elements.len() == results.len() => {
            for (index, (planned, result)) in elements.iter().zip(results).enumerate() {
                compatible(&path.index(index), planned, result, violations);
            }
        }
        (Value::Set(elements), Value::Set(results)) => {
            let fits = |planned: &Value, result: &Value| {
                let mut found = Vec::new();
                compatible(path, planned, result, &mut found);
                found.is_empty()
            };
            let all_planned =
                elements.iter().all(|planned| results.iter().any(|result| fits(planned, result)));
            let all_results =
                results.iter().all(|result| elements.iter().any(|planned| fits(planned, result)));
            if !all_planned || !all_results || results.len() > elements.len() {
                violations.push(format!("{path}: the elements are not the planned ones"));
            }
        }
        _ if planned == result => {}
        _ => violations.push(format!("{path}: was planned otherwise")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::Type;
    use super::*;

    fn schema() -> Schema {
        let part = || vec![Attribute::required("name", Type::String, "")];
        Schema {
            attributes: vec![
                Attribute::required("name", Type::String, ""),
                Attribute::computed("id", Type::String, ""),
                Attribute::optional("size", Type::Number, ""),
                Attribute::optional("secret_wo", Type::String, "").write_only(),
                Attribute::optional("columns", Shape::ObjectList(part()), ""),
                Attribute::optional("topics", Shape::ObjectSet(part()), ""),
            ],
            ..Schema::default()
        }
    }

    fn with(name: &str, value: Value) -> Value {
        Value::object([(name, value)])
    }

    fn named(names: &[&str]) -> Vec<Value> {
        names.iter().map(|name| with("name", (*name).into())).collect()
    }

    #[test]
    fn a_plan_may_only_follow_the_configuration_or_keep_what_was() {
        let check = |prior: Value, config: Value, planned: Value| {
            plan_violations(&schema(), &prior, &config, &planned)
        };
        let none: Vec<String> = Vec::new();
        assert_eq!(check(Value::Null, with("name", "a".into()), with("name", "a".into())), none);
        assert_eq!(check(with("name", "A".into()), with("name", "a".into()), with("name", "A".into())), none);
        assert_eq!(check(Value::Null, with("id", Value::Null), with("id", Value::Unknown)), none);
        for (config, planned, place) in [
            (with("name", "a".into()), with("name", "b".into()), "name"),
            (with("name", Value::Unknown), with("name", "b".into()), "name"),
            (with("size", Value::Null), with("size", 1.into()), "size"),
            (with("secret_wo", "s".into()), with("secret_wo", "s".into()), "secret_wo"),
            (
                with("columns", Value::List(named(&["a"]))),
                with("columns", Value::List(named(&["b"]))),
                "columns[0].name",
            ),
            (with("columns", Value::List(named(&["a"]))), with("columns", Value::List(vec![])), "columns"),
            (with("columns", Value::List(named(&["a"]))), with("columns", Value::Unknown), "columns"),
            (
                with("topics", Value::set(named(&["a"]))),
                with("topics", Value::set(named(&["a", "b"]))),
                "topics",
            ),
        ] {
            let found = check(Value::Null, config, planned);
            assert!(found.len() == 1 && found[0].starts_with(&format!("{place}: ")), "{place}: {found:?}");
        }
        assert_eq!(check(with("name", "a".into()), Value::Null, with("name", "a".into())).len(), 1);
    }

    #[test]
    fn a_result_may_only_fill_in_what_was_unknown() {
        let none: Vec<String> = Vec::new();
        assert_eq!(apply_violations(&with("id", Value::Unknown), &with("id", "1".into())), none);
        assert_eq!(apply_violations(&Value::set([Value::Unknown]), &Value::set(["a".into()])), none);
        for (planned, result) in [
            (with("id", Value::Unknown), with("id", Value::Unknown)),
            (with("size", Value::Null), with("size", 1.into())),
            (Value::List(named(&["a", "b"])), Value::List(named(&["b", "a"]))),
            (Value::List(named(&["a"])), Value::List(named(&["a", "b"]))),
            (Value::set(named(&["a"])), Value::set(named(&["b"]))),
            (Value::set(named(&["a"])), Value::set(named(&["a", "b"]))),
            (with("size", 1.into()), Value::Null),
        ] {
            assert!(!apply_violations(&planned, &result).is_empty(), "{planned:?} {result:?}");
        }
    }
}
