//! Making an integration: a look, one write, and further looks where the answer to the write was lost.

use crate::aiven::{Integration, NewIntegration, ReadError, WriteError};
use crate::api::{Interrupted, Operation};
use crate::naming::INTEGRATION_TYPE;
use crate::tf::Value;

use super::source::{Kafka, leads_to};

/// What is to be made.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The project of both ends.
    pub project: String,
    /// The source, as it is recognized.
    pub kafka: Kafka,
    /// The integration, as it is asked for.
    pub new: NewIntegration,
}

impl Wanted {
    /// Reads a planned value.
    pub fn of(value: &Value) -> Option<Self> {
        let kafka = Kafka::of(value)?;
        let new = NewIntegration {
            integration_type: INTEGRATION_TYPE,
            source: kafka.to_source()?,
            dest_service: value.get("clickhouse_service_name").as_str()?.to_owned(),
        };
        Some(Self { project: value.get("project").as_str()?.to_owned(), kafka, new })
    }

    fn fits(&self, integration: &Integration) -> bool {
        leads_to(integration, &self.project, &self.new.dest_service)
            && self.kafka.feeds(integration)
            && integration.source_project.as_deref().is_none_or(|project| project == self.project)
    }
}

/// Why nothing was made, as far as is known.
#[derive(Debug)]
pub enum NotCreated {
    /// It could not be seen whether there is one already.
    Unread(ReadError),
    /// There is one already.
    Exists(Box<Integration>),
    /// Terraform was interrupted before anything was sent.
    Interrupted,
    /// The write was not applied.
    NotApplied(WriteError),
    /// The answer to the write was lost, and what it should have made was not to be seen.
    Lost {
        /// What was seen instead of an answer.
        reason: String,
        /// Why nothing could be seen; none where it was seen that it is not there, or not yet.
        unread: Option<ReadError>,
    },
}

impl From<Interrupted> for NotCreated {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// Makes the integration. Success says that it exists, not that it is active.
pub async fn create(operation: &Operation<'_>, wanted: &Wanted) -> Result<Integration, NotCreated> {
    let look = || find(operation, wanted);
    // What was deleted a moment ago, to be replaced by this one, may still be listed.
    let before = operation.unless_interrupted(operation.look_until(Option::is_none, look)).await?;
    if let Some(existing) = before.map_err(NotCreated::Unread)? {
        return Err(NotCreated::Exists(Box::new(existing)));
    }
    match operation.write(|client| client.create_integration(&wanted.project, &wanted.new)).await? {
        Ok(made) => Ok(made),
        // There was none before, and Aiven allows but one. What is there now is what was asked for, even if somebody
        // else asked for the same in the same moment.
        Err(WriteError::Unknown { reason }) => match operation.look_until(Option::is_some, look).await {
            Ok(Some(made)) => Ok(made),
            Ok(None) => Err(NotCreated::Lost { reason, unread: None }),
            Err(error) => Err(NotCreated::Lost { reason, unread: Some(error) }),
        },
        Err(conflict @ WriteError::Conflict { .. }) => match look().await {
            Ok(Some(existing)) => Err(NotCreated::Exists(Box::new(existing))),
            _ => Err(NotCreated::NotApplied(conflict)),
        },
        Err(error) => Err(NotCreated::NotApplied(error)),
    }
}

async fn find(operation: &Operation<'_>, wanted: &Wanted) -> Result<Option<Integration>, ReadError> {
    let (project, service) = (&wanted.project, &wanted.new.dest_service);
    let list = operation.read(|client| client.integrations_of_service(project, service)).await?;
    Ok(list.into_iter().find(|integration| wanted.fits(integration)))
}
