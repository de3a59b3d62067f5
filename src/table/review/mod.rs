//! What is questionable about a plan, beyond what the configuration alone shows.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `existing_view` | changes of a view that cannot be made |
//! | `source` | what the source of an integration rules out |
//! | `claims`, `neighbours`, `neighbour_messages` | two tables that want the same thing |
//! | `vicinity` | the look at the integration that all but the first of these share |

mod claims;
mod existing_view;
mod neighbour_messages;
mod neighbours;
mod source;
mod vicinity;

use crate::engine::{Engine, Store};
use crate::session::Session;
use crate::tf::{Diagnostics, PlannedChange};

use super::TableEdit;

pub use vicinity::Vicinity;

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
