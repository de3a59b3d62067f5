//! What may be written in an `aiven_external_kafka_endpoint`.

use crate::naming;
use crate::tf::schema::{Attribute, IdentityAttribute, IdentitySchema, Schema};
use crate::tf::{Type, checks, timeouts};

use super::settings::{SECRETS, SETTINGS, SecretSetting, Setting};

/// The resource's schema.
pub fn resource() -> Schema {
    let mut attributes = vec![
        naming::project("Name of the Aiven project. Changing this forces a new resource.").requires_replace(),
        Attribute::required(
            "endpoint_name",
            Type::String,
            "Name of the endpoint in the project, 1 to 40 characters. The database of an integration is named after \
             it. Changing this forces a new resource.",
        )
        .requires_replace()
        .check(checks::length(1..=40)),
        Attribute::computed(
            "id",
            Type::String,
            "Resource ID composed as: `PROJECT/ENDPOINT_ID`, with the bare UUID in lower case.",
        ),
        Attribute::computed("endpoint_id", Type::String, "UUID of the endpoint."),
    ];
    attributes.extend(SETTINGS.iter().map(setting));
    attributes.extend(SECRETS.iter().flat_map(secret));
    Schema {
        version: 0,
        description: include_str!("description.md").trim().to_owned(),
        attributes,
        blocks: vec![timeouts::block(&[
            ("create", "the endpoint is created", "20m"),
            ("read", "the endpoint has been read", "5m"),
            ("update", "the endpoint is changed", "20m"),
            ("delete", "the endpoint is deleted", "20m"),
        ])],
    }
}

/// What names an endpoint for good.
pub fn identity() -> IdentitySchema {
    let attribute = |name, description| IdentityAttribute { name, description };
    IdentitySchema {
        attributes: vec![
            attribute("project", "Aiven project of the endpoint."),
            attribute("endpoint_id", "UUID of the endpoint, in lower case."),
        ],
    }
}

fn setting(setting: &Setting) -> Attribute {
    let attribute = if setting.required {
        Attribute::required(setting.name, Type::String, setting.description)
    } else {
        Attribute::optional(setting.name, Type::String, setting.description)
    };
    let attribute = attribute.check(checks::length(setting.length.clone()));
    if setting.known.is_empty() { attribute } else { attribute.check(checks::known_values(setting.known)) }
}

fn secret(secret: &SecretSetting) -> [Attribute; 3] {
    let SecretSetting { name, write_only, version, length, what } = secret;
    [
        Attribute::optional(
            name,
            Type::String,
            format!("{what}. It is stored in the state; `{write_only}` is not. The two exclude each other."),
        )
        .sensitive()
        .check(checks::length(length.clone())),
        Attribute::optional(
            write_only,
            Type::String,
            format!(
                "{what}, which is sent and never stored. Needs Terraform 1.11 or later, and `{version}`. The API is sent \
                 it whenever anything of the endpoint changes."
            ),
        )
        .sensitive()
        .write_only()
        .check(checks::length(length.clone())),
        Attribute::optional(
            version,
            Type::Number,
            format!("Version of `{write_only}`. Terraform cannot see that a write-only value has changed: change this \
                     number with it."),
        ),
    ]
}
