//! Making an endpoint, and how one that exists is recognized.

use crate::aiven::{Endpoint, EndpointConfig, ReadError};
use crate::api::{NotCreated, Operation};
use crate::tf::Value;

use super::ENDPOINT_TYPE;

/// Makes the endpoint `name`, unless there is one: a second one of the name Aiven would refuse.
pub async fn create(
    operation: &Operation<'_>,
    project: &str,
    name: &str,
    config: &EndpointConfig,
) -> Result<Endpoint, NotCreated<Endpoint>> {
    let look = || find(operation, project, name);
    operation.create(look, |client| client.create_endpoint(project, name, ENDPOINT_TYPE, config)).await
}

async fn find(operation: &Operation<'_>, project: &str, name: &str) -> Result<Option<Endpoint>, ReadError> {
    let endpoints = operation.read(|client| client.endpoints(project)).await?;
    let is_it = |endpoint: &Endpoint| {
        endpoint.endpoint_type == ENDPOINT_TYPE && Value::string(&endpoint.name).as_str() == Some(name)
    };
    Ok(endpoints.into_iter().find(is_it))
}
