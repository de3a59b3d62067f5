//! The calls about service integrations: list those of a service and the types there are, read, create, update and
//! delete one.
//!
//! A write is one request, and a read is one that is made again after a fault in passing. Knows nothing of what is in
//! a `user_config`.

use http::Method;
use serde_json::json;

use super::answer::Subject;
use super::{Client, Integration, IntegrationType, ReadError, WriteError, integration, integration_type};

/// Where the data of an integration comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A service of the project, by name.
    Service(String),
    /// An endpoint of the project, by UUID.
    Endpoint(String),
}

/// An integration to create, from a source to a service of the same project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIntegration {
    /// For instance `clickhouse_kafka`.
    pub integration_type: &'static str,
    /// Where the data comes from.
    pub source: Source,
    /// Name of the service it goes to.
    pub dest_service: String,
}

impl Client {
    /// Reads one integration.
    pub async fn integration(&self, project: &str, id: &str) -> Result<Integration, ReadError> {
        let url = self.url(&["project", project, "integration", id])?;
        let answer = self.read(url, Subject::Integration).await?;
        integration::one(&answer.body, id).map_err(|reason| self.unreadable(reason))
    }

    /// Lists the integrations at either end of a service. Candidates, which the API lists without an id
    /// because they could be made but do not exist, are kept out.
    pub async fn integrations_of_service(
        &self,
        project: &str,
        service: &str,
    ) -> Result<Vec<Integration>, ReadError> {
        let url = self.url(&["project", project, "service", service, "integration"])?;
        let answer = self.read(url, Subject::Service).await?;
        integration::many(&answer.body).map_err(|reason| self.unreadable(reason))
    }

    /// Lists the types of integrations that a project may have, each with the schema of its `user_config`.
    pub async fn integration_types(&self, project: &str) -> Result<Vec<IntegrationType>, ReadError> {
        let url = self.url(&["project", project, "integration_types"])?;
        let answer = self.read(url, Subject::Project).await?;
        integration_type::many(&answer.body).map_err(|reason| self.unreadable(reason))
    }

    /// Creates an integration with an empty `user_config`.
    pub async fn create_integration(
        &self,
        project: &str,
        new: &NewIntegration,
    ) -> Result<Integration, WriteError> {
        let url = self.url(&["project", project, "integration"])?;
        let answer = self.write(Method::POST, url, Some(new.body()), Subject::Service).await?;
        integration::made(&answer.body).map_err(|reason| self.unclear(reason))
    }

    /// Replaces the `user_config` of one integration; `user_config` is the text of a JSON object.
    pub async fn update_integration(
        &self,
        project: &str,
        id: &str,
        user_config: &str,
    ) -> Result<Integration, WriteError> {
        let url = self.url(&["project", project, "integration", id])?;
        let body = format!(r#"{{"user_config":{user_config}}}"#);
        let answer = self.write(Method::PUT, url, Some(body), Subject::Integration).await?;
        integration::one(&answer.body, id).map_err(|reason| self.unclear(reason))
    }

    /// Deletes one integration, and with it its database and tables in ClickHouse.
    pub async fn delete_integration(&self, project: &str, id: &str) -> Result<(), WriteError> {
        let url = self.url(&["project", project, "integration", id])?;
        let answer = self.write(Method::DELETE, url, None, Subject::Integration).await?;
        integration::acknowledged(&answer.body).map_err(|reason| self.unclear(reason))
    }
}

impl NewIntegration {
    /// All keys that Aiven's command line sends, those without a value as null.
    fn body(&self) -> String {
        let (service, endpoint) = match &self.source {
            Source::Service(name) => (Some(name), None),
            Source::Endpoint(id) => (None, Some(id)),
        };
        json!({
            "integration_type": self.integration_type,
            "source_service": service,
            "source_endpoint_id": endpoint,
            "dest_service": self.dest_service,
            "dest_endpoint_id": null,
            "user_config": {},
        })
        .to_string()
    }
}
