//! The world around the machine: the server, the processes, a stranger, and everything that can go wrong.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

use super::branches::Branches;
use crate::engine::Policy;
use crate::engine::machine::broken::{Breakage, Memory};
use crate::engine::machine::{Action, Event, Machine};
use crate::engine::operation::{OperationId, Pending, Purpose, Want};
use crate::engine::outcome::Outcome;
use crate::engine::patience::{Patience, Pause};
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
    /// A pause long enough for the next read not to be stale.
    LongPause,
    /// A pause that outlasts whatever was on its way when it began: these.
    Settling(BTreeSet<Rival>),
}

/// Somebody who has read and not written yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rival {
    Process(usize),
    Stranger,
    /// A write that was given up for lost.
    Late,
}

/// A provider process.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Process {
    machine: Machine<Set>,
    memory: Memory,
    pub(super) wire: Wire,
    /// Operations to be submitted, in this order, at any time.
    pub(super) todo: Vec<Pending<Set>>,
    pub(super) submitted: Vec<Pending<Set>>,
    pub(super) answers: BTreeMap<OperationId, Answer>,
    /// The document of the last read that was delivered and not yet planned on.
    pub(super) base: Option<Elements>,
    /// How many writes it has sent, if that is counted.
    pub(super) writes: u8,
    pub(super) may_stop: bool,
    pub(super) is_stopped: bool,
    /// The next read is not a stale one.
    pub(super) is_fresh: bool,
    /// It was told that its last writes are gone, or were not looked at again.
    pub(super) is_warned: bool,
    /// It has been served something.
    pub(super) is_served: bool,
}

/// A process in many worlds, hashed once.
#[derive(Clone)]
pub(super) struct Shared {
    process: Process,
    hash: Cell<Option<u64>>,
}

impl Deref for Shared {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl Hash for Shared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let hash = self.hash.get().unwrap_or_else(|| {
            let mut hasher = DefaultHasher::new();
            self.process.hash(&mut hasher);
            hasher.finish()
        });
        self.hash.set(Some(hash));
        state.write_u64(hash);
    }
}

/// An outcome without its details.
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

/// When a process submits an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Pace {
    /// At any time.
    #[default]
    Free,
    /// When the one before is answered.
    OneByOne,
    /// When the one before is acknowledged, whether or not its answer is held: as with many workers, some of whom are
    /// free again.
    Waves,
}

/// What may happen in a scenario.
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of trouble, in any combination")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Weather {
    /// The file lock does not work.
    pub(super) no_lock: bool,
    /// Processes hold their last answer until what they wrote has settled.
    pub(super) hold: bool,
    /// How often a settled document is looked at again while others write.
    pub(super) further_looks: u8,
    /// How many faults may happen in all.
    pub(super) faults: u8,
    /// Faults include conflicts and rate limits.
    pub(super) busy: bool,
    /// Faults include lost answers.
    pub(super) losses: bool,
    /// A lost write may be applied later.
    pub(super) late: bool,
    /// Strangers and late writes may take longer than a document takes to settle.
    pub(super) slow: bool,
    /// Faults include "not found" and failing reads.
    pub(super) outages: bool,
    /// Faults include reads that do not show the last write yet.
    pub(super) stale: bool,
    /// Any operation may run out of time.
    pub(super) deadlines: bool,
    /// When a process submits what it has to submit.
    pub(super) pace: Pace,
    /// Processes differ in nothing but the names they edit, so the first is the one to be served first, and so on.
    pub(super) alike: bool,
    /// Writes are counted.
    pub(super) counting: bool,
    /// What is wrong with the machine.
    pub(super) breakage: Option<Breakage>,
}

