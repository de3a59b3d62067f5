//! Rules across attributes, checked offline. Which settings a protocol needs is what Aiven's guide to external Kafka
//! clusters says; what it merely does not mention is a warning. What is not known yet is left alone.

use crate::tf::{Diagnostics, Path, Value};

use super::settings::{PROTOCOLS, SECRETS, SETTINGS, SecretSetting};

const PROTOCOL: &str = "security_protocol";

/// Checks a configuration whose attributes have been checked one by one, and may be wrong by themselves.
pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    for secret in &SECRETS {
        one_form(config, secret, diagnostics);
    }
    let known = config.get(PROTOCOL).as_str().filter(|protocol| PROTOCOLS.contains(protocol));
    if let Some(protocol) = known {
        needs(config, protocol, diagnostics);
        is_used(config, protocol, diagnostics);
    }
    certificate_and_key(config, diagnostics);
}

/// Whether an endpoint of these attributes logs in with a password.
pub fn logs_in(value: &Value) -> bool {
    value.get(PROTOCOL).as_str().is_some_and(|protocol| protocol.starts_with("SASL_"))
}

/// Checks that an endpoint can log in which could not before. One that could may have a password that is not known here,
/// after an import for instance.
pub fn can_log_in(value: &Value, diagnostics: &mut Diagnostics) {
    let [password, ..] = &SECRETS;
    if let Some(protocol) = value.get(PROTOCOL).as_str().filter(|_| lacks_password(value)) {
        diagnostics.error_at(
            Path::attribute(password.name),
            format!("`security_protocol` {protocol} needs a password"),
            format!(
                "Set `{}`, or `{}` together with `{}`, which keeps it out of the state.",
                password.name, password.write_only, password.version
            ),
        );
    }
}

/// Warns, where an endpoint that logs in is changed, that it must have a password that is not known here.
pub fn sends_password(config: &Value, name: &str, diagnostics: &mut Diagnostics) {
    let [password, ..] = &SECRETS;
    if lacks_password(config) {
        diagnostics.warning_at(
            Path::attribute(password.name),
            format!("The change of endpoint `{name}` was sent without `{}`", password.name),
            format!(
                "None is configured. Aiven is expected to keep the one it has, but does not show it, so that cannot be \
                 seen. To be sure, set `{}`, or `{}` together with `{}`.",
                password.name, password.write_only, password.version
            ),
        );
    }
}

fn lacks_password(value: &Value) -> bool {
    let [password, ..] = &SECRETS;
    logs_in(value) && password.names().iter().all(|name| value.get(name).is_null())
}

/// Whether an attribute is set for certain; what is not known yet may turn out to be null.
fn is_set(config: &Value, name: &str) -> bool {
    let value = config.get(name);
    !value.is_null() && !value.is_unknown()
}

fn one_form(config: &Value, secret: &SecretSetting, diagnostics: &mut Diagnostics) {
    let SecretSetting { name, write_only, version, .. } = secret;
    if is_set(config, name) && is_set(config, write_only) {
        diagnostics.error_at(
            Path::attribute(*write_only),
            format!("`{name}` and `{write_only}` exclude each other"),
            format!("Remove `{name}` to keep the secret out of the state, or remove `{write_only}`."),
        );
    }
    if is_set(config, write_only) && config.get(version).is_null() {
        diagnostics.error_at(
            Path::attribute(*write_only),
            format!("`{write_only}` needs `{version}`"),
            format!("Terraform cannot see that a write-only value has changed. Set `{version} = 1`, and another number \
                     with every new secret."),
        );
    }
    if is_set(config, version) && config.get(write_only).is_null() {
        diagnostics.error_at(
            Path::attribute(*version),
            format!("`{version}` needs `{write_only}`"),
            format!("It is the version of that secret. Set `{write_only}`, or remove `{version}`."),
        );
    }
}

fn needs(config: &Value, protocol: &str, diagnostics: &mut Diagnostics) {
    if !protocol.starts_with("SASL_") {
        return;
    }
    for (name, advice) in [
        ("sasl_mechanism", "Set it to the mechanism that the brokers expect, for example `SCRAM-SHA-512`."),
        ("sasl_plain_username", "Set it to the user that Aiven is to log in as."),
    ] {
        if config.get(name).is_null() {
            diagnostics.error_at(
                Path::attribute(name),
                format!("`security_protocol` {protocol} needs `{name}`"),
                advice,
            );
        }
    }
}

