//! What is questionable about a plan, beyond what the configuration alone shows.

use crate::tf::{Diagnostics, PlannedChange};

/// Says what is questionable about a plan.
pub fn review(_change: &PlannedChange, _diagnostics: &mut Diagnostics) {}
