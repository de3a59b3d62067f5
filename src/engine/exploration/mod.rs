//! Every order of events in small worlds around the shipped machine.
//!
//! [`world`] holds everything hostile: a server without versions, a second process, a stranger who edits the same
//! document, lost answers, late writes, refusals, deadlines and stops. [`explore`] walks through all states
//! breadth-first, so the trace to a violation is a shortest one.

mod branches;
mod scenarios;
mod world;

use indexmap::IndexMap;

use world::World;

/// What a walk found.
struct Found {
    states: usize,
    /// What went wrong, and the events that led there.
    violation: Option<String>,
}

/// Walks through every state. `check` is asked of each, and told whether it is a last one.
fn explore(start: World, check: impl Fn(&World, bool) -> Result<(), String>) -> Found {
    // The value is the state it was reached from, and how.
    let mut seen: IndexMap<World, (usize, String)> = IndexMap::new();
    seen.insert(start, (0, String::new()));
    let mut at = 0;
    while let Some((world, _)) = seen.get_index(at) {
        let next = world.next();
        if let Err(violation) = world.check(next.is_empty()).and_then(|()| check(world, next.is_empty())) {
            let end =
                format!("=> {violation}\n   document {:?}\n   answers {:?}", world.document, world.answers());
            return Found { states: seen.len(), violation: Some(trace(&seen, at) + &end) };
        }
        for (label, world) in next {
            seen.entry(world).or_insert((at, label));
        }
        at += 1;
    }
    Found { states: seen.len(), violation: None }
}

fn trace(seen: &IndexMap<World, (usize, String)>, mut at: usize) -> String {
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

/// Asserts that a known limit is still there: if this fails, an assumption has changed, perhaps for the better.
fn is_violated(scenario: &str, start: World, check: impl Fn(&World, bool) -> Result<(), String>) {
    let found = explore(start, check);
    println!("{scenario}: violated as it must be, found after {} states", found.states);
    assert!(found.violation.is_some(), "{scenario}: no trace in {} states", found.states);
}
