//! Finding the refused elements of a refused batch, with few writes and without blaming the innocent.
//!
//! The API refuses a document as a whole and does not say which element it dislikes. So a refused batch is
//! halved: the first half is tried, the second waits. And there is an inference to be had: if a group was
//! refused and its first half is then accepted on an otherwise unchanged document, the second half must be at
//! fault. A guilty group need not be tried whole, a guilty single not at all. For one bad element of ten that is
//! six writes on average; plain halving takes eight, one by one takes eleven.
//!
//! The inference holds only as long as nobody else changes the document, so the document that the evidence rests
//! on is kept, and any other document destroys all evidence. Pure.

use std::mem;

use crate::document::Document;

use super::operation::{OperationId, Pending};

/// A part of a refused batch that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Part<E> {
    operations: Vec<Pending<E>>,
    /// Whether a document with this part in it is known to be refused.
    guilty: bool,
    /// The refusal this part comes from, in the API's words.
    message: String,
}

/// What to do next.
pub(super) enum Next<E> {
    /// No part waits.
    Nothing,
    /// Write these.
    Attempt(Vec<Pending<E>>),
    /// This one is refused; there is no need to ask the API again.
    Refused(Pending<E>, String),
}

/// The state of the search.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Isolation<E> {
    /// The part to be tried next is last.
    parts: Vec<Part<E>>,
    /// Whether what is being tried now is the first half of a refused group whose second half is the last part.
    is_first_half: bool,
    /// The document that the evidence rests on.
    known: Option<Document>,
}

impl<E> Isolation<E> {
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), is_first_half: false, known: None }
    }

    pub(super) fn is_over(&self) -> bool {
        self.parts.is_empty()
    }

    /// Splits what was refused; the first half stays in `work`.
    pub(super) fn halve(&mut self, work: &mut Vec<Pending<E>>, message: String) {
        let operations = work.split_off(work.len() / 2);
        self.parts.push(Part { operations, guilty: false, message });
        self.is_first_half = true;
    }

    /// Takes note of the document that the next write will be planned on.
    pub(super) fn planned_on(&mut self, document: &Document) {
        if self.known.as_ref() != Some(document) {
            self.forget_evidence();
            self.known = Some(document.clone());
        }
    }

    /// Takes note that what was being tried has been accepted, and of the document that is stored now.
    pub(super) fn accepted(&mut self, document: &Document) {
        if mem::take(&mut self.is_first_half)
            && let Some(part) = self.parts.last_mut()
        {
            part.guilty = true;
        }
        self.known = Some(document.clone());
    }

    /// Something happened that the inference does not account for. Costs a few writes at worst.
    pub(super) fn forget_evidence(&mut self) {
        self.is_first_half = false;
        self.known = None;
        for part in &mut self.parts {
            part.guilty = false;
        }
    }

    /// Takes the next part. [`Isolation::planned_on`] must have been told of the document before.
    pub(super) fn next(&mut self) -> Next<E> {
        self.is_first_half = false;
        let Some(mut part) = self.parts.pop() else {
            return Next::Nothing;
        };
        if part.guilty {
            if part.operations.len() > 1 {
                self.halve(&mut part.operations, part.message);
            } else if let Some(operation) = part.operations.pop() {
                return Next::Refused(operation, part.message);
            }
        }
        Next::Attempt(part.operations)
    }

    /// Gives up the search and hands back all that wait.
    pub(super) fn drain(&mut self) -> Vec<Pending<E>> {
        self.forget_evidence();
        mem::take(&mut self.parts).into_iter().flat_map(|part| part.operations).collect()
    }

    /// Takes out the operations that match; the rest is no longer what was refused, so evidence is void.
    pub(super) fn take(&mut self, matches: impl Fn(&Pending<E>) -> bool) -> Vec<Pending<E>> {
        let mut taken = Vec::new();
        for part in &mut self.parts {
            taken.extend(part.operations.extract_if(.., |operation| matches(operation)));
        }
        if !taken.is_empty() {
            self.forget_evidence();
            self.parts.retain(|part| !part.operations.is_empty());
        }
        taken
    }

    /// Sets operations aside that something more urgent has to go before. They are tried as they are later.
    pub(super) fn postpone(&mut self, operations: Vec<Pending<E>>) {
        self.forget_evidence();
        if !operations.is_empty() {
            self.parts.push(Part { operations, guilty: false, message: String::new() });
        }
    }

    /// For a defect: the part that waits counts as guilty, whatever the evidence.
    #[cfg(test)]
    pub(super) fn assume_guilt(&mut self) {
        if let Some(part) = self.parts.last_mut() {
            part.guilty = true;
        }
    }

    /// For a defect: whatever is being tried counts as a first half.
    #[cfg(test)]
    pub(super) fn assume_first_half(&mut self) {
        self.is_first_half = true;
    }

    /// Takes out the operation of this number; see [`Isolation::take`].
    pub(super) fn take_one(&mut self, id: OperationId) -> Option<Pending<E>> {
        self.take(|operation| operation.is(id)).pop()
    }

    /// All operations that wait for their turn.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Pending<E>> {
        self.parts.iter().flat_map(|part| &part.operations)
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation::Want;
    use super::super::subject::{Set, snapshot};
    use super::*;

    fn document(names: &[u8]) -> Document {
        snapshot(&names.iter().map(|name| (*name, 0)).collect()).document.clone()
    }

    /// Of two, the first has been accepted; then a read shows this document.
    fn second_of_two(stored: &Document, read: &Document) -> Next<Set> {
        let pending = |id: u64| Pending::asked(id, id.to_string(), Want::Delete);
        let mut isolation = Isolation::new();
        isolation.planned_on(&document(&[]));
        isolation.halve(&mut vec![pending(1), pending(2)], "no".into());
        isolation.planned_on(&document(&[]));
        isolation.accepted(stored);
        isolation.planned_on(read);
        isolation.next()
    }

    #[test]
    fn the_second_half_is_guilty_once_the_first_is_accepted() {
        let stored = document(&[1]);
        let Next::Refused(operation, message) = second_of_two(&stored, &stored) else {
            panic!("not inferred")
        };
        assert!(operation.is(2) && message == "no");
    }

    #[test]
    fn a_document_changed_by_others_proves_nothing() {
        let next = second_of_two(&document(&[1]), &document(&[1, 7]));
        assert!(matches!(next, Next::Attempt(operations) if operations.len() == 1));
    }
}
