//! The worlds that are explored, and what must be true in each.

use super::holds;
use super::world::{
    Answer, Elements, POISON, Pace, Stranger, Weather, World, create, delete, numbered, update,
};
use crate::engine::operation::{Pending, Want};
use crate::engine::subject::Set;

/// An element that nobody here manages.
pub(super) const FOREIGN: (u8, u8) = (50, 5);
pub(super) const CALM: Weather = Weather {
    no_lock: false,
    hold: false,
    further_looks: 0,
    faults: 0,
    busy: false,
    losses: false,
    late: false,
    slow: false,
    outages: false,
    stale: false,
    deadlines: false,
    pace: Pace::Free,
    alike: false,
    counting: false,
    breakage: None,
};
/// As on a machine of its own: no lock that the others share, but the hold.
pub(super) const ALONE: Weather = Weather { no_lock: true, hold: true, further_looks: 1, ..CALM };

/// Exactly these are refused, and in the end this is the document.
pub(super) fn refused(
    bad: &'static [u64],
    end: &'static [(u8, u8)],
) -> impl Fn(&World, bool) -> Result<(), String> {
    move |world, is_last| {
        for (id, answer) in world.answers() {
            let expected = if bad.contains(&id) { Answer::Refused } else { Answer::Done };
            if answer != expected {
                return Err(format!("{id} was told {answer:?}"));
            }
        }
        let end: Elements = end.iter().copied().collect();
        let stranger = |name: &u8| matches!(world.stranger, Stranger::Gone(stranger, _) if stranger == *name);
        let ours: Elements = world.document.clone().into_iter().filter(|(name, _)| !stranger(name)).collect();
        if is_last && ours != end { Err("another document in the end".into()) } else { Ok(()) }
    }
}

/// What was acknowledged is there in the end, and nobody is told that a name exists which only he created.
pub(super) fn kept(world: &World, is_last: bool) -> Result<(), String> {
    match world.answers().iter().find(|(_, answer)| *answer == Answer::Exists) {
        Some((id, _)) => Err(format!("{id} was told of its own earlier attempt")),
        None if is_last => {
            lost(world).map_or(Ok(()), |name| Err(format!("{name} was acknowledged and is gone")))
        }
        None => Ok(()),
    }
}

/// As [`kept`], or else somebody was told.
fn kept_or_told(world: &World, is_last: bool) -> Result<(), String> {
    let is_told = world.processes.iter().any(|process| process.is_warned);
    kept(world, is_last && !is_told)
}

/// The first name whose last acknowledged edit is not to be seen.
fn lost(world: &World) -> Option<String> {
    let shows = |operation: &Pending<Set>| {
        let value = world.document.get(&operation.name.parse().unwrap());
        match &operation.want {
            Want::Create(set) | Want::Update(set) => value == Some(&set.value),
            Want::Delete => value.is_none(),
        }
    };
    let is_done = |answer: Option<&Answer>| matches!(answer, Some(Answer::Done | Answer::Deleted));
    world.processes.iter().find_map(|process| {
        let last = |name: &str| process.submitted.iter().rfind(|operation| operation.name == name);
        let done =
            process.submitted.iter().filter(|one| is_done(process.answers.get(&super::world::number(one))));
        done.filter(|one| last(&one.name) == Some(one)).find(|one| !shows(one)).map(|one| one.name.clone())
    })
}

/// No retry erases what was there before it.
pub(super) fn not_replayed(world: &World, _: bool) -> Result<(), String> {
    if world.erased_seen { Err("a retry erased what was there before it".into()) } else { Ok(()) }
}

/// Whatever a read showed of the stranger's was written back.
pub(super) fn left_alone(world: &World, _: bool) -> Result<(), String> {
    if world.overwritten { Err("their edit was written over".into()) } else { Ok(()) }
}

