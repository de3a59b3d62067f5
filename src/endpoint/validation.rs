//! Rules across attributes, checked offline. Which settings a protocol needs is what Aiven's guide to external Kafka
//! clusters says; what it merely does not mention is a warning. What is not known yet is left alone.

use crate::tf::{Diagnostics, Path, Value};

use super::settings::{PROTOCOLS, SECRETS, SETTINGS, SecretSetting};

/// Checks a configuration whose attributes have been checked one by one, and may be wrong by themselves.
pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    for secret in &SECRETS {
        one_form(config, secret, diagnostics);
    }
    let known = config.get("security_protocol").as_str().filter(|protocol| PROTOCOLS.contains(protocol));
    if let Some(protocol) = known {
        needs(config, protocol, diagnostics);
        is_used(config, protocol, diagnostics);
    }
    certificate_and_key(config, diagnostics);
}

/// Checks, where a new endpoint is planned, that it can log in. An existing one may have a password that is not known
/// here, after an import for instance.
pub fn can_log_in(planned: &Value, diagnostics: &mut Diagnostics) {
    let [password, ..] = &SECRETS;
    let protocol = planned.get("security_protocol").as_str().filter(|protocol| protocol.starts_with("SASL_"));
    if let Some(protocol) = protocol
        && password.names().iter().all(|name| planned.get(name).is_null())
    {
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

fn one_form(config: &Value, secret: &SecretSetting, diagnostics: &mut Diagnostics) {
    let SecretSetting { name, write_only, version, .. } = secret;
    let is_set = |name| !config.get(name).is_null();
    if is_set(name) && is_set(write_only) {
        diagnostics.error_at(
            Path::attribute(*write_only),
            format!("`{name}` and `{write_only}` exclude each other"),
            format!("Remove `{name}` to keep the secret out of the state, or remove `{write_only}`."),
        );
    }
    if is_set(write_only) && !is_set(version) {
        diagnostics.error_at(
            Path::attribute(*write_only),
            format!("`{write_only}` needs `{version}`"),
            format!("Terraform cannot see that a write-only value has changed. Set `{version} = 1`, and another number \
                     with every new secret."),
        );
    }
    if is_set(version) && !is_set(write_only) {
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
        if !config.get(name).is_null() {
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
    let has_certificate = !config.get(certificate).is_null();
    let has_key = key.names().iter().any(|name| !config.get(name).is_null());
    let (there, lacking) = match (has_certificate, has_key) {
        (true, false) => (certificate, key.name),
        (false, true) => (key.name, certificate),
        _ => return,
    };
    diagnostics.warning_at(
        Path::attribute(there),
        format!("`{there}` is of no use without `{lacking}`"),
        "A client certificate and its key belong together. Set both, or neither.",
    );
}
