//! Long sequences of edits, reads, faults, strangers, waits, deadlines and stops, drawn at random: the whole engine on
//! paused time, on bigger documents and for longer than the exhaustive exploration, in fewer orders of events.
//!
//! A sequence that fails shrinks to a short one, and its seed is kept in `proptest-regressions/`. A seed stands for a
//! sequence only as long as `reference` draws as it did when it was found. For longer runs set `PROPTEST_CASES`.

mod judgment;
mod promises;
mod reference;
mod witness;

use std::collections::BTreeMap;

use proptest_state_machine::{StateMachineTest, prop_state_machine};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinHandle, yield_now};

use super::*;
use judgment::Judgment;
use reference::{Reference, Transition};
use witness::{Event, Witness};

type Tables = BTreeMap<String, u8>;

/// After the last step everything has this long to come to rest; no operation waits longer.
const REST: Duration = Duration::from_mins(59);

prop_state_machine! {
    #[test]
    fn every_sequence_keeps_every_promise(sequential 1..60 => Sequence);
}

/// An engine, and who waits for its answers.
struct Sequence {
    runtime: Runtime,
    engine: Arc<Engine<Witness, Set>>,
    witness: Witness,
    waiting: Vec<JoinHandle<()>>,
    reads: usize,
}

impl Sequence {
    /// Lets somebody wait for an answer while the sequence goes on.
    fn begin(&mut self, waiting: impl Future<Output = ()> + Send + 'static) {
        self.waiting.push(self.runtime.spawn(waiting));
        // Once for the newcomer to ask, once for the actor to hear of it; no time passes.
        self.runtime.block_on(async {
            yield_now().await;
            yield_now().await;
        });
    }

    fn submit(&mut self, number: usize, operation: Operation<Set>) {
        let (engine, witness) = (Arc::clone(&self.engine), self.witness.clone());
        self.begin(async move {
            witness.note(Event::Asked(number));
            let answer = engine.submit(&key(), operation).await;
            witness.note(Event::Answered(number, answer));
        });
    }

    fn read(&mut self) {
        let (engine, witness, number) = (Arc::clone(&self.engine), self.witness.clone(), self.reads);
        self.reads += 1;
        self.begin(async move {
            witness.note(Event::ReadAsked(number));
            let read = engine.read(&key(), HOUR).await;
            let tables = read.map(|snapshot| crate::engine::subject::elements(&snapshot.document));
            witness.note(Event::ReadAnswered(number, tables));
        });
    }

    fn overwrite(&self, age: Duration, value: u8) {
        let old = self.witness.before(age);
        self.witness.note(Event::Overwritten);
        self.witness.edit(|tables| {
            *tables = old;
            tables.insert("rival".to_owned(), value);
        });
    }

    /// Waits for all answers, and a while longer, lest something goes on that nobody waits for.
    fn come_to_rest(self) -> Vec<(Instant, Event)> {
        let Self { runtime, engine, witness, waiting, .. } = self;
        runtime.block_on(async {
            let all = timeout(REST, join_all(waiting)).await.expect("somebody waits forever");
            assert!(all.iter().all(Result::is_ok), "a task broke down");
            sleep(Duration::from_mins(5)).await;
        });
        drop(engine);
        witness.events()
    }
}

impl StateMachineTest for Sequence {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Self {
        fastrand::seed(reference.seed);
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let witness = runtime.block_on(async { Witness::new(&reference.start) });
        let policy = Policy { settle: reference.settle, ..Policy::default() };
        let engine = Arc::new(Engine::new(witness.clone(), TYPE, policy, Locks::none(), TaskTracker::new()));
        Self { runtime, engine, witness, waiting: Vec::new(), reads: 0 }
    }

    fn apply(mut sequence: Self, reference: &Reference, transition: Transition) -> Self {
        let runtime = sequence.runtime.handle().clone();
        let _entered = runtime.enter();
        let server = sequence.witness.server.clone();
        match transition {
            Transition::Submit { .. } => {
                let number = reference.submitted.len() - 1;
                sequence.submit(number, reference.submitted[number].clone());
            }
            Transition::Read => sequence.read(),
            Transition::FailWrite(fault) => {
                match &fault {
                    Fault::Ignored => sequence.witness.note(Event::Ignored),
                    Fault::Fails(WriteError::Refused { .. }) => sequence.witness.note(Event::Refused),
                    _ => {}
                }
                let _ = server.write(fault);
            }
            Transition::FailReads(error, times) => {
                let _ = (0..times).fold(server, |server, _| server.read_fails(error.clone()));
            }
            Transition::Lag(lag) => sequence.witness.lag(lag),
            Transition::Edit { name, removes } => {
                sequence.witness.note(Event::Edited(name.clone()));
                sequence.witness.edit(|tables| {
                    tables.remove(&name);
                    if !removes {
                        tables.insert(name, reference.strange_value());
                    }
                });
            }
            Transition::Overwrite(age) => sequence.overwrite(age, reference.strange_value()),
            Transition::Wait(pause) => sequence.runtime.block_on(sleep(pause)),
            Transition::Stop => {
                sequence.witness.note(Event::Stopped);
                sequence.engine.stop();
            }
        }
        sequence
    }

    fn teardown(sequence: Self, reference: Reference) {
        let server = sequence.witness.server.clone();
        let events = sequence.come_to_rest();
        let judgment = Judgment::new(&reference, &events);
        if let Err(broken) = judgment.check() {
            panic!("{broken}\nrequests: {}\nanswers: {:#?}", server.log(), judgment.answers());
        }
    }
}