/// Everything that could be done was done.
pub(super) fn all_done(world: &World, is_last: bool) -> Result<(), String> {
    kept(world, is_last)?;
    let failed =
        world.answers().into_iter().find(|(_, answer)| !matches!(answer, Answer::Done | Answer::Deleted));
    failed.map_or(Ok(()), |(id, answer)| Err(format!("{id} was told {answer:?}")))
}

#[test]
fn a_refused_element_fails_alone() {
    let four = vec![create(1, 1), create(2, POISON), create(3, 3), update(9, 7, 8)];
    let world = World::new(&[(9, 7), FOREIGN], &[four], CALM);
    holds("one bad of four", &world, refused(&[2], &[(1, 1), (3, 3), (9, 8), FOREIGN]));
    let five = vec![create(1, 1), create(2, POISON), create(3, 3), create(4, 4), create(5, POISON)];
    let world = World::new(&[FOREIGN], &[five], CALM);
    holds("two bad of five", &world, refused(&[2, 5], &[(1, 1), (3, 3), (4, 4), FOREIGN]));
    let first = vec![create(1, POISON), create(2, 2), create(3, 3), create(4, 4)];
    let world = World::new(&[FOREIGN], &[first], CALM);
    holds("the bad one first", &world, refused(&[1], &[(2, 2), (3, 3), (4, 4), FOREIGN]));
}

#[test]
fn isolation_survives_a_stranger() {
    let three = vec![create(1, 1), create(2, POISON), create(3, 3)];
    let world = World::new(&[FOREIGN], &[three], CALM).with_stranger(70, 7);
    holds("isolation with a stranger", &world, |world, is_last| {
        for (id, answer) in world.answers() {
            if (answer == Answer::Refused) != (id == 2) {
                return Err(format!("{id} was told {answer:?}"));
            }
        }
        if is_last && world.answers().len() != 3 { Err("unanswered".into()) } else { Ok(()) }
    });
}

#[test]
fn inference_spares_writes() {
    let ten: Vec<_> = (1..=10).map(|name| create(name, if name == 10 { POISON } else { name })).collect();
    // All are submitted before anything is served, as ten of Terraform's workers do.
    let world = World::new(&[], &[ten], Weather { counting: true, ..CALM });
    holds("writes to isolate one of ten", &world, |world, is_last| {
        let process = &world.processes[0];
        let were_together = world.answers().len() == 10;
        if is_last && were_together && process.writes > 10 {
            return Err(format!("{} writes", process.writes));
        }
        Ok(())
    });
}

#[test]
fn processes_take_turns_or_look_again() {
    let processes = [vec![create(1, 1), create(2, 2)], vec![create(3, 3)]];
    holds("two processes, lock", &World::new(&[FOREIGN], &processes, CALM), all_done);
    holds("two processes, no lock, hold", &World::new(&[FOREIGN], &processes, ALONE), all_done);
    let processes = [vec![create(1, 1), delete(9)], vec![update(8, 8, 7), create(3, 3)]];
    let world = World::new(&[(8, 8), (9, 9)], &processes, ALONE);
    holds("two processes, no lock, hold, all kinds of edits", &world, all_done);
}

fn three_processes(weather: Weather) -> World {
    let processes = [1, 2, 3].map(|at| vec![create(at, at), create(10 + at, at)]);
    World::new(&[], &processes, weather)
}

#[test]
fn three_processes_with_two_batches_each() {
    let weather = Weather { pace: Pace::OneByOne, no_lock: false, ..ALONE };
    holds("three processes, two batches each, lock, hold", &three_processes(weather), all_done);
    let weather = Weather { pace: Pace::Waves, ..weather };
    holds("three processes, two waves each, lock, hold", &three_processes(weather), all_done);
}

#[test]
#[ignore = "takes minutes: `make explore`"]
fn three_processes_with_two_batches_each_without_a_lock() {
    let weather = Weather { pace: Pace::OneByOne, alike: true, ..ALONE };
    holds("three processes, two batches each, no lock, hold", &three_processes(weather), all_done);
}

