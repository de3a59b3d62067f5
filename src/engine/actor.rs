//! The shell around the pure parts for one document, and the only place of the engine that awaits.
//!
//! It performs what the machine asks for, one thing at a time, and reports how it ended; beside that it carries
//! out the shared reads. It decides nothing. It ends with the engine, after what is under way.

use std::collections::{BTreeMap, HashMap};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::aiven::{ReadError, WriteError};
use crate::document::Document;

use super::Policy;
use super::limit::Limit;
use super::lock::{Guard, Locks};
use super::machine::{Action, Event, Machine, ReadFault};
use super::operation::{Edit, Operation, OperationId, Pending};
use super::outcome::{Answer, Cause, Outcome};
use super::patience::{
    MAX_AGE, Patience, Pause, READ_TIMEOUT, ROUND_TRIP, SETTLE, WRITE_TIMEOUT, after_limit,
};
use super::reads::{Next, ReadResult, Reads};
use super::store::{IntegrationKey, Origin, Snapshot, Store};

/// What the engine asks of an actor. Commands are carried out in the order in which they were sent.
#[derive(Debug)]
pub(super) enum Command<E> {
    Submit(Operation<E>, oneshot::Sender<Answer>),
    Read(oneshot::Sender<ReadResult>),
    Stop,
}

/// What all actors of an engine share.
#[derive(Debug)]
pub(super) struct Surroundings<S> {
    pub(super) store: S,
    pub(super) integration_type: Arc<str>,
    pub(super) policy: Policy,
    pub(super) limit: Limit,
    pub(super) locks: Locks,
    /// Holds a token while a write is under way.
    pub(super) writes: TaskTracker,
    /// Whether this process has asked for any edit yet.
    pub(super) has_submitted: AtomicBool,
    /// Whether a stop has come. It is for good: a process about to end must not begin a write.
    pub(super) is_stopped: AtomicBool,
    /// What the readers of a document are waiting out. Never held across an await.
    pub(super) setbacks: Mutex<HashMap<IntegrationKey, Cause>>,
}

impl<S> Surroundings<S> {
    /// The setbacks of reads, by document.
    pub(super) fn setbacks(&self) -> MutexGuard<'_, HashMap<IntegrationKey, Cause>> {
        self.setbacks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So that no deadline is beyond what a clock can hold.
const LONGEST_DEADLINE: Duration = Duration::from_hours(365 * 24);

type Doing<T> = Option<Pin<Box<dyn Future<Output = T> + Send>>>;
type Read = Result<Arc<Snapshot>, ReadFault>;

/// How what the machine asked for has ended.
enum Done {
    Locked(Option<Guard>),
    /// And when the answer arrived.
    Read(Read, Instant),
    Stale,
    Written(Result<Arc<Snapshot>, WriteError>),
    Rested,
}

pub(super) struct Actor<S, E> {
    surroundings: Arc<Surroundings<S>>,
    key: IntegrationKey,
    machine: Machine<E>,
    /// What the machine has under way.
    doing: Doing<Done>,
    /// When the answer arrived that the machine plans on.
    read_at: Instant,
    /// How long the last read of the machine took, and its last write.
    read_took: Duration,
    write_took: Duration,
    /// When what the machine has under way began.
    began: Instant,
    guard: Option<Guard>,
    /// Keeps the process alive while the machine is mutating.
    token: Option<TaskTrackerToken>,
    submitters: BTreeMap<OperationId, (Instant, oneshot::Sender<Answer>)>,
    next_id: OperationId,
    reads: Reads<oneshot::Sender<ReadResult>>,
    /// The request that readers share, or the pause before it.
    reading: Doing<Option<Read>>,
    /// Our own acknowledged writes.
    writes: u64,
}

impl<S: Store, E: Edit> Actor<S, E> {
    pub(super) fn new(surroundings: Arc<Surroundings<S>>, key: IntegrationKey) -> Self {
        let patience = Patience::default();
        Self {
            machine: Machine::new(Arc::clone(&surroundings.integration_type), surroundings.policy, patience),
            surroundings,
            key,
            doing: None,
            read_at: Instant::now(),
            read_took: Duration::ZERO,
            write_took: Duration::ZERO,
            began: Instant::now(),
            guard: None,
            token: None,
            submitters: BTreeMap::new(),
            next_id: 0,
            reads: Reads::new(patience),
            reading: None,
            writes: 0,
        }
    }

    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command<E>>) {
        let mut is_open = true;
        while is_open || !self.machine.is_idle() || !self.reads.is_idle() {
            let deadline = self.submitters.iter().map(|(id, (deadline, _))| (*deadline, *id)).min();
            // Commands come first, so that whatever has been submitted by the time a read returns joins its
            // batch, and a stop is heard before the next write begins.
            tokio::select! {
                biased;
                command = commands.recv(), if is_open => match command {
                    Some(command) => self.command(command),
                    None => is_open = false,
                },
                () = at(deadline) => if let Some((_, id)) = deadline {
                    self.step(Event::Expired(id, self.surroundings.limit.cause()));
                    // The machine answers what it knows; this keeps a deadline from firing twice.
                    self.submitters.remove(&id);
                },
                done = finished(&mut self.doing) => self.done(done),
                read = finished(&mut self.reading) => {
                    let next = match read {
                        Some(read) => self.reads.answered(read, Instant::now()),
                        None => self.reads.next(self.writes),
                    };
                    self.note_setback();
                    self.follow(next);
                }
            }
        }
    }

