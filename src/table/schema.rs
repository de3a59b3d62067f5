//! What may be written in an `aiven_clickhouse_kafka_table`: the published properties of one element of
//! `user_config.tables`, the attributes that say where it lives, and our own few.
//!
//! Names, limits, allowed values and defaults are those of Aiven's schema of the integration type
//! `clickhouse_kafka`, of the day that `limits` names. What goes beyond a limit is not refused here: see `limits`.

use crate::naming;
use crate::tf::checks::Check;
use crate::tf::schema::{Attribute, IdentityAttribute, IdentitySchema, Schema, Shape};
use crate::tf::{Type, timeouts};

use super::limits::{self, Limit};
use super::settings::{self, Setting};
use super::{additional, column_type};

/// Attributes that say where the table lives or what we know of it. All others are keys of its JSON.
const NOT_IN_THE_ELEMENT: [&str; 6] =
    ["id", "project", "service_integration_id", "database_name", additional::ATTRIBUTE, WAIT];

/// Whether an apply waits until ClickHouse has the table.
pub const WAIT: &str = "wait_for_table";

const TOPIC_LETTERS: &str = "letters, digits, `-`, `_` and `.`";

/// The resource's schema.
pub fn resource() -> Schema {
    let mut attributes = located();
    attributes.extend(mandatory());
    attributes.extend(settings::TABLE.iter().map(setting));
    attributes.push(materialized_view());
    attributes.push(Attribute::optional(
        additional::ATTRIBUTE,
        Type::String,
        "Settings that Aiven has added and this version of the provider does not know yet: a JSON object, \
         usually written with `jsonencode`. Its keys are written into the table's JSON beside the other settings \
         and are owned by this resource: a key removed here is deleted there. Values are compared as JSON, and \
         inside objects only the keys written here are compared. Null values are refused, and so are keys that \
         have an attribute of their own. A plan holds new keys against the schema of the account.",
    ));
    attributes.push(wait_for_table());
    attributes.extend(computed());
    Schema {
        version: 0,
        description: include_str!("description.md").trim().replace("KNOWN_SCHEMA", limits::KNOWN_SCHEMA),
        attributes,
        blocks: vec![timeouts::block(&[
            ("create", "the table is in the integration, and with `wait_for_table` in ClickHouse", "20m"),
            ("read", "the integration has been read", "5m"),
            (
                "update",
                "the change is in the integration, and with `wait_for_table` the table in ClickHouse",
                "20m",
            ),
            ("delete", "the table is out of the integration", "20m"),
        ])],
    }
}

/// What names a table for good.
pub fn identity() -> IdentitySchema {
    let attribute = |name, description| IdentityAttribute { name, description };
    IdentitySchema {
        attributes: vec![
            attribute("project", "Aiven project of the service integration."),
            attribute("service_integration_id", "UUID of the service integration, in lower case."),
            attribute("name", "Name of the table."),
        ],
    }
}

/// The attributes that are keys of the table's JSON, in the order in which a new table is written.
pub fn in_the_element(schema: &Schema) -> impl Iterator<Item = &Attribute> {
    schema.attributes.iter().filter(|attribute| !NOT_IN_THE_ELEMENT.contains(&attribute.name))
}

fn located() -> Vec<Attribute> {
    vec![
        naming::project("Name of the Aiven project. Changing this forces a new resource.").requires_replace(),
        Attribute::required(
            "service_integration_id",
            Type::String,
            "ID of the `clickhouse_kafka` service integration: its UUID, or `PROJECT/UUID` as the attribute `id` of \
             the official provider's `aiven_service_integration` gives it. Upper and lower case, with and without \
             the project, are one value. Changing this forces a new resource.",
        )
        .requires_replace(),
    ]
}

fn mandatory() -> Vec<Attribute> {
    vec![
        limited(
            Attribute::required(
                "name",
                Type::String,
                "Name of the table in ClickHouse, 1 to 40 characters. Changing this forces a new resource.",
            )
            .requires_replace(),
            &limits::NAME,
        ),
        limited(
            Attribute::required(
                "columns",
                Shape::ObjectList(column()),
                "Columns of the table, 1 to 100, in order.",
            ),
            &limits::COLUMNS,
        ),
        limited(
            Attribute::required(
                "topics",
                Shape::ObjectSet(topic()),
                "Kafka topics that the table reads from and writes to, 1 to 100. ClickHouse cannot write to a table \
                 with more than one topic.",
            ),
            &limits::TOPICS,
        ),
        setting(&settings::DATA_FORMAT),
        setting(&settings::GROUP_NAME),
    ]
}

