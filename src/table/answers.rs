//! Whether the API answers a write with what it stored, or with what it was sent.
//!
//! Aiven does not say. It matters for one thing: values that the API fills in by itself must be learned when a table
//! is written, and an echo does not show them. So the first write of a process is followed by a look at what is
//! stored; if the two agree, answers are trusted from then on, and if not, every write is looked at.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::engine::{Origin, Snapshot};

use super::fills::Fills;

const UNPROVED: u8 = 0;
const STORED: u8 = 1;
const ECHOED: u8 = 2;

/// What this process knows of the API's answers to writes.
#[derive(Debug, Default)]
pub struct Answers(AtomicU8);

impl Answers {
    /// Whether what the server fills in can be read off this snapshot.
    pub fn show_fills(&self, snapshot: &Snapshot) -> bool {
        snapshot.origin == Origin::Read || self.0.load(Ordering::Relaxed) == STORED
    }

    /// Takes notice of what an answer to a write showed, and what is stored.
    pub fn compare(&self, answered: &Fills, stored: &Fills) {
        if answered != stored {
            self.0.store(ECHOED, Ordering::Relaxed);
        } else if self.0.load(Ordering::Relaxed) == UNPROVED {
            // One echo settles the matter; agreement settles it only as long as there was none.
            let _ = self.0.compare_exchange(UNPROVED, STORED, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}