    fn command(&mut self, command: Command<E>) {
        match command {
            // Set before the command to stop is sent, so whatever comes after that command finds it set.
            Command::Submit(_, submitter) if self.surroundings.is_stopped.load(Ordering::Relaxed) => {
                // A submitter who has gone away needs no answer.
                let _ = submitter.send(Answer::of(Outcome::Stopped));
            }
            Command::Submit(operation, submitter) => {
                let Operation { name, want, deadline } = operation;
                let id = self.next_id;
                self.next_id += 1;
                self.submitters.insert(id, (Instant::now() + deadline.min(LONGEST_DEADLINE), submitter));
                self.step(Event::Submitted(Pending::asked(id, name, want)));
            }
            Command::Read(reader) => {
                let may_reuse = !self.surroundings.has_submitted.load(Ordering::Relaxed);
                let next = self.reads.ask(reader, Instant::now(), self.writes, may_reuse);
                self.follow(next);
            }
            Command::Stop => {
                self.step(Event::Stop);
                self.reading = None;
                let next = self.reads.stop();
                self.follow(next);
            }
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Locked(guard) => {
                self.guard = guard;
                self.step(Event::Locked);
            }
            Done::Read(read, arrived) => {
                self.read_at = arrived;
                self.read_took = arrived.duration_since(self.began);
                self.step(Event::Read(read));
            }
            Done::Stale => self.step(Event::Stale),
            Done::Written(answer) => {
                self.write_took = self.began.elapsed();
                self.writes += u64::from(answer.is_ok());
                self.step(Event::Written(answer));
            }
            Done::Rested => self.step(Event::Timer),
        }
    }

    fn step(&mut self, event: Event<E>) {
        for action in self.machine.step(event) {
            match action {
                Action::Lock => {
                    self.doing = Some(Box::pin(lock(Arc::clone(&self.surroundings), self.key.clone())));
                }
                Action::Unlock => self.guard = None,
                Action::Read => {
                    self.began = Instant::now();
                    let read = read(Arc::clone(&self.surroundings), self.key.clone());
                    self.doing = Some(Box::pin(async { Done::Read(read.await, Instant::now()) }));
                }
                Action::Write(document) => {
                    self.began = Instant::now();
                    self.token = Some(self.surroundings.writes.token());
                    let (surroundings, key) = (Arc::clone(&self.surroundings), self.key.clone());
                    self.doing = Some(Box::pin(write(surroundings, key, document, self.read_at)));
                }
                Action::Pause(pause) => {
                    self.doing = Some(Box::pin(rest(pause, self.read_took + self.write_took)));
                }
                Action::Abandon => self.doing = None,
                Action::Answer(id, answer) => {
                    if let Some((_, submitter)) = self.submitters.remove(&id) {
                        // A submitter who has gone away abandons the answer, not the edit.
                        let _ = submitter.send(answer);
                    }
                }
            }
        }
        if !self.machine.is_mutating() {
            self.token = None;
        }
    }

    fn note_setback(&self) {
        let mut setbacks = self.surroundings.setbacks();
        match self.reads.setback() {
            Some(setback) => setbacks.insert(self.key.clone(), setback.clone()),
            None => setbacks.remove(&self.key),
        };
    }

    fn follow(&mut self, mut next: Next<oneshot::Sender<ReadResult>>) {
        loop {
            match next {
                Next::Nothing => return,
                Next::Fetch => {
                    let read = read(Arc::clone(&self.surroundings), self.key.clone());
                    self.reading = Some(Box::pin(async { Some(read.await) }));
                    return;
                }
                Next::FetchAfter(pause) => {
                    if self.reads.retain(|reader| !reader.is_closed()) {
                        self.reading = Some(Box::pin(async move {
                            rest(Pause::AtLeast(pause), Duration::ZERO).await;
                            None
                        }));
                        return;
                    }
                    next = self.reads.stop();
                }
                Next::Answer(readers, result) => {
                    for reader in readers {
                        // A reader who has gone away harms nobody.
                        let _ = reader.send(result.clone());
                    }
                    next = if self.reads.is_idle() { self.reads.next(self.writes) } else { Next::Nothing };
                }
            }
        }
    }
}