impl Weather {
    /// Whether nothing happens to a process but the ends of what it has under way: it submits only when it has nothing
    /// to wait for, and there are no faults.
    fn is_tame(&self) -> bool {
        self.pace != Pace::Free && self.faults == 0
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is something to be found out")]
#[derive(Clone, Hash)]
pub(super) struct World {
    pub(super) document: Elements,
    /// The document before the last write, where reads may be stale.
    pub(super) previous: Option<Elements>,
    /// Shared between worlds that differ elsewhere: most events concern one process.
    pub(super) processes: Vec<Rc<Shared>>,
    pub(super) holder: Option<usize>,
    pub(super) stranger: Stranger,
    pub(super) late: Vec<Elements>,
    pub(super) weather: Weather,
    /// Every value our writes ever stored, and every name they removed.
    pub(super) stored: Rc<BTreeSet<(u8, u8)>>,
    removed: Rc<BTreeSet<u8>>,
    /// Our write erased the stranger's, which was there before the attempt began.
    pub(super) erased_seen: bool,
    /// Our write erased the stranger's.
    pub(super) erased: bool,
    /// Our write erased the stranger's, although the read it was planned on shows it.
    pub(super) overwritten: bool,
    /// Whether the stranger's write was there when an attempt ended.
    was_seen: bool,
    broken: Option<String>,
}

/// What happened, and to which process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    pub(super) process: Option<usize>,
    pub(super) event: &'static str,
}

pub(super) fn create(name: u8, value: u8) -> Pending<Set> {
    pending(name, name, Want::Create(set(name, value, None)))
}

pub(super) fn update(name: u8, prior: u8, value: u8) -> Pending<Set> {
    pending(name, name, Want::Update(set(name, value, Some(prior))))
}

pub(super) fn delete(name: u8) -> Pending<Set> {
    pending(name, name, Want::Delete)
}

/// An edit of a name that another operation is named after.
pub(super) fn numbered(number: u8, operation: Pending<Set>) -> Pending<Set> {
    Pending { purpose: Purpose::Asked(number.into()), ..operation }
}

fn set(name: u8, value: u8, prior: Option<u8>) -> Set {
    Set { name: name.to_string(), value, prior }
}

fn pending(number: u8, name: u8, want: Want<Set>) -> Pending<Set> {
    Pending::asked(number.into(), name.to_string(), want)
}

/// The number of an operation that somebody asked for.
pub(super) fn number(operation: &Pending<Set>) -> OperationId {
    let Purpose::Asked(number) = operation.purpose else { panic!("nobody asked for {operation:?}") };
    number
}

impl World {
    pub(super) fn new(document: &[(u8, u8)], processes: &[Vec<Pending<Set>>], weather: Weather) -> Self {
        let patience = Patience {
            retries: 2,
            looks: 2,
            absences: 3,
            second_looks: 1,
            further_looks: weather.further_looks,
            doublings: 0,
        };
        let policy = Policy { settle: weather.hold, ..Policy::default() };
        let process = |todo: &Vec<Pending<Set>>| {
            let process = Process {
                machine: Machine::new(TYPE.into(), policy, patience),
                memory: Memory::default(),
                wire: Wire::Nothing,
                todo: todo.clone(),
                submitted: Vec::new(),
                answers: BTreeMap::new(),
                base: None,
                writes: 0,
                may_stop: false,
                is_stopped: false,
                is_fresh: false,
                is_warned: false,
                is_served: false,
            };
            Rc::new(Shared { process, hash: Cell::new(None) })
        };
        Self {
            document: document.iter().copied().collect(),
            previous: None,
            processes: processes.iter().map(process).collect(),
            holder: None,
            stranger: Stranger::Absent,
            late: Vec::new(),
            weather,
            stored: Rc::default(),
            removed: Rc::default(),
            erased_seen: false,
            erased: false,
            overwritten: false,
            was_seen: false,
            broken: None,
        }
    }

    pub(super) fn with_stranger(mut self, name: u8, value: u8) -> Self {
        self.stranger = Stranger::Coming(name, value);
        self
    }

    pub(super) fn with_stop(mut self) -> Self {
        self.process(0).may_stop = true;
        self
    }

    /// A process that is about to change.
    pub(super) fn process(&mut self, at: usize) -> &mut Process {
        Self::change(&mut self.processes[at])
    }

