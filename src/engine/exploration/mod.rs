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

use world::World;

/// What a walk found.
struct Found {
    states: usize,
    /// What went wrong, and the events that led there.
    violation: Option<String>,
}

/// Stands for a world that has been seen. Of a million worlds, two have the same one by accident with a probability
/// of one to ten to the twenty-sixth.
fn fingerprint(world: &World) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        world.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// Walks through every state. `check` is asked of each, and told whether it is a last one.
fn explore(start: World, check: impl Fn(&World, bool) -> Result<(), String>) -> Found {
    // The value is the state it was reached from, and how.
    let mut seen: IndexMap<u128, (usize, String)> = IndexMap::new();
    seen.insert(fingerprint(&start), (0, String::new()));
    let mut waiting = VecDeque::from([(0, start)]);
    while let Some((at, world)) = waiting.pop_front() {
        let next = world.next();
        if let Err(violation) = world.check(next.is_empty()).and_then(|()| check(&world, next.is_empty())) {
            let end =
                format!("=> {violation}\n   document {:?}\n   answers {:?}", world.document, world.answers());
            return Found { states: seen.len(), violation: Some(trace(&seen, at) + &end) };
        }
        for (label, world) in next {
            let entry = seen.entry(fingerprint(&world));
            let index = entry.index();
            if let indexmap::map::Entry::Vacant(entry) = entry {
                entry.insert((at, label));
                waiting.push_back((index, world));
            }
        }
    }
    Found { states: seen.len(), violation: None }
}

fn trace(seen: &IndexMap<u128, (usize, String)>, mut at: usize) -> String {
    let mut labels = Vec::new();
    while at != 0 {
        let (parent, label) = &seen[at];
        labels.push(format!("   {label}\n"));
        at = *parent;
    }
    labels.reverse();
    labels.concat()
}

/// Asserts that no order of events violates anything.
fn holds(scenario: &str, start: World, check: impl Fn(&World, bool) -> Result<(), String>) {
    let found = explore(start, check);
    println!("{scenario}: holds in {} states", found.states);
    if let Some(trace) = found.violation {
        panic!("{scenario}: violated after {} states\n{trace}", found.states);
    }
}

/// Asserts that a known limit is still there, or that a defect is found. If this fails, an assumption has changed,
/// perhaps for the better.
fn is_violated(scenario: &str, start: World, check: impl Fn(&World, bool) -> Result<(), String>) {
    let found = explore(start, check);
    println!("{scenario}: violated as it must be, found after {} states", found.states);
    assert!(found.violation.is_some(), "{scenario}: no trace in {} states", found.states);
}
