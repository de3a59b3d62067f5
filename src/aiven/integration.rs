//! A service integration as the API describes it, and the answers it arrives in.
//!
//! `user_config` stays the text the server sent. Nothing here looks inside it, so nothing here can damage it.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::complaint::printable;

/// One service integration. Absent and null names are `None`: an external source has no service, a service
/// no endpoint.
#[derive(Clone)]
pub struct Integration {
    /// Lower-case UUID.
    pub id: String,
    /// For instance `clickhouse_kafka`. Empty if the API leaves it out.
    pub integration_type: String,
    /// Whether the API reports the integration as working.
    pub active: bool,
    /// Whether the integration is switched on.
    pub enabled: bool,
    /// The API's sentence about the type, for instance "Access a Kafka cluster from ClickHouse".
    pub description: String,
    /// Project of the source, which may differ from the destination's.
    pub source_project: Option<String>,
    /// Name of the source service.
    pub source_service: Option<String>,
    /// For instance `kafka`.
    pub source_service_type: Option<String>,
    /// Name of the source endpoint.
    pub source_endpoint: Option<String>,
    /// UUID of the source endpoint.
    pub source_endpoint_id: Option<String>,
    /// Project of the destination.
    pub dest_project: Option<String>,
    /// Name of the destination service.
    pub dest_service: Option<String>,
    /// For instance `clickhouse`.
    pub dest_service_type: Option<String>,
    /// Name of the destination endpoint.
    pub dest_endpoint: Option<String>,
    /// UUID of the destination endpoint.
    pub dest_endpoint_id: Option<String>,
    /// How the integration fares, where the API says so.
    pub status: Option<Status>,
    /// The raw JSON text of `user_config`, byte for byte as sent; `{}` where it is null or absent.
    pub user_config: Box<RawValue>,
}

impl Integration {
    /// Whether it leads to this service. An answer that leaves the project out means the one that was asked about.
    pub fn ends_at(&self, project: &str, service: &str) -> bool {
        self.dest_service.as_deref() == Some(service)
            && self.dest_project.as_deref().is_none_or(|named| named == project)
    }
}

/// The API's view of how an integration fares. Informative: Aiven's own tools go by `active` alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Status {
    /// `failed`, `inactive`, `running`, `starting` or `unknown`; empty if left out.
    pub state: String,
    /// The API's sentence for users; empty if left out.
    pub description: String,
    /// What went wrong, in the API's words, each one a bounded line.
    pub errors: Vec<String>,
}

/// `user_config` is left out: it is somebody's document, long and not for logs.
impl fmt::Debug for Integration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Integration")
            .field("id", &self.id)
            .field("integration_type", &self.integration_type)
            .field("active", &self.active)
            .field("enabled", &self.enabled)
            .field("source_service", &self.source_service)
            .field("source_endpoint", &self.source_endpoint)
            .field("dest_service", &self.dest_service)
            .field("dest_endpoint", &self.dest_endpoint)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// An integration on the wire. The API sends most absent values as null, older answers leave keys out.
#[derive(Deserialize)]
struct Row {
    service_integration_id: Option<String>,
    integration_type: Option<String>,
    active: Option<bool>,
    enabled: Option<bool>,
    description: Option<String>,
    source_project: Option<String>,
    source_service: Option<String>,
    source_service_type: Option<String>,
    source_endpoint: Option<String>,
    source_endpoint_id: Option<String>,
    dest_project: Option<String>,
    dest_service: Option<String>,
    dest_service_type: Option<String>,
    dest_endpoint: Option<String>,
    dest_endpoint_id: Option<String>,
    integration_status: Option<Value>,
    user_config: Option<Box<RawValue>>,
}

/// The answer to a GET, PUT or POST of one integration. A success may still carry an `error`.
#[derive(Deserialize)]
struct One {
    error: Option<Value>,
    service_integration: Option<Row>,
}

/// The answer to a service's list.
#[derive(Deserialize)]
struct Many {
    error: Option<Value>,
    service_integrations: Option<Vec<Row>>,
}

