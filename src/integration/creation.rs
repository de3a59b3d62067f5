//! Making an integration: a look, one write, and another look where the answer to the write was lost.

use std::time::Duration;

use tokio::time::sleep;

use crate::aiven::{Integration, NewIntegration, ReadError, WriteError};
use crate::api::{Api, Deadline};
use crate::naming::INTEGRATION_TYPE;
use crate::tf::Value;

use super::source::{Kafka, leads_to};

/// How often, and after which pauses, a write whose answer was lost is looked for.
const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

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
    /// The write was not applied.
    NotApplied(WriteError),
    /// The answer to the write was lost, and what it should have made is not there, or not yet.
    Lost {
        /// What was seen instead of an answer.
        reason: String,
    },
}

/// Makes the integration. Success says that it exists, not that it is active.
pub async fn create(api: &Api, wanted: &Wanted, deadline: Deadline) -> Result<Integration, NotCreated> {
    if let Some(existing) = find(api, wanted, deadline).await.map_err(NotCreated::Unread)? {
        return Err(NotCreated::Exists(Box::new(existing)));
    }
    let write = api.write(deadline.left(), |client| client.create_integration(&wanted.project, &wanted.new));
    match write.await {
        Ok(made) => Ok(made),
        Err(WriteError::Unknown { reason }) => {
            // There was none before, and Aiven allows but one: what is there now is of our making.
            find_later(api, wanted, deadline).await.ok_or(NotCreated::Lost { reason })
        }
        Err(conflict @ WriteError::Conflict { .. }) => match find(api, wanted, deadline).await {
            Ok(Some(existing)) => Err(NotCreated::Exists(Box::new(existing))),
            _ => Err(NotCreated::NotApplied(conflict)),
        },
        Err(error) => Err(NotCreated::NotApplied(error)),
    }
}

async fn find(api: &Api, wanted: &Wanted, deadline: Deadline) -> Result<Option<Integration>, ReadError> {
    let (project, service) = (&wanted.project, &wanted.new.dest_service);
    let list = api.read(deadline.left(), |client| client.integrations_of_service(project, service)).await?;
    Ok(list.into_iter().find(|integration| wanted.fits(integration)))
}

async fn find_later(api: &Api, wanted: &Wanted, deadline: Deadline) -> Option<Integration> {
    let looks = async {
        for pause in LOOKS {
            sleep(pause).await;
            if let Ok(Some(found)) = find(api, wanted, deadline).await {
                return Some(found);
            }
        }
        None
    };
    api.unless_interrupted(looks).await.ok().flatten()
}
