//! Making an endpoint: a look, one write, and further looks where the answer to the write was lost.

use crate::aiven::{Endpoint, EndpointConfig, ReadError, WriteError};
use crate::api::{Interrupted, Operation};
use crate::tf::Value;

use super::ENDPOINT_TYPE;

/// Why nothing was made, as far as is known.
#[derive(Debug)]
pub enum NotCreated {
    /// It could not be seen which endpoints there are.
    Unread(ReadError),
    /// There is one of this name already.
    Exists(Box<Endpoint>),
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

/// Makes the endpoint `name`, unless there is one.
pub async fn create(
    operation: &Operation<'_>,
    project: &str,
    name: &str,
    config: &EndpointConfig,
) -> Result<Endpoint, NotCreated> {
    let look = || find(operation, project, name);
    // What was deleted a moment ago, to be replaced by this one, may still be listed.
    let before = operation.unless_interrupted(operation.look_until(Option::is_none, look)).await?;
    if let Some(existing) = before.map_err(NotCreated::Unread)? {
        return Err(NotCreated::Exists(Box::new(existing)));
    }
    let write = operation.write(|client| client.create_endpoint(project, name, ENDPOINT_TYPE, config));
    match write.await? {
        Ok(made) => Ok(made),
        // There was none before. What is there now is taken for ours: a second one of the name Aiven would refuse.
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

async fn find(operation: &Operation<'_>, project: &str, name: &str) -> Result<Option<Endpoint>, ReadError> {
    let endpoints = operation.read(|client| client.endpoints(project)).await?;
    let is_it = |endpoint: &Endpoint| {
        endpoint.endpoint_type == ENDPOINT_TYPE && Value::string(&endpoint.name).as_str() == Some(name)
    };
    Ok(endpoints.into_iter().find(is_it))
}
