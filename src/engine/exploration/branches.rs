//! Every way a world may go on from a state, as far as one process is concerned.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::aiven::{ReadError, WriteError};
use crate::engine::Snapshot;
use crate::engine::machine::{Event, ReadFault};

use super::world::{Answer, Elements, Label, POISON, Pace, Wire, World, number};

pub(super) struct Branches<'a> {
    world: &'a World,
    /// The process in question.
    at: usize,
    next: &'a mut Vec<(Label, World)>,
}

impl<'a> Branches<'a> {
    pub(super) fn new(world: &'a World, at: usize, next: &'a mut Vec<(Label, World)>) -> Self {
        Self { world, at, next }
    }

    pub(super) fn all(mut self) {
        self.commands();
        match self.world.processes[self.at].wire.clone() {
            Wire::Lock => self.locking(),
            Wire::Read => self.reading(),
            Wire::Served(elements) => self.can("has read", |world, at| {
                world.process(at).base = Some(elements.clone());
                world.end(at, Event::Read(Ok(snapshot(&elements))));
            }),
            Wire::Write(elements) => self.writing(&elements),
            Wire::Applied(elements) => {
                let stored = snapshot(&elements);
                self.can("is acknowledged", |world, at| {
                    world.end(at, Event::Written(Ok(stored)));
                });
                if self.world.weather.losses {
                    self.fails_to_write("has its answer lost", lost());
                }
            }
            Wire::Refused => self.can("is refused", |world, at| {
                let refused = WriteError::Refused { status: 400, message: "no".into() };
                world.end(at, Event::Written(Err(refused)));
            }),
            Wire::Unchanged => self.can("is told that nothing changed", |world, at| {
                let unchanged = WriteError::Unchanged { message: "no".into() };
                world.end(at, Event::Written(Err(unchanged)));
            }),
            Wire::Pause => self.can("wakes up", |world, at| world.end(at, Event::Timer)),
            Wire::LongPause => self.wakes_up_later(),
            Wire::Settling(rivals) if rivals.is_empty() && !self.is_relieved() => self.wakes_up_later(),
            Wire::Nothing | Wire::Settling(_) => {}
        }
    }

    /// Whether the process goes on before it wakes up.
    fn is_relieved(&self) -> bool {
        let weather = &self.world.weather;
        weather.pace == Pace::Waves && self.world.is_at_turn(&self.world.processes[self.at])
    }

    fn wakes_up_later(&mut self) {
        self.can("wakes up later", |world, at| {
            world.process(at).is_fresh = true;
            world.end(at, Event::Timer);
        });
    }

    fn commands(&mut self) {
        let process = &self.world.processes[self.at];
        if self.world.is_at_turn(process) {
            self.can("submits", |world, at| {
                let process = world.process(at);
                let operation = process.todo.remove(0);
                process.submitted.push(operation.clone());
                if process.is_stopped {
                    // The actor sees to that.
                    process.answers.insert(number(&operation), Answer::Stopped);
                } else {
                    world.step(at, Event::Submitted(operation));
                }
            });
        }
        if process.may_stop {
            self.can("is stopped", |world, at| {
                world.process(at).may_stop = false;
                world.process(at).is_stopped = true;
                world.step(at, Event::Stop);
            });
        }
        if self.world.weather.deadlines {
            for id in process.submitted.iter().map(number).filter(|id| !process.answers.contains_key(id)) {
                self.fault("runs out of time", |world, at| {
                    world.step(at, Event::Expired(id, None));
                });
            }
        }
    }

    fn locking(&mut self) {
        if self.world.weather.no_lock {
            self.can("goes without a lock", |world, at| {
                world.end(at, Event::Locked);
            });
        } else if self.world.holder.is_none() {
            self.can("locks", |world, at| {
                world.holder = Some(at);
                world.end(at, Event::Locked);
            });
        }
    }

    fn reading(&mut self) {
        let is_too_early = |at: usize| !self.world.processes[at].is_served;
        if self.world.weather.alike && self.at.checked_sub(1).is_some_and(is_too_early) {
            return;
        }
        let now = self.world.document.clone();
        self.can("is served", |world, at| {
            let process = world.process(at);
            process.is_fresh = false;
            process.is_served = true;
            process.wire = Wire::Served(now);
        });
        if let Some(previous) = &self.world.previous
            && !self.world.processes[self.at].is_fresh
        {
            self.fault("is served what was there before", |world, at| {
                world.process(at).wire = Wire::Served(previous.clone());
            });
        }
        if self.world.weather.outages {
            let absent = ReadError::NotFound { message: "no".into() };
            let down = ReadError::Unavailable { reason: "down".into() };
            for (label, error) in [("reads of no integration", absent), ("fails to read", down)] {
                self.fault(label, |world, at| {
                    world.end(at, Event::Read(Err(ReadFault::Api(error))));
                });
            }
        }
    }

    fn writing(&mut self, elements: &Elements) {
        let weather = self.world.weather;
        if *elements == self.world.document {
            self.can("writes what is there", |world, at| {
                world.process(at).wire = Wire::Unchanged;
            });
        } else if elements.values().any(|value| *value == POISON) {
            self.can("is to be refused", |world, at| {
                world.process(at).wire = Wire::Refused;
            });
        } else {
            self.can("has it stored", |world, at| {
                world.store(elements);
                world.process(at).wire = Wire::Applied(elements.clone());
            });
            if weather.late {
                self.fault("has its write delayed", |world, at| {
                    world.late.push(elements.clone());
                    world.attempt_ended();
                    world.end(at, Event::Written(Err(lost())));
                });
            }
        }
        if weather.losses {
            self.fails_to_write("has its write lost", lost());
        }
        if weather.busy {
            let conflict = WriteError::Conflict { status: 409, message: "no".into() };
            self.fails_to_write("meets a conflict", conflict);
            let limited = WriteError::RateLimited { wait: None, message: "no".into() };
            self.fails_to_write("is limited", limited);
            self.fault("is too slow", |world, at| world.end(at, Event::Stale));
        }
    }

    fn fails_to_write(&mut self, label: &'static str, error: WriteError) {
        self.fault(label, |world, at| {
            world.attempt_ended();
            world.end(at, Event::Written(Err(error)));
        });
    }

    /// Something that happens only as long as faults are left.
    fn fault(&mut self, label: &'static str, change: impl FnOnce(&mut World, usize)) {
        if self.world.weather.faults > 0 {
            self.can(label, |world, at| {
                world.weather.faults -= 1;
                change(world, at);
            });
        }
    }

    fn can(&mut self, label: &'static str, change: impl FnOnce(&mut World, usize)) {
        let mut world = self.world.clone();
        change(&mut world, self.at);
        self.next.push((Label { process: Some(self.at), event: label }, world));
    }
}

/// The snapshot of a document; there are few documents, and they come again and again.
fn snapshot(elements: &Elements) -> Arc<Snapshot> {
    thread_local! {
        static SNAPSHOTS: RefCell<HashMap<Elements, Arc<Snapshot>>> = RefCell::default();
    }
    SNAPSHOTS.with_borrow_mut(|snapshots| {
        let new = || crate::engine::subject::snapshot(elements);
        Arc::clone(snapshots.entry(elements.clone()).or_insert_with(new))
    })
}

fn lost() -> WriteError {
    WriteError::Unknown { reason: "reset".into() }
}