fn is_used(config: &Value, protocol: &str, diagnostics: &mut Diagnostics) {
    let unused: &[&str] = match protocol {
        "PLAINTEXT" => &["sasl_", "ssl_"],
        "SASL_PLAINTEXT" => &["ssl_"],
        "SSL" => &["sasl_"],
        _ => &[],
    };
    let settings = SETTINGS.iter().map(|setting| setting.name);
    let names = settings.chain(SECRETS.iter().flat_map(|secret| [secret.name, secret.write_only]));
    for name in names.filter(|name| unused.iter().any(|beginning| name.starts_with(beginning))) {
        if is_set(config, name) {
            diagnostics.warning_at(
                Path::attribute(name),
                format!("`{name}` is not used with `security_protocol` {protocol}"),
                "Remove it, or check `security_protocol`.",
            );
        }
    }
}

fn certificate_and_key(config: &Value, diagnostics: &mut Diagnostics) {
    let certificate = "ssl_client_cert";
    let [_, key] = &SECRETS;
    let lacks_certificate = config.get(certificate).is_null();
    let lacks_key = key.names().iter().all(|name| config.get(name).is_null());
    let has_key = key.names().iter().any(|name| is_set(config, name));
    let (there, lacking) = if is_set(config, certificate) && lacks_key {
        (certificate, key.name)
    } else if has_key && lacks_certificate {
        (key.name, certificate)
    } else {
        return;
    };
    diagnostics.warning_at(
        Path::attribute(there),
        format!("`{there}` is of no use without `{lacking}`"),
        "A client certificate and its key belong together. Set both, or neither.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(attributes: &[(&str, Value)]) -> Vec<String> {
        let config = Value::object(attributes.iter().cloned());
        let mut diagnostics = Diagnostics::default();
        validate(&config, &mut diagnostics);
        can_log_in(&config, &mut diagnostics);
        diagnostics.iter().map(|diagnostic| diagnostic.summary.clone()).collect()
    }

    #[test]
    fn what_is_not_known_yet_may_be_null_or_not() {
        let names = ["sasl_plain_password", "sasl_plain_password_wo", "sasl_plain_password_wo_version"];
        // Each of the three is null, set or unknown; only what is certain is said.
        for (values, expected) in [
            (["x".into(), Value::Unknown, Value::Null], 0),
            ([Value::Unknown, "x".into(), 1.into()], 0),
            (["x".into(), "x".into(), 1.into()], 1),
            ([Value::Null, "x".into(), Value::Unknown], 0),
            ([Value::Null, "x".into(), Value::Null], 1),
            ([Value::Null, Value::Unknown, 1.into()], 0),
            ([Value::Null, Value::Null, 1.into()], 1),
            ([Value::Null, Value::Unknown, Value::Null], 0),
            ([Value::Unknown, Value::Unknown, Value::Unknown], 0),
        ] {
            let attributes: Vec<_> = names.into_iter().zip(values).collect();
            assert_eq!(said(&attributes).len(), expected, "{attributes:?}");
        }
        let plaintext = ("security_protocol", "PLAINTEXT".into());
        assert_eq!(said(&[plaintext, ("ssl_ca_cert", Value::Unknown)]), Vec::<String>::new());
        assert_eq!(said(&[("ssl_client_cert", Value::Unknown)]), Vec::<String>::new());
        assert_eq!(
            said(&[("ssl_client_cert", "x".into()), ("ssl_client_key", Value::Unknown)]),
            Vec::<String>::new()
        );
        let login = ["security_protocol", "sasl_mechanism", "sasl_plain_username", "sasl_plain_password"];
        let mut login = login.map(|name| (name, Value::Unknown));
        assert_eq!(said(&login), Vec::<String>::new());
        login[0].1 = "SASL_SSL".into();
        assert_eq!(said(&login), Vec::<String>::new());
    }
}
