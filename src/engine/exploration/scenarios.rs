//! The worlds that are explored, and what must be true in each.

use super::world::{Answer, Elements, POISON, Stranger, Weather, World, create, delete, update};
use super::{holds, is_violated};

/// An element that nobody here manages.
const FOREIGN: (u8, u8) = (50, 5);
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
    one_by_one: false,
    counting: false,
    breakage: None,
};

/// Exactly these are refused, and in the end this is the document.
fn refused(bad: &'static [u64], end: &'static [(u8, u8)]) -> impl Fn(&World, bool) -> Result<(), String> {
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

/// An acknowledged create is there in the end, and nobody is told that a name exists which only he created.
fn kept(world: &World, is_last: bool) -> Result<(), String> {
    for (id, answer) in world.answers() {
        let name = u8::try_from(id).unwrap();
        if answer == Answer::Exists {
            return Err(format!("{id} was told of its own earlier attempt"));
        }
        if is_last && answer == Answer::Done && !world.document.contains_key(&name) {
            return Err(format!("{id} was acknowledged and is not there"));
        }
    }
    Ok(())
}

#[test]
fn a_refused_element_fails_alone() {
    let four = vec![create(1, 1), create(2, POISON), create(3, 3), update(9, 7, 8)];
    let world = World::new(&[(9, 7), FOREIGN], &[four], CALM);
    holds("one bad of four", world, refused(&[2], &[(1, 1), (3, 3), (9, 8), FOREIGN]));
    let five = vec![create(1, 1), create(2, POISON), create(3, 3), create(4, 4), create(5, POISON)];
    let world = World::new(&[FOREIGN], &[five], CALM);
    holds("two bad of five", world, refused(&[2, 5], &[(1, 1), (3, 3), (4, 4), FOREIGN]));
    let first = vec![create(1, POISON), create(2, 2), create(3, 3), create(4, 4)];
    let world = World::new(&[FOREIGN], &[first], CALM);
    holds("the bad one first", world, refused(&[1], &[(2, 2), (3, 3), (4, 4), FOREIGN]));
}

#[test]
fn isolation_survives_a_stranger() {
    let three = vec![create(1, 1), create(2, POISON), create(3, 3)];
    let world = World::new(&[FOREIGN], &[three], CALM).with_stranger(70, 7);
    holds("isolation with a stranger", world, |world, is_last| {
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
    let world = World::new(&[], &[ten], CALM);
    holds("writes to isolate one of ten", world, |world, is_last| {
        let process = &world.processes[0];
        let were_together = world.answers().len() == 10;
        if is_last && were_together && process.writes > 10 {
            return Err(format!("{} writes", process.writes));
        }
        Ok(())
    });
}

#[test]
fn two_processes_need_the_lock() {
    let processes = [vec![create(1, 1), create(2, 2)], vec![create(3, 3)]];
    holds("two processes, lock", World::new(&[FOREIGN], &processes, CALM), kept);
    let lockless = Weather { no_lock: true, ..CALM };
    is_violated("two processes, no lock", World::new(&[FOREIGN], &processes, lockless), kept);
}

#[test]
fn lost_answers_are_looked_up() {
    let weather = Weather { faults: 2, losses: true, busy: true, ..CALM };
    let world = World::new(&[(9, 7)], &[vec![create(1, 1), create(2, 2), delete(9)]], weather);
    holds("lost answers and conflicts", world, |world, is_last| {
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
fn what_a_stranger_wrote_is_kept_unless_he_came_between_read_and_write() {
    let erased = |world: &World, _: bool| {
        if world.erased { Err("erased".into()) } else { Ok(()) }
    };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], CALM).with_stranger(70, 7);
    is_violated("the window between read and write", world, erased);
    let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], CALM).with_stranger(70, 7);
    is_violated("a stranger with an old document, without a hold", world, kept);
}

#[test]
fn a_late_write_is_a_known_limit() {
    let weather = Weather { faults: 1, late: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather);
    is_violated("a late write, without a hold", world, kept);
}

#[test]
fn a_late_write_of_our_own_is_recognized() {
    let weather = Weather { faults: 1, late: true, ..CALM };
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![create(1, 1), update(9, 9, 8)]], weather);
    holds("a late write that arrives before the next plan", world, |world, _| {
        let failed = world.answers().into_iter().find(|(_, answer)| *answer != Answer::Done);
        failed.map_or(Ok(()), |(id, answer)| Err(format!("{id} was told {answer:?}")))
    });
}

