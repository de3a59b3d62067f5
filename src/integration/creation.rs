//! Making an integration, and how one that exists is recognized.

use crate::aiven::{Integration, NewIntegration, ReadError};
use crate::api::{NotCreated, Operation};
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

/// Makes the integration, of which Aiven allows one. Success says that it exists, not that it is active.
pub async fn create(
    operation: &Operation<'_>,
    wanted: &Wanted,
) -> Result<Integration, NotCreated<Integration>> {
    let look = || find(operation, wanted);
    operation.create(look, |client| client.create_integration(&wanted.project, &wanted.new)).await
}

async fn find(operation: &Operation<'_>, wanted: &Wanted) -> Result<Option<Integration>, ReadError> {
    let (project, service) = (&wanted.project, &wanted.new.dest_service);
    let list = operation.read(|client| client.integrations_of_service(project, service)).await?;
    Ok(list.into_iter().find(|integration| wanted.fits(integration)))
}