#[test]
fn three_processes_of_which_one_goes_on() {
    let processes = [vec![create(1, 1)], vec![create(2, 2), create(12, 2)], vec![create(3, 3)]];
    let weather = Weather { pace: Pace::Waves, ..ALONE };
    holds("three processes, one of them in waves, hold", &World::new(&[], &processes, weather), all_done);
}

#[test]
fn lost_answers_are_looked_up() {
    let weather = Weather { faults: 2, losses: true, busy: true, ..CALM };
    let world = World::new(&[(9, 7)], &[vec![create(1, 1), create(2, 2), delete(9)]], weather);
    holds("lost answers and conflicts", &world, |world, is_last| {
        kept(world, is_last)?;
        for (id, answer) in world.answers() {
            let expected = if id == 9 { Answer::Deleted } else { Answer::Done };
            if answer != expected {
                return Err(format!("two faults cost {id} its answer: {answer:?}"));
            }
        }
        if is_last && world.document.contains_key(&9) { Err("9 is still there".into()) } else { Ok(()) }
    });
}

#[test]
fn what_a_stranger_takes_away_is_restored() {
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], weather).with_stranger(70, 7);
    holds("a retry and a stranger", &world, not_replayed);
    let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], ALONE).with_stranger(70, 7);
    holds("a stranger with an old document, hold", &world, all_done);
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![delete(9), create(1, 1)]], ALONE).with_stranger(70, 7);
    holds("a stranger brings back what was deleted, hold", &world, all_done);
    let replaced = vec![delete(9), numbered(10, create(9, 4))];
    let world = World::new(&[FOREIGN, (9, 9)], &[replaced], ALONE).with_stranger(70, 7);
    holds("a stranger brings back what was replaced, hold", &world, all_done);
}

#[test]
fn what_somebody_edited_since_is_left_alone() {
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], ALONE).with_stranger(1, 77);
    holds("somebody edits what we wrote, hold", &world, left_alone);
}

#[test]
fn a_late_write_within_the_settle_time_is_repaired() {
    let weather = Weather { faults: 1, late: true, hold: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather);
    holds("a late write, hold", &world, all_done);
}

#[test]
fn a_stale_read_is_not_believed() {
    let weather = Weather { faults: 2, stale: true, pace: Pace::OneByOne, ..CALM };
    let edits = vec![create(1, 1), create(2, 2), delete(9)];
    holds("stale reads", &World::new(&[FOREIGN, (9, 9)], std::slice::from_ref(&edits), weather), all_done);
    let weather = Weather { hold: true, ..weather };
    holds("stale reads, hold", &World::new(&[FOREIGN, (9, 9)], &[edits], weather), all_done);
}

#[test]
fn nothing_is_lost_in_silence() {
    let weather = Weather { faults: 1, deadlines: true, losses: true, ..ALONE };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather).with_stranger(70, 7);
    holds("deadlines and a stop during a hold", &world.with_stop(), kept_or_told);
    let weather = Weather { faults: 3, outages: true, ..ALONE };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather).with_stranger(70, 7);
    holds("outages during a hold", &world, kept_or_told);
}

#[test]
fn a_late_write_of_our_own_is_recognized() {
    let weather = Weather { faults: 1, late: true, ..CALM };
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![create(1, 1), update(9, 9, 8)]], weather);
    holds("a late write that arrives before the next plan", &world, |world, _| {
        let failed = world.answers().into_iter().find(|(_, answer)| *answer != Answer::Done);
        failed.map_or(Ok(()), |(id, answer)| Err(format!("{id} was told {answer:?}")))
    });
}