/// Reads the body of a successful GET or PUT of the integration `id`. The error is a description that
/// repeats no value of the body, save the API's own words under `error`.
pub(super) fn one(body: &[u8], id: &str) -> Result<Integration, String> {
    let row = row(body)?;
    // An update has been seen to answer without the id it was asked for by; the id asked for is right.
    let id = row.id().unwrap_or(id).to_owned();
    row.into_integration(id)
}

/// Reads the body of a successful POST, whose answer alone tells the id.
pub(super) fn made(body: &[u8]) -> Result<Integration, String> {
    let row = row(body)?;
    let id = row.id().ok_or("the answer names no `service_integration_id`")?.to_owned();
    row.into_integration(id)
}

fn row(body: &[u8]) -> Result<Row, String> {
    let answer: One = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    complain(answer.error.as_ref())?;
    answer.service_integration.ok_or_else(|| "the answer holds no `service_integration`".to_owned())
}

/// Reads the body of a successful list. Rows without an id are left out: they are integrations that could
/// be made, which the API lists beside those that exist.
pub(super) fn many(body: &[u8]) -> Result<Vec<Integration>, String> {
    let answer: Many = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    complain(answer.error.as_ref())?;
    let rows = answer.service_integrations.ok_or("the answer holds no `service_integrations`")?;
    rows.into_iter()
        .filter_map(|row| {
            let id = row.id()?.to_owned();
            Some(row.into_integration(id))
        })
        .collect()
}

impl Row {
    fn id(&self) -> Option<&str> {
        self.service_integration_id.as_deref().filter(|id| !id.is_empty())
    }

    fn into_integration(self, id: String) -> Result<Integration, String> {
        let user_config = match self.user_config {
            Some(text) => text,
            None => RawValue::from_string("{}".to_owned()).map_err(|error| unreadable(&error))?,
        };
        Ok(Integration {
            id,
            integration_type: self.integration_type.unwrap_or_default(),
            active: self.active.unwrap_or_default(),
            enabled: self.enabled.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            source_project: self.source_project,
            source_service: self.source_service,
            source_service_type: self.source_service_type,
            source_endpoint: self.source_endpoint,
            source_endpoint_id: self.source_endpoint_id,
            dest_project: self.dest_project,
            dest_service: self.dest_service,
            dest_service_type: self.dest_service_type,
            dest_endpoint: self.dest_endpoint,
            dest_endpoint_id: self.dest_endpoint_id,
            status: self.integration_status.as_ref().and_then(status),
            user_config,
        })
    }
}

/// Reads leniently: no known client depends on the status, so a change of its shape must not break a read.
fn status(value: &Value) -> Option<Status> {
    let text = |pointer| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let errors = value.pointer("/state/errors").and_then(Value::as_array);
    let status = Status {
        state: text("/state/status"),
        description: printable(&text("/status_user_desc")),
        errors: errors.into_iter().flatten().filter_map(Value::as_str).map(printable).collect(),
    };
    (status != Status::default()).then_some(status)
}

/// Reads the body of a successful DELETE, of which only a contradiction matters.
pub(super) fn acknowledged(body: &[u8]) -> Result<(), String> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    complain(answer.as_ref().and_then(|answer| answer.get("error")))
}

/// Aiven's command line takes a success with a top-level `error` for a failure; so must we.
pub(super) fn complain(error: Option<&Value>) -> Result<(), String> {
    let words = match error {
        None | Some(Value::Null | Value::Bool(false)) => return Ok(()),
        Some(Value::String(words)) if words.is_empty() => return Ok(()),
        Some(Value::Array(items)) if items.is_empty() => return Ok(()),
        Some(Value::Object(members)) if members.is_empty() => return Ok(()),
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => return Ok(()),
        Some(Value::String(words)) => Some(words.as_str()),
        Some(Value::Object(members)) => members.get("message").and_then(Value::as_str),
        Some(_) => None,
    };
    let words = words.map_or_else(|| "it gives no words".to_owned(), printable);
    Err(format!("the answer reports success and an error at once: {words}"))
}

/// Where the body stopped making sense. Never serde's own words, which quote the offending value.
pub(super) fn unreadable(error: &serde_json::Error) -> String {
    let fault = if error.is_data() { "JSON of an unexpected shape" } else { "not JSON" };
    format!("the answer is {fault} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests;
