//! Waiting until a new integration works. Looks often at first, and gives up on time, on an interrupt, and when Aiven
//! says that it failed.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::aiven::{Integration, ReadError, Status};
use crate::api::Operation;
use crate::naming::ProjectId;

/// The pause before the first look. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a new integration may stay unknown to the servers that answer reads.
const TO_APPEAR: Duration = Duration::from_mins(1);

/// Why the wait ended early. The integration exists all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotActive {
    /// Aiven says that it failed.
    Failed(Status),
    /// The time is over. The status is the last one seen.
    Late(Option<Status>),
    /// Terraform was interrupted.
    Interrupted,
    /// Aiven does not know it any more.
    Gone {
        /// Aiven's words.
        message: String,
    },
    /// It cannot be seen.
    Unread(ReadError),
}

/// Waits until `made` is active, if it is not yet.
pub async fn wait(
    operation: &Operation<'_>,
    id: &ProjectId,
    made: &Integration,
) -> Result<Integration, NotActive> {
    match verdict(made) {
        Some(verdict) => verdict.map(|()| made.clone()),
        None => {
            operation.unless_interrupted(poll(operation, id)).await.unwrap_or(Err(NotActive::Interrupted))
        }
    }
}

async fn poll(operation: &Operation<'_>, id: &ProjectId) -> Result<Integration, NotActive> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut status = None;
    loop {
        if operation.left() <= pause {
            return Err(NotActive::Late(status));
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        match operation.read(|client| client.integration(&id.project, &id.id)).await {
            Ok(integration) => match verdict(&integration) {
                Some(verdict) => return verdict.map(|()| integration),
                None => status = integration.status,
            },
            Err(ReadError::NotFound { .. }) if started.elapsed() < TO_APPEAR => {}
            Err(ReadError::NotFound { message }) => return Err(NotActive::Gone { message }),
            Err(_) if operation.left().is_zero() => return Err(NotActive::Late(status)),
            Err(error) => return Err(NotActive::Unread(error)),
        }
    }
}

/// Whether the wait is over, and how. A failure without a word about it may be a state in passing.
fn verdict(integration: &Integration) -> Option<Result<(), NotActive>> {
    if integration.active {
        return Some(Ok(()));
    }
    let status = integration.status.as_ref()?;
    let is_final = status.state == "failed" && !(status.errors.is_empty() && status.description.is_empty());
    is_final.then(|| Err(NotActive::Failed(status.clone())))
}

#[cfg(test)]
mod tests {
    use super::super::description::tests::integration;
    use super::*;

    #[test]
    fn only_a_failure_with_words_ends_the_wait() {
        let mut new = integration("one", Some("kafka"), None);
        assert_eq!(verdict(&new), Some(Ok(())));
        new.active = false;
        assert_eq!(verdict(&new), None);
        for (state, error, is_final) in
            [("starting", "x", false), ("failed", "", false), ("failed", "x", true)]
        {
            let errors =
                [error].iter().filter(|text| !text.is_empty()).map(|text| (*text).to_owned()).collect();
            let status = Status { state: state.to_owned(), description: String::new(), errors };
            new.status = Some(status);
            assert_eq!(verdict(&new).is_some(), is_final, "{state} {error}");
        }
    }
}
