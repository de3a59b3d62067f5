//! Many edits, one document: the write engine.
//!
//! Aiven keeps all ClickHouse Kafka tables of an integration in one JSON array. There is no call for a single
//! table: a client reads the whole document, changes it, and writes the whole document, and the API offers no
//! version to compare. Two clients that do this at once erase each other's work without noticing. Terraform does
//! ten things at once. So there is one door for edits, [`Engine::submit`], and behind it, for each document, one
//! actor that does one thing at a time.
//!
//! # The algorithm
//!
//! ```text
//! Idle ─submit─▶ Gathering ─▶ Locking ─▶ Reading ─▶ plan ─changes─▶ Writing ─acknowledged─▶ answer, unlock, next batch
//!                               ▲          ▲        │ │               │                           └─ none left ─▶ Settling
//!                               │          │ no change│               ├─ refused ────────▶ halve, read again
//!                               │          │        ▼ │               ├─ no answer ──────▶ Looking ─▶ answer, or Waiting
//!                             Waiting ◀────┼─ answer  └─ lacks ours   └─ conflict, limit ▶ Waiting
//! ```
//!
//! * **A batch closes when its read returns.** Whatever is submitted meanwhile joins for free, and a lone edit waits
//!   for nothing before its write. Those who were answered together come back with more, but a slow Terraform sends
//!   them one by one: so the next read waits until they are all there, or until none has come for as long as another
//!   batch would take. A batch takes at most one operation per name, so that the effect of each can be checked alone.
//! * **Every write is planned on a read of its own.** Bytes are never sent twice: a retry reads and plans again,
//!   since a replayed document erases whatever was written in between. A plan that would change nothing is not
//!   sent; one that grew old before it could be sent is made again.
//! * **An acknowledgement is proved by the API's own answer**, operation by operation. What the answer does not
//!   show is looked for with further reads; what they do not show either is `Contended`.
//! * **A lost answer is looked up, not guessed.** From that moment the operation may have been applied, and no
//!   verdict that says "nothing happened" is ever given to it again: such a verdict becomes `Unknown`. Nor is a
//!   create told that its name exists if it is its own earlier attempt that is found.
//! * **A refused element fails alone**, found by halving with inference; see `isolation`.
//! * **Absence is believed the second time**, and only where the API says it of this very integration.
//! * **A rate limit is everybody's**, since it counts the requests of a token: whoever meets it pauses the engine.
//! * **The last answer is held.** A rival who read before our write may write after it and undo it. So the last
//!   operation in sight is answered when a document has had three seconds to settle and a read shows all that
//!   this process wrote: the `ledger`. While others write too, that takes a second look, because a look can fall between
//!   a rival's write that took an effect away and another's that brings it back by chance, for a third to remove.
//! * **What is undone is restored**, if the name looks as it did before our edit. A read that lacks an effect is asked
//!   again for as long as a document takes to settle, since reads may be stale; then the effect is put back by a write
//!   of its own, after a pause at random, lest two processes undo each other in step. What somebody has edited since is
//!   theirs: it is reported. Nothing is restored after the last answer.
//! * **A stop begins no write** and sees the one under way through, with one last look if its answer is lost.
//!   It is for good: the engine goes on reading, but whoever wants to write again needs another engine.
//!
//! # Its parts
//!
//! `plan`, `isolation`, `ledger`, `reads` and `machine` decide and are pure; `actor` acts, and is the only one to
//! await. The machine can be cloned, compared and hashed, so the tests do not sample its behavior: they walk through
//! every order of events in small worlds, with other processes, a stranger who edits the same document, lost
//! answers, late writes, stale reads and stops.
//!
//! # Limits
//!
//! A stranger's edit that lands between our read and our write is erased, and nobody can see it: no client can
//! close that window without the API's help. The engine keeps it to one round trip. A write that was given up
//! for lost and lands after the hold undoes what was written since, and so does a stranger who took longer from his
//! read to his write. The tests keep these as known traces.
//!
//! The engine knows no key of an element but its name, and never mentions HTTP or Terraform.

mod actor;
#[cfg(test)]
mod actor_tests;
mod api;
#[cfg(test)]
mod exploration;
mod isolation;
mod ledger;
mod limit;
mod lock;
mod machine;
mod operation;
mod outcome;
mod patience;
mod plan;
#[cfg(test)]
mod plan_tests;
mod reads;
mod store;
#[cfg(test)]
mod subject;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use actor::{Actor, Command, Surroundings};
use limit::Limit;

pub use lock::Locks;
pub use operation::{Edit, Operation, Want};
pub use outcome::{Answer, Cause, Caveat, Loss, Outcome, Why};
pub use reads::ReadFailure;
pub use store::{Facts, Fetched, IntegrationKey, Origin, Snapshot, Status, Store};

