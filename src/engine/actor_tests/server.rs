//! A server in memory: slow like the real one, strict, and faulty on demand. It also judges its client: writes
//! must not overlap, and each must follow a read that began after the previous write was answered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::aiven::{ReadError, WriteError};
use crate::document::Document;
use crate::engine::subject::{TYPE, elements, fetched};
use crate::engine::{Fetched, IntegrationKey, Status, Store};

/// How long a read takes.
pub(super) const READ: Duration = Duration::from_millis(150);
/// How long a write takes.
pub(super) const WRITE: Duration = Duration::from_millis(600);

/// What happens to a write.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// The answer is lost; the write is applied.
    LostAnswer,
    /// The request is lost.
    LostRequest,
    /// Applied, but the answer says that nothing changed.
    Unchanged,
    /// Acknowledged, but not applied.
    Ignored,
    /// Not applied.
    Fails(WriteError),
}

#[derive(Default)]
struct State {
    tables: BTreeMap<String, u8>,
    log: Vec<String>,
    reads: VecDeque<ReadError>,
    writes: VecDeque<Fault>,
    /// The next read shows these.
    stale: Option<BTreeMap<String, u8>>,
    is_writing: bool,
    has_read: bool,
}

#[derive(Clone, Default)]
pub(super) struct Server {
    state: Arc<Mutex<State>>,
    integration_type: Option<&'static str>,
    has_status: bool,
}

impl Server {
    pub(super) fn with(self, name: &str, value: u8) -> Self {
        self.state.lock().unwrap().tables.insert(name.into(), value);
        self
    }

    pub(super) fn of_type(self, integration_type: &'static str) -> Self {
        Self { integration_type: Some(integration_type), ..self }
    }

    /// With a status, which says how many tables there are.
    pub(super) fn with_status(self) -> Self {
        Self { has_status: true, ..self }
    }

    pub(super) fn read_fails(self, error: ReadError) -> Self {
        self.state.lock().unwrap().reads.push_back(error);
        self
    }

    pub(super) fn write(self, fault: Fault) -> Self {
        self.state.lock().unwrap().writes.push_back(fault);
        self
    }

    /// Somebody else writes, on the server's side of any lock.
    pub(super) fn edit(&self, edit: impl FnOnce(&mut BTreeMap<String, u8>)) {
        edit(&mut self.state.lock().unwrap().tables);
    }

    /// The next read will show what is stored now.
    pub(super) fn lags(&self) {
        self.shows(self.tables());
    }

    /// The next read will show this.
    pub(super) fn shows(&self, tables: BTreeMap<String, u8>) {
        self.state.lock().unwrap().stale = Some(tables);
    }

    /// What is stored.
    pub(super) fn tables(&self) -> BTreeMap<String, u8> {
        self.state.lock().unwrap().tables.clone()
    }

    /// All requests so far: `GET`, and `PUT` with the names it adds, changes and removes.
    pub(super) fn log(&self) -> String {
        self.state.lock().unwrap().log.join(", ")
    }

    pub(super) fn value(&self, name: &str) -> Option<u8> {
        self.state.lock().unwrap().tables.get(name).copied()
    }

    fn fetched(&self) -> Fetched {
        let tables = self.tables();
        let mut fetched = fetched(self.integration_type.unwrap_or(TYPE), &tables);
        let status = self.has_status.then(|| Status { state: tables.len().to_string(), ..Status::default() });
        fetched.facts.status = status.map(Arc::new);
        fetched
    }
}

impl Store for Server {
    async fn fetch(&self, _key: &IntegrationKey) -> Result<Fetched, ReadError> {
        {
            let mut state = self.state.lock().unwrap();
            state.log.push("GET".into());
            state.has_read |= !state.is_writing;
        }
        let stale = self.state.lock().unwrap().stale.take();
        let fetched = stale.map_or_else(|| self.fetched(), |stale| fetched(TYPE, &stale));
        sleep(READ).await;
        let error = self.state.lock().unwrap().reads.pop_front();
        error.map_or(Ok(fetched), Err)
    }

    async fn replace(&self, _key: &IntegrationKey, config: Box<RawValue>) -> Result<Fetched, WriteError> {
        let tables: BTreeMap<String, u8> = elements(&Document::parse(&config).unwrap());
        let fault = {
            let mut state = self.state.lock().unwrap();
            assert!(!state.is_writing, "two writes at once");
            assert!(state.has_read, "a write without a read after the previous write");
            (state.is_writing, state.has_read) = (true, false);
            let added =
                tables.keys().filter(|name| !state.tables.contains_key(*name)).map(|name| format!("+{name}"));
            let changed = tables
                .iter()
                .filter(|(name, value)| state.tables.get(*name).is_some_and(|old| old != *value))
                .map(|(name, _)| format!("~{name}"));
            let removed =
                state.tables.keys().filter(|name| !tables.contains_key(*name)).map(|name| format!("-{name}"));
            let words: Vec<String> =
                ["PUT".to_owned()].into_iter().chain(added).chain(changed).chain(removed).collect();
            state.log.push(words.join(" "));
            state.writes.pop_front()
        };
        sleep(WRITE).await;
        let mut state = self.state.lock().unwrap();
        state.is_writing = false;
        let lost = Err(WriteError::Unknown { reason: "reset".into() });
        match fault {
            Some(Fault::LostRequest) => return lost,
            Some(Fault::Fails(error)) => return Err(error),
            _ if tables.keys().any(|name| name.starts_with("bad")) => {
                return Err(WriteError::Refused { status: 400, message: "bad table".into() });
            }
            _ if tables == state.tables => {
                return Err(WriteError::Unchanged { message: "unchanged".into() });
            }
            Some(Fault::Ignored) => {}
            _ => state.tables = tables,
        }
        drop(state);
        match fault {
            Some(Fault::LostAnswer) => lost,
            Some(Fault::Unchanged) => Err(WriteError::Unchanged { message: "not changed".into() }),
            _ => Ok(self.fetched()),
        }
    }
}
