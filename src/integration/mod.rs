//! The data source and the resource `aiven_clickhouse_kafka_integration`: the way from a Kafka service, or from an
//! external Kafka, to a ClickHouse service.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `schema`, `validation` | what a user may write |
//! | `source`, `description` | which integration is meant; one in words and as attributes |
//! | `data_source` | finding one that is there |
//! | `creation`, `activation`, `deletion` | requests in their order, and what became of them |
//! | `verdict` | what the user is told when that came to nothing |
//! | `resource` | the resource: each operation from request to answer |
//!
//! It never touches the tables in an integration; those are resources of their own.

mod activation;
mod creation;
mod data_source;
mod deletion;
mod description;
mod resource;
mod schema;
mod source;
mod validation;
mod verdict;

pub use data_source::IntegrationSource;
pub use resource::Integration;

/// The type name of both.
pub const TYPE_NAME: &str = "aiven_clickhouse_kafka_integration";
