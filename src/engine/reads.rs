//! Reads of one document, shared: many wait, one request is under way. Pure; time enters as data.
//!
//! The request belongs to the engine, not to whichever reader came first, so a cancelled reader harms nobody.
//! Reads do not wait for writes: Terraform reads an element before it asks for an edit of it, and the edit reads
//! again.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::aiven::ReadError;

use super::machine::ReadFault;
use super::outcome::Cause;
use super::patience::{BELIEVED_ABSENCES, FRESH, Patience, after_absence, after_limit, backoff};
use super::store::Snapshot;

/// Why a read brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadFailure {
    /// The integration does not exist: the API said so itself, and again after a pause. Nothing else ever
    /// counts as proof of absence.
    #[error("the integration does not exist: {message}")]
    Gone {
        /// The API's words.
        message: String,
    },
    /// Whether it exists is not known.
    #[error(transparent)]
    Failed(Cause),
}

/// What a reader is told.
pub(super) type ReadResult = Result<Arc<Snapshot>, ReadFailure>;

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<W> {
    Nothing,
    /// Send a request; its answer goes to [`Reads::answered`].
    Fetch,
    /// Wait, then send a request.
    FetchAfter(Duration),
    /// Tell these readers, then do the same for [`Reads::next`].
    Answer(Vec<W>, ReadResult),
}

/// The readers of one document and the request they share.
#[derive(Debug)]
pub(super) struct Reads<W> {
    /// Readers whom the request under way will satisfy.
    waiting: Vec<W>,
    /// Readers who came after one of our own writes that the request under way may not have seen.
    later: Vec<W>,
    /// The number of acknowledged writes when the request under way was sent.
    under_way: Option<u64>,
    fresh: Option<(Instant, Arc<Snapshot>)>,
    patience: Patience,
    tries: u8,
    absences: u8,
    /// Why the request under way had to be repeated.
    setback: Option<Cause>,
}

impl<W> Reads<W> {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            waiting: Vec::new(),
            later: Vec::new(),
            under_way: None,
            fresh: None,
            patience,
            tries: 0,
            absences: 0,
            setback: None,
        }
    }

    /// What the readers who wait now are waiting out, to be told to one who runs out of time.
    pub(super) fn setback(&self) -> Option<&Cause> {
        self.setback.as_ref()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way.is_none()
    }

    /// A reader comes. `writes` counts the acknowledged writes so far; `may_reuse` says that this process has
    /// not asked for any.
    pub(super) fn ask(&mut self, reader: W, now: Instant, writes: u64, may_reuse: bool) -> Next<W> {
        if let Some((at, snapshot)) = &self.fresh
            && may_reuse
            && now.duration_since(*at) < FRESH
        {
            return Next::Answer(vec![reader], Ok(Arc::clone(snapshot)));
        }
        if self.under_way.is_some_and(|seen| seen < writes) {
            self.later.push(reader);
            return Next::Nothing;
        }
        self.waiting.push(reader);
        if self.under_way.is_some() { Next::Nothing } else { self.next(writes) }
    }

    /// Sends a request if anybody waits. To be called as well when a pause is over.
    pub(super) fn next(&mut self, writes: u64) -> Next<W> {
        self.waiting.append(&mut self.later);
        if self.waiting.is_empty() {
            self.under_way = None;
            return Next::Nothing;
        }
        self.under_way = Some(writes);
        Next::Fetch
    }

    /// The answer to the request under way.
    pub(super) fn answered(&mut self, answer: Result<Arc<Snapshot>, ReadFault>, now: Instant) -> Next<W> {
        let result = match answer {
            Ok(snapshot) => {
                self.fresh = Some((now, Arc::clone(&snapshot)));
                Ok(snapshot)
            }
            Err(ReadFault::Unreadable(reason)) => Err(ReadFailure::Failed(Cause::Unreadable { reason })),
            Err(ReadFault::Api(error)) => match self.patient_with(&error) {
                Some(pause) => {
                    self.setback = Some(error.into());
                    return Next::FetchAfter(pause);
                }
                None => Err(match error {
                    ReadError::NotFound { message } => ReadFailure::Gone { message },
                    error => ReadFailure::Failed(error.into()),
                }),
            },
        };
        self.conclude(result)
    }

    /// A stop: nobody waits any longer.
    pub(super) fn stop(&mut self) -> Next<W> {
        self.waiting.append(&mut self.later);
        self.conclude(Err(ReadFailure::Failed(Cause::Stopped)))
    }

    /// Forgets readers who have gone away; says whether any are left.
    pub(super) fn retain(&mut self, is_there: impl Fn(&W) -> bool) -> bool {
        self.waiting.retain(&is_there);
        self.later.retain(&is_there);
        !(self.waiting.is_empty() && self.later.is_empty())
    }

    fn conclude(&mut self, result: ReadResult) -> Next<W> {
        self.under_way = None;
        self.tries = 0;
        self.absences = 0;
        self.setback = None;
        Next::Answer(mem::take(&mut self.waiting), result)
    }

    /// The pause before another request, if one is worth it.
    fn patient_with(&mut self, error: &ReadError) -> Option<Duration> {
        match error {
            ReadError::RateLimited { wait, .. } => Some(after_limit(*wait)),
            ReadError::NotFound { .. } => {
                self.absences += 1;
                (self.absences < BELIEVED_ABSENCES).then(|| after_absence(self.absences))
            }
            ReadError::NotSent { .. } | ReadError::Unavailable { .. } => {
                self.absences = 0;
                self.tries += 1;
                (self.tries <= self.patience.retries).then(|| backoff(self.tries))
            }
            ReadError::Inexpressible { .. } | ReadError::Denied { .. } | ReadError::Refused { .. } => None,
        }
    }
}
