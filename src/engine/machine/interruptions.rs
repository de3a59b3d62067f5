//! What ends the machine's work from outside: a stop, and deadlines.

use super::super::operation::{Edit, OperationId, Pending};
use super::super::outcome::{Cause, Outcome};
use super::{Action, Actions, Machine, Phase};

impl<E: Edit> Machine<E> {
    /// Nothing that has not been sent is sent; what has been sent is seen through.
    pub(super) fn stop(&mut self, out: &mut Actions) {
        let mut unsent = self.isolation.drain();
        unsent.append(&mut self.queue);
        if !self.is_mutating() {
            unsent.append(&mut self.work);
        }
        self.answer_at_once(unsent, &Outcome::Stopped);
        self.stopping = self.is_mutating();
        if self.stopping {
            self.hold.interrupted(Cause::Stopped);
        } else {
            self.release_unchecked(Cause::Stopped);
        }
        if let Phase::Looking { doubt, looks, pausing: true } = self.phase.clone() {
            // One last look, and at once.
            self.phase = Phase::Looking { doubt, looks, pausing: false };
            out.extend([Action::Abandon, Action::Read]);
        }
    }

    pub(super) fn expired(&mut self, id: OperationId, limit: Option<Cause>) {
        let setback = self.setback.clone().or(limit).map(Box::new);
        let cause = Cause::Expired { setback };
        if self.hold.has(id) {
            return self.release_unchecked(cause);
        }
        let is_meant = |operation: &mut Pending<E>| operation.is(id);
        let in_work = self.work.extract_if(.., is_meant).next();
        // A group without one of its members is not the group that was refused.
        self.isolation.forget_evidence();
        let sent = in_work.is_some() && matches!(self.phase, Phase::Writing { .. });
        let operation = in_work
            .or_else(|| self.queue.extract_if(.., is_meant).next())
            .or_else(|| self.isolation.take_one(id));
        let Some(operation) = operation else { return };
        self.hold.interrupted(cause.clone());
        if sent {
            self.expired.push(operation.clone());
        }
        let verdict = if sent { Outcome::Unknown(cause) } else { Outcome::NotApplied(cause) };
        self.answer_at_once(vec![operation], &verdict);
    }

    /// Drops what is under way, unless it is a write, if nobody waits for it any more.
    pub(super) fn rest(&mut self, out: &mut Actions) {
        let is_awaited = self.is_awaited();
        let for_nobody = match self.phase {
            Phase::Idle | Phase::Writing { .. } => false,
            Phase::Looking { .. } => self.work.is_empty() || !is_awaited,
            Phase::Gathering | Phase::Locking | Phase::Reading | Phase::Waiting | Phase::Settling { .. } => {
                !is_awaited
            }
        };
        if for_nobody {
            out.push(Action::Abandon);
            self.finish(out);
        }
    }

    pub(super) fn has_nothing_left(&self) -> bool {
        self.work.is_empty() && self.queue.is_empty() && self.isolation.is_over()
    }
}
