//! Texts that mean the same although they are not equal: which attributes have them, and how they are compared.
//! Whoever shows or writes such a text keeps the spelling that is there already.

use serde_json::Value as Json;

use crate::clickhouse;
use crate::document::json_equal;
use crate::tf::{Path, Step};

use super::additional;
use super::identifier::IntegrationReference;

/// Whether two texts at a path of keys, `["columns", "type"]` for instance, mean the same.
pub fn same(path: &[&str], one: &str, other: &str) -> bool {
    one == other
        || match path {
            ["service_integration_id"] => IntegrationReference::same(one, other),
            [additional::ATTRIBUTE] => additional::same(one, other),
            ["columns", "type"] => clickhouse::same_type(one, other),
            _ => false,
        }
}

/// Whether two values in the JSON of tables mean the same.
pub fn same_json(path: &[&str], one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::String(one), Json::String(other)) => same(path, one, other),
        _ => json_equal(one, other),
    }
}

/// The keys on the way to a place, without the positions in lists.
pub fn keys<'path>(path: &'path Path) -> Vec<&'path str> {
    let key = |step: &'path Step| match step {
        Step::Attribute(name) => Some(name.as_str()),
        Step::Index(_) | Step::Key(_) | Step::Element => None,
    };
    path.steps().iter().filter_map(key).collect()
}
