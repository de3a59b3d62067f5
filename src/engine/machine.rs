//! The write engine's decisions for one document: events in, actions out.
//!
//! No clock, no randomness, no I/O: time enters as [`Event::Timer`] and [`Event::Expired`]. The machine is
//! `Clone + Eq + Hash`, so that tests walk through every order in which events can arrive. The algorithm is
//! told in [`super`].

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use crate::aiven::{ReadError, WriteError};
use crate::document::Document;

use super::isolation::{Isolation, Next};
use super::operation::{Edit, OperationId, Pending, Want};
use super::outcome::{Cause, Outcome};
use super::patience::{
    BELIEVED_ABSENCES, Patience, after_absence, after_limit, backoff, before_look,
};
use super::plan::{Plan, plan, take_batch};
use super::store::Snapshot;

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
    /// An operation's deadline has passed.
    Expired(OperationId),
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
    Pause(Duration),
    /// Drop whatever is under way. Never said of a write.
    Abandon,
    Unlock,
    Answer(OperationId, Outcome),
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
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
    patience: Patience,
    phase: Phase,
    /// Operations that no batch has taken yet, in order of arrival.
    queue: Vec<Pending<E>>,
    /// The operations under way.
    work: Vec<Pending<E>>,
    isolation: Isolation<E>,
    /// Attempts used up by the present batch.
    tries: u8,
    /// Definite "not found" answers in a row.
    absences: u8,
    /// What the present batch met with last, to be named if its time runs out.
    setback: Option<Cause>,
    /// A stop waits for the write under way; until that is settled nothing new is taken on.
    stopping: bool,
}

type Actions = Vec<Action>;

impl<E: Edit> Machine<E> {
    pub(super) fn new(integration_type: Arc<str>, patience: Patience) -> Self {
        Self {
            integration_type,
            patience,
            phase: Phase::Idle,
            queue: Vec::new(),
            work: Vec::new(),
            isolation: Isolation::new(),
            tries: 0,
            absences: 0,
            setback: None,
            stopping: false,
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
            (_, Event::Expired(id)) => self.expired(id, out),
            (_, Event::Stop) => self.stop(out),
            (Phase::Locking, Event::Locked) => self.read(out),
            (Phase::Reading, Event::Read(Ok(snapshot))) => self.plan(&snapshot, out),
            (Phase::Reading, Event::Read(Err(fault))) => self.not_read(fault, out),
            (Phase::Writing { .. }, Event::Stale) => self.read_again(out),
            (Phase::Writing { carried }, Event::Written(answer)) => {
                self.written(answer, carried, out)
            }
            (
                Phase::Looking {
                    doubt,
                    looks,
                    pausing: true,
                },
                Event::Timer,
            ) => {
                self.phase = Phase::Looking {
                    doubt,
                    looks,
                    pausing: false,
                };
                out.push(Action::Read);
            }
            (
                Phase::Looking {
                    doubt,
                    looks,
                    pausing: false,
                },
                Event::Read(read),
            ) => {
                self.looked(doubt, looks, read, out);
            }
            (Phase::Waiting, Event::Timer) => self.lock(out),
            // Actions and events alternate strictly, so anything else is the echo of something abandoned.
            _ => {}
        }
        actions
    }

    fn submitted(&mut self, operation: Pending<E>, out: &mut Actions) {
        if self.stopping {
            out.push(Action::Answer(operation.id, Outcome::Stopped));
            return;
        }
        self.queue.push(operation);
        if self.is_idle() {
            self.begin(out);
        }
    }

