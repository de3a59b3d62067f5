//! A server in memory: slow like the real one, strict, and faulty on demand. It also judges its client: writes
//! must not overlap, and each must follow a read that began after the previous write was answered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::aiven::{ReadError, WriteError};
use crate::document::{Document, Element, Uneditable};
use crate::engine::{Edit, Facts, Fetched, IntegrationKey, Store};

/// How long a read takes.
pub(super) const READ: Duration = Duration::from_millis(150);
/// How long a write takes.
pub(super) const WRITE: Duration = Duration::from_millis(600);

/// What happens to a write.
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
    tables: BTreeMap<String, String>,
    log: Vec<String>,
    reads: VecDeque<ReadError>,
    writes: VecDeque<Fault>,
    is_writing: bool,
    has_read: bool,
}

#[derive(Clone, Default)]
pub(super) struct Server {
    state: Arc<Mutex<State>>,
    integration_type: Option<&'static str>,
}

impl Server {
    pub(super) fn with(self, name: &str, value: u32) -> Self {
        self.state
            .lock()
            .unwrap()
            .tables
            .insert(name.into(), text(name, value));
        self
    }

    pub(super) fn of_type(self, integration_type: &'static str) -> Self {
        Self {
            integration_type: Some(integration_type),
            ..self
        }
    }

    pub(super) fn read_fails(self, error: ReadError) -> Self {
        self.state.lock().unwrap().reads.push_back(error);
        self
    }

    pub(super) fn write(self, fault: Fault) -> Self {
        self.state.lock().unwrap().writes.push_back(fault);
        self
    }

    /// All requests so far: `GET`, and `PUT` with the names it adds, changes and removes.
    pub(super) fn log(&self) -> String {
        self.state.lock().unwrap().log.join(", ")
    }

    pub(super) fn value(&self, name: &str) -> Option<u32> {
        let state = self.state.lock().unwrap();
        state
            .tables
            .get(name)
            .map(|text| value_of(&Element::parse(text).unwrap()))
    }

    fn fetched(&self) -> Fetched {
        let tables: Vec<String> = self
            .state
            .lock()
            .unwrap()
            .tables
            .values()
            .cloned()
            .collect();
        let facts = Facts {
            integration_type: self.integration_type.unwrap_or("kafka").into(),
            source_service: Some("source".into()),
            source_endpoint: None,
            destination_service: Some("destination".into()),
            active: true,
        };
        let user_config =
            RawValue::from_string(format!(r#"{{"tables":[{}]}}"#, tables.join(","))).unwrap();
        Fetched { facts, user_config }
    }
}

impl Store for Server {
    async fn fetch(&self, _key: &IntegrationKey) -> Result<Fetched, ReadError> {
        {
            let mut state = self.state.lock().unwrap();
            state.log.push("GET".into());
            state.has_read |= !state.is_writing;
        }
        let fetched = self.fetched();
        sleep(READ).await;
        let error = self.state.lock().unwrap().reads.pop_front();
        error.map_or(Ok(fetched), Err)
    }

    async fn replace(
        &self,
        _key: &IntegrationKey,
        config: Box<RawValue>,
    ) -> Result<Fetched, WriteError> {
        let document = Document::parse(&config).unwrap();
        let tables: BTreeMap<String, String> = document
            .elements()
            .iter()
            .map(|element| {
                (
                    element.name().unwrap().to_owned(),
                    element.text().to_owned(),
                )
            })
            .collect();
        let fault = {
            let mut state = self.state.lock().unwrap();
            assert!(!state.is_writing, "two writes at once");
            assert!(
                state.has_read,
                "a write without a read after the previous write"
            );
            (state.is_writing, state.has_read) = (true, false);
            let mut entry = "PUT".to_owned();
            for (name, text) in &tables {
                match state.tables.get(name) {
                    None => entry += &format!(" +{name}"),
                    Some(old) if old != text => entry += &format!(" ~{name}"),
                    Some(_) => {}
                }
            }
            for name in state
                .tables
                .keys()
                .filter(|name| !tables.contains_key(*name))
            {
                entry += &format!(" -{name}");
            }
            state.log.push(entry);
            state.writes.pop_front()
        };
        sleep(WRITE).await;
        let mut state = self.state.lock().unwrap();
        state.is_writing = false;
        let lost = Err(WriteError::Unknown {
            reason: "reset".into(),
        });
        match fault {
            Some(Fault::LostRequest) => return lost,
            Some(Fault::Fails(error)) => return Err(error),
            _ if tables.keys().any(|name| name.starts_with("bad")) => {
                return Err(WriteError::Refused {
                    status: 400,
                    message: "bad table".into(),
                });
            }
            _ if tables == state.tables => {
                return Err(WriteError::Unchanged {
                    message: "unchanged".into(),
                });
            }
            Some(Fault::Ignored) => {}
            _ => state.tables = tables,
        }
        drop(state);
        match fault {
            Some(Fault::LostAnswer) => lost,
            Some(Fault::Unchanged) => Err(WriteError::Unchanged {
                message: "not changed".into(),
            }),
            _ => Ok(self.fetched()),
        }
    }
}

/// An edit that gives its element a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Set {
    pub(super) name: String,
    pub(super) value: u32,
    pub(super) prior: Option<u32>,
}

fn text(name: &str, value: u32) -> String {
    format!(r#"{{"name":"{name}","value":{value}}}"#)
}

fn value_of(element: &Element) -> u32 {
    element.value()["value"]
        .as_u64()
        .unwrap()
        .try_into()
        .unwrap()
}

impl Edit for Set {
    fn apply(&self, _existing: Option<&Element>) -> Result<Element, Uneditable> {
        Ok(Element::parse(&text(&self.name, self.value)).unwrap())
    }
    fn holds(&self, element: &Element) -> bool {
        value_of(element) == self.value
    }
    fn is_settled(&self, element: &Element) -> bool {
        value_of(element) == self.value
    }
    fn as_last_seen(&self, element: &Element) -> bool {
        Some(value_of(element)) == self.prior
    }
}
