//! What the simulated Aiven holds: projects, their services, endpoints and integrations.
//! Plain data and the questions asked of it; knows nothing of HTTP answers, validation or faults.

use crate::document::Document;
use crate::settings::Lag;
use indexmap::IndexMap;
use serde_json::Value;
use std::time::{Duration, Instant};

/// All projects, by name.
#[derive(Debug, Default)]
pub struct World {
    /// In the order they were made.
    pub projects: IndexMap<String, Project>,
}

/// One project. Everything in it is kept in the order it was made.
#[derive(Debug, Default)]
pub struct Project {
    /// By service name.
    pub services: IndexMap<String, Service>,
    /// By endpoint id.
    pub endpoints: IndexMap<String, Endpoint>,
    /// By integration id.
    pub integrations: IndexMap<String, Integration>,
}

/// One service.
#[derive(Debug)]
pub struct Service {
    /// Such as `kafka` or `clickhouse`.
    pub service_type: String,
    /// The topics that were created by API, in the answer's shape.
    pub topics: Vec<Value>,
}

impl Service {
    /// A service without anything in it.
    pub fn new(service_type: &str) -> Self {
        Self { service_type: service_type.to_owned(), topics: Vec::new() }
    }
}

/// Something outside Aiven that integrations can start from.
#[derive(Debug)]
pub struct Endpoint {
    /// Unique in the project.
    pub name: String,
    /// Such as `external_kafka`.
    pub endpoint_type: String,
    /// Addresses and credentials.
    pub user_config: Document,
}

/// One end of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A service of the same project, by name.
    Service(String),
    /// An endpoint of the same project, by id.
    Endpoint(String),
}

impl End {
    /// The service's name, unless this is an endpoint.
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Service(name) => Some(name),
            Self::Endpoint(_) => None,
        }
    }

    /// The endpoint's id, unless this is a service.
    pub fn endpoint(&self) -> Option<&str> {
        match self {
            Self::Endpoint(id) => Some(id),
            Self::Service(_) => None,
        }
    }
}

/// One integration.
#[derive(Debug)]
pub struct Integration {
    /// Such as `clickhouse_kafka`.
    pub integration_type: String,
    /// Where data comes from.
    pub source: End,
    /// Where data goes.
    pub destination: End,
    /// The document as last written.
    pub user_config: Document,
    /// What reads still answer instead, and for how long.
    pub stale: Option<(Document, Pending)>,
    /// How long the integration stays inactive.
    pub activation: Option<Pending>,
    /// What became of its tables, in the answer's shape; `null` where no ClickHouse says so.
    pub status: Value,
}

impl Integration {
    /// An active integration.
    pub fn new(integration_type: &str, source: End, destination: End, user_config: Document) -> Self {
        Self {
            integration_type: integration_type.to_owned(),
            source,
            destination,
            user_config,
            stale: None,
            activation: None,
            status: Value::Null,
        }
    }

    /// Replaces the document. Reads lag behind as `lag` says.
    pub fn write(&mut self, document: Document, lag: Lag) {
        let previous = std::mem::replace(&mut self.user_config, document);
        self.stale = Pending::start(lag).map(|pending| (previous, pending));
    }

    /// The document a read sees. Counts as one of the reads that a lag lasts.
    pub fn read(&mut self) -> &Document {
        if self.stale.as_mut().is_some_and(|(_, pending)| !pending.count_read()) {
            self.stale = None;
        }
        self.stale.as_ref().map_or(&self.user_config, |(previous, _)| previous)
    }

    /// Whether a read finds it active. Counts as one of the reads that a lag lasts.
    pub fn is_active(&mut self) -> bool {
        if self.activation.as_mut().is_some_and(|pending| !pending.count_read()) {
            self.activation = None;
        }
        self.activation.is_none()
    }
}

/// A lag that is running.
#[derive(Debug)]
pub struct Pending {
    gets: u32,
    until: Instant,
}

impl Pending {
    /// Starts a lag now; `None` when it lasts for nothing.
    pub fn start(lag: Lag) -> Option<Self> {
        let lasts = lag.gets > 0 || lag.milliseconds > 0;
        lasts
            .then(|| Self { gets: lag.gets, until: Instant::now() + Duration::from_millis(lag.milliseconds) })
    }

    /// Whether the lag covers this read, which is used up by asking.
    fn count_read(&mut self) -> bool {
        if self.gets > 0 {
            self.gets -= 1;
            return true;
        }
        Instant::now() < self.until
    }
}