    /// Starts on whatever waits.
    fn begin(&mut self, out: &mut Actions) {
        if self.work.is_empty() && self.isolation.is_over() {
            self.isolation.forget_evidence();
            self.tries = 0;
            self.setback = None;
            if self.queue.is_empty() {
                self.absences = 0;
                self.stopping = false;
                self.phase = Phase::Idle;
                return;
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
            self.fail(&Outcome::Stopped, out)
        } else {
            self.read(out)
        }
    }

    /// The batch closes here, when the read has returned: whatever was queued meanwhile joins for free.
    fn plan(&mut self, snapshot: &Arc<Snapshot>, out: &mut Actions) {
        if *snapshot.facts.integration_type != *self.integration_type {
            let found = snapshot.facts.integration_type.clone();
            return self.fail_all(&Outcome::NotApplied(Cause::WrongType { found }), out);
        }
        self.absences = 0;
        self.isolation.planned_on(&snapshot.document);
        if self.work.is_empty() {
            self.work = match self.isolation.next() {
                Next::Attempt(operations) => operations,
                Next::Refused(operation, message) => {
                    answer(&operation, &Outcome::Refused { message }, out);
                    return self.finish(out);
                }
                Next::Nothing => take_batch(&mut self.queue),
            };
        }
        let Plan {
            answers,
            carried,
            document,
        } = plan(snapshot, mem::take(&mut self.work));
        out.extend(
            answers
                .into_iter()
                .map(|(operation, verdict)| Action::Answer(operation.id, verdict)),
        );
        if carried.is_empty() {
            return self.finish(out);
        }
        self.phase = Phase::Writing {
            carried: carried.len(),
        };
        self.work = carried;
        out.push(Action::Write(document));
    }

    fn not_read(&mut self, fault: ReadFault, out: &mut Actions) {
        match fault {
            ReadFault::Unreadable(reason) => {
                self.fail_all(&Outcome::NotApplied(Cause::Unreadable { reason }), out);
            }
            ReadFault::Api(ReadError::NotFound { message }) => self.absent(message, out),
            ReadFault::Api(error) => match error {
                ReadError::RateLimited { wait, .. } => {
                    self.pause(after_limit(wait), error.into(), out)
                }
                ReadError::NotSent { .. } | ReadError::Unavailable { .. }
                    if self.tries < self.patience.retries =>
                {
                    self.retry(error.into(), out);
                }
                _ => self.fail_all(&Outcome::NotApplied(error.into()), out),
            },
        }
    }

    /// One "not found" proves nothing, since the API shows it of integrations seconds old. The second settles
    /// the matter for what changes or removes an element, and a create keeps trying for a while.
    fn absent(&mut self, message: String, out: &mut Actions) {
        self.absences += 1;
        if self.absences >= BELIEVED_ABSENCES {
            let is_create = |operation: &Pending<E>| matches!(operation.want, Want::Create(_));
            let mut settled = self.isolation.take(|operation| !is_create(operation));
            settled.extend(self.work.extract_if(.., |operation| !is_create(operation)));
            settled.extend(self.queue.extract_if(.., |operation| !is_create(operation)));
            for operation in settled {
                let is_delete = operation.want == Want::Delete;
                answer(
                    &operation,
                    if is_delete {
                        &Outcome::Deleted
                    } else {
                        &Outcome::Missing
                    },
                    out,
                );
            }
        }
        if self.absences >= self.patience.absences || self.has_nothing_left() {
            self.fail_all(&Outcome::NotApplied(Cause::Gone { message }), out);
        } else {
            self.pause(after_absence(self.absences), Cause::Gone { message }, out);
        }
    }

    fn written(
        &mut self,
        answer: Result<Arc<Snapshot>, WriteError>,
        carried: usize,
        out: &mut Actions,
    ) {
        match answer {
            Ok(snapshot) => self.acknowledged(&snapshot, out),
            Err(WriteError::Refused { message, .. }) => self.refused(message, carried, out),
            Err(error @ WriteError::Unchanged { .. }) => {
                self.look(Doubt::Unchanged(error.into()), out)
            }
            Err(error @ WriteError::Unknown { .. }) => self.look(Doubt::Lost(error.into()), out),
            Err(error @ WriteError::RateLimited { wait, .. }) if !self.stopping => {
                self.pause(after_limit(wait), error.into(), out);
            }
            Err(WriteError::Conflict { message, .. })
                if self.tries >= self.patience.retries && self.work.len() > 1 && !self.stopping =>
            {
                // It may be the fault of one element. But a conflict may also pass, so it proves nothing
                // about the other half.
                self.isolation.halve(&mut self.work, message);
                self.isolation.forget_evidence();
                self.read(out);
            }
            Err(error @ WriteError::Denied { .. }) => {
                let waiting = self.isolation.drain();
                self.work.extend(waiting);
                self.fail(&Outcome::NotApplied(error.into()), out);
            }
            Err(error) => self.retry(error.into(), out),
        }
    }

    fn acknowledged(&mut self, snapshot: &Arc<Snapshot>, out: &mut Actions) {
        self.isolation.accepted(&snapshot.document);
        self.answer_shown(snapshot, out);
        if self.work.is_empty() {
            self.finish(out)
        } else {
            self.look(Doubt::Unshown, out)
        }
    }

    fn refused(&mut self, message: String, carried: usize, out: &mut Actions) {
        if self.work.len() < carried {
            // The refusal may be the fault of an operation that has expired since: it proves nothing.
            self.isolation.forget_evidence();
            return if self.work.is_empty() {
                self.finish(out)
            } else {
                self.read_again(out)
            };
        }
        if self.work.len() == 1 {
            return self.fail(&Outcome::Refused { message }, out);
        }
        if self.stopping {
            return self.fail(&Outcome::Stopped, out);
        }
        self.isolation.halve(&mut self.work, message);
        self.read(out);
    }

    /// Begins to look for the effect of a write. After a lost answer the request may still be on its way, so
    /// the first look comes after a pause.
    fn look(&mut self, doubt: Doubt, out: &mut Actions) {
        self.isolation.forget_evidence();
        let cause = match &doubt {
            Doubt::Lost(cause) => Some(cause.clone()),
            Doubt::Unshown => Some(Cause::Unshown),
            Doubt::Unchanged(_) => None,
        };
        if let Some(cause) = cause {
            for operation in &mut self.work {
                operation.doubt = Some(cause.clone());
            }
        }
        let at_once = self.stopping || matches!(doubt, Doubt::Unchanged(_));
        out.push(if at_once {
            Action::Read
        } else {
            Action::Pause(before_look(0))
        });
        self.phase = Phase::Looking {
            doubt,
            looks: 0,
            pausing: !at_once,
        };
    }

    fn looked(
        &mut self,
        doubt: Doubt,
        looks: u8,
        read: Result<Arc<Snapshot>, ReadFault>,
        out: &mut Actions,
    ) {
        let mut pause = before_look(looks + 1);
        let fault = match read {
            Ok(snapshot) => {
                self.answer_shown(&snapshot, out);
                if self.work.is_empty() {
                    return self.finish(out);
                }
                None
            }
            Err(ReadFault::Unreadable(reason)) => {
                return self.fail(&Outcome::NotApplied(Cause::Unreadable { reason }), out);
            }
            Err(ReadFault::Api(error)) => {
                match error {
                    ReadError::Denied { .. } | ReadError::Refused { .. } => {
                        return self.fail(&Outcome::NotApplied(error.into()), out);
                    }
                    ReadError::RateLimited { wait, .. } => pause = pause.max(after_limit(wait)),
                    _ => {}
                }
                Some(error.into())
            }
        };
        let looks = looks + 1;
        // Where nothing is on its way, what one look does not show no other will.
        let is_conclusive = matches!(doubt, Doubt::Unchanged(_)) && fault.is_none();
        if !is_conclusive && !self.stopping && looks < self.patience.looks {
            self.phase = Phase::Looking {
                doubt,
                looks,
                pausing: true,
            };
            return out.push(Action::Pause(pause));
        }
        match (doubt, fault) {
            (Doubt::Unshown, None) => self.fail(&Outcome::Contended, out),
            (Doubt::Unshown, Some(fault)) => self.fail(&Outcome::Unknown(fault), out),
            (Doubt::Lost(cause) | Doubt::Unchanged(cause), _) => self.retry(cause, out),
        }
    }

    /// Answers the operations whose effect the snapshot shows.
    fn answer_shown(&mut self, snapshot: &Arc<Snapshot>, out: &mut Actions) {
        for operation in self
            .work
            .extract_if(.., |operation| operation.holds(&snapshot.document))
        {
            let verdict = match operation.want {
                Want::Delete => Outcome::Deleted,
                Want::Create(_) | Want::Update(_) => Outcome::Done(Arc::clone(snapshot)),
            };
            answer(&operation, &verdict, out);
        }
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
        self.pause(backoff(self.tries), cause, out);
    }

    /// The lock is for those who write, not for those who wait.
    fn pause(&mut self, pause: Duration, setback: Cause, out: &mut Actions) {
        self.setback = Some(setback);
        self.phase = Phase::Waiting;
        out.push(Action::Unlock);
        out.push(Action::Pause(pause));
    }

    /// Answers what is under way.
    fn fail(&mut self, verdict: &Outcome, out: &mut Actions) {
        for operation in mem::take(&mut self.work) {
            answer(&operation, verdict, out);
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

    /// Nothing that has not been sent is sent; what has been sent is seen through.
    fn stop(&mut self, out: &mut Actions) {
        let mut unsent = self.isolation.drain();
        unsent.append(&mut self.queue);
        if !self.is_mutating() {
            unsent.append(&mut self.work);
        }
        for operation in unsent {
            answer(&operation, &Outcome::Stopped, out);
        }
        self.stopping = self.is_mutating();
        self.rest(out);
        if let Phase::Looking {
            doubt,
            looks,
            pausing: true,
        } = self.phase.clone()
        {
            // One last look, and at once.
            self.phase = Phase::Looking {
                doubt,
                looks,
                pausing: false,
            };
            out.extend([Action::Abandon, Action::Read]);
        }
    }

    fn expired(&mut self, id: OperationId, out: &mut Actions) {
        let is_meant = |operation: &mut Pending<E>| operation.id == id;
        let in_work = self.work.extract_if(.., is_meant).next();
        // A group without one of its members is not the group that was refused.
        self.isolation.forget_evidence();
        let sent = in_work.is_some() && matches!(self.phase, Phase::Writing { .. });
        let operation = in_work
            .or_else(|| self.queue.extract_if(.., is_meant).next())
            .or_else(|| self.isolation.take_one(id));
        let Some(operation) = operation else { return };
        let cause = Cause::Expired {
            setback: self.setback.clone().map(Box::new),
        };
        let verdict = if sent {
            Outcome::Unknown(cause)
        } else {
            Outcome::NotApplied(cause)
        };
        answer(&operation, &verdict, out);
        self.rest(out);
    }

    /// Drops what is under way, unless it is a write, if nobody waits for it any more.
    fn rest(&mut self, out: &mut Actions) {
        let for_nobody = match self.phase {
            Phase::Idle | Phase::Writing { .. } => false,
            Phase::Looking { .. } => self.work.is_empty(),
            Phase::Locking | Phase::Reading | Phase::Waiting => self.has_nothing_left(),
        };
        if for_nobody {
            out.push(Action::Abandon);
            self.finish(out);
        }
    }

    fn has_nothing_left(&self) -> bool {
        self.work.is_empty() && self.queue.is_empty() && self.isolation.is_over()
    }

    #[cfg(test)]
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// The names of everything unanswered.
    #[cfg(test)]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.queue
            .iter()
            .chain(&self.work)
            .chain(self.isolation.waiting())
            .map(|operation| &*operation.name)
    }
}

fn answer<E>(operation: &Pending<E>, verdict: &Outcome, out: &mut Actions) {
    out.push(Action::Answer(
        operation.id,
        verdict.clone().honest(operation),
    ));
}