    fn change(shared: &mut Rc<Shared>) -> &mut Process {
        let shared = Rc::make_mut(shared);
        shared.hash.set(None);
        &mut shared.process
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
                let operation = process.submitted.iter().find(|operation| operation.is(*id)).unwrap();
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

    /// Every way the world may go on. In tame weather a step that nobody else can notice, and that only one event can
    /// follow for its process, is taken at once: its order among the others makes no difference.
    pub(super) fn next(&self) -> Vec<(Label, World)> {
        let mut next = Vec::new();
        if self.weather.is_tame()
            && let Some(at) = (0..self.processes.len()).find(|at| self.is_about_to_act_unseen(*at))
        {
            Branches::new(self, at, &mut next).all();
            return next;
        }
        for at in 0..self.processes.len() {
            Branches::new(self, at, &mut next).all();
        }
        for at in 0..self.late.len() {
            let mut world = self.clone();
            let late = world.late.remove(at);
            world.store(&late);
            if world.late.is_empty() {
                world.has_written(Rival::Late);
            }
            next.push((Label { process: None, event: "a lost write arrives after all" }, world));
        }
        let mut world = self.clone();
        match self.stranger.clone() {
            Stranger::Coming(name, value) => {
                world.stranger = Stranger::Holding(self.document.clone(), name, value);
                next.push((Label { process: None, event: "the stranger reads" }, world));
            }
            Stranger::Holding(mut elements, name, value) => {
                elements.insert(name, value);
                world.replace(elements);
                world.stranger = Stranger::Gone(name, value);
                world.has_written(Rival::Stranger);
                next.push((Label { process: None, event: "the stranger writes" }, world));
            }
            Stranger::Absent | Stranger::Gone(..) => {}
        }
        next
    }

    /// Whether what this process does next neither changes anything outside it nor depends on it. Only two things
    /// do: a read being served, and a write being stored; and the lock, where there is one.
    fn is_about_to_act_unseen(&self, at: usize) -> bool {
        let process = &self.processes[at];
        match &process.wire {
            Wire::Nothing => !process.todo.is_empty(),
            Wire::Settling(_) if self.is_at_turn(process) => true,
            Wire::Lock => self.weather.no_lock,
            Wire::Settling(rivals) => rivals.is_empty(),
            Wire::Served(_)
            | Wire::Applied(_)
            | Wire::Refused
            | Wire::Unchanged
            | Wire::Pause
            | Wire::LongPause => true,
            Wire::Read | Wire::Write(_) => false,
        }
    }

    /// Whether a process may submit something.
    pub(super) fn is_at_turn(&self, process: &Process) -> bool {
        !process.todo.is_empty()
            && match self.weather.pace {
                Pace::Free => true,
                Pace::OneByOne => process.answers.len() == process.submitted.len(),
                Pace::Waves => matches!(process.wire, Wire::Nothing | Wire::Settling(_)),
            }
    }

    /// One of our writes is applied.
    pub(super) fn store(&mut self, elements: &Elements) {
        if let Stranger::Gone(name, value) = self.stranger {
            let had = self.document.get(&name) == Some(&value);
            let erases = had && elements.get(&name) != Some(&value);
            self.erased |= erases;
            self.erased_seen |= erases && self.was_seen;
        }
        let is_gone = |name: &&u8| !elements.contains_key(name);
        if self.document.keys().any(|name| is_gone(&name)) {
            Rc::make_mut(&mut self.removed).extend(self.document.keys().filter(is_gone));
        }
        if elements.iter().any(|(name, value)| !self.stored.contains(&(*name, *value))) {
            Rc::make_mut(&mut self.stored).extend(elements.iter().map(|(name, value)| (*name, *value)));
        }
        self.replace(elements.clone());
    }

    fn replace(&mut self, elements: Elements) {
        let before = std::mem::replace(&mut self.document, elements);
        self.previous = self.weather.stale.then_some(before);
        for at in 0..self.processes.len() {
            if self.processes[at].is_fresh {
                self.process(at).is_fresh = false;
            }
        }
    }

    /// An attempt to write ended: what the stranger has stored by now must not be erased by the next one.
    pub(super) fn attempt_ended(&mut self) {
        if let Stranger::Gone(name, value) = self.stranger {
            self.was_seen |= self.document.get(&name) == Some(&value);
        }
    }

    /// What was under way has ended.
    pub(super) fn end(&mut self, at: usize, event: Event<Set>) {
        self.process(at).wire = Wire::Nothing;
        self.step(at, event);
    }

    /// Who has read and not written yet.
    fn rivals_of(&self, me: usize) -> BTreeSet<Rival> {
        let is_on_its_way = |at: &usize| matches!(self.processes[*at].wire, Wire::Served(_) | Wire::Write(_));
        let others = (0..self.processes.len()).filter(|at| *at != me);
        let mut rivals: BTreeSet<_> = others.filter(is_on_its_way).map(Rival::Process).collect();
        if !self.weather.slow {
            rivals.extend(matches!(self.stranger, Stranger::Holding(..)).then_some(Rival::Stranger));
            rivals.extend((!self.late.is_empty()).then_some(Rival::Late));
        }
        rivals
    }

    /// Processes that are no longer about to write are nobody's rivals.
    fn settle_accounts(&mut self) {
        for at in 0..self.processes.len() {
            if !matches!(self.processes[at].wire, Wire::Served(_) | Wire::Write(_)) {
                self.has_written(Rival::Process(at));
            }
        }
    }

    pub(super) fn has_written(&mut self, rival: Rival) {
        for at in 0..self.processes.len() {
            if matches!(&self.processes[at].wire, Wire::Settling(rivals) if rivals.contains(&rival))
                && let Wire::Settling(rivals) = &mut self.process(at).wire
            {
                rivals.remove(&rival);
            }
        }
    }

    pub(super) fn step(&mut self, at: usize, event: Event<Set>) {
        let Self { processes, holder, weather, broken, stranger, overwritten, .. } = self;
        let process = Self::change(&mut processes[at]);
        let mut breaks = |why: String| *broken = Some(why);
        let mut is_settling = false;
        let actions = match weather.breakage {
            None => process.machine.step(event),
            Some(breakage) => process.machine.step_broken(breakage, &mut process.memory, event),
        };
        for action in actions {
            let begun = match action {
                Action::Lock => Wire::Lock,
                Action::Read => Wire::Read,
                Action::Pause(Pause::Settle) => Wire::Settling(BTreeSet::new()),
                Action::Pause(Pause::UpTo(_)) => Wire::LongPause,
                Action::Pause(Pause::AtLeast(_) | Pause::RoundTrip) => Wire::Pause,
                Action::Write(document) => {
                    let elements = elements(&document);
                    match process.base.take() {
                        None => breaks("a write without a read of its own".into()),
                        Some(base) => {
                            if let Stranger::Gone(name, value) = stranger {
                                let had = base.get(name) == Some(value);
                                *overwritten |= had && elements.get(name) != Some(value);
                            }
                            let names: BTreeSet<u8> =
                                process.machine.names().map(|name| name.parse().unwrap()).collect();
                            let changed = base.keys().chain(elements.keys());
                            for name in changed.filter(|name| base.get(name) != elements.get(name)) {
                                // Its own effects it may restore, of operations answered before.
                                let restores = process.submitted.iter().any(|operation| {
                                    operation.name == name.to_string() && operation.holds(&document)
                                });
                                if !names.contains(name) && !restores {
                                    breaks(format!("a write changed {name}, which nobody asked for"));
                                }
                            }
                        }
                    }
                    if process.is_stopped {
                        breaks("a write after a stop".into());
                    }
                    if *holder != Some(at) && !weather.no_lock {
                        breaks("a write without the lock".into());
                    }
                    process.writes += u8::from(weather.counting);
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
                Action::Answer(id, answer) => {
                    let operation = process.submitted.iter().find(|one| one.is(id)).unwrap();
                    let shows = match &answer.outcome {
                        Outcome::Done(snapshot) => operation.holds(&snapshot.document),
                        _ => true,
                    };
                    if !shows {
                        breaks(format!("{id} is done without evidence"));
                    }
                    process.is_warned |= answer.caveat.is_some();
                    if process.answers.insert(id, summary(&answer.outcome)).is_some() {
                        breaks(format!("{id} was answered twice"));
                    }
                    continue;
                }
            };
            if process.wire != Wire::Nothing {
                breaks(format!("{begun:?} was begun during {:?}", process.wire));
            }
            is_settling = matches!(begun, Wire::Settling(_));
            process.wire = begun;
        }
        process.base = None;
        self.settle_accounts();
        if is_settling {
            self.process(at).wire = Wire::Settling(self.rivals_of(at));
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
