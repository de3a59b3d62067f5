//! The project that `--seed` begins with. Its names and ids are fixed so that tests can spell them out.
//! Knows nothing of how the data is served.

use crate::document::Document;
use crate::state::{End, Endpoint, Integration, Project, Service};

/// `kafka` to `clickhouse`, of type `clickhouse_kafka`, without tables.
pub const KAFKA_INTEGRATION: &str = "00000000-0000-4000-8000-000000000001";
/// The endpoint `self-hosted` to `clickhouse`, of type `clickhouse_kafka`, without tables.
pub const EXTERNAL_INTEGRATION: &str = "00000000-0000-4000-8000-000000000002";
/// `kafka` to `postgres`, of type `metrics`, for whoever asks for the wrong type.
pub const METRICS_INTEGRATION: &str = "00000000-0000-4000-8000-000000000003";
/// The `external_kafka` endpoint `self-hosted`.
pub const EXTERNAL_ENDPOINT: &str = "00000000-0000-4000-8000-000000000101";

const EXTERNAL_CONFIG: &str = r#"{"bootstrap_servers":"kafka.example.com:9092","security_protocol":"SASL_SSL","sasl_mechanism":"PLAIN","sasl_plain_username":"reader","sasl_plain_password":"not-a-secret"}"#;

/// The seeded project.
pub fn project() -> Project {
    let service = |name: &str| End::Service(name.to_owned());
    let mut project = Project::default();
    for (name, service_type) in [("kafka", "kafka"), ("clickhouse", "clickhouse"), ("postgres", "pg")] {
        project.services.insert(name.to_owned(), Service::new(service_type));
    }
    project.endpoints.insert(
        EXTERNAL_ENDPOINT.to_owned(),
        Endpoint {
            name: "self-hosted".to_owned(),
            endpoint_type: "external_kafka".to_owned(),
            user_config: Document::parse(EXTERNAL_CONFIG).unwrap_or_else(|_| Document::empty()),
        },
    );
    let endpoint = End::Endpoint(EXTERNAL_ENDPOINT.to_owned());
    for (id, integration_type, source, destination) in [
        (KAFKA_INTEGRATION, "clickhouse_kafka", service("kafka"), service("clickhouse")),
        (EXTERNAL_INTEGRATION, "clickhouse_kafka", endpoint, service("clickhouse")),
        (METRICS_INTEGRATION, "metrics", service("kafka"), service("postgres")),
    ] {
        let integration = Integration::new(integration_type, source, destination, Document::empty());
        project.integrations.insert(id.to_owned(), integration);
    }
    project
}
