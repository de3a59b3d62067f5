//! The hold: the last answer of a process waits until what the process wrote has been seen to stay.
//!
//! An acknowledgement says what was stored at that moment. A rival who had read before may still write after it,
//! and undo it without knowing. So as long as there are writes that have not been looked at since they settled, one
//! answer is outstanding: Terraform cannot end the process, and the engine can look again and restore. Whoever
//! submits meanwhile takes that place over, so only the last operation of a run pays for it.

use std::mem;
use std::sync::Arc;

use crate::aiven::ReadError;
use crate::document::Document;

use super::super::operation::{Edit, OperationId, Pending, Purpose};
use super::super::outcome::{Answer, Cause, Caveat, Outcome};
use super::super::patience::{
    BELIEVED_ABSENCES, Pause, after_absence, after_limit, backoff, before_restoring, before_second_look,
};
use super::super::store::Snapshot;
use super::{Action, Actions, Machine, Phase, ReadFault};

/// An operation and its verdict.
type Decided<E> = (Pending<E>, Outcome);

/// What the machine keeps in mind about answers and about what it has yet to look at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Hold<E> {
    /// Answers of the present step, in order. The flag says that they may not be held.
    answered: Vec<(Decided<E>, bool)>,
    /// The answer that is held.
    held: Option<Decided<E>>,
    /// Whether something was written that has not been looked at since it settled.
    unsettled: bool,
    /// Why that look may never come.
    unchecked: Option<Cause>,
    /// Reads in a row that lack effects of this process; one more if a look at a settled document proves them gone.
    doubts: u8,
    /// The effects that the last read lacked, or that are being restored.
    missing: Vec<String>,
    /// Further looks made because others were writing.
    further_looks: u8,
    /// The document after our last write or look.
    seen: Option<Document>,
}

