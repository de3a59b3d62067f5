//! The verdict on a sequence that has come to rest: what the engine did to the document, and what became of it.
//! What the answers promise is judged in `promises`.

use std::collections::BTreeSet;

use super::super::*;
use super::Tables;
use super::reference::Reference;
use super::witness::Event;
use crate::engine::patience::MAX_AGE;

/// A place in the record.
pub(super) type Place = usize;

pub(super) type Verdict = Result<(), String>;

/// An operation and what became of it.
#[derive(Debug)]
pub(super) struct Submission<'a> {
    pub(super) operation: &'a Operation<Set>,
    pub(super) asked: Place,
    pub(super) answered: Place,
    pub(super) answer: &'a Answer,
}

impl Submission<'_> {
    pub(super) fn name(&self) -> &str {
        &self.operation.name
    }

    /// What it leaves under its name.
    pub(super) fn effect(&self) -> Option<u8> {
        match &self.operation.want {
            Want::Create(set) | Want::Update(set) => Some(set.value),
            Want::Delete => None,
        }
    }

    /// Whether it may be carried out where this stands.
    fn fits(&self, found: Option<u8>) -> bool {
        match &self.operation.want {
            Want::Create(_) => found.is_none(),
            Want::Update(set) => found.is_some() && found == set.prior,
            Want::Delete => found.is_some(),
        }
    }

    pub(super) fn says_nothing_happened(&self) -> bool {
        !matches!(
            self.answer.outcome,
            Outcome::Done(_) | Outcome::Deleted | Outcome::Unknown(_) | Outcome::Contended
        )
    }
}

pub(super) struct Judgment<'a> {
    pub(super) reference: &'a Reference,
    pub(super) events: &'a [(Instant, Event)],
    pub(super) submissions: Vec<Submission<'a>>,
}

impl<'a> Judgment<'a> {
    pub(super) fn new(reference: &'a Reference, events: &'a [(Instant, Event)]) -> Self {
        let submissions = reference.submitted.iter().enumerate().map(|(number, operation)| {
            let is_ours = |event: &Event| matches!(event, Event::Asked(asked) if *asked == number);
            let asked = events.iter().position(|(_, event)| is_ours(event)).unwrap();
            let mut answers = events.iter().enumerate().filter_map(|(at, (_, event))| match event {
                Event::Answered(answered, answer) if *answered == number => Some((at, answer)),
                _ => None,
            });
            let (answered, answer) = answers.next().unwrap();
            assert!(answers.next().is_none(), "{operation:?} was answered twice");
            Submission { operation, asked, answered, answer }
        });
        Self { reference, events, submissions: submissions.collect() }
    }

    pub(super) fn check(&self) -> Verdict {
        self.writes_are_justified()?;
        for submission in &self.submissions {
            self.answer_is_true(submission)?;
        }
        self.reads_are_current()?;
        self.edits_add_up()?;
        self.alarms_are_true()
    }

    /// What was asked and what was answered, for a reader of the failure.
    pub(super) fn answers(&self) -> Vec<String> {
        let answer = |Submission { operation, answer, .. }: &Submission<'_>| {
            let outcome = match &answer.outcome {
                Outcome::Done(_) => "Done".to_owned(),
                Outcome::Exists(_) => "Exists".to_owned(),
                Outcome::Drifted(_) => "Drifted".to_owned(),
                outcome => format!("{outcome:?}"),
            };
            format!("{} {:?}: {outcome}, {:?}", operation.name, operation.want, answer.caveat)
        };
        self.submissions.iter().map(answer).collect()
    }

    pub(super) fn has(&self, is_meant: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(|(_, event)| is_meant(event))
    }

    /// Every state of the document, where it began, and whether the engine brought it about.
    pub(super) fn stored(&self) -> impl DoubleEndedIterator<Item = (Place, &'a Tables, bool)> {
        self.events.iter().enumerate().filter_map(|(at, (_, event))| match event {
            Event::Stored(tables, is_ours) => Some((at, tables, *is_ours)),
            _ => None,
        })
    }

    /// Every write changes only what it was planned to change, on a read of its own that is not old, while somebody
    /// waits for an answer, and before any stop; and if it is applied, nobody who asked for it is told otherwise.
    fn writes_are_justified(&self) -> Verdict {
        let mut since = 0;
        for (at, (now, event)) in self.events.iter().enumerate() {
            match event {
                Event::Sent(written) => {
                    if self.events[..at].iter().any(|(_, event)| matches!(event, Event::Stopped)) {
                        return Err(format!("{written:?} was written after a stop"));
                    }
                    if !self.submissions.iter().any(|one| one.asked < at && at < one.answered) {
                        return Err(format!("{written:?} was written for nobody"));
                    }
                    let mut bases = self.events[..at].iter().filter_map(|(read_at, event)| match event {
                        Event::Shown { since: began, document: Some(base), is_read: true }
                            if *began >= since && *read_at + MAX_AGE >= *now =>
                        {
                            Some(base)
                        }
                        _ => None,
                    });
                    if !bases.any(|base| self.is_planned_on(base, written, at)) {
                        return Err(format!("nobody asked for {written:?}"));
                    }
                }
                Event::WriteEnded(_) => since = at,
                _ => {}
            }
        }
        Ok(())
    }

    fn is_planned_on(&self, base: &Tables, written: &Tables, at: Place) -> bool {
        let mut until_its_end =
            self.events[at..].iter().take_while(|(_, event)| !matches!(event, Event::WriteEnded(_)));
        let is_applied = until_its_end.any(|(_, event)| matches!(event, Event::Stored(_, true)));
        let names: BTreeSet<&String> = base.keys().chain(written.keys()).collect();
        let mut changes = names
            .into_iter()
            .map(|name| (name, base.get(name).copied(), written.get(name).copied()))
            .filter(|(_, before, after)| before != after)
            .peekable();
        changes.peek().is_some()
            && changes.all(|(name, before, after)| {
                self.submissions.iter().any(|one| {
                    let is_meant = one.name() == name && one.effect() == after && one.asked < at;
                    let is_denied = is_applied && one.says_nothing_happened();
                    is_meant
                        && !is_denied
                        && (at < one.answered && one.fits(before) || self.is_restored(one, before, at))
                })
            })
    }

    /// Whether the engine has been shown the effect, and the name is again as it was before that.
    fn is_restored(&self, submission: &Submission<'_>, found: Option<u8>, at: Place) -> bool {
        let value = |tables: &Tables| tables.get(submission.name()).copied();
        let shown = self.events[..at].iter().rposition(|(_, event)| {
            matches!(event, Event::Shown { document: Some(tables), .. } if value(tables) == submission.effect())
        });
        shown.is_some_and(|shown| {
            submission.asked < shown
                && self.stored().any(|(place, tables, _)| place < shown && value(tables) == found)
        })
    }
}
