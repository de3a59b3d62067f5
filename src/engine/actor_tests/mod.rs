//! The engine from outside, against a server in memory, on paused time: what a caller is told, and exactly which
//! requests it costs.

mod hold;
mod interruptions;
mod limit;
mod locking;
mod reads;
mod sequences;
mod server;
mod status;
mod storm;
mod writes;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use crate::aiven::{ReadError, WriteError};

use super::subject::{Set, TYPE};
use super::{
    Answer, Cause, Caveat, Engine, IntegrationKey, Locks, Loss, Operation, Outcome, Policy, ReadFailure,
    Want, Why,
};
use server::{Fault, READ, Server, WRITE};

/// For tests of everything but the hold.
const EAGER: Policy = Policy { settle: false, batch: usize::MAX };
const HOUR: Duration = Duration::from_hours(1);

type TestEngine = Arc<Engine<Server, Set>>;

fn engine(server: &Server) -> TestEngine {
    Arc::new(Engine::new(server.clone(), TYPE, EAGER, Locks::none(), TaskTracker::new()))
}

fn key() -> IntegrationKey {
    IntegrationKey { project: "project".into(), id: "id".into() }
}

fn set(name: &str, value: u8, prior: Option<u8>) -> Set {
    Set { name: name.into(), value, prior }
}

fn operation(name: &str, want: Want<Set>) -> Operation<Set> {
    Operation { name: name.into(), want, deadline: HOUR }
}

async fn create(engine: &TestEngine, name: &str) -> Outcome {
    engine.submit(&key(), operation(name, Want::Create(set(name, 1, None)))).await.outcome
}

async fn update(engine: &TestEngine, name: &str, prior: u8, value: u8) -> Outcome {
    engine.submit(&key(), operation(name, Want::Update(set(name, value, Some(prior))))).await.outcome
}

async fn delete(engine: &TestEngine, name: &str) -> Outcome {
    engine.submit(&key(), operation(name, Want::Delete)).await.outcome
}

fn is_done(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Done(_) | Outcome::Deleted)
}

fn not_found() -> ReadError {
    ReadError::NotFound { message: "no such integration".into() }
}

fn limited() -> WriteError {
    WriteError::RateLimited { wait: Some(Duration::from_secs(28)), message: "slow down".into() }
}
