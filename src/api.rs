//! Aiven's API as it is used beside the write engine: single requests, each with as much patience as its caller
//! allows. Knows no resource, and nothing of tables; whatever writes those goes through the engine.

use std::future::Future;

use tokio::sync::watch;
use tokio::time::{Duration, Instant, sleep, timeout_at};

use crate::aiven::{Client, ReadError};

/// The pause before a read is made again, where the API names none. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The API, and the interrupts that end waiting for it.
#[derive(Debug)]
pub struct Api {
    client: Client,
    interrupts: watch::Sender<u64>,
}

/// Why a wait ended early: Terraform was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted;

impl Api {
    /// The API behind `client`.
    pub fn new(client: Client) -> Self {
        Self { client, interrupts: watch::Sender::default() }
    }

    /// For single requests without patience: every write is one.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends all waits under way; later ones are waited as usual.
    pub fn interrupt(&self) {
        self.interrupts.send_modify(|count| *count += 1);
    }

    /// Waits, unless interrupted.
    pub async fn pause(&self, pause: Duration) -> Result<(), Interrupted> {
        let mut interrupts = self.interrupts.subscribe();
        tokio::select! {
            () = sleep(pause) => Ok(()),
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
        let mut pause = FIRST_PAUSE;
        loop {
            let late =
                |_| ReadError::Unavailable { reason: "the time for this operation is over".to_owned() };
            let error = match timeout_at(deadline, ask(&self.client)).await.map_err(late)? {
                Err(error) if may_pass(&error) => error,
                verdict => return verdict,
            };
            let wait = match &error {
                ReadError::RateLimited { wait: Some(wait), .. } => *wait,
                _ => pause,
            };
            if Instant::now() + wait >= deadline || self.pause(wait).await.is_err() {
                return Err(error);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Whether asking again later may help.
fn may_pass(error: &ReadError) -> bool {
    match error {
        ReadError::RateLimited { .. } | ReadError::NotSent { .. } | ReadError::Unavailable { .. } => true,
        ReadError::NotFound { .. } | ReadError::Denied { .. } | ReadError::Refused { .. } => false,
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
    async fn an_interrupt_ends_the_waits_under_way_and_no_later_one() {
        let api = api();
        let long = Duration::from_hours(1);
        let (ended, ()) = tokio::join!(api.pause(long), async { api.interrupt() });
        assert_eq!(ended, Err(Interrupted));
        assert_eq!(api.pause(Duration::from_secs(1)).await, Ok(()));
    }
}
