//! What may be written in, and read from, the data source and the resource.

use crate::naming;
use crate::tf::schema::{Attribute, IdentityAttribute, IdentitySchema, Schema};
use crate::tf::{Type, checks, timeouts};

/// The data source's schema.
pub fn data_source() -> Schema {
    let computed = |name, description: &str| Attribute::computed(name, Type::String, description);
    let mut attributes = vec![
        naming::project("Name of the Aiven project of the ClickHouse service."),
        clickhouse_service("Name of the ClickHouse service, the destination."),
        kafka_service(
            "Name of the Kafka service, the source. Exactly one of this and `kafka_endpoint_name` is set.",
        ),
        Attribute::optional(
            "kafka_endpoint_name",
            Type::String,
            "Name of the integration endpoint of an external Kafka, the source. Exactly one of this and \
             `kafka_service_name` is set.",
        )
        .check(checks::length(1..=40)),
        Attribute::computed("enabled", Type::Bool, "Whether the integration is switched on."),
        computed("description", "Aiven's sentence about integrations of this type."),
        computed("source_project", "Project of the source."),
        computed("source_service_name", "Name of the source service; null for an external Kafka."),
        computed("source_endpoint_name", "Name of the source endpoint; null for a Kafka service."),
        computed("source_endpoint_id", "UUID of the source endpoint; null for a Kafka service."),
        computed("destination_project", "Project of the ClickHouse service."),
        computed("destination_service_name", "Name of the ClickHouse service."),
        computed(
            "status",
            "State of the integration in Aiven's words, for example `running` or `failed`; null where Aiven states none.",
        ),
        computed("status_description", "Aiven's description of that state; null where there is none."),
        Attribute::computed(
            "status_errors",
            Type::list(Type::String),
            "Errors of the integration in Aiven's words; empty where there are none.",
        ),
    ];
    attributes.extend(known_by("Data source ID"));
    Schema {
        version: 0,
        description: include_str!("data_source.md").trim().to_owned(),
        attributes,
        blocks: Vec::new(),
    }
}

/// The resource's schema.
pub fn resource() -> Schema {
    let mut attributes = vec![
        naming::project(
            "Name of the Aiven project of both services. Changing this forces a new resource.",
        )
        .requires_replace(),
        clickhouse_service(
            "Name of the ClickHouse service, the destination. Changing this forces a new resource.",
        )
        .requires_replace(),
        kafka_service(
            "Name of the Aiven for Apache Kafka service, the source. Exactly one of this and `kafka_endpoint_id` is \
             set. Changing this forces a new resource.",
        )
        .requires_replace(),
        Attribute::optional(
            "kafka_endpoint_id",
            Type::String,
            "ID of the integration endpoint of an external Kafka, the source: its UUID, or `PROJECT/UUID` as the \
             attribute `id` of `aiven_external_kafka_endpoint` gives it. Upper and lower case, with and without the \
             project, are one value. Exactly one of this and `kafka_service_name` is set. Changing this forces a new \
             resource.",
        )
        .requires_replace(),
        Attribute::optional(
            "force_destroy",
            Type::Bool,
            "Whether the integration may be deleted together with tables that are left in it. Default is `false`. It \
             counts only once it has been applied: set it, apply, and destroy then.",
        ),
        Attribute::computed(
            "kafka_endpoint_name",
            Type::String,
            "Name of the source endpoint; null for a Kafka service.",
        ),
    ];
    attributes.extend(known_by("Resource ID"));
    Schema {
        version: 0,
        description: include_str!("resource.md").trim().to_owned(),
        attributes,
        blocks: vec![timeouts::block(&[
            ("create", "the integration is active", "20m"),
            ("read", "the integration has been read", "5m"),
            ("delete", "the integration is deleted", "20m"),
        ])],
    }
}

/// What names an integration for good.
pub fn identity() -> IdentitySchema {
    let attribute = |name, description| IdentityAttribute { name, description };
    IdentitySchema {
        attributes: vec![
            attribute("project", "Aiven project of the service integration."),
            attribute("service_integration_id", "UUID of the service integration, in lower case."),
        ],
    }
}

fn clickhouse_service(description: &str) -> Attribute {
    naming::service(Attribute::required("clickhouse_service_name", Type::String, description))
}

fn kafka_service(description: &str) -> Attribute {
    naming::service(Attribute::optional("kafka_service_name", Type::String, description))
}

fn known_by(id: &str) -> [Attribute; 4] {
    [
        Attribute::computed(
            "id",
            Type::String,
            format!("{id} composed as: `PROJECT/SERVICE_INTEGRATION_ID`, with the bare UUID in lower case."),
        ),
        Attribute::computed(
            "service_integration_id",
            Type::String,
            "UUID of the integration, for `service_integration_id` of `aiven_clickhouse_kafka_table`.",
        ),
        Attribute::computed(
            "database_name",
            Type::String,
            "Database of the integration's tables in ClickHouse: `service_` and the name of the Kafka service. For an \
             external Kafka it is expected to be `endpoint_` and the endpoint's name; Aiven documents that prefix for \
             other endpoints. Names with dashes need backticks in SQL.",
        ),
        Attribute::computed("active", Type::Bool, "Whether Aiven reports the integration as working."),
    ]
}
