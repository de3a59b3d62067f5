//! What became of an operation or a read. Every word is a promise: see each variant.
//! Knows nothing of what a user is told.

use std::sync::Arc;

use crate::aiven::{ReadError, Status, WriteError};
use crate::document::{Ambiguous, Uneditable};

use super::operation::Pending;
use super::store::Snapshot;

/// The truth about an operation. `Exists`, `Missing`, `Drifted`, `Refused`, `Stopped` and `NotApplied` promise
/// that the operation changed nothing, not even for a moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The API reported this after the submission, and it shows the created or updated element.
    Done(Arc<Snapshot>),
    /// The API reported after the submission that there is no such element, or no such integration.
    Deleted,
    /// Create: an element of this name is there already, and it is not of this operation's making.
    Exists(Arc<Snapshot>),
    /// Update: there is no element of this name, or no such integration.
    Missing,
    /// Update: the element is neither as Terraform last saw it nor as wanted.
    Drifted(Arc<Snapshot>),
    /// The API refuses the document with this edit in it, and with no other edit in it. Usually the edit is at
    /// fault; if several operations are refused with one message, the cause may be an element that nobody here
    /// manages.
    Refused {
        /// The API's words.
        message: String,
    },
    /// A stop came before the edit was sent.
    Stopped,
    /// The edit was not applied.
    NotApplied(Cause),
    /// The edit may have been applied, now or later.
    Unknown(Cause),
    /// The API acknowledged the write, but then showed something else for as long as it was looked at.
    Contended,
}

/// The answer to a submitter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Answer {
    /// What became of the operation.
    pub outcome: Outcome,
    /// What must be said beside it. Only the last answer of a process that fell silent carries one.
    pub caveat: Option<Caveat>,
    /// How the integration fared just before the operation was written, or was found to need no write. `None` where the API
    /// did not say.
    pub status_before: Option<Arc<Status>>,
}

impl Answer {
    /// An answer with nothing to say beside the outcome.
    pub(crate) fn of(outcome: Outcome) -> Self {
        Self { outcome, caveat: None, status_before: None }
    }
}

/// What is not as it should be with edits of this process that have been answered before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Caveat {
    /// Why the last writes were not looked at again, if they were not.
    pub unchecked: Option<Cause>,
    /// Edits that had been acknowledged and are gone.
    pub lost: Vec<Loss>,
}

/// An acknowledged edit that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Loss {
    /// The element's name.
    pub name: String,
    /// Why it was not put back.
    pub why: Why,
}

/// Why an edit that is gone was not put back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Why {
    /// Somebody has edited the element since, so it is theirs now.
    Overtaken,
    /// Somebody's write of an older document took it away, and putting it back did not succeed.
    NotRestored(Cause),
}

impl Outcome {
    /// This verdict, unless it would claim that nothing happened of an operation that may have happened.
    pub(super) fn honest<E>(self, operation: &Pending<E>) -> Self {
        match (&operation.doubt, self) {
            (_, certain @ (Self::Done(_) | Self::Deleted | Self::Unknown(_) | Self::Contended)) => certain,
            (Some(doubt), _) => Self::Unknown(doubt.clone()),
            (None, verdict) => verdict,
        }
    }
}

/// Why an operation or a read came to nothing, or why nobody knows whether it did.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Cause {
    /// The integration does not exist: the API said so itself, and again after a pause.
    #[error("the integration does not exist: {message}")]
    Gone {
        /// The API's words.
        message: String,
    },
    /// The integration is of a kind whose `user_config` this engine does not edit.
    #[error("the integration is of type `{found}`")]
    WrongType {
        /// Its actual type.
        found: String,
    },
    /// The API's document is not one that can be edited.
    #[error("the integration's configuration cannot be edited: {reason}")]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// Several elements have this name.
    #[error(transparent)]
    Ambiguous(#[from] Ambiguous),
    /// The existing element cannot be edited without guessing.
    #[error(transparent)]
    Uneditable(#[from] Uneditable),
    /// The token is wrong or may not do this.
    #[error("access denied: {message}")]
    Denied {
        /// The API's words.
        message: String,
    },
    /// The API refuses the request, whatever the document.
    #[error("the API refused the request: {message}")]
    Rejected {
        /// The API's words.
        message: String,
    },
    /// The API kept answering that somebody else is writing or that the service is busy.
    #[error("the API reports a conflict: {message}")]
    Conflict {
        /// The API's words.
        message: String,
    },
    /// The API kept answering that nothing changed, though it does not show the edit.
    #[error("the API says nothing changed, but it does not show the edit: {message}")]
    Unchanged {
        /// The API's words.
        message: String,
    },
    /// The API kept asking to wait.
    #[error("rate limited: {message}")]
    RateLimited {
        /// The API's words.
        message: String,
    },
    /// Requests do not leave this machine.
    #[error("the API could not be reached: {reason}")]
    Unreachable {
        /// What failed.
        reason: String,
    },
    /// The API gave no usable answer.
    #[error("the API gave no usable answer: {reason}")]
    Unavailable {
        /// What was seen instead of an answer.
        reason: String,
    },
    /// The API acknowledged the write, but its answer does not show the edit.
    #[error("the API acknowledged the write, but does not show the edit")]
    Unshown,
    /// The submitter's deadline passed.
    #[error("the time for this operation is over{}", .setback.as_ref().map(|setback| format!("; before that: {setback}")).unwrap_or_default())]
    Expired {
        /// What was being waited out.
        setback: Option<Box<Cause>>,
    },
    /// A stop came first.
    #[error("stopped")]
    Stopped,
    /// The engine itself broke down: a defect of this program.
    #[error("the write engine ended unexpectedly, which is a defect of this provider")]
    Broken,
}

impl Cause {
    /// Whether another attempt may fare better.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Conflict { .. }
            | Self::Unchanged { .. }
            | Self::RateLimited { .. }
            | Self::Unreachable { .. }
            | Self::Unavailable { .. }
            | Self::Unshown => true,
            Self::Gone { .. }
            | Self::WrongType { .. }
            | Self::Unreadable { .. }
            | Self::Ambiguous(_)
            | Self::Uneditable(_)
            | Self::Denied { .. }
            | Self::Rejected { .. }
            | Self::Expired { .. }
            | Self::Stopped
            | Self::Broken => false,
        }
    }
}

impl From<ReadError> for Cause {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound { message } => Self::Gone { message },
            ReadError::Denied { message, .. } => Self::Denied { message },
            ReadError::RateLimited { message, .. } => Self::RateLimited { message },
            ReadError::NotSent { reason } => Self::Unreachable { reason },
            ReadError::Unavailable { reason } => Self::Unavailable { reason },
            ReadError::Refused { message, .. } | ReadError::Inexpressible { reason: message } => {
                Self::Rejected { message }
            }
        }
    }
}

impl From<WriteError> for Cause {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotSent { reason } => Self::Unreachable { reason },
            WriteError::Refused { message, .. }
            | WriteError::Rejected { message, .. }
            | WriteError::Inexpressible { reason: message } => Self::Rejected { message },
            WriteError::Unchanged { message } => Self::Unchanged { message },
            WriteError::Conflict { message, .. } => Self::Conflict { message },
            WriteError::RateLimited { message, .. } => Self::RateLimited { message },
            WriteError::Denied { message, .. } => Self::Denied { message },
            WriteError::NotFound { message } => Self::Gone { message },
            WriteError::Unknown { reason } => Self::Unavailable { reason },
        }
    }
}
