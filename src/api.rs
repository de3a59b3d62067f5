//! Aiven's API as it is used beside the write engine: single requests, each with as much patience as its caller
//! allows. Knows no resource, and nothing of tables; whatever writes those goes through the engine.

use std::future::Future;

use tokio::sync::watch;
use tokio::time::{Duration, Instant, sleep, timeout_at};

use crate::aiven::{Client, ReadError, WriteError};

/// The pause before a request is made again, where the API names none. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The API, and the interrupts that end waiting for it.
#[derive(Debug)]
pub struct Api {
    client: Client,
    interrupts: watch::Sender<u64>,
}

/// When an operation must be over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// So much later than now.
    pub fn after(allowed: Duration) -> Self {
        Self(Instant::now() + allowed)
    }

    /// The time that is left.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// Why a wait ended early: Terraform was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted;

impl Api {
    /// The API behind `client`.
    pub fn new(client: Client) -> Self {
        Self { client, interrupts: watch::Sender::default() }
    }

    /// Ends all waits under way; later ones are waited as usual.
    pub fn interrupt(&self) {
        self.interrupts.send_modify(|count| *count += 1);
    }

    /// Does some work, unless interrupted. The work is dropped wherever it is, so there must be no write in it.
    pub async fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        let mut interrupts = self.interrupts.subscribe();
        tokio::select! {
            done = work => Ok(done),
            _ = interrupts.changed() => Err(Interrupted),
        }
    }

    /// Asks until there is an answer or a verdict, the allowed time is over, or Terraform is interrupted. The error
    /// is what the last attempt met.
    pub async fn read<'api, T, F>(
        &'api self,
        allowed: Duration,
        ask: impl Fn(&'api Client) -> F,
    ) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + 'api,
    {
        let deadline = Instant::now() + allowed;
        let late = || ReadError::Unavailable { reason: "the time for this operation is over".to_owned() };
        let ask = |before: Option<ReadError>| async {
            let answer = timeout_at(deadline, ask(&self.client)).await;
            // What the attempts before met says more than that the last one was cut off.
            answer.unwrap_or_else(|_| Err(before.unwrap_or_else(late)))
        };
        self.patiently(deadline, ask).await
    }

    /// The same, but that something does not exist is believed only if the API says it again after a pause: a read
    /// may be answered by a server that has not heard of the thing yet.
    pub async fn read_surely<'api, T, F>(
        &'api self,
        allowed: Duration,
        ask: impl Fn(&'api Client) -> F,
    ) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + 'api,
    {
        let deadline = Deadline::after(allowed);
        match self.read(allowed, &ask).await {
            Err(ReadError::NotFound { .. }) => {
                let interrupted =
                    |_| ReadError::Unavailable { reason: "Terraform was interrupted".to_owned() };
                self.unless_interrupted(sleep(FIRST_PAUSE)).await.map_err(interrupted)?;
                self.read(deadline.left(), &ask).await
            }
            verdict => verdict,
        }
    }

    /// Sends a write that is sent again only if it is certain that it was not applied, as long as there is time and
    /// Terraform is not interrupted. Time is no reason to give up a write under way: its answer would be lost.
    pub async fn write<'api, T, F>(
        &'api self,
        allowed: Duration,
        send: impl Fn(&'api Client) -> F,
    ) -> Result<T, WriteError>
    where
        F: Future<Output = Result<T, WriteError>> + 'api,
    {
        self.patiently(Instant::now() + allowed, |_| send(&self.client)).await
    }

    /// Makes attempts, each of which is told the error of the one before.
    async fn patiently<T, E, F>(&self, deadline: Instant, attempt: impl Fn(Option<E>) -> F) -> Result<T, E>
    where
        E: Passing,
        F: Future<Output = Result<T, E>>,
    {
        // From here on, so that an interrupt during an attempt ends the pause after it.
        let mut interrupts = self.interrupts.subscribe();
        let mut pause = FIRST_PAUSE;
        let mut before = None;
        loop {
            let error = match attempt(before).await {
                Err(error) if error.may_pass() => error,
                verdict => return verdict,
            };
            let wait = error.wait().unwrap_or(pause);
            if Instant::now() + wait >= deadline {
                return Err(error);
            }
            tokio::select! {
                () = sleep(wait) => {}
                _ = interrupts.changed() => return Err(error),
            }
            before = Some(error);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// An error after which the same request may fare better.
trait Passing {
    /// Whether sending it again later may help and can do no harm.
    fn may_pass(&self) -> bool;
    /// The wait that the API asked for.
    fn wait(&self) -> Option<Duration>;
}

impl Passing for ReadError {
    fn may_pass(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::NotSent { .. } | Self::Unavailable { .. } => true,
            Self::NotFound { .. } | Self::Denied { .. } | Self::Refused { .. } => false,
        }
    }

    fn wait(&self) -> Option<Duration> {
        if let Self::RateLimited { wait, .. } = self { *wait } else { None }
    }
}

impl Passing for WriteError {
    fn may_pass(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::NotSent { .. })
    }

    fn wait(&self) -> Option<Duration> {
        if let Self::RateLimited { wait, .. } = self { *wait } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::aiven::{ApiUrl, Settings, Token};

    use super::*;

    fn api() -> Api {
        let settings = Settings {
            api_url: ApiUrl::parse("http://127.0.0.1:9").unwrap(),
            token: Token::new("secret").unwrap(),
            ca_certificate: None,
            user_agent: "test".to_owned(),
        };
        Api::new(Client::new(settings).unwrap())
    }

    fn limited(wait: Option<Duration>) -> ReadError {
        ReadError::RateLimited { wait, message: "slow down".to_owned() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_waits_as_long_as_the_api_asks() {
        let api = api();
        let (started, attempts) = (Instant::now(), Cell::new(0));
        let answer = api.read(Duration::from_mins(5), |_| {
            attempts.set(attempts.get() + 1);
            let answer = if attempts.get() < 3 {
                Err(limited(Some(Duration::from_secs(28))))
            } else {
                Ok(attempts.get())
            };
            async move { answer }
        });
        assert_eq!(answer.await, Ok(3));
        assert_eq!(started.elapsed().as_secs(), 56);
    }

    #[tokio::test(start_paused = true)]
    async fn a_verdict_is_not_asked_for_again() {
        let attempts = Cell::new(0);
        let denied = ReadError::Denied { status: 403, message: "no".to_owned() };
        let answer = api()
            .read(Duration::from_mins(5), |_| {
                attempts.set(attempts.get() + 1);
                let denied = denied.clone();
                async move { Err::<(), _>(denied) }
            })
            .await;
        assert_eq!((answer, attempts.get()), (Err(denied), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_is_cut_off_tells_what_it_met_before() {
        let (api, attempts) = (api(), Cell::new(0));
        let answer = api.read(Duration::from_secs(20), |_| {
            attempts.set(attempts.get() + 1);
            let is_first = attempts.get() == 1;
            async move { if is_first { Err::<(), _>(limited(None)) } else { std::future::pending().await } }
        });
        assert_eq!(answer.await, Err(limited(None)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_does_not_outlast_what_is_allowed() {
        let api = api();
        let started = Instant::now();
        let answer = api.read(Duration::from_secs(20), |_| async { Err::<(), _>(limited(None)) }).await;
        assert_eq!(answer, Err(limited(None)));
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        let never = api.read(Duration::from_secs(20), |_| std::future::pending::<Result<(), _>>()).await;
        assert!(matches!(never, Err(ReadError::Unavailable { .. })), "{never:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_absence_must_be_seen_twice() {
        let missing = || ReadError::NotFound { message: "gone".to_owned() };
        for (answers, expected) in [(2, Err(missing())), (1, Ok(()))] {
            let attempts = Cell::new(0);
            let answer = api()
                .read_surely(Duration::from_mins(5), |_| {
                    attempts.set(attempts.get() + 1);
                    let answer = if attempts.get() <= answers { Err(missing()) } else { Ok(()) };
                    async move { answer }
                })
                .await;
            assert_eq!((answer, attempts.get()), (expected, 2));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_is_repeated_only_where_nothing_can_have_been_applied() {
        let api = api();
        let attempts = Cell::new(0);
        let answer = api.write(Duration::from_mins(5), |_| {
            attempts.set(attempts.get() + 1);
            let error = match attempts.get() {
                1 => WriteError::RateLimited { wait: None, message: "slow down".to_owned() },
                2 => WriteError::NotSent { reason: "no route".to_owned() },
                _ => WriteError::Unknown { reason: "reset".to_owned() },
            };
            async move { Err::<(), _>(error) }
        });
        assert_eq!(answer.await, Err(WriteError::Unknown { reason: "reset".to_owned() }));
        assert_eq!(attempts.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupt_ends_the_work_and_the_waits_under_way_and_none_later() {
        let api = api();
        let long = sleep(Duration::from_hours(1));
        let (ended, ()) = tokio::join!(api.unless_interrupted(long), async { api.interrupt() });
        assert_eq!(ended, Err(Interrupted));
        assert_eq!(api.unless_interrupted(sleep(Duration::from_secs(1))).await, Ok(()));

        let started = Instant::now();
        let answer = api.read(Duration::from_hours(1), |_| async {
            api.interrupt();
            Err::<(), _>(limited(None))
        });
        assert_eq!(answer.await, Err(limited(None)), "an interrupt during a request ends the wait after it");
        assert!(started.elapsed() < FIRST_PAUSE);
    }
}
