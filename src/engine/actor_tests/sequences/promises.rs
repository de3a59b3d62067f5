//! What the answers promise, held against what was stored and shown.

use std::collections::BTreeSet;

use super::super::*;
use super::Tables;
use super::judgment::{Judgment, Place, Submission, Verdict};
use super::reference::BAD;
use super::witness::Event;
use crate::engine::Snapshot;
use crate::engine::subject::elements;

impl Judgment<'_> {
    /// What the engine was shown in between: documents, or that there is none.
    fn shown(&self, from: Place, to: Place) -> impl Iterator<Item = Option<&Tables>> {
        self.events[from..to].iter().filter_map(|(_, event)| match event {
            Event::Shown { document, .. } => Some(document.as_ref()),
            _ => None,
        })
    }

    /// Whether the integration was said not to exist in between, and not for the first time.
    fn is_gone(&self, from: Place, to: Place) -> bool {
        let absences = |from| self.shown(from, to).filter(Option::is_none).count();
        absences(from) > 0 && absences(0) > 1
    }

    pub(super) fn answer_is_true(&self, submission: &Submission<'_>) -> Verdict {
        let Submission { operation, asked, answered, answer } = submission;
        let (name, effect) = (submission.name(), submission.effect());
        let fails = |what: &str| Err(format!("{operation:?} {what}: {answer:?}"));
        if self.events[*answered].0 > self.events[*asked].0 + operation.deadline {
            return fails("was answered late");
        }
        let was_stopped = self.events[..*asked].iter().any(|(_, event)| matches!(event, Event::Stopped));
        if was_stopped && answer.outcome != Outcome::Stopped {
            return fails("came after the stop");
        }
        let was_shown = |is_meant: &dyn Fn(Option<u8>) -> bool| {
            self.shown(*asked, *answered).flatten().any(|tables| is_meant(tables.get(name).copied()))
        };
        let was_stored = effect.is_some()
            && self.stored().any(|(_, tables, is_ours)| is_ours && tables.get(name).copied() == effect);
        if was_stored && submission.says_nothing_happened() {
            return fails("was stored");
        }
        let prior = match &operation.want {
            Want::Create(set) | Want::Update(set) => set.prior,
            Want::Delete => None,
        };
        let shows = |snapshot: &Snapshot| {
            let tables: Tables = elements(&snapshot.document);
            tables.get(name).copied()
        };
        let is_true = match &answer.outcome {
            Outcome::Done(snapshot) => {
                was_stored && shows(snapshot) == effect && was_shown(&|found| found == effect)
            }
            Outcome::Deleted => was_shown(&|found| found.is_none()) || self.is_gone(*asked, *answered),
            Outcome::Exists(snapshot) => shows(snapshot).is_some() && was_shown(&|found| found.is_some()),
            Outcome::Missing => was_shown(&|found| found.is_none()) || self.is_gone(*asked, *answered),
            Outcome::Drifted(_) => was_shown(&|found| found.is_some() && found != prior && found != effect),
            Outcome::Stopped => self.has(|event| matches!(event, Event::Stopped)),
            Outcome::NotApplied(cause) | Outcome::Unknown(cause) => *cause != Cause::Broken,
            Outcome::Refused { .. } => name == BAD || self.has(|event| matches!(event, Event::Refused)),
            Outcome::Contended => true,
        };
        if is_true { Ok(()) } else { fails("is not what happened") }
    }

    /// A reader sees whatever this process had acknowledged when it asked.
    pub(super) fn reads_are_current(&self) -> Verdict {
        for (asked, (_, event)) in self.events.iter().enumerate() {
            let Event::ReadAsked(number) = event else { continue };
            let mut answers = self.events.iter().enumerate().filter_map(|(at, (_, event))| match event {
                Event::ReadAnswered(answered, read) if answered == number => Some((at, read)),
                _ => None,
            });
            let (answered, read) = answers.next().ok_or("a reader waits forever")?;
            let is_true = match read {
                Ok(tables) => {
                    let write = self.events[..asked]
                        .iter()
                        .rposition(|(_, event)| matches!(event, Event::WriteEnded(true)));
                    self.events[..answered].iter().any(|(_, event)| {
                        matches!(event, Event::Shown { since, document: Some(shown), is_read: true }
                            if *since >= write.unwrap_or_default() && shown == tables)
                    })
                }
                Err(ReadFailure::Gone { .. }) => self.is_gone(0, answered),
                Err(ReadFailure::Failed(Cause::Stopped)) => self.has(|event| matches!(event, Event::Stopped)),
                Err(ReadFailure::Failed(cause)) => *cause != Cause::Broken,
            };
            if !is_true {
                return Err(format!("a reader was told {read:?}"));
            }
        }
        Ok(())
    }

    /// The edits of each name, in order of submission, come to what is stored in the end. Where a verdict leaves it
    /// open whether an edit was applied, both are possible.
    pub(super) fn edits_add_up(&self) -> Verdict {
        let names: BTreeSet<&str> = self.submissions.iter().map(Submission::name).collect();
        let is_edited =
            |name: &str| self.has(|event| matches!(event, Event::Edited(edited) if edited == name));
        names.into_iter().filter(|name| !is_edited(name)).try_for_each(|name| self.edits_of(name))
    }

    fn edits_of(&self, name: &str) -> Verdict {
        let is_overwritten = self.has(|event| matches!(event, Event::Overwritten));
        let has_lagged = self.has(|event| matches!(event, Event::Lagged));
        let is_turbulent = is_overwritten || has_lagged;
        // A read from before an element was created looks like its removal. Only the hold looks again, and it expects
        // nothing of a name whose edits it does not know the fate of.
        let is_believed = !has_lagged || self.reference.settle && !self.is_doubtful(name);
        let mut possible = BTreeSet::from([self.reference.start.get(name).copied()]);
        let mut ever = possible.clone();
        let mut acknowledged = 0;
        for submission in self.submissions.iter().filter(|one| one.name() == name) {
            let Submission { operation, asked, answered, answer } = submission;
            let effect = submission.effect();
            let before = if is_turbulent { &ever } else { &possible };
            let is_gone = self.is_gone(*asked, *answered);
            let fits = match (&operation.want, &answer.outcome) {
                (Want::Create(_), Outcome::Done(_)) => before.contains(&None),
                (Want::Update(set), Outcome::Done(_)) => before.contains(&set.prior),
                (_, Outcome::Exists(_)) => before.iter().any(Option::is_some),
                (_, Outcome::Missing) => before.contains(&None) || is_gone,
                (Want::Update(set), Outcome::Drifted(_)) => {
                    before.iter().any(|found| found.is_some() && *found != set.prior)
                }
                _ => true,
            };
            if !fits {
                return Err(format!("{operation:?} found one of {before:?}: {answer:?}"));
            }
            match &answer.outcome {
                Outcome::Deleted if is_gone || !is_believed => drop(possible.insert(None)),
                Outcome::Done(_) | Outcome::Deleted => {
                    possible = BTreeSet::from([effect]);
                    acknowledged = *asked;
                }
                Outcome::Unknown(_) | Outcome::Contended => drop(possible.insert(effect)),
                _ => {}
            }
            ever.extend(&possible);
        }
        let is_told = self.submissions.iter().filter(|one| one.answered > acknowledged).any(|one| {
            one.answer.caveat.as_ref().is_some_and(|caveat| {
                caveat.unchecked.is_some() || caveat.lost.iter().any(|loss| loss.name == name)
            })
        });
        let left = self.stored().next_back().and_then(|(_, tables, _)| tables.get(name).copied());
        if possible.contains(&left) || is_told || is_overwritten && !self.reference.settle {
            return Ok(());
        }
        Err(format!("{name} should be one of {possible:?}, but is {left:?}"))
    }

    /// Whether nobody knows what became of one of the edits of this name.
    fn is_doubtful(&self, name: &str) -> bool {
        self.submissions
            .iter()
            .any(|one| one.name() == name && matches!(one.answer.outcome, Outcome::Unknown(_)))
    }

    /// Nobody is told of a loss where no stranger has been at work.
    pub(super) fn alarms_are_true(&self) -> Verdict {
        if self.has(|event| matches!(event, Event::Edited(_) | Event::Overwritten)) {
            return Ok(());
        }
        let is_ignored = self.has(|event| matches!(event, Event::Ignored));
        for Submission { operation, answer, .. } in &self.submissions {
            let is_contended = answer.outcome == Outcome::Contended && !is_ignored;
            let losses = answer.caveat.iter().flat_map(|caveat| &caveat.lost);
            let mut overtaken = losses.filter(|loss| loss.why == Why::Overtaken);
            if is_contended || overtaken.next().is_some() {
                return Err(format!("{operation:?} was told of a loss: {answer:?}"));
            }
        }
        Ok(())
    }
}