fn column() -> Vec<Attribute> {
    vec![
        limited(
            Attribute::required("name", Type::String, "Name of the column, 1 to 40 characters."),
            &limits::COLUMN_NAME,
        ),
        limited(
            Attribute::required(
                "type",
                Type::String,
                "ClickHouse type of the column, 1 to 1000 characters, for example `DateTime64(3)`. A type that \
                 ClickHouse 25.8 refuses whatever its settings is an error; one that it refuses unless a setting allows \
                 it, or does not know, is a warning. Two spellings of one type are equal.",
            ),
            &limits::COLUMN_TYPE,
        )
        .check(column_type::check()),
    ]
}

fn topic() -> Vec<Attribute> {
    let pattern = Check::new(|value, path, diagnostics| {
        let Some(name) = value.as_str() else { return };
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if !name.chars().all(allowed) || matches!(name, "." | "..") {
            diagnostics.error_at(
                path.clone(),
                format!("`{name}` is not the name of a Kafka topic"),
                format!(
                    "`{path}` holds it. A topic's name consists of {TOPIC_LETTERS}, and is neither `.` nor `..`."
                ),
            );
        }
    });
    vec![
        limited(
            Attribute::required(
                "name",
                Type::String,
                format!("Name of the topic, 1 to 249 characters: {TOPIC_LETTERS}. The topic should exist."),
            ),
            &limits::TOPIC_NAME,
        )
        .check(pattern),
    ]
}

fn materialized_view() -> Attribute {
    Attribute::optional(
        "materialized_view",
        Shape::Object(settings::VIEW.iter().map(setting).collect()),
        "Creates a materialized view that stores every message the table reads in a table of the MergeTree family. \
         Aiven cannot change some settings of an existing view, its sorting key among them.",
    )
}

fn wait_for_table() -> Attribute {
    Attribute::optional(
        WAIT,
        Type::Bool,
        "Whether an apply that creates or changes the table waits until ClickHouse has it, and fails where Aiven reports \
         that ClickHouse refuses it. Default is `false`: the apply ends when the table is in the integration, and what \
         Aiven reports against it is a warning. ClickHouse is asked through Aiven's API, which takes the permission \
         `service:data:write`: one query for all tables of a write that are answered together, and another one for the \
         table that is answered later, because it was the last one in sight (see `settle` of the provider). Where a \
         table is not there yet, or the query fails, it is asked again within the time that `timeouts` allows. A new \
         table that is not seen is kept in the state as tainted. That a table is there proves that it was created, not \
         that it is as configured: one that is changed or replaced was in ClickHouse before under the same name, so \
         there it is only proved that Aiven reports nothing against it. Changing this attribute alone writes nothing.",
    )
}

fn computed() -> Vec<Attribute> {
    vec![
        Attribute::computed(
            "id",
            Type::String,
            "Resource ID composed as: `PROJECT/SERVICE_INTEGRATION_ID/NAME`, with the bare UUID in lower case.",
        ),
        Attribute::computed(
            "database_name",
            Type::String,
            "Database of the table in ClickHouse: `service_` and the name of the Kafka service. For an external Kafka it \
             is expected to be `endpoint_` and the endpoint's name; Aiven documents that prefix for other endpoints. \
             Names with dashes need backticks in SQL.",
        ),
    ]
}

fn setting(setting: &Setting) -> Attribute {
    let description = setting.description();
    let attribute = if setting.required {
        Attribute::required(setting.name, setting.kind.ty(), description)
    } else {
        Attribute::optional(setting.name, setting.kind.ty(), description)
    };
    setting.kind.checks().into_iter().fold(attribute, Attribute::check)
}

fn limited(attribute: Attribute, limit: &Limit) -> Attribute {
    limit.checks().into_iter().fold(attribute, Attribute::check)
}
