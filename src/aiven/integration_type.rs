//! A type of integration as the API describes it, and the answer it arrives in.

use serde::Deserialize;
use serde_json::Value;

use super::integration::{complain, unreadable};

/// One type of integration. What joins what is left out: nobody here asks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct IntegrationType {
    /// For instance `clickhouse_kafka`.
    pub integration_type: String,
    /// The JSON Schema of its `user_config`; null where the API leaves it out.
    #[serde(default)]
    pub user_config_schema: Value,
}

#[derive(Deserialize)]
struct Many {
    error: Option<Value>,
    integration_types: Option<Vec<IntegrationType>>,
}

/// Reads the body of a successful list.
pub(super) fn many(body: &[u8]) -> Result<Vec<IntegrationType>, String> {
    let answer: Many = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    complain(answer.error.as_ref())?;
    answer.integration_types.ok_or_else(|| "the answer holds no `integration_types`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_whatever_else_there_is() {
        let types = many(br#"{"integration_types": [
            {"integration_type": "a", "user_config_schema": {"type": "object"}, "source_service_types": ["kafka"]},
            {"integration_type": "b"}, {"integration_type": "c", "user_config_schema": null}], "more": 1}"#);
        let types = types.unwrap();
        assert_eq!(types[0].user_config_schema["type"], "object");
        assert!(types[1].user_config_schema.is_null() && types[2].user_config_schema.is_null());
    }

    #[test]
    fn what_is_no_list_of_types_is_unreadable() {
        for body in ["{}", "[]", "<html>", r#"{"integration_types": {}}"#, r#"{"integration_types": [1]}"#] {
            assert!(many(body.as_bytes()).is_err(), "{body}");
        }
        assert!(many(br#"{"integration_types": [], "error": "oops"}"#).unwrap_err().contains("oops"));
    }
}
