//! The types of integrations of a project. They change with Aiven's releases, so they are read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use tokio::time::Duration;

use super::Api;
use crate::aiven::{IntegrationType, ReadError};

/// What a project has, or why it could not be read.
pub type IntegrationTypes = Arc<Result<Vec<IntegrationType>, ReadError>>;

/// What has been read, by project. A failure is kept as well: whoever comes next would only wait for it once more.
#[derive(Debug, Default)]
pub struct Types {
    // Held for a look-up, never across an await.
    by_project: Mutex<HashMap<String, Arc<OnceCell<IntegrationTypes>>>>,
}

impl Types {
    fn of(&self, project: &str) -> Arc<OnceCell<IntegrationTypes>> {
        let mut by_project = self.by_project.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_project.entry(project.to_owned()).or_default())
    }
}

impl Api {
    /// The types of integrations that a project may have. Whoever asks first reads them; the others wait for that.
    pub async fn integration_types(&self, project: &str, allowed: Duration) -> IntegrationTypes {
        let cell = self.types.of(project);
        let read = || async {
            let answer = self.read(allowed, |client| client.integration_types(project)).await;
            Arc::new(answer)
        };
        Arc::clone(cell.get_or_init(read).await)
    }
}
