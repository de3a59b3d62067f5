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
        self.imposed().as_ref().filter(|(until, _)| *until > Instant::now()).map(|(_, cause)| cause.clone())
    }

    /// Waits until requests may be sent.
    pub(super) async fn wait(&self) {
        while let Some(until) = self.end() {
            sleep_until(until).await;
        }
    }

    fn end(&self) -> Option<Instant> {
        self.imposed().as_ref().map(|(until, _)| *until).filter(|until| *until > Instant::now())
    }

    fn imposed(&self) -> MutexGuard<'_, Option<(Instant, Cause)>> {
        self.imposed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
