//! Rules across attributes, checked offline. What is not known yet is left alone.

use crate::tf::{Diagnostics, Path, Value};

/// Checks that one of two attributes, which both name the source, is set, and not the other.
pub fn one_source(config: &Value, names: [&str; 2], diagnostics: &mut Diagnostics) {
    let [service, endpoint] = names;
    let values = names.map(|name| config.get(name));
    if values.iter().all(|value| value.is_null()) {
        diagnostics.error(
            "The source of the integration is missing",
            format!("Set `{service}` to the name of a Kafka service, or `{endpoint}` for an external Kafka."),
        );
    } else if values.iter().all(|value| value.as_str().is_some()) {
        diagnostics.error_at(
            Path::attribute(endpoint),
            format!("`{service}` and `{endpoint}` exclude each other"),
            "An integration has one source. Remove one of the two, and make two integrations for two sources.",
        );
    }
}