#[test]
fn a_stop_begins_nothing_and_tells_the_truth() {
    let weather = Weather { faults: 1, losses: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2), create(3, 3)]], weather);
    holds("stop", &world.with_stop(), |world, is_last| {
        kept(world, is_last)?;
        if is_last && world.answers().len() != 3 { Err("unanswered".into()) } else { Ok(()) }
    });
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let bad = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, POISON), create(3, 3)]], weather);
    holds("stop during isolation", &bad.with_stop(), |world, _| {
        let blamed = world.answers().into_iter().find(|(id, answer)| *answer == Answer::Refused && *id != 2);
        blamed.map_or(Ok(()), |(id, _)| Err(format!("{id} was blamed")))
    });
}

#[test]
fn nothing_happened_is_never_said_of_what_happened() {
    // The check is World::check: a stranger fights for the same name while answers get lost.
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let fight = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather).with_stranger(1, 77);
    holds("a fight for a name", &fight.clone(), |_, _| Ok(()));
    let weather = Weather { late: true, ..weather };
    let fight =
        World::new(&[FOREIGN, (3, 3)], &[vec![create(1, 1), update(3, 3, 4)]], weather).with_stranger(1, 77);
    holds("a fight with late writes and a stop", &fight.with_stop(), |_, _| Ok(()));
}

#[test]
fn deadlines_may_pass_at_any_moment() {
    let weather = Weather { faults: 2, deadlines: true, losses: true, ..CALM };
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![create(1, 1), create(2, POISON), delete(9)]], weather);
    holds("deadlines", &world, |world, _| {
        let blamed = world.answers().into_iter().find(|(id, answer)| *answer == Answer::Refused && *id != 2);
        blamed.map_or(Ok(()), |(id, _)| Err(format!("{id} was blamed")))
    });
    let bad = vec![create(1, 1), create(2, POISON), create(3, 3), create(4, 4)];
    let weather = Weather { faults: 1, deadlines: true, ..CALM };
    holds("deadlines during isolation", &World::new(&[FOREIGN], &[bad], weather), |world, _| {
        let blamed = world.answers().into_iter().find(|(id, answer)| *answer == Answer::Refused && *id != 2);
        blamed.map_or(Ok(()), |(id, _)| Err(format!("{id} was blamed")))
    });
}

#[test]
fn one_outage_costs_nobody_an_answer() {
    let weather = Weather { faults: 1, outages: true, losses: true, ..CALM };
    let world =
        World::new(&[FOREIGN, (9, 9), (8, 8)], &[vec![create(1, 1), delete(9), update(8, 8, 7)]], weather);
    holds("one outage", &world, all_done);
    let weather = Weather { faults: 3, ..weather };
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![create(1, 1), update(9, 9, 8)]], weather);
    holds("three outages and losses", &world, kept);
}

#[test]
fn everything_at_once() {
    let weather = Weather { faults: 2, losses: true, busy: true, ..CALM };
    let one = vec![create(1, 1), create(2, POISON), delete(9)];
    let world = World::new(&[(9, 7), FOREIGN], &[one, vec![create(4, 4), create(5, 5)]], weather);
    holds("everything at once", &world, innocent_but(2));
}

#[test]
fn everything_at_once_with_a_hold() {
    let weather = Weather { faults: 1, losses: true, busy: true, hold: true, ..CALM };
    let one = vec![create(1, 1), create(2, POISON), delete(9)];
    let world = World::new(&[(9, 7), FOREIGN], &[one, vec![create(4, 4), create(5, 5)]], weather);
    holds("everything at once, hold", &world, innocent_but(2));
}

/// Nothing is lost, nothing foreign either, and only this one is blamed.
pub(super) fn innocent_but(bad: u64) -> impl Fn(&World, bool) -> Result<(), String> {
    move |world, is_last| {
        kept(world, is_last)?;
        let is_wronged = |(id, answer): &(u64, Answer)| *answer == Answer::Refused && *id != bad;
        if let Some((id, _)) = world.answers().into_iter().find(is_wronged) {
            return Err(format!("{id} was blamed"));
        }
        let is_there = world.document.get(&FOREIGN.0) == Some(&FOREIGN.1);
        if is_there { Ok(()) } else { Err("the foreign element is lost".into()) }
    }
}
