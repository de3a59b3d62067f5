//! An integration endpoint, a system outside Aiven: as the API describes it, and as it is described to the API.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::integration::{complain, unreadable};
use super::{Secret, WriteError};

/// One endpoint.
#[derive(Clone, PartialEq)]
pub struct Endpoint {
    /// Lower-case UUID.
    pub id: String,
    /// Its name in the project.
    pub name: String,
    /// For instance `external_kafka`. Empty if the API leaves it out.
    pub endpoint_type: String,
    /// What the API shows of `user_config`. Secrets are left out or made unreadable, unless asked for, which is
    /// never done; still this is no text for logs.
    pub user_config: Map<String, Value>,
}

/// `user_config` is left out.
impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Endpoint")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("endpoint_type", &self.endpoint_type)
            .finish_non_exhaustive()
    }
}

/// The `user_config` to give an endpoint. Can be printed, because what is secret in it cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointConfig {
    /// Texts that everybody may see, by key.
    pub plain: BTreeMap<&'static str, String>,
    /// Texts that nobody may, by key.
    pub secret: BTreeMap<&'static str, Secret>,
}

impl EndpointConfig {
    pub(super) fn to_json(&self) -> Value {
        let plain = self.plain.iter().map(|(key, text)| (*key, text.as_str()));
        let secret = self.secret.iter().map(|(key, secret)| (*key, secret.expose()));
        Value::Object(plain.chain(secret).map(|(key, text)| (key.to_owned(), text.into())).collect())
    }

    /// The error without the API's words, should they repeat a secret that was sent.
    pub(super) fn keep_secrets(&self, error: WriteError) -> WriteError {
        if !self.secret.values().any(|secret| secret.shows_in(&error.to_string())) {
            return error;
        }
        let withheld = || "the API's words are withheld, because they repeat a part of a secret".to_owned();
        match error {
            WriteError::Inexpressible { .. } => WriteError::Inexpressible { reason: withheld() },
            WriteError::NotSent { .. } => WriteError::NotSent { reason: withheld() },
            WriteError::Unknown { .. } => WriteError::Unknown { reason: withheld() },
            WriteError::Refused { status, .. } => WriteError::Refused { status, message: withheld() },
            WriteError::Rejected { status, .. } => WriteError::Rejected { status, message: withheld() },
            WriteError::Conflict { status, .. } => WriteError::Conflict { status, message: withheld() },
            WriteError::Denied { status, .. } => WriteError::Denied { status, message: withheld() },
            WriteError::RateLimited { wait, .. } => WriteError::RateLimited { wait, message: withheld() },
            WriteError::Unchanged { .. } => WriteError::Unchanged { message: withheld() },
            WriteError::NotFound { .. } => WriteError::NotFound { message: withheld() },
        }
    }
}

#[derive(Deserialize)]
struct Row {
    endpoint_id: Option<String>,
    endpoint_name: Option<String>,
    endpoint_type: Option<String>,
    user_config: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct One {
    error: Option<Value>,
    service_integration_endpoint: Option<Row>,
}

#[derive(Deserialize)]
struct Many {
    error: Option<Value>,
    service_integration_endpoints: Option<Vec<Row>>,
}

/// Reads the body of a success about one endpoint. The error repeats no value of the body, save the API's own words
/// under `error`.
pub(super) fn one(body: &[u8]) -> Result<Endpoint, String> {
    let answer: One = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    complain(answer.error.as_ref())?;
    let row =
        answer.service_integration_endpoint.ok_or("the answer holds no `service_integration_endpoint`")?;
    row.into_endpoint().ok_or_else(|| "the answer names no `endpoint_id`".to_owned())
}

/// Reads the body of a successful list.
pub(super) fn many(body: &[u8]) -> Result<Vec<Endpoint>, String> {
    let answer: Many = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    complain(answer.error.as_ref())?;
    let rows =
        answer.service_integration_endpoints.ok_or("the answer holds no `service_integration_endpoints`")?;
    Ok(rows.into_iter().filter_map(Row::into_endpoint).collect())
}

impl Row {
    fn into_endpoint(self) -> Option<Endpoint> {
        Some(Endpoint {
            id: self.endpoint_id.filter(|id| !id.is_empty())?,
            name: self.endpoint_name.unwrap_or_default(),
            endpoint_type: self.endpoint_type.unwrap_or_default(),
            user_config: self.user_config.unwrap_or_default(),
        })
    }
}
