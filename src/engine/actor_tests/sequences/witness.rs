//! Stands between the engine and the server, and writes down what each of them does, in order. It judges nothing.

use std::sync::{Mutex, MutexGuard};

use serde_json::value::RawValue;

use super::super::*;
use super::Tables;
use crate::document::Document;
use crate::engine::subject::elements;
use crate::engine::{Fetched, Store};

/// What happened. Operations and readers are numbered.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Asked(usize),
    Answered(usize, Answer),
    ReadAsked(usize),
    ReadAnswered(usize, Result<Tables, ReadFailure>),
    /// The engine sends this document.
    Sent(Tables),
    /// The answer to what was sent arrives; whether it is an acknowledgement.
    WriteEnded(bool),
    /// The engine is shown a document, or that there is none, by a request that began when so much had happened.
    Shown {
        since: usize,
        document: Option<Tables>,
        is_read: bool,
    },
    /// From here on this is stored; whether it is the engine's doing.
    Stored(Tables, bool),
    /// A stranger has set or removed an element.
    Edited(String),
    /// A stranger has written an old document.
    Overwritten,
    /// A read that is behind.
    Lagged,
    /// A write is going to be acknowledged without effect.
    Ignored,
    /// A write is going to be refused, whatever is in it.
    Refused,
    Stopped,
}

#[derive(Default)]
struct Record {
    events: Vec<(Instant, Event)>,
    lag: Option<Duration>,
}

#[derive(Clone)]
pub(super) struct Witness {
    pub(super) server: Server,
    record: Arc<Mutex<Record>>,
}

impl Witness {
    pub(super) fn new(start: &Tables) -> Self {
        let server = Server::default();
        server.edit(|tables| tables.clone_from(start));
        let witness = Self { server, record: Arc::default() };
        witness.note(Event::Stored(start.clone(), false));
        witness
    }

    pub(super) fn note(&self, event: Event) {
        self.record().events.push((Instant::now(), event));
    }

    pub(super) fn events(&self) -> Vec<(Instant, Event)> {
        self.record().events.clone()
    }

    pub(super) fn lag(&self, lag: Duration) {
        self.record().lag = Some(lag);
    }

    pub(super) fn edit(&self, edit: impl FnOnce(&mut Tables)) {
        self.server.edit(edit);
        self.note(Event::Stored(self.server.tables(), false));
    }

    /// What was stored so long ago.
    pub(super) fn before(&self, age: Duration) -> Tables {
        let now = Instant::now();
        let record = self.record();
        let stored = record.events.iter().filter_map(|(at, event)| match event {
            Event::Stored(tables, _) => Some((*at, tables)),
            _ => None,
        });
        let mut stored = stored.collect::<Vec<_>>().into_iter().rev();
        let mut found = stored.next();
        while found.is_some_and(|(at, _)| at + age > now) {
            let Some(earlier) = stored.next() else { break };
            found = Some(earlier);
        }
        found.map(|(_, tables)| tables.clone()).unwrap_or_default()
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap()
    }

    fn has_shown(&self, since: usize, document: Option<Tables>, is_read: bool) {
        self.note(Event::Shown { since, document, is_read });
    }
}

fn tables(fetched: &Fetched) -> Tables {
    elements(&Document::parse(&fetched.user_config).unwrap())
}

impl Store for Witness {
    async fn fetch(&self, key: &IntegrationKey) -> Result<Fetched, ReadError> {
        let lag = self.record().lag.take();
        if let Some(lag) = lag {
            self.server.shows(self.before(lag));
            self.note(Event::Lagged);
        }
        let since = self.record().events.len();
        let answer = self.server.fetch(key).await;
        match &answer {
            Ok(fetched) => self.has_shown(since, Some(tables(fetched)), true),
            Err(ReadError::NotFound { .. }) => self.has_shown(since, None, true),
            Err(_) => {}
        }
        answer
    }

    async fn replace(&self, key: &IntegrationKey, config: Box<RawValue>) -> Result<Fetched, WriteError> {
        let since = self.record().events.len();
        self.note(Event::Sent(elements(&Document::parse(&config).unwrap())));
        let answer = self.server.replace(key, config).await;
        // The server applies a write at the very moment at which it answers.
        let stored = self.server.tables();
        if self.before(Duration::ZERO) != stored {
            self.note(Event::Stored(stored, true));
        }
        if let Ok(fetched) = &answer {
            self.has_shown(since, Some(tables(fetched)), false);
        }
        self.note(Event::WriteEnded(answer.is_ok()));
        answer
    }
}