/// How an engine goes about its work where there is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Whether the last answer of a run of edits waits until what was written has been seen to stay. Without it a
    /// rival's older document may take edits away unnoticed until the next plan.
    pub settle: bool,
    /// The most edits that one write carries. Only a benchmark has a reason to limit it.
    pub batch: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self { settle: true, batch: usize::MAX }
    }
}

type Commands<E> = mpsc::UnboundedSender<Command<E>>;

/// The only door to the documents of one API. Actors start when first needed and end with the engine, after
/// whatever is under way; an idle actor keeps nothing alive.
#[derive(Debug)]
pub struct Engine<S, E> {
    surroundings: Arc<Surroundings<S>>,
    // Never held across an await: it guards a look-up.
    actors: Mutex<HashMap<IntegrationKey, Commands<E>>>,
}

impl<S: Store, E: Edit> Engine<S, E> {
    /// An engine for integrations of the given type; the others it refuses to write, though it reads them.
    /// While a write is under way, or its lost answer is being looked for, `writes` holds a token, so that a
    /// process about to end can wait for the truth with `writes.close()` and `writes.wait()`.
    pub fn new(store: S, integration_type: &str, policy: Policy, locks: Locks, writes: TaskTracker) -> Self {
        let surroundings = Surroundings {
            store,
            integration_type: Arc::from(integration_type),
            policy,
            limit: Limit::default(),
            locks,
            writes,
            has_submitted: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
            setbacks: Mutex::default(),
        };
        Self { surroundings: Arc::new(surroundings), actors: Mutex::default() }
    }

    /// The only way to change a document. Dropping the future abandons the answer, not the edit. Must be called
    /// within a tokio runtime.
    pub async fn submit(&self, key: &IntegrationKey, operation: Operation<E>) -> Answer {
        self.surroundings.has_submitted.store(true, Ordering::Relaxed);
        let (submitter, answer) = oneshot::channel();
        self.send(key, Command::Submit(operation, submitter));
        answer.await.unwrap_or(Answer::of(Outcome::Unknown(Cause::Broken)))
    }

    /// Reads a document. Whoever asks while a read is under way shares it, unless one of our own writes was
    /// acknowledged since; a process that has submitted nothing yet may get a snapshot up to 10 s old.
    /// Dropping the future harms no other reader. Must be called within a tokio runtime.
    pub async fn read(&self, key: &IntegrationKey, deadline: Duration) -> Result<Arc<Snapshot>, ReadFailure> {
        let (reader, snapshot) = oneshot::channel();
        self.send(key, Command::Read(reader));
        match timeout(deadline, snapshot).await {
            Ok(Ok(snapshot)) => snapshot,
            Ok(Err(_)) => Err(ReadFailure::Failed(Cause::Broken)),
            Err(_) => {
                let setback = self.surroundings.setbacks().get(key).cloned();
                let setback = setback.or_else(|| self.surroundings.limit.cause()).map(Box::new);
                Err(ReadFailure::Failed(Cause::Expired { setback }))
            }
        }
    }

    /// Whether anybody has asked for a change of anything.
    pub fn has_submitted(&self) -> bool {
        self.surroundings.has_submitted.load(Ordering::Relaxed)
    }

    /// Begins no write any more, and ends all reads and waits under way. Returns at once; the stopped operations
    /// get their answers when the truth about them is known, and whatever is submitted later is answered
    /// `Stopped`. Later reads are served as usual: whoever stops may still refresh before closing.
    pub fn stop(&self) {
        self.surroundings.is_stopped.store(true, Ordering::Relaxed);
        for commands in self.actors().values() {
            // An actor that is gone has nothing to stop.
            let _ = commands.send(Command::Stop);
        }
    }

    fn send(&self, key: &IntegrationKey, command: Command<E>) {
        let mut actors = self.actors();
        let commands = actors.entry(key.clone()).or_insert_with(|| self.start(key));
        if let Err(mpsc::error::SendError(command)) = commands.send(command) {
            // The actor broke down. Its submitters have been told, and the document deserves another.
            *commands = self.start(key);
            let _ = commands.send(command);
        }
    }

    fn start(&self, key: &IntegrationKey) -> Commands<E> {
        let (sender, commands) = mpsc::unbounded_channel();
        tokio::spawn(Actor::new(Arc::clone(&self.surroundings), key.clone()).run(commands));
        sender
    }

    fn actors(&self) -> MutexGuard<'_, HashMap<IntegrationKey, Commands<E>>> {
        self.actors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
