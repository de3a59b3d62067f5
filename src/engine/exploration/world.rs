//! The world around the machine: the server, the processes, a stranger, and everything that can go wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::branches::Branches;
use crate::engine::machine::{Action, Event, Machine};
use crate::engine::operation::{OperationId, Pending, Want};
use crate::engine::outcome::Outcome;
use crate::engine::patience::Patience;
use crate::engine::subject::{Set, TYPE, elements};

/// A document: the elements' names and values.
pub(super) type Elements = BTreeMap<u8, u8>;
/// A value that the server refuses wherever it stands.
pub(super) const POISON: u8 = 99;

/// What a process has under way, seen from outside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Wire {
    Nothing,
    Lock,
    Read,
    Served(Elements),
    Write(Elements),
    Applied(Elements),
    Refused,
    Unchanged,
    Pause,
}

/// A provider process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Process {
    machine: Machine<Set>,
    pub(super) wire: Wire,
    /// Operations to be submitted, in this order, at any time.
    pub(super) todo: Vec<Pending<Set>>,
    pub(super) submitted: Vec<Pending<Set>>,
    pub(super) answers: BTreeMap<OperationId, Answer>,
    /// The document of the last read that was delivered and not yet planned on.
    pub(super) base: Option<Elements>,
    pub(super) writes: u8,
    pub(super) may_stop: bool,
}

/// An outcome without its details, and whether its evidence shows the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Done,
    Deleted,
    Exists,
    Missing,
    Drifted,
    Refused,
    Stopped,
    NotApplied,
    Unknown,
    Contended,
}

/// A writer who is not one of us: reads, modifies, writes, without a lock or another look.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Stranger {
    Absent,
    Coming(u8, u8),
    Holding(Elements, u8, u8),
    Gone(u8, u8),
}

/// What may happen in a scenario.
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of trouble, in any combination")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Weather {
    /// The file lock does not work.
    pub(super) no_lock: bool,
    /// How many faults may happen in all.
    pub(super) faults: u8,
    /// Faults include conflicts and rate limits.
    pub(super) busy: bool,
    /// Faults include lost answers.
    pub(super) losses: bool,
    /// A lost write may be applied later.
    pub(super) late: bool,
    /// Faults include "not found" and failing reads.
    pub(super) outages: bool,
    /// Any operation may run out of time.
    pub(super) deadlines: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) document: Elements,
    pub(super) processes: Vec<Process>,
    pub(super) holder: Option<usize>,
    pub(super) stranger: Stranger,
    pub(super) late: Vec<Elements>,
    pub(super) weather: Weather,
    /// Every value our writes ever stored, and every name they removed.
    pub(super) stored: BTreeSet<(u8, u8)>,
    removed: BTreeSet<u8>,
    /// Our write erased the stranger's.
    pub(super) erased: bool,
    broken: Option<String>,
}

pub(super) fn create(name: u8, value: u8) -> Pending<Set> {
    pending(name, Want::Create(set(name, value, None)))
}

pub(super) fn update(name: u8, prior: u8, value: u8) -> Pending<Set> {
    pending(name, Want::Update(set(name, value, Some(prior))))
}

pub(super) fn delete(name: u8) -> Pending<Set> {
    pending(name, Want::Delete)
}

fn set(name: u8, value: u8, prior: Option<u8>) -> Set {
    Set { name: name.to_string(), value, prior }
}

fn pending(name: u8, want: Want<Set>) -> Pending<Set> {
    Pending { id: name.into(), name: name.to_string(), want, doubt: None }
}

impl World {
    pub(super) fn new(document: &[(u8, u8)], processes: &[Vec<Pending<Set>>], weather: Weather) -> Self {
        let patience = Patience { retries: 2, looks: 2, absences: 3 };
        let process = |todo: &Vec<Pending<Set>>| Process {
            machine: Machine::new(TYPE.into(), patience),
            wire: Wire::Nothing,
            todo: todo.clone(),
            submitted: Vec::new(),
            answers: BTreeMap::new(),
            base: None,
            writes: 0,
            may_stop: false,
        };
        Self {
            document: document.iter().copied().collect(),
            processes: processes.iter().map(process).collect(),
            holder: None,
            stranger: Stranger::Absent,
            late: Vec::new(),
            weather,
            stored: BTreeSet::new(),
            removed: BTreeSet::new(),
            erased: false,
            broken: None,
        }
    }

    pub(super) fn with_stranger(mut self, name: u8, value: u8) -> Self {
        self.stranger = Stranger::Coming(name, value);
        self
    }

    pub(super) fn with_stop(mut self) -> Self {
        self.processes[0].may_stop = true;
        self
    }

    pub(super) fn answers(&self) -> Vec<(OperationId, Answer)> {
        self.processes.iter().flat_map(|process| process.answers.clone()).collect()
    }

