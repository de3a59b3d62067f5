//! What a resource asks of the engine: one edit of one named element.
//! Knows nothing of how edits are batched or sent.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use crate::document::{Ambiguous, Document, Element, Uneditable};

use super::ledger::Past;
use super::outcome::{Cause, Outcome};
use super::store::{Snapshot, Status};

/// What an edit means for its element. The engine knows no key of an element but `name`; the resource supplies
/// this judge with each operation. Pure, so that the engine's decisions stay pure.
pub trait Edit: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The element to write in the place of the existing one. Its name is the operation's.
    fn apply(&self, existing: Option<&Element>) -> Result<Element, Uneditable>;

    /// Whether everything this edit sends is there; the server may have added to it. Proves a write.
    fn holds(&self, element: &Element) -> bool;

    /// Whether writing would change nothing that matters. Stricter than [`Edit::holds`]: a key that the edit
    /// removes is absent as well. Spares an update its write.
    fn is_settled(&self, element: &Element) -> bool;

    /// Whether the element is what Terraform saw when it planned this edit. Asked of updates only.
    fn as_last_seen(&self, element: &Element) -> bool;
}

/// What is to become of the element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Want<E> {
    /// It is to exist, and must not exist yet.
    Create(E),
    /// It is to change, and must be as Terraform last saw it.
    Update(E),
    /// It is to be absent, whatever it is now.
    Delete,
}

impl<E: Edit> Want<E> {
    /// Whether the document shows the wish fulfilled, by whomever.
    pub(super) fn holds(&self, name: &str, document: &Document) -> bool {
        match (self, document.get(name)) {
            (Self::Create(edit) | Self::Update(edit), Ok(Some(element))) => edit.holds(element),
            (Self::Delete, Ok(None)) => true,
            _ => false,
        }
    }

    /// Deletes go first, since they free names and room in a full array; creates go last.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Delete => 0,
            Self::Update(_) => 1,
            Self::Create(_) => 2,
        }
    }
}

/// One edit of one element, and how long its submitter is willing to wait for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Operation<E> {
    /// The element's name.
    pub name: String,
    /// What is to become of it.
    pub want: Want<E>,
    /// Counted from the submission. When it is over, the operation is answered with what is known then.
    pub deadline: Duration,
}

/// Tells the operations of one document apart.
pub(super) type OperationId = u64;

/// Whom an operation serves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// Somebody waits for the answer.
    Asked(OperationId),
    /// The engine itself puts an effect back that somebody took away; see `ledger`.
    Restoring(Past),
}

/// An operation that has not been answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pending<E> {
    pub(super) purpose: Purpose,
    pub(super) name: String,
    pub(super) want: Want<E>,
    /// Set for good once a write that carried this operation went unanswered: it may have been applied, so
    /// nobody may say any more that nothing happened.
    pub(super) doubt: Option<Cause>,
    /// What stood under the name when the last write that carries this operation was planned.
    pub(super) before: Option<Element>,
    /// How the integration fared then.
    pub(super) status_before: Option<Arc<Status>>,
}

impl<E: Edit> Pending<E> {
    /// What a submitter asks for.
    pub(super) fn asked(id: OperationId, name: String, want: Want<E>) -> Self {
        Self { purpose: Purpose::Asked(id), name, want, doubt: None, before: None, status_before: None }
    }

    pub(super) fn holds(&self, document: &Document) -> bool {
        self.want.holds(&self.name, document)
    }

    /// The verdict on an operation whose effect this snapshot shows.
    pub(super) fn fulfilled(&self, snapshot: &Arc<Snapshot>) -> Outcome {
        match self.want {
            Want::Delete => Outcome::Deleted,
            Want::Create(_) | Want::Update(_) => Outcome::Done(Arc::clone(snapshot)),
        }
    }

    pub(super) fn find<'a>(&self, document: &'a Document) -> Result<Option<&'a Element>, Ambiguous> {
        document.get(&self.name)
    }
}

impl<E> Pending<E> {
    pub(super) fn is_asked(&self) -> bool {
        matches!(self.purpose, Purpose::Asked(_))
    }

    pub(super) fn is(&self, id: OperationId) -> bool {
        self.purpose == Purpose::Asked(id)
    }
}
