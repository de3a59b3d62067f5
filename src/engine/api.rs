//! The store that is Aiven's API: picks out of its answers what the engine needs.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::aiven::{Client, Integration, ReadError, WriteError};

use super::store::{Facts, Fetched, IntegrationKey, Store};

impl Store for Client {
    async fn fetch(&self, key: &IntegrationKey) -> Result<Fetched, ReadError> {
        self.integration(&key.project, &key.id).await.map(Into::into)
    }

    async fn replace(&self, key: &IntegrationKey, user_config: Box<RawValue>) -> Result<Fetched, WriteError> {
        self.update_integration(&key.project, &key.id, user_config.get()).await.map(Into::into)
    }
}

impl From<Integration> for Fetched {
    fn from(integration: Integration) -> Self {
        let facts = Facts {
            integration_type: integration.integration_type,
            source_service: integration.source_service,
            source_endpoint: integration.source_endpoint,
            destination_service: integration.dest_service,
            active: integration.active,
            status: integration.status.map(Arc::new),
        };
        Self { facts, user_config: integration.user_config }
    }
}
