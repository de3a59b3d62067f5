//! The write engine's decisions for one document: events in, actions out.
//!
//! No clock, no randomness, no I/O: time enters as [`Event::Timer`] and [`Event::Expired`]. The machine is
//! `Clone + Eq + Hash`, so that tests walk through every order in which events can arrive. The algorithm is
//! told in [`super`].

mod answers;
#[cfg(test)]
pub(super) mod broken;
mod hold;
mod interruptions;

use std::mem;
use std::sync::Arc;

use crate::aiven::{ReadError, WriteError};
use crate::document::Document;

use super::Policy;
use super::isolation::{Isolation, Next};
use super::ledger::Ledger;
use super::operation::{Edit, OperationId, Pending};
use super::outcome::{Answer, Cause, Outcome};
use super::patience::{Patience, Pause, backoff};
use super::plan::{Plan, plan, take_batch};
use super::store::Snapshot;

use hold::Hold;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<E> {
    Submitted(Pending<E>),
    /// The lock is held, or it is settled that it cannot be had.
    Locked,
    Read(Result<Arc<Snapshot>, ReadFault>),
    /// The plan grew too old before it could be sent. Nothing was sent.
    Stale,
    Written(Result<Arc<Snapshot>, WriteError>),
    /// A pause is over.
    Timer,
    /// An operation's deadline has passed; during which rate limit, if any.
    Expired(OperationId, Option<Cause>),
    Stop,
}

/// Why there is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReadFault {
    /// The API did not serve the document.
    Api(ReadError),
    /// It served something that is no document.
    Unreadable(String),
}

/// What to do. At most one of the first four is under way at any time; its end is the next event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Lock,
    Read,
    Write(Document),
    Pause(Pause),
    /// Drop whatever is under way. Never said of a write.
    Abandon,
    Unlock,
    Answer(OperationId, Answer),
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
    /// Waiting for those who have just been answered to come back with more.
    Gathering,
    Locking,
    Reading,
    /// The document on its way carries this many operations; some may have expired since.
    Writing {
        carried: usize,
    },
    /// Looking for the effect of a write whose answer does not prove it; between looks there are pauses.
    Looking {
        doubt: Doubt,
        looks: u8,
        pausing: bool,
    },
    /// Waiting without the lock before another attempt.
    Waiting,
    /// Nothing is left to do but to look once more, after a pause, at what has been written.
    Settling {
        tries: u8,
        pausing: bool,
    },
}

/// Why the effect of a write has to be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Doubt {
    /// There was no answer.
    Lost(Cause),
    /// The API says that nothing changed, which says nothing about whose doing the document is.
    Unchanged(Cause),
    /// The API acknowledged the write with a document that does not show it.
    Unshown,
}

/// The state for one document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Machine<E> {
    integration_type: Arc<str>,
    policy: Policy,
    patience: Patience,
    phase: Phase,
    /// Operations that no batch has taken yet, in order of arrival.
    queue: Vec<Pending<E>>,
    /// The operations under way.
    work: Vec<Pending<E>>,
    /// Operations that ran out of time during the write that carries them: nobody waits for them any more, but the
    /// write may yet be acknowledged.
    expired: Vec<Pending<E>>,
    isolation: Isolation<E>,
    /// How many have been answered since the last batch was taken, and have not come back yet.
    returning: usize,
    /// Attempts used up by the present batch.
    tries: u8,
    /// Definite "not found" answers in a row.
    absences: u8,
    /// What the present batch met with last, to be named if its time runs out.
    setback: Option<Cause>,
    /// A stop waits for the write under way; until that is settled nothing new is taken on.
    stopping: bool,
    ledger: Ledger<E>,
    hold: Hold<E>,
}

type Actions = Vec<Action>;

impl<E: Edit> Machine<E> {
    pub(super) fn new(integration_type: Arc<str>, policy: Policy, patience: Patience) -> Self {
        Self {
            integration_type,
            policy,
            patience,
            phase: Phase::Idle,
            queue: Vec::new(),
            work: Vec::new(),
            expired: Vec::new(),
            isolation: Isolation::new(),
            returning: 0,
            tries: 0,
            absences: 0,
            setback: None,
            stopping: false,
            ledger: Ledger::new(),
            hold: Hold::new(),
        }
    }

