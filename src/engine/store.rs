//! Where the documents live, seen from the engine: a read, a write, and what they answer.
//! Knows nothing of how a request travels.

use std::future::Future;
use std::sync::Arc;

use serde_json::value::RawValue;

pub use crate::aiven::Status;
use crate::aiven::{ReadError, WriteError};
use crate::document::{Document, DocumentError};

/// Which document: one per integration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IntegrationKey {
    /// The Aiven project.
    pub project: String,
    /// The bare, lower-case UUID of the integration. Two spellings would be two actors on one document.
    pub id: String,
}

/// The integration itself, without its `user_config`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The kind of integration, `clickhouse_kafka` for instance.
    pub integration_type: String,
    /// The service data comes from, if it is one of Aiven's.
    pub source_service: Option<String>,
    /// The name of the endpoint data comes from, if the source is external.
    pub source_endpoint: Option<String>,
    /// The service data goes to.
    pub destination_service: Option<String>,
    /// Whether the integration works at the moment.
    pub active: bool,
    /// How the integration fares, where the API says so. The engine passes it on and goes by none of it.
    pub status: Option<Arc<Status>>,
}

/// What the API answers to both requests.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The integration itself.
    pub facts: Facts,
    /// Its `user_config`, exactly as sent.
    pub user_config: Box<RawValue>,
}

/// Which request a snapshot answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A read: the snapshot is what was stored.
    Read,
    /// A write: what was stored, or perhaps a mere echo of what was sent. Aiven's documentation does not say.
    Write,
}

/// An integration as the API reported it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Which request it answers.
    pub origin: Origin,
    /// The integration itself.
    pub facts: Facts,
    /// Its `user_config`.
    pub document: Document,
}

impl Snapshot {
    pub(super) fn of(fetched: Fetched, origin: Origin) -> Result<Arc<Self>, DocumentError> {
        let document = Document::parse(&fetched.user_config)?;
        Ok(Arc::new(Self { origin, facts: fetched.facts, document }))
    }
}

/// `fetch` may repeat its request after a passing fault. `replace` sends one request at most and never waits
/// before it: a document that waits grows old, and writing an old document erases what others wrote since. Both
/// answer `RateLimited` instead of waiting out a limit, and the engine waits before it reads.
pub trait Store: Send + Sync + 'static {
    /// Reads the integration.
    fn fetch(&self, key: &IntegrationKey) -> impl Future<Output = Result<Fetched, ReadError>> + Send;

    /// Replaces the whole `user_config` and answers what is stored then.
    fn replace(
        &self,
        key: &IntegrationKey,
        user_config: Box<RawValue>,
    ) -> impl Future<Output = Result<Fetched, WriteError>> + Send;
}
