//! The `timeouts` block, as users know it from other providers: what may be written in it, and what it says.
//! Knows neither the operations nor how long they take.

use std::time::Duration;

use super::checks::Check;
use super::duration;
use super::schema::{Attribute, Block};
use super::types::Type;
use super::value::Value;

/// The block, from the name of each operation, what it waits for, and its default.
pub fn block(operations: &[(&'static str, &str, &str)]) -> Block {
    let timeout = |&(name, what, default): &(&'static str, &str, &str)| {
        let description =
            format!("How long to wait until {what}, for example `90s` or `1h30m`. Default is `{default}`.");
        Attribute::optional(name, Type::String, description).check(Check::new(|value, path, diagnostics| {
            if let Some(Err(error)) = value.as_str().map(duration::parse) {
                diagnostics.error_at(
                    path.clone(),
                    format!("`{path}` is not a duration"),
                    format!("{error}."),
                );
            }
        }))
    };
    Block {
        name: "timeouts",
        description: "How long the operations may take, waits and retries included.".to_owned(),
        attributes: operations.iter().map(timeout).collect(),
    }
}

/// The time the user allows for an operation on `value`. A text that is no duration was refused in validation.
pub fn allowed(value: &Value, operation: &str, default: Duration) -> Duration {
    let configured =
        value.get("timeouts").get(operation).as_str().and_then(|text| duration::parse(text).ok());
    configured.unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_is_allowed_and_else_the_default() {
        let default = Duration::from_mins(5);
        let value = Value::object([("timeouts", Value::object([("read", "90s".into())]))]);
        assert_eq!(allowed(&value, "read", default), Duration::from_secs(90));
        assert_eq!(allowed(&value, "create", default), default);
        assert_eq!(allowed(&Value::object([("timeouts", Value::Null)]), "read", default), default);
    }
}
