//! Configurations of tables, and what `terraform validate` says of them.

use aiven_clickhouse_kafka::table;
use aiven_clickhouse_kafka::tf::{Severity, Value};

/// How bad something is, for us and for ClickHouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// We say nothing. ClickHouse takes it.
    Fine,
    /// We warn. ClickHouse refuses it unless some setting allows it.
    Doubtful,
    /// We refuse it, and so does ClickHouse whatever its settings are.
    Wrong,
}

/// A table with these columns and settings, and without a mistake elsewhere.
pub fn table(columns: &[(&str, &str)], settings: &[(&str, Value)]) -> Value {
    let mut table =
        Value::object(table::SCHEMA.attributes.iter().map(|attribute| (attribute.name, Value::Null)));
    let column = |(name, ty): &(&str, &str)| object(&[("name", (*name).into()), ("type", (*ty).into())]);
    for (name, value) in [
        ("project", "demo".into()),
        ("service_integration_id", "00000000-0000-4000-8000-000000000001".into()),
        ("name", "events".into()),
        ("columns", Value::List(columns.iter().map(column).collect())),
        ("topics", Value::set([object(&[("name", "events".into())])])),
        ("data_format", "JSONEachRow".into()),
        ("group_name", "one".into()),
    ] {
        table.set_attribute(name, value);
    }
    for (name, value) in settings {
        table.set_attribute(name, value.clone());
    }
    table
}

/// A view, given as its attributes.
pub fn view(attributes: &[(&str, Value)]) -> Value {
    let mut view = object(&[("view_name", "stored".into()), ("order_by", names(&[]))]);
    for (name, value) in attributes {
        view.set_attribute(name, value.clone());
    }
    view
}

/// A list of names.
pub fn names(names: &[&str]) -> Value {
    Value::List(names.iter().map(|name| (*name).into()).collect())
}

/// What `terraform validate` says of a configuration: the worst of it. What it would say in any case is left out, of the
/// types of the columns for instance.
pub fn ours(configuration: &Value) -> Verdict {
    let mut plain = configuration.clone();
    plain.set_attribute("materialized_view", Value::Null);
    plain.set_attribute("data_format", "JSONEachRow".into());
    let in_any_case = table::problems(&plain);
    let problems = table::problems(configuration);
    let problems = problems.iter().filter(|problem| in_any_case.iter().all(|other| other != *problem));
    let each = problems.map(|problem| match problem.severity {
        Severity::Error => Verdict::Wrong,
        Severity::Warning => Verdict::Doubtful,
    });
    each.max().unwrap_or(Verdict::Fine)
}

fn object(attributes: &[(&str, Value)]) -> Value {
    Value::object(attributes.iter().map(|(name, value)| (*name, value.clone())))
}
