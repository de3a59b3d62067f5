//! Aiven's API as it is used beside the write engine: operations of a few requests, each made with as much patience
//! as its caller allows. Knows no resource, and nothing of tables; whatever writes those goes through the engine.

mod creation;
mod integration_types;
mod queries;

use std::future::Future;

use tokio::sync::watch;
use tokio::time::{Duration, Instant, sleep, timeout_at};

use crate::aiven::{Client, WriteError};

pub use crate::aiven::{IntegrationType, ReadError};
pub use creation::NotCreated;
pub use queries::Query;

/// The pause before a request is made again, where the API names none. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often a request is made again after a failure, for 31 seconds in all. What has not passed by then is told; only
/// a rate limit is waited out for as long as there is time.
const RETRIES: u32 = 5;
/// The pauses between looks that wait for reads to catch up with a write: 3 seconds in all.
const LAG: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// The API, and the interrupts that end waiting for it.
#[derive(Debug)]
pub struct Api {
    client: Client,
    interrupts: watch::Sender<u64>,
    types: integration_types::Types,
    queries: queries::Queries,
}

/// A create, a refresh or the like under way: until when it may take, and whether Terraform has been interrupted since
/// it began.
#[derive(Debug, Clone)]
pub struct Operation<'api> {
    client: &'api Client,
    /// Has seen the interrupts of before, and none since. It is cloned for each wait, so that none is used up.
    interrupts: watch::Receiver<u64>,
    deadline: Instant,
}

/// Why a wait ended early: Terraform was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted;

impl Api {
    /// The API behind `client`.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            interrupts: watch::Sender::default(),
            types: integration_types::Types::default(),
            queries: queries::Queries::default(),
        }
    }

    /// Interrupts the operations under way; later ones are not concerned.
    pub fn interrupt(&self) {
        self.interrupts.send_modify(|count| *count += 1);
    }

    /// Begins an operation that may take so long.
    pub fn begin(&self, allowed: Duration) -> Operation<'_> {
        Operation {
            client: &self.client,
            interrupts: self.interrupts.subscribe(),
            deadline: Instant::now() + allowed,
        }
    }

    /// An operation that is one read: see [`Operation::read`].
    pub async fn read<'api, T, F>(
        &'api self,
        allowed: Duration,
        ask: impl Fn(&'api Client) -> F,
    ) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + 'api,
    {
        self.begin(allowed).read(ask).await
    }
}

impl<'api> Operation<'api> {
    /// The same operation with this much time at most.
    #[must_use]
    pub fn within(&self, allowed: Duration) -> Self {
        Self { deadline: self.deadline.min(Instant::now() + allowed), ..self.clone() }
    }

