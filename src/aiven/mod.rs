//! Aiven's HTTP API: a write is one request, a read may be repeated. Never mentions Terraform.
//!
//! - [`Settings`] and [`Client`]: where to ask and whom to ask as, and the calls there are.
//! - [`ApiUrl`] and [`Token`]: the two values that decide where a secret may travel.
//! - [`Integration`]: what the API says of a service integration, its document kept as raw text.
//! - [`Endpoint`] and [`EndpointConfig`]: what it says of a system outside Aiven, and what is said to it, with every
//!   [`Secret`] unprintable.
//! - [`Rows`]: what ClickHouse answers to a query that goes through the API.
//! - [`ReadError`] and [`WriteError`]: what a failure means for the caller.
//!
//! Inside, `integrations`, `endpoints` and `queries` hold the calls, one function for each; `transport` decides what may
//! happen on the wire, `fault` reads failures that brought no answer, and `answer` reads answers: pure functions from
//! status, headers and body to an error.

mod answer;
mod client;
mod complaint;
mod endpoint;
mod endpoints;
mod error;
mod fault;
mod integration;
mod integration_type;
mod integrations;
mod queries;
mod secret;
#[cfg(test)]
mod tests;
mod token;
mod transport;
mod url;
mod wait;

pub use self::url::{ApiUrl, ApiUrlError};
pub use client::{Client, Settings};
pub use endpoint::{Endpoint, EndpointConfig};
pub use error::{ClientError, ReadError, WriteError};
pub use integration::{Integration, Status};
pub use integration_type::IntegrationType;
pub use integrations::{NewIntegration, Source};
pub use queries::Rows;
pub use secret::Secret;
pub use token::{Token, TokenError};
