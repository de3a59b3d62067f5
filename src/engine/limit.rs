//! The rate limit of the API, which counts the requests of a token and not those for one document: whoever meets it
//! pauses everybody.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::{Duration, Instant, sleep_until};

use super::outcome::Cause;

/// Until when no request is sent.
#[derive(Debug, Default)]
pub(super) struct Limit {
    // Never held across an await.
    imposed: Mutex<Option<(Instant, Cause)>>,
}

impl Limit {
    /// Sends nothing for so long. Of several limits the latest end counts.
    pub(super) fn impose(&self, pause: Duration, cause: Cause) {
        let until = Instant::now() + pause;
        let mut imposed = self.imposed();
        if imposed.as_ref().is_none_or(|(earlier, _)| *earlier < until) {
            *imposed = Some((until, cause));
        }
    }

    /// The limit that is being waited out, if any.
    pub(super) fn cause(&self) -> Option<Cause> {
        self.current().map(|(_, cause)| cause)
    }

    /// Waits until requests may be sent.
    pub(super) async fn wait(&self) {
        while let Some((until, _)) = self.current() {
            sleep_until(until).await;
        }
    }

    fn current(&self) -> Option<(Instant, Cause)> {
        self.imposed().clone().filter(|(until, _)| *until > Instant::now())
    }

    fn imposed(&self) -> MutexGuard<'_, Option<(Instant, Cause)>> {
        self.imposed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    fn cause(message: &str) -> Cause {
        Cause::RateLimited { message: message.into() }
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_limits_the_latest_end_counts() {
        let limit = Limit::default();
        let started = Instant::now();
        limit.impose(Duration::from_secs(10), cause("first"));
        limit.impose(Duration::from_secs(28), cause("longest"));
        limit.impose(Duration::from_secs(1), cause("last"));
        assert_eq!(limit.cause(), Some(cause("longest")));
        limit.wait().await;
        assert!((28..29).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
        assert_eq!(limit.cause(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_that_grows_while_it_is_waited_out_is_waited_out_whole() {
        let limit = Limit::default();
        let started = Instant::now();
        limit.impose(Duration::from_secs(10), cause("short"));
        let grows = async {
            sleep(Duration::from_secs(5)).await;
            limit.impose(Duration::from_secs(28), cause("long"));
        };
        tokio::join!(limit.wait(), grows);
        assert_eq!(started.elapsed().as_secs(), 33);
    }
}
