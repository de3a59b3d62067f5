//! The machine with one defect each: what the exploration must find if it is worth anything.
//!
//! Each variant is a mistake that somebody made, or nearly made, in an engine like this one. The shipped machine knows
//! nothing of it; a variant drives it and bends a single decision.

use std::mem;
use std::sync::Arc;

use crate::aiven::WriteError;
use crate::document::Document;

use super::super::operation::{Edit, Pending, Purpose};
use super::super::outcome::{Answer, Outcome};
use super::super::store::Snapshot;
use super::{Action, Actions, Event, Ledger, Machine, Phase};

/// The defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Breakage {
    /// No answer is taken for an acknowledgement.
    LostIsDone,
    /// No answer is taken for proof that nothing happened.
    LostIsFailed,
    /// No answer is met by sending the same bytes again, as HTTP clients like to.
    BlindReplay,
    /// A stop answers for a write that is still on its way.
    StopForgetsTheWrite,
    /// A stop is not heard.
    WriteAfterStop,
    /// The lock is given back before the write.
    EarlyUnlock,
    /// The second half of a refused batch is forgotten.
    ForgottenHalf,
    /// The halves of a refused batch are planned on the read before the refusal.
    HalvesOnOldRead,
    /// The second half counts as guilty before the first one is accepted.
    GuiltWithoutProof,
    /// Whatever is accepted counts as the first half of what was refused last.
    StaleSibling,
    /// A batch is refused as a whole.
    NoIsolation,
    /// An operation does not recognize its own earlier attempt.
    OwnAttemptForgotten,
    /// A verdict that nothing happened is given although something may have.
    DishonestVerdict,
    /// What is acknowledged is looked at again only if an answer was lost before.
    HoldOnSuspicion,
    /// What is acknowledged is not looked at again if an answer was lost before.
    NoHoldAfterALoss,
    /// What is acknowledged is not kept in mind.
    NoLedger,
    /// What somebody has edited since is written over.
    RestoreAtAnyCost,
}

/// What a defective machine remembers beside the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(in crate::engine) struct Memory {
    read: Option<Arc<Snapshot>>,
    sent: Option<Document>,
    has_replayed: bool,
    has_lost: bool,
}

impl<E: Edit> Machine<E> {
    #[expect(clippy::too_many_lines, reason = "one arm for each defect")]
    pub(in crate::engine) fn step_broken(
        &mut self,
        breakage: Breakage,
        memory: &mut Memory,
        event: Event<E>,
    ) -> Actions {
        let is_writing = matches!(self.phase, Phase::Writing { .. });
        let is_lost = is_writing && matches!(event, Event::Written(Err(WriteError::Unknown { .. })));
        let is_refused = is_writing && matches!(event, Event::Written(Err(WriteError::Refused { .. })));
        if let Event::Read(Ok(snapshot)) = &event {
            memory.read = Some(Arc::clone(snapshot));
        }
        memory.has_lost |= is_lost;
        let actions = match breakage {
            Breakage::LostIsDone if is_lost => self.step(Event::Written(Ok(memory.as_sent()))),
            Breakage::LostIsFailed if is_lost => {
                let reason = String::new();
                self.step(Event::Written(Err(WriteError::NotSent { reason })))
            }
            Breakage::BlindReplay if is_lost && !memory.has_replayed => {
                memory.has_replayed = true;
                memory.sent.clone().map(Action::Write).into_iter().collect()
            }
            Breakage::StopForgetsTheWrite if is_writing && matches!(event, Event::Stop) => {
                let forgotten = mem::take(&mut self.work);
                let mut actions = self.step(event);
                for operation in forgotten {
                    if let Purpose::Asked(id) = operation.purpose {
                        let answer = Answer::of(Outcome::Stopped);
                        actions.push(Action::Answer(id, answer));
                    }
                }
                actions
            }
            Breakage::WriteAfterStop if matches!(event, Event::Stop) => Actions::new(),
            Breakage::EarlyUnlock => {
                let mut actions = self.step(event);
                if let Some(at) = actions.iter().position(|action| matches!(action, Action::Write(_))) {
                    actions.insert(at, Action::Unlock);
                }
                actions
            }
            Breakage::ForgottenHalf if is_refused => {
                let actions = self.step(event);
                drop(self.isolation.drain());
                actions
            }
            Breakage::HalvesOnOldRead if is_refused && self.work.len() > 1 => {
                let mut actions = self.step(event);
                actions.retain(|action| *action != Action::Read);
                if let Some(read) = memory.read.clone() {
                    actions.extend(self.step(Event::Read(Ok(read))));
                }
                actions
            }
            Breakage::GuiltWithoutProof if is_refused => {
                let actions = self.step(event);
                self.isolation.assume_guilt();
                actions
            }
            Breakage::StaleSibling if is_writing => {
                self.isolation.assume_first_half();
                self.step(event)
            }
            Breakage::NoIsolation if is_refused => {
                let mut actions = Actions::new();
                self.fail(&Outcome::Refused { message: String::new() }, &mut actions);
                self.send_answers(&mut actions);
                actions
            }
            Breakage::OwnAttemptForgotten if self.phase == Phase::Reading => {
                for operation in &mut self.work {
                    operation.doubt = None;
                }
                self.step(event)
            }
            Breakage::DishonestVerdict => {
                let shown = |operation: &Pending<E>| {
                    memory.read.as_ref().is_some_and(|read| operation.holds(&read.document))
                };
                for operation in self.work.iter_mut().filter(|operation| !shown(operation)) {
                    operation.doubt = None;
                }
                self.step(event)
            }
            Breakage::HoldOnSuspicion => {
                self.policy.settle = memory.has_lost;
                self.step(event)
            }
            Breakage::NoHoldAfterALoss if memory.has_lost => {
                self.policy.settle = false;
                self.step(event)
            }
            Breakage::NoLedger => {
                let actions = self.step(event);
                self.ledger = Ledger::new();
                actions
            }
            Breakage::RestoreAtAnyCost => {
                if let Event::Read(Ok(snapshot)) = &event {
                    self.ledger.expect(&snapshot.document);
                }
                self.step(event)
            }
            _ => self.step(event),
        };
        for action in &actions {
            if let Action::Write(document) = action {
                memory.sent = Some(document.clone());
            }
        }
        actions
    }
}

impl Memory {
    /// An answer that shows what was sent.
    fn as_sent(&self) -> Arc<Snapshot> {
        match (&self.read, &self.sent) {
            (Some(read), Some(sent)) => {
                Arc::new(Snapshot { document: sent.clone(), ..Snapshot::clone(read) })
            }
            _ => unreachable!("nothing was sent"),
        }
    }
}