async fn at(deadline: Option<(Instant, OperationId)>) {
    match deadline {
        Some((deadline, _)) => sleep_until(deadline).await,
        None => pending().await,
    }
}

async fn finished<T>(doing: &mut Doing<T>) -> T {
    let Some(future) = doing else {
        return pending().await;
    };
    let output = future.await;
    *doing = None;
    output
}

async fn lock<S: Store>(surroundings: Arc<Surroundings<S>>, key: IntegrationKey) -> Done {
    surroundings.limit.wait().await;
    Done::Locked(surroundings.locks.acquire(&key).await)
}

async fn rest(pause: Pause, round_trip: Duration) -> Done {
    sleep(match pause {
        Pause::AtLeast(pause) => pause.mul_f64(1.0 + fastrand::f64() / 4.0),
        Pause::UpTo(pause) => pause.mul_f64(fastrand::f64()),
        Pause::RoundTrip => round_trip.clamp(*ROUND_TRIP.start(), *ROUND_TRIP.end()),
        Pause::Settle => SETTLE,
    })
    .await;
    Done::Rested
}

async fn read<S: Store>(surroundings: Arc<Surroundings<S>>, key: IntegrationKey) -> Read {
    let reason = || format!("no answer within {} s", READ_TIMEOUT.as_secs());
    surroundings.limit.wait().await;
    let fetched = timeout(READ_TIMEOUT, surroundings.store.fetch(&key))
        .await
        .unwrap_or_else(|_| Err(ReadError::Unavailable { reason: reason() }))
        .inspect_err(|error| {
            if let ReadError::RateLimited { wait, .. } = error {
                surroundings.limit.impose(after_limit(*wait), error.clone().into());
            }
        })
        .map_err(ReadFault::Api)?;
    Snapshot::of(fetched, Origin::Read).map_err(|error| ReadFault::Unreadable(error.to_string()))
}

/// The one function that sends a write.
async fn write<S: Store>(
    surroundings: Arc<Surroundings<S>>,
    key: IntegrationKey,
    document: Document,
    read_at: Instant,
) -> Done {
    // A plan that would have to wait is made again after the wait.
    if read_at.elapsed() > MAX_AGE || surroundings.limit.cause().is_some() {
        return Done::Stale;
    }
    let unknown = |reason| WriteError::Unknown { reason };
    let fetched = timeout(WRITE_TIMEOUT, surroundings.store.replace(&key, document.to_raw()))
        .await
        .unwrap_or_else(|_| Err(unknown(format!("no answer within {} s", WRITE_TIMEOUT.as_secs()))));
    if let Err(error @ WriteError::RateLimited { wait, .. }) = &fetched {
        surroundings.limit.impose(after_limit(*wait), error.clone().into());
    }
    Done::Written(
        fetched.and_then(|fetched| {
            Snapshot::of(fetched, Origin::Write).map_err(|error| unknown(error.to_string()))
        }),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;
    use tokio::time::advance;

    use super::super::store::Fetched;
    use super::super::subject::{TYPE, snapshot};
    use super::*;

    /// A store that must not be asked.
    #[derive(Debug)]
    struct Untouchable;

    impl Store for Untouchable {
        async fn fetch(&self, _: &IntegrationKey) -> Result<Fetched, ReadError> {
            panic!("read")
        }
        async fn replace(&self, _: &IntegrationKey, _: Box<RawValue>) -> Result<Fetched, WriteError> {
            panic!("written")
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_plan_is_not_sent() {
        let surroundings = Surroundings {
            store: Untouchable,
            integration_type: TYPE.into(),
            policy: Policy::default(),
            limit: Limit::default(),
            locks: Locks::none(),
            writes: TaskTracker::new(),
            has_submitted: AtomicBool::new(true),
            is_stopped: AtomicBool::new(false),
            setbacks: Mutex::default(),
        };
        let document = snapshot::<u8>(&BTreeMap::new()).document.clone();
        let key = IntegrationKey { project: String::new(), id: String::new() };
        let read_at = Instant::now();
        advance(MAX_AGE + Duration::from_millis(1)).await;
        let done = write(Arc::new(surroundings), key, document, read_at).await;
        assert!(matches!(done, Done::Stale));
    }
}
