//! Deleting an integration: a look at what is in it, one write, and further looks where its answer leaves doubts.

use crate::aiven::{ReadError, WriteError};
use crate::api::{Interrupted, Operation};
use crate::document::{Document, DocumentError, Element};
use crate::naming::ProjectId;

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
    /// The answer to the write was lost or denies that there is an integration, which is there all the same, or may be.
    Doubtful(WriteError),
}

impl From<Interrupted> for NotDeleted {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// Deletes the integration; one that is gone already is deleted. `force` leaves the tables in it out of account.
pub async fn delete(operation: &Operation<'_>, id: &ProjectId, force: bool) -> Result<(), NotDeleted> {
    if !force {
        // Reads may lag behind the write that has just taken the tables of this very destroy out.
        let is_empty = |tables: &Option<Vec<String>>| tables.as_ref().is_none_or(Vec::is_empty);
        let looks = operation.look_until(is_empty, || tables_left(operation, id));
        match operation.unless_interrupted(looks).await?? {
            None => return Ok(()),
            Some(tables) if !tables.is_empty() => return Err(NotDeleted::Tables(tables)),
            Some(_) => {}
        }
    }
    match operation.write(|client| client.delete_integration(&id.project, &id.id)).await? {
        Ok(()) => Ok(()),
        Err(error @ (WriteError::NotFound { .. } | WriteError::Unknown { .. })) => {
            match operation.is_gone(|client| client.integration(&id.project, &id.id)).await {
                Ok(true) => Ok(()),
                Ok(false) | Err(_) => Err(NotDeleted::Doubtful(error)),
            }
        }
        Err(error) => Err(NotDeleted::NotApplied(error)),
    }
}

/// The names of the tables that are in it; none at all where it does not exist.
async fn tables_left(operation: &Operation<'_>, id: &ProjectId) -> Result<Option<Vec<String>>, NotDeleted> {
    match operation.read_surely(|client| client.integration(&id.project, &id.id)).await {
        Ok(integration) => {
            let document = Document::parse(&integration.user_config).map_err(NotDeleted::Unreadable)?;
            Ok(Some(document.elements().iter().map(name).collect()))
        }
        Err(ReadError::NotFound { .. }) => Ok(None),
        Err(error) => Err(NotDeleted::Unread(error)),
    }
}

fn name(table: &Element) -> String {
    table.name().unwrap_or("(a table without a name)").to_owned()
}
