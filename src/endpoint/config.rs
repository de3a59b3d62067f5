//! From attributes to the `user_config` that is sent, and from what the API shows back to attributes. Pure.

use crate::aiven::{Endpoint, EndpointConfig, Secret};
use crate::tf::Value;

use super::kept::Kept;
use super::settings::{SECRETS, SETTINGS};

/// The whole `user_config` that is wanted. Write-only secrets are in the configuration alone.
pub fn desired(planned: &Value, config: &Value) -> EndpointConfig {
    let plain = SETTINGS.iter().filter_map(|setting| {
        let text = planned.get(setting.name).as_str()?;
        Some((setting.name, text.to_owned()))
    });
    let secret = SECRETS.iter().filter_map(|secret| {
        let text = planned.get(secret.name).as_str().or_else(|| config.get(secret.write_only).as_str())?;
        Some((secret.name, Secret::new(text)))
    });
    EndpointConfig { plain: plain.collect(), secret: secret.collect() }
}

/// A stored value after a look at the endpoint. Secrets stay as they were: the API shows nothing of them that could
/// be compared.
pub fn seen(mut value: Value, endpoint: &Endpoint, kept: &Kept) -> Value {
    // A name that an answer leaves out is no new name.
    if !endpoint.name.is_empty() {
        value.set_attribute("endpoint_name", Value::string(&endpoint.name));
    }
    for setting in &SETTINGS {
        let shown = shown(endpoint, setting.name);
        let is_kept = value.get(setting.name).is_null() && kept.explains(setting.name, shown.as_str());
        value.set_attribute(setting.name, if is_kept { Value::Null } else { shown });
    }
    value
}

/// What the API shows for a key; null where it shows nothing.
pub fn shown(endpoint: &Endpoint, key: &str) -> Value {
    endpoint.user_config.get(key).and_then(|text| text.as_str()).map_or(Value::Null, Value::string)
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    /// An endpoint that shows this `user_config`.
    pub fn endpoint(user_config: &serde_json::Value) -> Endpoint {
        Endpoint {
            id: "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f".to_owned(),
            name: "outside".to_owned(),
            endpoint_type: "external_kafka".to_owned(),
            user_config: user_config.as_object().cloned().unwrap_or_default(),
        }
    }

    #[test]
    fn a_secret_is_sent_from_wherever_it_is_written() {
        let planned = Value::object([("bootstrap_servers", "a:1".into()), ("ssl_client_key", "key".into())]);
        let config = Value::object([("sasl_plain_password_wo", "password".into())]);
        let desired = desired(&planned, &config);
        assert_eq!(desired.plain.keys().collect::<Vec<_>>(), [&"bootstrap_servers"]);
        let secrets = [("sasl_plain_password", "password"), ("ssl_client_key", "key")];
        assert_eq!(desired.secret, secrets.map(|(name, text)| (name, Secret::new(text))).into());
    }

    #[test]
    fn no_form_of_hiding_a_secret_is_taken_for_a_change() {
        let value = Value::object([("sasl_plain_password", "mine".into()), ("ssl_client_key", Value::Null)]);
        for hidden in
            [json!({}), json!({"sasl_plain_password": null}), json!({"sasl_plain_password": "<redacted>"})]
        {
            let seen = seen(value.clone(), &endpoint(&hidden), &Kept::default());
            assert_eq!(seen.get("sasl_plain_password"), &"mine".into());
            assert_eq!(seen.get("ssl_client_key"), &Value::Null);
        }
    }
}
