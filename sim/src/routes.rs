//! The API's routes and the reading of request bodies that they share. One file per noun.

mod account;
mod clickhouse;
mod clickhouse_query;
mod endpoints;
mod integration_answer;
mod integration_types;
mod integrations;
mod kafka;
mod services;

use crate::document::Document;
use crate::errors::ApiError;
use crate::python::repr;
use crate::settings::Strictness;
use crate::simulator::Shared;
use crate::state::{Project, World};
use crate::validation;
use axum::Router;
use axum::routing::{delete, get, post};
use indexmap::IndexMap;
use serde_json::Value;
use serde_json::value::RawValue;

/// Every route of the API. Anything else is a 404 or 405 in Aiven's shape.
/// Queries are answered only where ClickHouse is there.
pub fn routes(clickhouse: bool) -> Router<Shared> {
    let queries = if clickhouse {
        Router::new()
            .route("/v1/project/{project}/service/{service}/clickhouse/query", post(clickhouse_query::answer))
    } else {
        Router::new()
    };
    queries
        .route("/v1/me", get(account::me))
        .route("/v1/project", get(account::projects))
        .route("/v1/project/{project}/service", get(services::list))
        .route("/v1/project/{project}/service/{service}", get(services::get))
        .route("/v1/project/{project}/service/{service}/integration", get(integrations::list))
        .route("/v1/project/{project}/service/{service}/topic", get(kafka::list).post(kafka::create))
        .route("/v1/project/{project}/service/{service}/clickhouse/db", get(clickhouse::databases))
        .route("/v1/project/{project}/integration", post(integrations::create))
        .route(
            "/v1/project/{project}/integration/{integration}",
            get(integrations::get).put(integrations::update).delete(integrations::delete),
        )
        .route("/v1/project/{project}/integration_types", get(integration_types::list))
        .route("/v1/project/{project}/integration_endpoint", get(endpoints::list).post(endpoints::create))
        .route(
            "/v1/project/{project}/integration_endpoint/{endpoint}",
            get(endpoints::get).put(endpoints::update).merge(delete(endpoints::delete)),
        )
        .method_not_allowed_fallback(async || ApiError::no_method())
        .fallback(async || ApiError::no_path())
}

/// The members of a request body, each as the text the client wrote.
struct Body(IndexMap<String, Box<RawValue>>);

impl Body {
    fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        serde_json::from_slice(bytes)
            .map(Self)
            .map_err(|_| ApiError::invalid("Invalid input: request body is not a JSON object"))
    }

    /// A string; absent and `null` are the same.
    fn text(&self, key: &str) -> Result<Option<String>, ApiError> {
        match self.0.get(key).map(|raw| Document::from_raw(raw).value()) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => {
                let found = repr(&other);
                Err(ApiError::invalid(format!("Invalid input for {key}: {found} is not of type 'string'")))
            }
        }
    }

    /// A string that must be there.
    fn required_text(&self, key: &str) -> Result<String, ApiError> {
        self.text(key)?
            .ok_or_else(|| ApiError::invalid(format!("Invalid input: '{key}' is a required property")))
    }

    /// The document of a write; `null` and anything but an object is refused.
    fn user_config(&self) -> Result<Document, ApiError> {
        let raw = self
            .0
            .get("user_config")
            .ok_or_else(|| ApiError::invalid("Invalid input: 'user_config' is a required property"))?;
        let document = Document::from_raw(raw);
        let value = document.value();
        if value.is_object() {
            return Ok(document);
        }
        let found = repr(&value);
        Err(ApiError::invalid(format!(
            "Invalid input for user_config 'Service type-specific settings': {found} is not of type 'object'"
        )))
    }
}

/// The project, or the refusal that does not tell "foreign" from "not there".
fn project<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Project, ApiError> {
    world.projects.get_mut(name).ok_or_else(ApiError::not_a_project_member)
}

/// Holds a document against its schema; a document without one may be any object.
fn validate(document: &Document, schema: Option<&Value>, strictness: &Strictness) -> Result<(), ApiError> {
    let Some(schema) = schema else { return Ok(()) };
    validation::check(&document.value(), schema, strictness).map_err(|fault| {
        let place = fault.key.map_or_else(String::new, |key| format!(" for {key}"));
        ApiError::invalid(format!("Invalid 'user_config': Invalid input{place}: {}", fault.message))
    })
}
