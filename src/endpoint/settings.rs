//! The keys of an endpoint's `user_config`, with their limits and known values: those of Aiven's schema of the endpoint
//! type `external_kafka`, of August 2026.

use std::ops::RangeInclusive;

/// The ways to connect.
pub const PROTOCOLS: [&str; 4] = ["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL"];

/// One key with a text that everybody may see.
pub struct Setting {
    /// The key, and the attribute's name.
    pub name: &'static str,
    /// Whether an endpoint must have it.
    pub required: bool,
    /// How many characters it may have.
    pub length: RangeInclusive<usize>,
    /// The values known today, where it is a choice.
    pub known: &'static [&'static str],
    /// What it means.
    pub description: &'static str,
}

/// One key with a secret.
pub struct SecretSetting {
    /// The key, and the attribute's name.
    pub name: &'static str,
    /// The attribute for the same secret that is never stored.
    pub write_only: &'static str,
    /// The attribute that says when that one has changed.
    pub version: &'static str,
    /// How many characters it may have.
    pub length: RangeInclusive<usize>,
    /// What it is, as a noun.
    pub what: &'static str,
}

impl SecretSetting {
    /// The names of its three attributes.
    pub fn names(&self) -> [&'static str; 3] {
        [self.name, self.write_only, self.version]
    }
}

/// All keys that are no secrets.
pub const SETTINGS: [Setting; 7] = [
    Setting {
        name: "bootstrap_servers",
        required: true,
        length: 3..=256,
        known: &[],
        description: "Addresses of the Kafka brokers, separated by commas, 3 to 256 characters: \
                      `10.0.0.1:9092,10.0.0.2:9092`.",
    },
    Setting {
        name: "security_protocol",
        required: true,
        length: 1..=256,
        known: &PROTOCOLS,
        description: "How to connect. Known values are `PLAINTEXT`, `SASL_PLAINTEXT`, `SASL_SSL` and `SSL`. With the two \
                      of SASL, `sasl_mechanism`, `sasl_plain_username` and a password are needed.",
    },
    Setting {
        name: "sasl_mechanism",
        required: false,
        length: 1..=256,
        known: &["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
        description: "How to log in with SASL. Known values are `PLAIN`, `SCRAM-SHA-256` and `SCRAM-SHA-512`.",
    },
    Setting {
        name: "sasl_plain_username",
        required: false,
        length: 1..=256,
        known: &[],
        description: "User name for SASL, 1 to 256 characters.",
    },
    Setting {
        name: "ssl_ca_cert",
        required: false,
        length: 0..=16_384,
        known: &[],
        description: "Certificate authority of the brokers, PEM, up to 16384 characters.",
    },
    Setting {
        name: "ssl_client_cert",
        required: false,
        length: 0..=16_384,
        known: &[],
        description: "Client certificate, PEM, up to 16384 characters. Its key is `ssl_client_key` or `ssl_client_key_wo`.",
    },
    Setting {
        name: "ssl_endpoint_identification_algorithm",
        required: false,
        length: 0..=256,
        known: &["https"],
        description: "How the brokers' names are checked against their certificates. The known value is `https`.",
    },
];

/// All keys that are secrets.
pub const SECRETS: [SecretSetting; 2] = [
    SecretSetting {
        name: "sasl_plain_password",
        write_only: "sasl_plain_password_wo",
        version: "sasl_plain_password_wo_version",
        length: 1..=256,
        what: "Password for SASL, 1 to 256 characters",
    },
    SecretSetting {
        name: "ssl_client_key",
        write_only: "ssl_client_key_wo",
        version: "ssl_client_key_wo_version",
        length: 0..=16_384,
        what: "Key of the client certificate, PEM, up to 16384 characters",
    },
];
