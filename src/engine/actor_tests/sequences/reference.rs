//! What a sequence consists of, and what its edits would come to if nothing ever went wrong. The reference gives the
//! edits their values and what Terraform would have seen, so that most of them make sense; it judges nothing.

use std::time::Duration;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::super::*;
use super::Tables;

/// The names that this process edits.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];
/// The server refuses whatever has this name.
pub(super) const BAD: &str = "bad";
/// So many others may be there.
const STRANGERS: u8 = 30;
/// What strangers set counts from here; what this process sets counts from 1.
const STRANGE: u8 = 128;
/// How long ago a rival read the document that it writes, in tenths of a second, and by how much a read lags behind.
/// Both together stay below what the engine counts on.
const OLDEST: u64 = 14;

/// What is asked of an element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Create,
    Update {
        /// Whether Terraform saw what the edits before this one come to.
        informed: bool,
    },
    Delete,
}

/// One step of a sequence.
#[derive(Debug, Clone)]
pub(super) enum Transition {
    Submit {
        name: &'static str,
        kind: Kind,
        deadline: Duration,
    },
    Read,
    FailWrite(Fault),
    FailReads(ReadError, usize),
    /// The next read shows what was stored so long ago.
    Lag(Duration),
    /// A stranger edits one element: sets it, or removes it.
    Edit {
        name: String,
        removes: bool,
    },
    /// A stranger writes the document as it was so long ago, with one more element.
    Overwrite(Duration),
    Wait(Duration),
    Stop,
}

/// The reference: what is there at first, and what the edits would come to one by one.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// What decides the length of random pauses.
    pub(super) seed: u64,
    pub(super) settle: bool,
    pub(super) start: Tables,
    pub(super) submitted: Vec<Operation<Set>>,
    /// How often strangers have edited.
    strange: u8,
    expected: Tables,
}

impl Reference {
    /// The value of the last edit by a stranger.
    pub(super) fn strange_value(&self) -> u8 {
        STRANGE + self.strange
    }

    fn ask(&mut self, name: &str, kind: Kind, deadline: Duration) {
        let value = u8::try_from(self.submitted.len()).unwrap() + 1;
        let seen = self.expected.get(name).copied();
        let want = match kind {
            Kind::Create => {
                self.expected.entry(name.to_owned()).or_insert(value);
                Want::Create(set(name, value, None))
            }
            Kind::Update { informed: true } => {
                self.expected.entry(name.to_owned()).and_modify(|now| *now = value);
                Want::Update(set(name, value, seen))
            }
            Kind::Update { informed: false } => Want::Update(set(name, value, Some(0))),
            Kind::Delete => {
                self.expected.remove(name);
                Want::Delete
            }
        };
        self.submitted.push(Operation { deadline, ..operation(name, want) });
    }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Self> {
        let ours = prop::collection::btree_map(prop::sample::select(&NAMES[..]), Just(0), 0..4);
        (any::<u64>(), prop::bool::weighted(0.75), 0..STRANGERS, ours)
            .prop_map(|(seed, settle, strangers, ours)| {
                let strangers = (0..strangers).map(|stranger| (stranger_name(stranger), 0));
                let start: Tables =
                    strangers.chain(ours.into_iter().map(|(name, value)| (name.to_owned(), value))).collect();
                Self { seed, settle, expected: start.clone(), start, submitted: Vec::new(), strange: 0 }
            })
            .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Transition> {
        prop_oneof![
            80 => any_submission(),
            10 => Just(Transition::Read),
            14 => any_fault().prop_map(Transition::FailWrite),
            10 => (any_read_error(), 1..4_usize).prop_map(|(error, times)| Transition::FailReads(error, times)),
            8 => tenths(1..=OLDEST).prop_map(Transition::Lag),
            8 => (any_edited_name(), any::<bool>()).prop_map(|(name, removes)| Transition::Edit { name, removes }),
            24 => tenths(1..=OLDEST).prop_map(Transition::Overwrite),
            40 => tenths(0..=20).prop_map(Transition::Wait),
            6 => tenths(20..=400).prop_map(Transition::Wait),
            1 => Just(Transition::Stop),
        ]
        .boxed()
    }

    fn apply(mut state: Self, transition: &Transition) -> Self {
        match transition {
            Transition::Submit { name, kind, deadline } => state.ask(name, *kind, *deadline),
            Transition::Edit { .. } | Transition::Overwrite(_) => state.strange += 1,
            _ => {}
        }
        state
    }
}

fn stranger_name(number: u8) -> String {
    format!("theirs-{number}")
}

fn tenths(range: std::ops::RangeInclusive<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(|tenths| Duration::from_millis(tenths * 100))
}

fn any_submission() -> impl Strategy<Value = Transition> {
    let name = prop_oneof![9 => prop::sample::select(&NAMES[..]), 1 => Just(BAD)];
    let kind = prop_oneof![
        3 => Just(Kind::Create),
        2 => Just(Kind::Update { informed: true }),
        1 => Just(Kind::Update { informed: false }),
        2 => Just(Kind::Delete),
    ];
    let deadline = prop_oneof![6 => Just(HOUR), 1 => tenths(0..=100)];
    (name, kind, deadline).prop_map(|(name, kind, deadline)| Transition::Submit { name, kind, deadline })
}

fn any_edited_name() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (0..STRANGERS).prop_map(stranger_name),
        1 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
    ]
}

fn any_wait() -> impl Strategy<Value = Option<Duration>> {
    prop::option::of((0..60_u64).prop_map(Duration::from_secs))
}

fn any_fault() -> impl Strategy<Value = Fault> {
    let message = String::new;
    prop_oneof![
        3 => Just(Fault::LostAnswer),
        3 => Just(Fault::LostRequest),
        2 => Just(Fault::Unchanged),
        2 => Just(Fault::Ignored),
        2 => Just(WriteError::Refused { status: 400, message: message() }).prop_map(Fault::Fails),
        2 => Just(WriteError::Conflict { status: 409, message: message() }).prop_map(Fault::Fails),
        1 => any_wait().prop_map(move |wait| Fault::Fails(WriteError::RateLimited { wait, message: message() })),
        1 => Just(WriteError::NotSent { reason: message() }).prop_map(Fault::Fails),
        1 => Just(WriteError::NotFound { message: message() }).prop_map(Fault::Fails),
        1 => Just(WriteError::Rejected { status: 413, message: message() }).prop_map(Fault::Fails),
        1 => Just(WriteError::Denied { status: 403, message: message() }).prop_map(Fault::Fails),
    ]
}

fn any_read_error() -> impl Strategy<Value = ReadError> {
    let message = String::new;
    prop_oneof![
        4 => Just(not_found()),
        4 => Just(ReadError::Unavailable { reason: message() }),
        2 => Just(ReadError::NotSent { reason: message() }),
        2 => any_wait().prop_map(move |wait| ReadError::RateLimited { wait, message: message() }),
        1 => Just(ReadError::Denied { status: 403, message: message() }),
        1 => Just(ReadError::Refused { status: 410, message: message() }),
    ]
}
