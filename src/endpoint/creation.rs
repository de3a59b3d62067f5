//! Making an endpoint: a look, one write, and another look where the answer to the write was lost.

use crate::aiven::{Endpoint, EndpointConfig, ReadError, WriteError};
use crate::api::{Api, Deadline};

use super::ENDPOINT_TYPE;

/// Why nothing was made, as far as is known.
#[derive(Debug)]
pub enum NotCreated {
    /// It could not be seen which endpoints there are.
    Unread(ReadError),
    /// Aiven refuses a second one of this name.
    Exists(Box<Endpoint>),
    /// The write was not applied.
    NotApplied(WriteError),
    /// The answer to the write was lost, and it cannot be told which endpoint it made, if any.
    Lost {
        /// What was seen instead of an answer.
        reason: String,
    },
}

/// Makes the endpoint `name`. Whether a name may be used twice is left to Aiven.
pub async fn create(
    api: &Api,
    project: &str,
    name: &str,
    config: &EndpointConfig,
    deadline: Deadline,
) -> Result<Endpoint, NotCreated> {
    let before = named(api, project, name, deadline).await.map_err(NotCreated::Unread)?;
    let write =
        api.write(deadline.left(), |client| client.create_endpoint(project, name, ENDPOINT_TYPE, config));
    match write.await {
        Ok(made) => Ok(made),
        Err(WriteError::Unknown { reason }) => {
            let after = named(api, project, name, deadline).await.unwrap_or_default();
            let is_new = |endpoint: &Endpoint| before.iter().all(|other| other.id != endpoint.id);
            let mut new = after.into_iter().filter(is_new);
            match (new.next(), new.next()) {
                (Some(made), None) => Ok(made),
                _ => Err(NotCreated::Lost { reason }),
            }
        }
        Err(conflict @ WriteError::Conflict { .. }) => match before.into_iter().next() {
            Some(existing) => Err(NotCreated::Exists(Box::new(existing))),
            None => Err(NotCreated::NotApplied(conflict)),
        },
        Err(error) => Err(NotCreated::NotApplied(error)),
    }
}

async fn named(api: &Api, project: &str, name: &str, deadline: Deadline) -> Result<Vec<Endpoint>, ReadError> {
    let mut endpoints = api.read(deadline.left(), |client| client.endpoints(project)).await?;
    endpoints.retain(|endpoint| endpoint.name == name && endpoint.endpoint_type == ENDPOINT_TYPE);
    Ok(endpoints)
}