    /// The time that is left.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Does some work, unless interrupted, be it before. The work is dropped wherever it is, so there must be no write
    /// in it.
    pub async fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        let mut interrupts = self.interrupts.clone();
        tokio::select! {
            biased;
            _ = interrupts.changed() => Err(Interrupted),
            done = work => Ok(done),
        }
    }

    /// Waits, unless interrupted.
    pub async fn pause(&self, pause: Duration) -> Result<(), Interrupted> {
        self.unless_interrupted(sleep(pause)).await
    }

    /// Asks until there is an answer or a verdict, patience or the allowed time is over, or Terraform is interrupted.
    /// The error is what the last attempt met.
    pub async fn read<T, F>(&self, ask: impl Fn(&'api Client) -> F) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + 'api,
    {
        let late = || ReadError::Unavailable { reason: "the time for this operation is over".to_owned() };
        let ask = |before: Option<ReadError>| async {
            let answer = timeout_at(self.deadline, ask(self.client)).await;
            // What the attempts before met says more than that the last one was cut off.
            answer.unwrap_or_else(|_| Err(before.unwrap_or_else(late)))
        };
        self.patiently(ask).await
    }

    /// The same, but that something does not exist is believed only if the API says it again after a second: a read
    /// may be answered by a server that has not heard of the thing yet.
    pub async fn read_surely<T, F>(&self, ask: impl Fn(&'api Client) -> F) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + 'api,
    {
        match self.read(&ask).await {
            Err(ReadError::NotFound { .. }) => {
                sleep(FIRST_PAUSE).await;
                self.read(&ask).await
            }
            verdict => verdict,
        }
    }

    /// Looks, and looks again for as long as reads may lag behind a write, until what is seen is `settled`. The last
    /// look counts. An interrupt lets the first one end, and no other begin.
    pub async fn look_until<T, E, F>(
        &self,
        settled: impl Fn(&T) -> bool,
        look: impl Fn() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let mut seen = look().await;
        for pause in LAG {
            let goes_on = matches!(&seen, Ok(seen) if !settled(seen));
            if !goes_on || self.pause(pause).await.is_err() {
                break;
            }
            seen = look().await;
        }
        seen
    }

    /// Whether a thing is gone after it was deleted, or seems to have been.
    pub async fn is_gone<T, F>(&self, ask: impl Fn(&'api Client) -> F) -> Result<bool, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + 'api,
    {
        let look = || async {
            match self.read_surely(&ask).await {
                Ok(_) => Ok(false),
                Err(ReadError::NotFound { .. }) => Ok(true),
                Err(error) => Err(error),
            }
        };
        self.look_until(|gone| *gone, look).await
    }

    /// Sends a write, unless Terraform was interrupted before. It is sent again only if it is certain that it was not
    /// applied, as long as there are patience and time and no interrupt. Time is no reason to give up a write under
    /// way: its answer would be lost.
    pub async fn write<T, F>(
        &self,
        send: impl Fn(&'api Client) -> F,
    ) -> Result<Result<T, WriteError>, Interrupted>
    where
        F: Future<Output = Result<T, WriteError>> + 'api,
    {
        self.unless_interrupted(std::future::ready(())).await?;
        Ok(self.patiently(|_| send(self.client)).await)
    }

    /// Makes attempts, each of which is told the error of the one before.
    async fn patiently<T, E, F>(&self, attempt: impl Fn(Option<E>) -> F) -> Result<T, E>
    where
        E: Passing,
        F: Future<Output = Result<T, E>>,
    {
        let (mut pause, mut failures, mut before) = (FIRST_PAUSE, 0, None);
        loop {
            let error = match attempt(before).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let wait = match error.trouble() {
                Trouble::Limit(wait) => wait.unwrap_or(pause),
                Trouble::Failure if failures < RETRIES => {
                    failures += 1;
                    pause
                }
                Trouble::Failure | Trouble::Verdict => return Err(error),
            };
            if wait >= self.left() || self.pause(wait).await.is_err() {
                return Err(error);
            }
            before = Some(error);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// What an error says of the same request, made again later.
enum Trouble {
    /// It is served after this wait, where the API names one.
    Limit(Option<Duration>),
    /// It may be served, and can do no harm.
    Failure,
    /// It fares no better, or may do harm.
    Verdict,
}

/// An error after which the same request may fare better.
trait Passing {
    fn trouble(&self) -> Trouble;
}

impl Passing for ReadError {
    fn trouble(&self) -> Trouble {
        match self {
            Self::RateLimited { wait, .. } => Trouble::Limit(*wait),
            Self::NotSent { .. } | Self::Unavailable { .. } => Trouble::Failure,
            Self::Inexpressible { .. }
            | Self::NotFound { .. }
            | Self::Denied { .. }
            | Self::Refused { .. } => Trouble::Verdict,
        }
    }
}

impl Passing for WriteError {
    fn trouble(&self) -> Trouble {
        match self {
            Self::RateLimited { wait, .. } => Trouble::Limit(*wait),
            Self::NotSent { .. } => Trouble::Failure,
            _ => Trouble::Verdict,
        }
    }
}

#[cfg(test)]
mod tests;