impl<E: Edit> Hold<E> {
    pub(super) fn new() -> Self {
        Self {
            answered: Vec::new(),
            held: None,
            unsettled: false,
            unchecked: None,
            doubts: 0,
            missing: Vec::new(),
            further_looks: 0,
            seen: None,
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Whether the answer to this operation is the one that is held.
    pub(super) fn has(&self, id: OperationId) -> bool {
        self.held.as_ref().is_some_and(|(operation, _)| operation.is(id))
    }

    /// Takes note of what is stored after a write of our own.
    pub(super) fn saw(&mut self, document: &Document) {
        self.seen = Some(document.clone());
    }

    /// Takes note of why there may be no other look.
    pub(super) fn interrupted(&mut self, cause: Cause) {
        self.unchecked = Some(cause);
    }
}

impl<E: Edit> Machine<E> {
    /// Something was written, or may have been.
    pub(super) fn unsettle(&mut self) {
        self.hold.unsettled = self.policy.settle;
        self.hold.further_looks = 0;
    }

    /// An operation is over; its answer may still be held.
    pub(super) fn answer(&mut self, operation: Pending<E>, verdict: Outcome) {
        self.decided(operation, verdict, false);
    }

    /// Operations are over, and there is no time to hold an answer.
    pub(super) fn answer_at_once(&mut self, operations: Vec<Pending<E>>, verdict: &Outcome) {
        for operation in operations {
            self.decided(operation, verdict.clone(), true);
        }
    }

    fn decided(&mut self, operation: Pending<E>, verdict: Outcome, is_due: bool) {
        let verdict = verdict.honest(&operation);
        if let Outcome::Unknown(_) = verdict {
            // Nor is it known any more what stands under the name by our own doing.
            self.ledger.forget(&operation.name);
        }
        match operation.purpose {
            Purpose::Asked(_) => {
                self.returning += 1;
                self.hold.answered.push(((operation, verdict), is_due));
            }
            Purpose::Restoring(_) => {
                if let Outcome::Done(_) | Outcome::Deleted = verdict {
                    self.hold.missing.retain(|missing| *missing != operation.name);
                }
                self.ledger.not_restored(operation, verdict);
            }
        }
    }

    /// Lets the held answer go.
    pub(super) fn release(&mut self) {
        self.hold.answered.extend(self.hold.held.take().map(|held| (held, true)));
    }

    /// Lets the held answer go, for which there will be no other look.
    pub(super) fn release_unchecked(&mut self, cause: Cause) {
        self.hold.interrupted(cause);
        if let Some((operation, verdict)) = &mut self.hold.held
            && self.hold.missing.contains(&operation.name)
        {
            *verdict = Outcome::Contended;
        }
        self.release();
    }

    /// Keeps an answer back if it would be the last one, and there is something to look at again.
    pub(super) fn hold_an_answer(&mut self) {
        if self.hold.unsettled && !self.stopping && !self.is_awaited() {
            let last = self.hold.answered.iter().rposition(|(_, is_due)| !is_due);
            self.hold.held = last.map(|last| self.hold.answered.remove(last).0);
        }
    }

    /// Nothing is restored after the last answer.
    pub(super) fn stop_restoring(&mut self) {
        let mut restoring = self.isolation.take(|operation| !operation.is_asked());
        restoring.append(&mut self.work);
        self.answer_at_once(restoring, &Outcome::Stopped);
    }

    /// There is nothing left to do, save perhaps to look once more.
    pub(super) fn settle_or_rest(&mut self, out: &mut Actions) {
        if self.hold.is_held() && !self.stopping {
            return self.look_once_more_after(Pause::Settle, 0, out);
        }
        self.release();
        self.stopping = false;
        self.phase = Phase::Idle;
    }

    fn look_once_more_after(&mut self, pause: Pause, tries: u8, out: &mut Actions) {
        self.phase = Phase::Settling { tries, pausing: true };
        out.push(Action::Pause(pause));
    }

    /// Whether a document that is to be planned on lacks something this process has written. It may be a stale
    /// read, which shows up by itself if it is asked again; what is really gone is restored first.
    pub(super) fn must_look_again(&mut self, document: &Document, out: &mut Actions) -> bool {
        let undone = self.ledger.undone(document);
        let restoring = self.unanswered().filter(|operation| !operation.is_asked());
        self.hold.missing = restoring.map(|operation| operation.name.clone()).chain(undone.clone()).collect();
        if undone.is_empty() {
            self.hold.doubts = 0;
            return false;
        }
        let believed = self.patience.second_looks;
        if self.hold.doubts <= believed {
            self.hold.doubts += 1;
            let pause = if self.hold.doubts <= believed {
                Pause::AtLeast(before_second_look(self.hold.doubts))
            } else {
                Pause::UpTo(before_restoring(self.ledger.most_restored(&undone)))
            };
            self.pause(pause, None, out);
            return true;
        }
        self.hold.doubts = 0;
        let postponed = mem::take(&mut self.work);
        self.isolation.postpone(postponed);
        self.work = self.ledger.take(&undone);
        false
    }

    /// The look at what has settled.
    pub(super) fn settled(&mut self, tries: u8, read: Result<Arc<Snapshot>, ReadFault>, out: &mut Actions) {
        let error = match read {
            Ok(snapshot) => return self.compare(&snapshot, out),
            Err(ReadFault::Unreadable(reason)) => {
                return self.end_unchecked(Cause::Unreadable { reason }, out);
            }
            Err(ReadFault::Api(error)) => error,
        };
        let cause = Cause::from(error.clone());
        match error {
            ReadError::RateLimited { wait, .. } => {
                self.setback = Some(cause);
                self.look_once_more_after(Pause::AtLeast(after_limit(wait)), tries, out);
            }
            ReadError::NotSent { .. } | ReadError::Unavailable { .. } => {
                self.setback = Some(cause);
                let tries = self.patience.retries.min(tries + 1);
                self.look_once_more_after(Pause::AtLeast(backoff(tries)), tries, out);
            }
            ReadError::NotFound { .. } if self.absences + 1 < BELIEVED_ABSENCES => {
                self.absences += 1;
                self.look_once_more_after(Pause::AtLeast(after_absence(self.absences)), tries, out);
            }
            _ => self.end_unchecked(cause, out),
        }
    }

    fn end_unchecked(&mut self, cause: Cause, out: &mut Actions) {
        self.release_unchecked(cause);
        self.begin(out);
    }

    fn compare(&mut self, snapshot: &Arc<Snapshot>, out: &mut Actions) {
        let document = &snapshot.document;
        let undone = self.ledger.undone(document);
        self.hold.missing.clone_from(&undone);
        self.absences = 0;
        if !undone.is_empty() {
            // What was written is older than any read can be behind, so it is really gone.
            self.hold.doubts = self.patience.second_looks + 1;
            return self.pause(Pause::UpTo(before_restoring(self.ledger.most_restored(&undone))), None, out);
        }
        let seen = self.hold.seen.replace(document.clone());
        let is_quiet = seen.is_some_and(|seen| self.ledger.others_are_the_same(&seen, document));
        if !is_quiet && self.hold.further_looks < self.patience.further_looks {
            self.hold.further_looks += 1;
            return self.look_once_more_after(Pause::Settle, 0, out);
        }
        self.hold.unsettled = false;
        self.hold.seen = None;
        self.ledger.yield_to_others(document);
        if let Some((operation, verdict)) = &mut self.hold.held {
            match verdict {
                Outcome::Done(_) | Outcome::Deleted if self.ledger.forget_loss(&operation.name) => {
                    *verdict = Outcome::Contended;
                }
                Outcome::Done(_) | Outcome::Deleted | Outcome::Unknown(_) if operation.holds(document) => {
                    *verdict = operation.fulfilled(snapshot);
                }
                _ => {}
            }
        }
        self.release();
        self.begin(out);
    }

    /// Gives away the answers of a step.
    pub(super) fn send_answers(&mut self, out: &mut Actions) {
        let is_over = !self.is_awaited();
        let mut answered = mem::take(&mut self.hold.answered).into_iter().peekable();
        while let Some(((operation, outcome), _)) = answered.next() {
            let status_before = operation.status_before;
            let is_last = is_over && answered.peek().is_none();
            let caveat = if is_last { self.caveat() } else { None };
            if let Purpose::Asked(id) = operation.purpose {
                out.push(Action::Answer(id, Answer { outcome, caveat, status_before }));
            }
        }
    }

    /// What the last one to be answered has to be told of all others.
    fn caveat(&mut self) -> Option<Caveat> {
        // What is being restored has left the ledger for the time being.
        let is_unchecked = self.hold.unsettled && !(self.ledger.is_empty() && self.hold.missing.is_empty());
        let unchecked = is_unchecked.then(|| self.hold.unchecked.take().unwrap_or(Cause::Stopped));
        if let Some(cause) = &unchecked {
            self.ledger.give_up(mem::take(&mut self.hold.missing), cause);
        }
        let lost = self.ledger.take_lost();
        (unchecked.is_some() || !lost.is_empty()).then_some(Caveat { unchecked, lost })
    }
}
