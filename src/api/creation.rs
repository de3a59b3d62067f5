//! Making something of which there is at most one: a look, one write, and further looks where the answer to the write
//! was lost. Knows neither what is made nor how it is recognized.

use std::future::Future;

use crate::aiven::{Client, ReadError, WriteError};

use super::{Interrupted, Operation};

/// Why nothing was made, as far as is known.
#[derive(Debug)]
pub enum NotCreated<T> {
    /// It could not be seen whether there is one already.
    Unread(ReadError),
    /// There is one already.
    Exists(Box<T>),
    /// Terraform was interrupted before anything was sent.
    Interrupted,
    /// The write was not applied.
    NotApplied(WriteError),
    /// The answer to the write was lost, and what it should have made was not to be seen.
    Lost {
        /// What was seen instead of an answer.
        reason: String,
        /// Why nothing could be seen; none where it was seen that it is not there, or not yet.
        unread: Option<ReadError>,
    },
}

impl<T> From<Interrupted> for NotCreated<T> {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl<'api> Operation<'api> {
    /// Makes something with `send`, unless `look` finds one. Aiven must allow but one: what is found after an answer was
    /// lost, and was not there before, is taken for ours, even if somebody else asked for the same in the same moment.
    pub async fn create<T, L, S>(
        &self,
        look: impl Fn() -> L,
        send: impl Fn(&'api Client) -> S,
    ) -> Result<T, NotCreated<T>>
    where
        L: Future<Output = Result<Option<T>, ReadError>>,
        S: Future<Output = Result<T, WriteError>> + 'api,
    {
        // What was deleted a moment ago, to be replaced by this one, may still be shown.
        let before = self.unless_interrupted(self.look_until(Option::is_none, &look)).await?;
        if let Some(existing) = before.map_err(NotCreated::Unread)? {
            return Err(NotCreated::Exists(Box::new(existing)));
        }
        match self.write(send).await? {
            Ok(made) => Ok(made),
            Err(WriteError::Unknown { reason }) => match self.look_until(Option::is_some, &look).await {
                Ok(Some(made)) => Ok(made),
                Ok(None) => Err(NotCreated::Lost { reason, unread: None }),
                Err(error) => Err(NotCreated::Lost { reason, unread: Some(error) }),
            },
            Err(conflict @ WriteError::Conflict { .. }) => match look().await {
                Ok(Some(existing)) => Err(NotCreated::Exists(Box::new(existing))),
                _ => Err(NotCreated::NotApplied(conflict)),
            },
            Err(error) => Err(NotCreated::NotApplied(error)),
        }
    }
}
