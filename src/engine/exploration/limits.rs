//! What no order of precautions can prevent, and what the exploration must find in a defective machine. Each of these
//! is a trace that has to exist: without it either an assumption has changed, or the checks have lost their teeth.

use super::is_violated;
use super::scenarios::{
    ALONE, CALM, FOREIGN, all_done, innocent_but, kept, left_alone, not_replayed, refused,
};
use super::world::{POISON, Pace, Weather, World, create, delete};
use crate::engine::machine::broken::Breakage;

fn erased(world: &World, _: bool) -> Result<(), String> {
    if world.erased { Err("erased".into()) } else { Ok(()) }
}

#[test]
fn the_window_between_read_and_write_stays_open() {
    for weather in [CALM, ALONE] {
        let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], weather).with_stranger(70, 7);
        is_violated("the window between read and write", &world, erased);
    }
}

#[test]
fn without_a_hold_a_rival_may_undo_an_edit() {
    let lockless = Weather { no_lock: true, ..CALM };
    let processes = [vec![create(1, 1), create(2, 2)], vec![create(3, 3)]];
    is_violated("two processes, neither lock nor hold", &World::new(&[FOREIGN], &processes, lockless), kept);
    let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], CALM).with_stranger(70, 7);
    is_violated("a stranger with an old document, no hold", &world, kept);
    let weather = Weather { faults: 1, late: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather);
    is_violated("a late write, no hold", &world, kept);
}

/// The reason for the second look of a hold while others write: a rival's write takes an effect away, another's from
/// before brings it back just when it is looked at, and then comes the next one of the first.
#[test]
fn a_single_look_can_be_deceived() {
    let processes = [vec![create(1, 1)], vec![create(2, 2), create(12, 2)], vec![create(3, 3)]];
    let weather = Weather { pace: Pace::Waves, further_looks: 0, ..ALONE };
    is_violated(
        "three processes, one of them in waves, one look",
        &World::new(&[], &processes, weather),
        kept,
    );
}

#[test]
fn a_hold_ends() {
    let weather = Weather { slow: true, ..ALONE };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1)]], weather).with_stranger(70, 7);
    is_violated("a stranger with a very old document", &world, kept);
    let weather = Weather { faults: 1, late: true, slow: true, hold: true, ..CALM };
    let world = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather);
    is_violated("a very late write", &world, kept);
}

/// A world that shows the defect.
fn with(breakage: Breakage, mut world: World) -> World {
    world.weather.breakage = Some(breakage);
    world
}

#[test]
fn defects_in_dealing_with_lost_answers_are_found() {
    let weather = Weather { faults: 1, losses: true, busy: true, ..CALM };
    let world = World::new(&[(9, 7)], &[vec![create(1, 1), create(2, 2), delete(9)]], weather);
    for defect in [Breakage::LostIsDone, Breakage::LostIsFailed] {
        is_violated(&format!("{defect:?}"), &with(defect, world.clone()), all_done);
    }
    let late = World::new(&[FOREIGN], &[vec![create(1, 1)]], Weather { faults: 1, late: true, ..CALM });
    is_violated("OwnAttemptForgotten", &with(Breakage::OwnAttemptForgotten, late), |world, _| {
        kept(world, false)
    });
    let fight = World::new(&[FOREIGN], &[vec![create(1, 1)]], weather).with_stranger(1, 77);
    is_violated("DishonestVerdict", &with(Breakage::DishonestVerdict, fight), |_, _| Ok(()));
    let stranger = World::new(&[FOREIGN], &[vec![create(1, 1)]], weather).with_stranger(70, 7);
    is_violated("BlindReplay", &with(Breakage::BlindReplay, stranger), not_replayed);
}

#[test]
fn defects_in_stopping_are_found() {
    let weather = Weather { faults: 1, losses: true, ..CALM };
    let world =
        World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2), create(3, 3)]], weather).with_stop();
    for defect in [Breakage::StopForgetsTheWrite, Breakage::WriteAfterStop] {
        is_violated(&format!("{defect:?}"), &with(defect, world.clone()), kept);
    }
}

#[test]
fn defects_in_locking_are_found() {
    let processes = [vec![create(1, 1), create(2, 2)], vec![create(3, 3)]];
    let world = World::new(&[FOREIGN], &processes, CALM);
    is_violated("EarlyUnlock", &with(Breakage::EarlyUnlock, world), all_done);
}

#[test]
fn defects_in_isolation_are_found() {
    let four = vec![create(1, 1), create(2, POISON), create(3, 3), create(4, 4)];
    let world = World::new(&[FOREIGN], &[four], CALM);
    let check = refused(&[2], &[(1, 1), (3, 3), (4, 4), FOREIGN]);
    for defect in [
        Breakage::ForgottenHalf,
        Breakage::HalvesOnOldRead,
        Breakage::GuiltWithoutProof,
        Breakage::NoIsolation,
    ] {
        is_violated(&format!("{defect:?}"), &with(defect, world.clone()), &check);
    }
    let first = vec![create(1, POISON), create(2, 2), create(3, 3), create(4, 4)];
    let world = World::new(&[FOREIGN], &[first], CALM);
    is_violated("StaleSibling", &with(Breakage::StaleSibling, world), innocent_but(1));
}

#[test]
fn defects_in_holding_are_found() {
    let stranger = World::new(&[FOREIGN], &[vec![create(1, 1)]], ALONE).with_stranger(70, 7);
    for defect in [Breakage::HoldOnSuspicion, Breakage::NoLedger] {
        is_violated(&format!("{defect:?}"), &with(defect, stranger.clone()), all_done);
    }
    let weather = Weather { faults: 1, late: true, hold: true, ..CALM };
    let late = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather);
    is_violated("NoHoldAfterALoss", &with(Breakage::NoHoldAfterALoss, late), all_done);
    let weather = Weather { faults: 1, stale: true, pace: Pace::OneByOne, ..CALM };
    let stale = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], weather);
    is_violated("NoLedger and stale reads", &with(Breakage::NoLedger, stale), all_done);
    let edited = World::new(&[FOREIGN], &[vec![create(1, 1), create(2, 2)]], ALONE).with_stranger(1, 77);
    is_violated("RestoreAtAnyCost", &with(Breakage::RestoreAtAnyCost, edited), left_alone);
}
