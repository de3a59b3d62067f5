//! Deleting an integration: a look at what is in it, one write, and another look where its answer was lost.

use std::time::Duration;

use tokio::time::sleep;

use crate::aiven::{ReadError, WriteError};
use crate::api::{Api, Deadline};
use crate::document::{Document, DocumentError, Element};
use crate::naming::ProjectId;

/// After which pauses tables that are left are looked at again. Reads may lag behind the write that has just taken
/// the tables of this very destroy out.
const SECOND_LOOKS: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// Why the integration is still there, as far as is known.
#[derive(Debug)]
pub enum NotDeleted {
    /// These tables are left in it.
    Tables(Vec<String>),
    /// It could not be seen whether tables are left.
    Unread(ReadError),
    /// Its document cannot be understood.
    Unreadable(DocumentError),
    /// Terraform was interrupted before anything was sent.
    Interrupted,
    /// The write was not applied.
    NotApplied(WriteError),
    /// The answer to the write was lost, and the integration is there, or may be.
    Lost {
        /// What was seen instead of an answer.
        reason: String,
    },
}

/// Deletes the integration; one that is gone already is deleted. `force` leaves the tables in it out of account.
pub async fn delete(api: &Api, id: &ProjectId, force: bool, deadline: Deadline) -> Result<(), NotDeleted> {
    if !force {
        let left = api.unless_interrupted(tables_left(api, id, deadline)).await;
        match left.unwrap_or(Err(NotDeleted::Interrupted))? {
            None => return Ok(()),
            Some(tables) if !tables.is_empty() => return Err(NotDeleted::Tables(tables)),
            Some(_) => {}
        }
    }
    match api.write(deadline.left(), |client| client.delete_integration(&id.project, &id.id)).await {
        Ok(()) | Err(WriteError::NotFound { .. }) => Ok(()),
        Err(WriteError::Unknown { reason }) => {
            let look = api.read(deadline.left(), |client| client.integration(&id.project, &id.id)).await;
            if matches!(look, Err(ReadError::NotFound { .. })) {
                Ok(())
            } else {
                Err(NotDeleted::Lost { reason })
            }
        }
        Err(error) => Err(NotDeleted::NotApplied(error)),
    }
}

/// The names of the tables that stay in it, look after look; none at all where it does not exist.
async fn tables_left(
    api: &Api,
    id: &ProjectId,
    deadline: Deadline,
) -> Result<Option<Vec<String>>, NotDeleted> {
    let mut pauses = SECOND_LOOKS.iter();
    loop {
        let look = api.read_surely(deadline.left(), |client| client.integration(&id.project, &id.id)).await;
        let integration = match look {
            Ok(integration) => integration,
            Err(ReadError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(NotDeleted::Unread(error)),
        };
        let document = Document::parse(&integration.user_config).map_err(NotDeleted::Unreadable)?;
        let tables: Vec<_> = document.elements().iter().map(name).collect();
        match pauses.next() {
            Some(pause) if !tables.is_empty() => sleep(*pause).await,
            _ => return Ok(Some(tables)),
        }
    }
}

fn name(table: &Element) -> String {
    table.name().unwrap_or("(a table without a name)").to_owned()
}