#[test]
fn a_stop_begins_nothing_and_tells_the_truth() {
    let weather = Weather { faults: 1, losses: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2), create(3, 3)]], weather);
    holds("stop", world.with_stop(), |world, is_last| {
        kept(world, is_last)?;
        if is_last && world.answers().len() != 3 { Err("unanswered".into()) } else { Ok(()) }
    });
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let bad = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, POISON), create(3, 3)]], weather);
    holds("stop during isolation", bad.with_stop(), |world, _| {
        let blamed = world.answers().into_iter().find(|(id, answer)| *answer == Answer::Refused && *id != 2);
        blamed.map_or(Ok(()), |(id, _)| Err(format!("{id} was blamed")))
    });
}

#[test]
fn nothing_happened_is_never_said_of_what_happened() {
    // The check is World::check: a stranger fights for the same name while answers get lost.
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let fight = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather).with_stranger(1, 77);
    holds("a fight for a name", fight.clone(), |_, _| Ok(()));
    let weather = Weather { late: true, ..weather };
    let fight =
        World::new(&[FOREIGN, (3, 3)], &[vec![create(1, 1), update(3, 3, 4)]], weather).with_stranger(1, 77);
    holds("a fight with late writes and a stop", fight.with_stop(), |_, _| Ok(()));
}

#[test]
fn deadlines_may_pass_at_any_moment() {
    let weather = Weather { faults: 2, deadlines: true, losses: true, ..CALM };
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![create(1, 1), create(2, POISON), delete(9)]], weather);
    holds("deadlines", world, |world, _| {
        let blamed = world.answers().into_iter().find(|(id, answer)| *answer == Answer::Refused && *id != 2);
        blamed.map_or(Ok(()), |(id, _)| Err(format!("{id} was blamed")))
    });
    let bad = vec![create(1, 1), create(2, POISON), create(3, 3), create(4, 4)];
    let weather = Weather { faults: 1, deadlines: true, ..CALM };
    holds("deadlines during isolation", World::new(&[FOREIGN], &[bad], weather), |world, _| {
        let blamed = world.answers().into_iter().find(|(id, answer)| *answer == Answer::Refused && *id != 2);
        blamed.map_or(Ok(()), |(id, _)| Err(format!("{id} was blamed")))
    });
}

#[test]
fn one_outage_costs_nobody_an_answer() {
    let weather = Weather { faults: 1, outages: true, losses: true, ..CALM };
    let world =
        World::new(&[FOREIGN, (9, 9), (8, 8)], &[vec![create(1, 1), delete(9), update(8, 8, 7)]], weather);
    holds("one outage", world, |world, _| {
        let failed =
            world.answers().into_iter().find(|(_, answer)| !matches!(answer, Answer::Done | Answer::Deleted));
        failed.map_or(Ok(()), |(id, answer)| Err(format!("{id} was told {answer:?}")))
    });
    let weather = Weather { faults: 3, ..weather };
    let world = World::new(&[FOREIGN, (9, 9)], &[vec![create(1, 1), update(9, 9, 8)]], weather);
    holds("three outages and losses", world, kept);
}

#[test]
fn everything_at_once() {
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let one = vec![create(1, 1), create(2, POISON), delete(9)];
    let world = World::new(&[(9, 7), FOREIGN], &[one, vec![create(4, 4), create(5, 5)]], weather);
    holds("everything at once", world, |world, is_last| {
        kept(world, is_last)?;
        for (id, answer) in world.answers() {
            if answer == Answer::Refused && id != 2 {
                return Err(format!("{id} was blamed"));
            }
        }
        if world.document.get(&FOREIGN.0) == Some(&FOREIGN.1) {
            Ok(())
        } else {
            Err("the foreign element is lost".into())
        }
    });
}
