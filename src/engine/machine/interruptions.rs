//! What ends the machine's work from outside: a stop, and deadlines.

use super::super::operation::{Edit, OperationId, Pending};
use super::super::outcome::{Cause, Outcome};
use super::{Action, Actions, Machine, Phase, answer};

impl<E: Edit> Machine<E> {
    /// Nothing that has not been sent is sent; what has been sent is seen through.
    pub(super) fn stop(&mut self, out: &mut Actions) {
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
        if let Phase::Looking { doubt, looks, pausing: true } = self.phase.clone() {
            // One last look, and at once.
            self.phase = Phase::Looking { doubt, looks, pausing: false };
            out.extend([Action::Abandon, Action::Read]);
        }
    }

    pub(super) fn expired(&mut self, id: OperationId, out: &mut Actions) {
        let is_meant = |operation: &mut Pending<E>| operation.id == id;
        let in_work = self.work.extract_if(.., is_meant).next();
        // A group without one of its members is not the group that was refused.
        self.isolation.forget_evidence();
        let sent = in_work.is_some() && matches!(self.phase, Phase::Writing { .. });
        let operation = in_work
            .or_else(|| self.queue.extract_if(.., is_meant).next())
            .or_else(|| self.isolation.take_one(id));
        let Some(operation) = operation else { return };
        let cause = Cause::Expired { setback: self.setback.clone().map(Box::new) };
        let verdict = if sent { Outcome::Unknown(cause) } else { Outcome::NotApplied(cause) };
        answer(&operation, &verdict, out);
        self.rest(out);
    }

    /// Drops what is under way, unless it is a write, if nobody waits for it any more.
    pub(super) fn rest(&mut self, out: &mut Actions) {
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

    pub(super) fn has_nothing_left(&self) -> bool {
        self.work.is_empty() && self.queue.is_empty() && self.isolation.is_over()
    }
}