    /// Whether there is nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.phase == Phase::Idle
    }

    /// Whether a write is under way or its effect is being looked for: the worst moment to end the process.
    pub(super) fn is_mutating(&self) -> bool {
        matches!(self.phase, Phase::Writing { .. } | Phase::Looking { .. })
    }

    pub(super) fn step(&mut self, event: Event<E>) -> Actions {
        let mut actions = Vec::new();
        let out = &mut actions;
        match (self.phase.clone(), event) {
            (_, Event::Submitted(operation)) => self.submitted(operation, out),
            (_, Event::Expired(id, limit)) => self.expired(id, limit),
            (_, Event::Stop) => self.stop(out),
            (Phase::Locking, Event::Locked) => self.read(out),
            (Phase::Reading, Event::Read(Ok(snapshot))) => self.plan(&snapshot, out),
            (Phase::Reading, Event::Read(Err(fault))) => self.not_read(fault, out),
            (Phase::Writing { .. }, Event::Stale) => self.read_again(out),
            (Phase::Writing { carried }, Event::Written(answer)) => {
                self.written(answer, carried, out);
            }
            (Phase::Looking { doubt, looks, pausing: true }, Event::Timer) => {
                self.phase = Phase::Looking { doubt, looks, pausing: false };
                out.push(Action::Read);
            }
            (Phase::Looking { doubt, looks, pausing: false }, Event::Read(read)) => {
                self.looked(doubt, looks, read, out);
            }
            (Phase::Waiting | Phase::Gathering, Event::Timer) => self.lock(out),
            (Phase::Settling { tries, pausing: true }, Event::Timer) => {
                self.phase = Phase::Settling { tries, pausing: false };
                out.push(Action::Read);
            }
            (Phase::Settling { tries, pausing: false }, Event::Read(read)) => {
                self.settled(tries, read, out);
            }
            // Actions and events alternate strictly, so anything else is the echo of something abandoned.
            _ => {}
        }
        self.rest(&mut actions);
        self.send_answers(&mut actions);
        actions
    }

    fn submitted(&mut self, operation: Pending<E>, out: &mut Actions) {
        if self.stopping {
            return self.answer(operation, Outcome::Stopped);
        }
        self.queue.push(operation);
        self.returning = self.returning.saturating_sub(1);
        // The newcomer has yet to be answered, so it can be held in the place of the one who was.
        self.release();
        match self.phase {
            Phase::Idle => self.begin(out),
            Phase::Settling { .. } | Phase::Gathering => {
                out.push(Action::Abandon);
                self.begin(out);
            }
            _ => {}
        }
    }

    /// Starts on whatever waits.
    fn begin(&mut self, out: &mut Actions) {
        self.hold_an_answer();
        if !self.is_awaited() {
            self.stop_restoring();
        }
        if self.work.is_empty() && self.isolation.is_over() {
            self.isolation.forget_evidence();
            self.tries = 0;
            self.setback = None;
            if self.queue.is_empty() {
                self.absences = 0;
                return self.settle_or_rest(out);
            }
            if self.returning > 0 && self.queue.len() < self.policy.batch {
                self.phase = Phase::Gathering;
                return out.push(Action::Pause(Pause::RoundTrip));
            }
        }
        self.lock(out);
    }

    fn lock(&mut self, out: &mut Actions) {
        self.phase = Phase::Locking;
        out.push(Action::Lock);
    }

    fn finish(&mut self, out: &mut Actions) {
        out.push(Action::Unlock);
        self.begin(out);
    }

    fn read(&mut self, out: &mut Actions) {
        self.phase = Phase::Reading;
        out.push(Action::Read);
    }

    /// Every write is planned on a read of its own, even if the lock was held all the time.
    fn read_again(&mut self, out: &mut Actions) {
        if self.stopping {
            self.fail(&Outcome::Stopped, out);
        } else {
            self.read(out);
        }
    }

    /// The batch closes here, when the read has returned: whatever was queued meanwhile joins for free.
    fn plan(&mut self, snapshot: &Arc<Snapshot>, out: &mut Actions) {
        if *snapshot.facts.integration_type != *self.integration_type {
            let found = snapshot.facts.integration_type.clone();
            return self.fail_all(&Outcome::NotApplied(Cause::WrongType { found }), out);
        }
        self.absences = 0;
        if self.must_look_again(&snapshot.document, out) {
            return;
        }
        self.isolation.planned_on(&snapshot.document);
        if self.work.is_empty() {
            self.work = match self.isolation.next() {
                Next::Attempt(operations) => operations,
                Next::Refused(operation, message) => {
                    self.answer(operation, Outcome::Refused { message });
                    return self.finish(out);
                }
                Next::Nothing => {
                    self.returning = 0;
                    take_batch(&mut self.queue, self.policy.batch)
                }
            };
        }
        let Plan { answers, carried, document } = plan(snapshot, mem::take(&mut self.work));
        for (operation, verdict) in answers {
            if operation.doubt.is_some() && matches!(verdict, Outcome::Done(_) | Outcome::Deleted) {
                self.ledger.enter(&operation, &snapshot.document, self.patience.doublings);
            }
            self.answer(operation, verdict);
        }
        if carried.is_empty() {
            return self.finish(out);
        }
        self.phase = Phase::Writing { carried: carried.len() };
        self.work = carried;
        out.push(Action::Write(document));
    }

    /// Another attempt after a pause, if there is patience left for one.
    fn retry(&mut self, cause: Cause, out: &mut Actions) {
        if self.stopping {
            return self.fail(&Outcome::Stopped, out);
        }
        if self.tries >= self.patience.retries {
            return self.fail(&Outcome::NotApplied(cause), out);
        }
        self.tries += 1;
        self.pause(Pause::AtLeast(backoff(self.tries)), Some(cause), out);
    }

    /// The lock is for those who write, not for those who wait.
    fn pause(&mut self, pause: Pause, setback: Option<Cause>, out: &mut Actions) {
        self.setback = setback.or(self.setback.take());
        self.phase = Phase::Waiting;
        out.push(Action::Unlock);
        out.push(Action::Pause(pause));
    }

    /// Answers what is under way.
    fn fail(&mut self, verdict: &Outcome, out: &mut Actions) {
        for operation in mem::take(&mut self.work) {
            self.answer(operation, verdict.clone());
        }
        self.finish(out);
    }

    /// Answers everything: the document itself is out of reach.
    fn fail_all(&mut self, verdict: &Outcome, out: &mut Actions) {
        let waiting = self.isolation.drain();
        self.work.extend(waiting);
        self.work.append(&mut self.queue);
        self.fail(verdict, out);
    }

    /// Everything unanswered, save what is held.
    fn unanswered(&self) -> impl Iterator<Item = &Pending<E>> {
        self.queue.iter().chain(&self.work).chain(self.isolation.waiting())
    }

    /// Whether anybody waits for an answer.
    fn is_awaited(&self) -> bool {
        self.hold.is_held() || self.unanswered().any(Pending::is_asked)
    }

    /// The names of everything unanswered.
    #[cfg(test)]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.unanswered().map(|operation| &*operation.name)
    }
}
