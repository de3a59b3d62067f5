//! Every order of events in small worlds around the shipped machine.
//!
//! [`world`] holds everything hostile: a server without versions, other processes, a stranger who edits the same
//! document, lost answers, late writes, stale reads, refusals, deadlines and stops. [`explore`] walks through all
//! states breadth-first, so the trace to a violation is a shortest one. `scenarios` says what must hold where, and
//! `limits` what cannot hold, and which defects must be found.

mod branches;
mod limits;
mod scenarios;
mod world;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use indexmap::IndexMap;
use indexmap::map::Entry;

use world::World;

/// What a walk found.
struct Found {
    states: usize,
    /// What went wrong, and the events that led there.
    violation: Option<String>,
}

/// Stands for a world that has been seen. Two of a million worlds share one by accident with a probability of one to
/// thirty million.
fn fingerprint(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

/// The states seen, each with the number of the one it was reached from.
type Seen = IndexMap<u64, usize>;

/// Walks through every state. `check` is asked of each, and told whether it is a last one.
fn explore(start: &World, check: impl Fn(&World, bool) -> Result<(), String>) -> Found {
    let mut seen = Seen::new();
    seen.insert(fingerprint(start), 0);
    let mut waiting = VecDeque::from([(0, start.clone())]);
    while let Some((at, world)) = waiting.pop_front() {
        let next = world.next();
        if let Err(violation) = world.check(next.is_empty()).and_then(|()| check(&world, next.is_empty())) {
            let violation = Some(format!("{}=> {violation}", trace(start, &seen, at)));
            return Found { states: seen.len(), violation };
        }
        for (_, world) in next {
            if let Entry::Vacant(unseen) = seen.entry(fingerprint(&world)) {
                waiting.push_back((unseen.index(), world));
                unseen.insert(at);
            }
        }
    }
    Found { states: seen.len(), violation: None }
}

/// Goes the way to a state once more and says what happens.
fn trace(start: &World, seen: &Seen, mut at: usize) -> String {
    let mut way = Vec::new();
    while at != 0 {
        let (world, parent) = seen.get_index(at).unwrap();
        way.push(*world);
        at = *parent;
    }
    let mut world = start.clone();
    let mut lines = String::new();
    for step in way.into_iter().rev() {
        let (label, next) = world.next().into_iter().find(|(_, next)| fingerprint(next) == step).unwrap();
        let who = label.process.map(|process| format!("process {process}: ")).unwrap_or_default();
        lines += &format!("   {who}{}; {:?}, told {:?}\n", label.event, next.document, next.answers());
        world = next;
    }
    lines
}

/// Asserts that no order of events violates anything.
fn holds(scenario: &str, start: &World, check: impl Fn(&World, bool) -> Result<(), String>) {
    let found = explore(start, check);
    println!("{scenario}: holds in {} states", found.states);
    if let Some(trace) = found.violation {
        panic!("{scenario}: violated after {} states\n{trace}", found.states);
    }
}

/// Asserts that a known limit is still there, or that a defect is found. If this fails, an assumption has changed,
/// perhaps for the better.
fn is_violated(scenario: &str, start: &World, check: impl Fn(&World, bool) -> Result<(), String>) {
    let found = explore(start, check);
    println!("{scenario}: violated as it must be, found after {} states", found.states);
    assert!(found.violation.is_some(), "{scenario}: no trace in {} states", found.states);
}
