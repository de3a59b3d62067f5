//! The Kafka clusters, one for each Kafka service, in a process of their own. Knows nothing of tables.

use super::worker::{Ended, Worker};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const PROGRAM: &str = include_str!("broker.py");

/// A Kafka service: the names of its project and of itself.
pub type Service = (String, String);

/// Clusters that are running.
#[derive(Debug)]
pub struct Kafka {
    worker: Worker,
    addresses: BTreeMap<Service, String>,
}

#[derive(Deserialize)]
struct Answer {
    bootstrap_servers: String,
}

impl Kafka {
    /// Starts the process. It has no cluster yet. The error says what is missing.
    pub async fn start(python: &Path) -> Result<Self, String> {
        let mut worker = Worker::start(python, PROGRAM, &[]).map_err(|ended| ended.complaints)?;
        worker.ask::<Value>(&json!({})).await.map_err(|ended| ended.complaints)?;
        Ok(Self { worker, addresses: BTreeMap::new() })
    }

    /// Starts the clusters of these services, unless they are running. The error says that none of them runs.
    pub async fn run(&mut self, services: impl Iterator<Item = &Service>) -> Result<(), Ended> {
        self.worker.ask::<Value>(&json!({})).await?;
        for service in services {
            if !self.addresses.contains_key(service) {
                let request = json!({"service": identity(service)});
                let Answer { bootstrap_servers } = self.worker.ask(&request).await?;
                self.addresses.insert(service.clone(), bootstrap_servers);
            }
        }
        Ok(())
    }

    /// Makes a topic in the cluster of a service.
    pub async fn create_topic(
        &mut self,
        service: &Service,
        topic: &str,
        partitions: u32,
    ) -> Result<(), Ended> {
        let request = json!({"service": identity(service), "topic": topic, "partitions": partitions});
        self.worker.ask::<Value>(&request).await?;
        Ok(())
    }

    /// Where the cluster of each service listens.
    pub fn addresses(&self) -> &BTreeMap<Service, String> {
        &self.addresses
    }
}

/// What tells services of two projects apart; a slash is in neither name.
fn identity((project, service): &Service) -> String {
    format!("{project}/{service}")
}
