//! What is questionable about a plan, beyond what the configuration alone shows. One line for each kind of question.

use crate::engine::{Engine, Store};
use crate::session::Session;
use crate::tf::{Diagnostics, PlannedChange};

use super::vicinity::Vicinity;
use super::{TableEdit, existing_view};

/// Says what is questionable about a plan. The plan stays as it is.
pub async fn review<S: Store>(
    change: &PlannedChange,
    vicinity: &Vicinity<S>,
    session: &Session<Engine<S, TableEdit>>,
    diagnostics: &mut Diagnostics,
) {
    existing_view::review(change, diagnostics);
    vicinity.review(change, session, diagnostics).await;
}
