//! The rules of an `external_kafka` endpoint's `user_config`; facts of Aiven's published schema.

use super::{Kind, Property};

/// The whole `user_config`.
pub const USER_CONFIG: Kind = Kind::Object(&[
    Property::new("bootstrap_servers", Kind::text(3, 256)).required(),
    Property::new("security_protocol", Kind::Choice(&["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL"]))
        .required(),
    Property::new("sasl_mechanism", Kind::Choice(&["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])),
    Property::new("sasl_plain_username", Kind::text(1, 256)),
    Property::new("sasl_plain_password", Kind::text(1, 256)).secret(),
    Property::new("ssl_ca_cert", Kind::text(0, 16_384)),
    Property::new("ssl_client_cert", Kind::text(0, 16_384)),
    Property::new("ssl_client_key", Kind::text(0, 16_384)).secret(),
    Property::new("ssl_endpoint_identification_algorithm", Kind::Choice(&["https"])),
]);
