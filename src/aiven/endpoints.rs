//! The calls about integration endpoints: list those of a project, read, create, update and delete one.
//!
//! A write is one request, and a read is one that is made again after a fault in passing. Secrets are sent and never
//! asked for: a read goes without `include_secrets`.

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::answer::Subject;
use super::{Client, Endpoint, EndpointConfig, ReadError, WriteError, endpoint, integration};

impl Client {
    /// Lists the endpoints of a project, of every type.
    pub async fn endpoints(&self, project: &str) -> Result<Vec<Endpoint>, ReadError> {
        let url = self.url(&["project", project, "integration_endpoint"])?;
        let answer = self.read(url, Subject::Project).await?;
        endpoint::many(&answer.body).map_err(|reason| self.unreadable(reason))
    }

    /// Reads one endpoint.
    pub async fn endpoint(&self, project: &str, id: &str) -> Result<Endpoint, ReadError> {
        let url = self.url(&["project", project, "integration_endpoint", id])?;
        let answer = self.read(url, Subject::Endpoint).await?;
        endpoint::one(&answer.body).map_err(|reason| self.unreadable(reason))
    }

    /// Creates an endpoint.
    pub async fn create_endpoint(
        &self,
        project: &str,
        name: &str,
        endpoint_type: &str,
        config: &EndpointConfig,
    ) -> Result<Endpoint, WriteError> {
        let url = self.url(&["project", project, "integration_endpoint"])?;
        let body = json!({
            "endpoint_name": name,
            "endpoint_type": endpoint_type,
            "user_config": config.to_json(),
        });
        self.write_endpoint(Method::POST, url, body, Subject::Project)
            .await
            .map_err(|error| config.keep_secrets(error))
    }

    /// Gives an endpoint this `user_config`. What the API does with a key that is left out is its own affair.
    pub async fn update_endpoint(
        &self,
        project: &str,
        id: &str,
        config: &EndpointConfig,
    ) -> Result<Endpoint, WriteError> {
        let url = self.url(&["project", project, "integration_endpoint", id])?;
        let body = json!({"user_config": config.to_json()});
        self.write_endpoint(Method::PUT, url, body, Subject::Endpoint)
            .await
            .map_err(|error| config.keep_secrets(error))
    }

    /// Deletes one endpoint. The API refuses that as long as an integration uses it.
    pub async fn delete_endpoint(&self, project: &str, id: &str) -> Result<(), WriteError> {
        let url = self.url(&["project", project, "integration_endpoint", id])?;
        let answer = self.write(Method::DELETE, url, None, Subject::Endpoint).await?;
        integration::acknowledged(&answer.body).map_err(|reason| self.unclear(reason))
    }

    async fn write_endpoint(
        &self,
        method: Method,
        url: Url,
        body: Value,
        subject: Subject,
    ) -> Result<Endpoint, WriteError> {
        let answer = self.write(method, url, Some(body.to_string()), subject).await?;
        endpoint::one(&answer.body).map_err(|reason| self.unclear(reason))
    }
}
