//! The resource `aiven_external_kafka_endpoint`: a Kafka outside Aiven, with all it takes to connect to it.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `settings`, `schema` | the keys of `user_config`, and what a user may write |
//! | `validation` | rules across attributes |
//! | `config` | from attributes to the `user_config` that is sent, and back |
//! | `kept` | settings that were removed here and stay at Aiven |
//! | `creation` | making an endpoint, and recognizing one |
//! | `verdict` | what the user is told when something came to nothing |
//! | `resource` | the resource: each operation from request to answer |
//!
//! Secrets go one way: they are sent, never asked for, and compared with nothing but what was sent before.

mod config;
mod creation;
mod kept;
mod resource;
mod schema;
mod settings;
mod validation;
mod verdict;

pub use resource::ExternalKafkaEndpoint;

/// The resource's type name.
pub const TYPE_NAME: &str = "aiven_external_kafka_endpoint";

/// The type of these endpoints, in Aiven's words.
const ENDPOINT_TYPE: &str = "external_kafka";
