//! What the machine makes of the API's answers, and how it looks for the truth where an answer does not tell it.

use std::mem;
use std::sync::Arc;

use crate::aiven::{ReadError, WriteError};

use super::super::operation::{Edit, Pending, Want};
use super::super::outcome::{Cause, Outcome};
use super::super::patience::{BELIEVED_ABSENCES, Pause, after_absence, after_limit, before_look};
use super::super::store::Snapshot;
use super::{Action, Actions, Doubt, Machine, Phase, ReadFault};

impl<E: Edit> Machine<E> {
    pub(super) fn not_read(&mut self, fault: ReadFault, out: &mut Actions) {
        match fault {
            ReadFault::Unreadable(reason) => {
                self.fail_all(&Outcome::NotApplied(Cause::Unreadable { reason }), out);
            }
            ReadFault::Api(ReadError::NotFound { message }) => self.absent(message, out),
            ReadFault::Api(error) => match error {
                ReadError::RateLimited { wait, .. } => {
                    self.pause(Pause::AtLeast(after_limit(wait)), Some(error.into()), out);
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
    pub(super) fn absent(&mut self, message: String, out: &mut Actions) {
        self.absences += 1;
        if self.absences >= BELIEVED_ABSENCES {
            let is_create = |operation: &Pending<E>| matches!(operation.want, Want::Create(_));
            let mut settled = self.isolation.take(|operation| !is_create(operation));
            settled.extend(self.work.extract_if(.., |operation| !is_create(operation)));
            settled.extend(self.queue.extract_if(.., |operation| !is_create(operation)));
            for operation in settled {
                let is_delete = operation.want == Want::Delete;
                self.answer(operation, if is_delete { Outcome::Deleted } else { Outcome::Missing });
            }
        }
        if self.absences >= self.patience.absences || self.has_nothing_left() {
            self.fail_all(&Outcome::NotApplied(Cause::Gone { message }), out);
        } else {
            let pause = Pause::AtLeast(after_absence(self.absences));
            self.pause(pause, Some(Cause::Gone { message }), out);
        }
    }

    pub(super) fn written(
        &mut self,
        answer: Result<Arc<Snapshot>, WriteError>,
        carried: usize,
        out: &mut Actions,
    ) {
        if let Ok(_) | Err(WriteError::Unknown { .. } | WriteError::Unchanged { .. }) = answer {
            self.unsettle();
        }
        let expired = mem::take(&mut self.expired);
        match answer {
            Ok(snapshot) => {
                for operation in expired.iter().filter(|operation| operation.holds(&snapshot.document)) {
                    self.ledger.enter(operation, &snapshot.document, self.patience.doublings);
                }
                self.acknowledged(&snapshot, out);
            }
            Err(WriteError::Refused { message, .. }) => self.refused(message, carried, out),
            Err(error @ WriteError::Unchanged { .. }) => {
                self.look(Doubt::Unchanged(error.into()), out);
            }
            Err(error @ WriteError::Unknown { .. }) => self.look(Doubt::Lost(error.into()), out),
            Err(error @ WriteError::RateLimited { wait, .. }) if !self.stopping => {
                self.pause(Pause::AtLeast(after_limit(wait)), Some(error.into()), out);
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
            // Another document would fare no better, so nothing is learned by halving.
            Err(
                error @ (WriteError::Inexpressible { .. }
                | WriteError::Denied { .. }
                | WriteError::Rejected { .. }),
            ) => {
                let waiting = self.isolation.drain();
                self.work.extend(waiting);
                self.fail(&Outcome::NotApplied(error.into()), out);
            }
            Err(error) => self.retry(error.into(), out),
        }
    }

    pub(super) fn acknowledged(&mut self, snapshot: &Arc<Snapshot>, out: &mut Actions) {
        self.isolation.accepted(&snapshot.document);
        self.hold.saw(&snapshot.document);
        self.answer_shown(snapshot);
        if self.work.is_empty() {
            self.finish(out);
        } else {
            self.look(Doubt::Unshown, out);
        }
    }

    pub(super) fn refused(&mut self, message: String, carried: usize, out: &mut Actions) {
        if self.work.len() < carried {
            // The refusal may be the fault of an operation that has expired since: it proves nothing.
            self.isolation.forget_evidence();
            return if self.work.is_empty() {
                self.finish(out);
            } else {
                self.read_again(out);
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
    pub(super) fn look(&mut self, doubt: Doubt, out: &mut Actions) {
        self.isolation.forget_evidence();
        let cause = match &doubt {
            Doubt::Lost(cause) | Doubt::Unchanged(cause) => cause.clone(),
            Doubt::Unshown => Cause::Unshown,
        };
        for operation in &mut self.work {
            operation.doubt = Some(cause.clone());
        }
        let at_once = self.stopping || matches!(doubt, Doubt::Unchanged(_));
        out.push(if at_once { Action::Read } else { Action::Pause(Pause::AtLeast(before_look(0))) });
        self.phase = Phase::Looking { doubt, looks: 0, pausing: !at_once };
    }

    pub(super) fn looked(
        &mut self,
        doubt: Doubt,
        looks: u8,
        read: Result<Arc<Snapshot>, ReadFault>,
        out: &mut Actions,
    ) {
        let mut pause = before_look(looks + 1);
        let fault = match read {
            Ok(snapshot) => {
                self.answer_shown(&snapshot);
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
                    ReadError::RateLimited { wait, .. } => {
                        // Looks only read, and every way from here to a write leads through the lock again.
                        out.push(Action::Unlock);
                        pause = pause.max(after_limit(wait));
                    }
                    _ => {}
                }
                Some(error.into())
            }
        };
        let looks = looks + 1;
        if !self.stopping && looks < self.patience.looks {
            self.phase = Phase::Looking { doubt, looks, pausing: true };
            return out.push(Action::Pause(Pause::AtLeast(pause)));
        }
        match (doubt, fault) {
            (Doubt::Unshown, None) => self.fail(&Outcome::Contended, out),
            (Doubt::Unshown, Some(fault)) => self.fail(&Outcome::Unknown(fault), out),
            (Doubt::Lost(cause) | Doubt::Unchanged(cause), _) => self.retry(cause, out),
        }
    }

    /// Answers the operations whose effect the snapshot shows.
    pub(super) fn answer_shown(&mut self, snapshot: &Arc<Snapshot>) {
        for operation in mem::take(&mut self.work) {
            if operation.holds(&snapshot.document) {
                self.ledger.enter(&operation, &snapshot.document, self.patience.doublings);
                let verdict = operation.fulfilled(snapshot);
                self.answer(operation, verdict);
            } else {
                self.work.push(operation);
            }
        }
    }
}
