//! Planning: from a document and operations to verdicts and the document to write. Pure.

use std::mem;
use std::sync::Arc;

use crate::document::{Document, Uneditable};

use super::ledger::Standing;
use super::operation::{Edit, Pending, Purpose, Want};
use super::outcome::{Cause, Outcome};
use super::store::Snapshot;

/// What to do about some operations on a given document.
#[derive(Debug)]
pub(super) struct Plan<E> {
    /// Operations that need no write, with their verdicts.
    pub(super) answers: Vec<(Pending<E>, Outcome)>,
    /// Operations that the document to write carries.
    pub(super) carried: Vec<Pending<E>>,
    /// The document to write; it differs from the one planned on at the names in `carried` and nowhere else.
    pub(super) document: Document,
}

/// Takes the next batch out of the queue, up to `largest`: at most one operation per name, in order of arrival, so
/// that the effect of each can be checked alone; sorted by [`Want::rank`].
pub(super) fn take_batch<E: Edit>(queue: &mut Vec<Pending<E>>, largest: usize) -> Vec<Pending<E>> {
    let mut batch: Vec<Pending<E>> = Vec::new();
    for operation in mem::take(queue) {
        if batch.len() == largest || batch.iter().any(|taken| taken.name == operation.name) {
            queue.push(operation);
        } else {
            batch.push(operation);
        }
    }
    batch.sort_by_key(|operation| operation.want.rank());
    batch
}

/// Plans the operations on the snapshot. They have distinct names.
pub(super) fn plan<E: Edit>(snapshot: &Arc<Snapshot>, operations: Vec<Pending<E>>) -> Plan<E> {
    let mut plan = Plan { answers: Vec::new(), carried: Vec::new(), document: snapshot.document.clone() };
    for mut operation in operations {
        let decided = match &operation.purpose {
            Purpose::Asked(_) => decide(snapshot, &operation, &mut plan.document),
            Purpose::Restoring(past) => {
                match past.standing(&operation.name, &operation.want, &snapshot.document) {
                    Standing::Kept => Some(operation.fulfilled(snapshot)),
                    Standing::Overtaken => Some(Outcome::Contended),
                    Standing::Undone => {
                        past.restore(&operation.name, &mut plan.document);
                        None
                    }
                }
            }
        };
        if let Some(verdict) = decided {
            // Nothing was written, unless an answer was lost before.
            if operation.doubt.is_none() {
                operation.status_before.clone_from(&snapshot.facts.status);
            }
            plan.answers.push((operation, verdict));
        } else {
            operation.before = operation.find(&snapshot.document).ok().flatten().cloned();
            operation.status_before.clone_from(&snapshot.facts.status);
            plan.carried.push(operation);
        }
    }
    plan
}

/// The verdict on an operation that needs no write; otherwise edits the document.
fn decide<E: Edit>(
    snapshot: &Arc<Snapshot>,
    operation: &Pending<E>,
    document: &mut Document,
) -> Option<Outcome> {
    let done = || Some(Outcome::Done(Arc::clone(snapshot)));
    let existing = match (operation.find(&snapshot.document), &operation.want) {
        (Ok(existing), _) => existing,
        (Err(_), Want::Create(_)) => return Some(Outcome::Exists(Arc::clone(snapshot))),
        (Err(ambiguous), _) => return Some(Outcome::NotApplied(Cause::Ambiguous(ambiguous))),
    };
    let edit = match (&operation.want, existing) {
        (Want::Delete, None) => return Some(Outcome::Deleted),
        (Want::Delete, Some(_)) => {
            document.remove(&operation.name);
            return None;
        }
        // An earlier write of this very operation may have gone unanswered; then this is its effect.
        (Want::Create(edit) | Want::Update(edit), Some(element))
            if operation.doubt.is_some() && edit.holds(element) =>
        {
            return done();
        }
        (Want::Create(_), Some(_)) => return Some(Outcome::Exists(Arc::clone(snapshot))),
        (Want::Update(_), None) => return Some(Outcome::Missing),
        (Want::Update(edit), Some(element)) if edit.is_settled(element) => return done(),
        (Want::Update(edit), Some(element)) if !edit.as_last_seen(element) => {
            return Some(Outcome::Drifted(Arc::clone(snapshot)));
        }
        (Want::Create(edit), None) | (Want::Update(edit), Some(_)) => edit,
    };
    match edit.apply(existing) {
        Err(uneditable) => Some(Outcome::NotApplied(Cause::Uneditable(uneditable))),
        // That no other element is touched must not rest on the judge.
        Ok(element) if element.name() != Some(&operation.name) => {
            Some(Outcome::NotApplied(Cause::Uneditable(Uneditable::Nameless)))
        }
        // The API answers a write that changes nothing with an error.
        Ok(element) if Some(&element) == existing => done(),
        Ok(element) => {
            document.put(element);
            None
        }
    }
}