    /// What must be true in every world.
    pub(super) fn check(&self, is_last: bool) -> Result<(), String> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        for process in &self.processes {
            if is_last && !(process.machine.is_idle() && process.answers.len() == process.submitted.len()) {
                return Err("somebody waits forever".into());
            }
            for (id, answer) in &process.answers {
                let operation = process.submitted.iter().find(|operation| operation.id == *id).unwrap();
                let name: u8 = operation.name.parse().unwrap();
                let happened = match &operation.want {
                    Want::Create(set) | Want::Update(set) => self.stored.contains(&(name, set.value)),
                    Want::Delete => self.removed.contains(&name),
                };
                let denied =
                    !matches!(answer, Answer::Done | Answer::Deleted | Answer::Unknown | Answer::Contended);
                if happened && denied {
                    return Err(format!("operation {id} was told {answer:?}, but its effect was stored"));
                }
            }
        }
        Ok(())
    }

    /// Every way the world may go on.
    pub(super) fn next(&self) -> Vec<(String, World)> {
        let mut next = Vec::new();
        for at in 0..self.processes.len() {
            Branches::new(self, at, &mut next).all();
        }
        for at in 0..self.late.len() {
            let mut world = self.clone();
            let late = world.late.remove(at);
            world.store(&late);
            next.push(("a lost write arrives after all".into(), world));
        }
        let mut world = self.clone();
        match self.stranger.clone() {
            Stranger::Coming(name, value) => {
                world.stranger = Stranger::Holding(self.document.clone(), name, value);
                next.push(("the stranger reads".into(), world));
            }
            Stranger::Holding(mut elements, name, value) => {
                elements.insert(name, value);
                world.document = elements;
                world.stranger = Stranger::Gone(name, value);
                next.push(("the stranger writes".into(), world));
            }
            Stranger::Absent | Stranger::Gone(..) => {}
        }
        next
    }

    /// One of our writes is applied.
    pub(super) fn store(&mut self, elements: &Elements) {
        if let Stranger::Gone(name, value) = self.stranger {
            let had = self.document.get(&name) == Some(&value);
            self.erased |= had && elements.get(&name) != Some(&value);
        }
        self.removed.extend(self.document.keys().filter(|name| !elements.contains_key(name)));
        self.stored.extend(elements.iter().map(|(name, value)| (*name, *value)));
        self.document = elements.clone();
    }

    /// What was under way has ended.
    pub(super) fn end(&mut self, at: usize, event: Event<Set>) {
        self.processes[at].wire = Wire::Nothing;
        self.step(at, event);
    }

    pub(super) fn step(&mut self, at: usize, event: Event<Set>) {
        let Self { processes, holder, weather, broken, .. } = self;
        let process = &mut processes[at];
        let names: BTreeSet<u8> = process.machine.names().map(|name| name.parse().unwrap()).collect();
        let mut breaks = |why: String| *broken = Some(why);
        for action in process.machine.step(event) {
            let begun = match action {
                Action::Lock => Wire::Lock,
                Action::Read => Wire::Read,
                Action::Pause(_) => Wire::Pause,
                Action::Write(document) => {
                    let elements = elements(&document);
                    match process.base.take() {
                        None => breaks("a write without a read of its own".into()),
                        Some(base) => {
                            let mut all = base.keys().chain(elements.keys());
                            if let Some(name) =
                                all.find(|name| base.get(name) != elements.get(name) && !names.contains(name))
                            {
                                breaks(format!("a write changed {name}, which nobody asked for"));
                            }
                        }
                    }
                    if process.machine.is_stopping() {
                        breaks("a write after a stop".into());
                    }
                    if *holder != Some(at) && !weather.no_lock {
                        breaks("a write without the lock".into());
                    }
                    process.writes += 1;
                    Wire::Write(elements)
                }
                Action::Abandon => {
                    if matches!(process.wire, Wire::Write(_) | Wire::Applied(_) | Wire::Refused) {
                        breaks("a write was abandoned".into());
                    }
                    process.wire = Wire::Nothing;
                    continue;
                }
                Action::Unlock => {
                    if *holder == Some(at) {
                        *holder = None;
                    }
                    continue;
                }
                Action::Answer(id, outcome) => {
                    let operation = process.submitted.iter().find(|one| one.id == id).unwrap();
                    let shows = match &outcome {
                        Outcome::Done(snapshot) => operation.holds(&snapshot.document),
                        _ => true,
                    };
                    if !shows {
                        breaks(format!("{id} is done without evidence"));
                    }
                    if process.answers.insert(id, summary(&outcome)).is_some() {
                        breaks(format!("{id} was answered twice"));
                    }
                    continue;
                }
            };
            if process.wire != Wire::Nothing {
                breaks(format!("{begun:?} was begun during {:?}", process.wire));
            }
            process.wire = begun;
        }
    }
}

fn summary(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Done(_) => Answer::Done,
        Outcome::Deleted => Answer::Deleted,
        Outcome::Exists(_) => Answer::Exists,
        Outcome::Missing => Answer::Missing,
        Outcome::Drifted(_) => Answer::Drifted,
        Outcome::Refused { .. } => Answer::Refused,
        Outcome::Stopped => Answer::Stopped,
        Outcome::NotApplied(_) => Answer::NotApplied,
        Outcome::Unknown(_) => Answer::Unknown,
        Outcome::Contended => Answer::Contended,
    }
}
