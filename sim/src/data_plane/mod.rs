//! Real engines behind the simulated API: a ClickHouse, and a Kafka cluster for every Kafka service.
//!
//! * [`worker`], [`clickhouse`], [`kafka`]: the processes that carry them.
//! * [`placement`], [`column_type`], [`entry`]: one table of a document, and where this engine takes each of its settings.
//! * [`desired`], [`made`]: what ClickHouse should hold, and the steps from what it holds to that.
//! * [`statements`], [`server_configuration`]: the texts that ClickHouse is given.
//!
//! There is one ClickHouse, whatever the number of ClickHouse services: [`desired`] says which of them it serves.
//! Everything is asked of the engines one after the other.

pub mod clickhouse;
pub mod column_type;
pub mod desired;
pub mod entry;
pub mod kafka;
pub mod made;
pub mod placement;
pub mod server_configuration;
pub mod statements;
pub mod worker;

use crate::settings::Tables;
use crate::simulator::Simulator;
use crate::state::World;
use clickhouse::{ClickHouse, Returned};
use desired::Desired;
use kafka::{Kafka, Service};
use made::{Action, Made, Step};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex as Lock, PoisonError};
use tokio::sync::Mutex;
use worker::Ended;

/// What the Python needs to have.
pub const PACKAGES: &str = "pip install chdb==4.0.2 confluent-kafka==2.16.1";

/// The engines, and what they were brought to.
#[derive(Debug)]
pub struct DataPlane {
    python: PathBuf,
    engines: Mutex<Engines>,
    /// What services tell without waiting for the engines: where the clusters listen.
    addresses: Lock<BTreeMap<Service, String>>,
}

#[derive(Debug)]
struct Engines {
    clickhouse: ClickHouse,
    kafka: Kafka,
    made: Made,
}

/// A topic of a service: its name, and how many partitions it has.
type Topic = (String, u32);

/// Databases and tables as ClickHouse lists them.
#[derive(Deserialize)]
struct List {
    data: Vec<(String, String)>,
}

/// An engine does not start.
#[derive(Debug, thiserror::Error)]
#[error(
    "{engine} does not start with the Python '{}': {complaints}\nthe data plane needs a Python in which this was done: {PACKAGES}",
    python.display()
)]
pub struct NoEngine {
    engine: &'static str,
    python: PathBuf,
    complaints: String,
}

impl DataPlane {
    /// Starts the processes.
    pub async fn start(python: &Path) -> Result<Self, NoEngine> {
        let engines = Mutex::new(Engines::start(python).await?);
        Ok(Self { python: python.to_owned(), engines, addresses: Lock::default() })
    }

    /// Brings the engines to what the world says now, and writes into the world what became of it.
    ///
    /// To be run to its end: a future that is dropped halfway leaves the engines in the middle of a step.
    pub async fn bring_about(&self, simulator: &Simulator) {
        let mut engines = self.engines.lock().await;
        engines.revive(&self.python).await;
        let services = kafka_services(&simulator.state().world);
        engines.run_clusters(&self.python, &services).await;
        let addresses = engines.kafka.addresses();
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner).clone_from(addresses);
        let desired = {
            let state = simulator.state();
            if state.settings.tables == Tables::Later {
                return;
            }
            Desired::of(&state.world, addresses)
        };
        engines.look().await;
        for step in engines.made.steps_to(&desired) {
            let result = engines.take(&step).await;
            engines.made.record(&step, result);
        }
        tell(&engines.made, &mut simulator.state().world);
    }

    /// Throws the engines away, and starts others that hold nothing.
    pub async fn renew(&self) -> Result<(), NoEngine> {
        let mut engines = self.engines.lock().await;
        *engines = Engines::start(&self.python).await?;
        Ok(())
    }

    /// Runs a query that a client sends. The error is in ClickHouse's words. Where it was the end of ClickHouse, or finds
    /// that it has ended, everything is brought about again.
    pub async fn query(
        &self,
        simulator: &Simulator,
        database: &str,
        query: &str,
    ) -> Result<Returned, String> {
        let (result, has_ended) = {
            let clickhouse = &mut self.engines.lock().await.clickhouse;
            (clickhouse.run(database, query).await, clickhouse.has_ended())
        };
        if has_ended {
            self.bring_about(simulator).await;
        }
        result
    }

    /// Makes a topic in the cluster of a Kafka service. Where its process turns out to have ended, everything is brought
    /// about again first.
    pub async fn create_topic(
        &self,
        simulator: &Simulator,
        service: &Service,
        topic: &str,
        partitions: u32,
    ) -> Result<(), Ended> {
        let create = async || self.engines.lock().await.kafka.create_topic(service, topic, partitions).await;
        if create().await.is_ok() {
            return Ok(());
        }
        self.bring_about(simulator).await;
        create().await
    }

    /// Where the cluster of a Kafka service listens.
    pub fn address(&self, project: &str, service: &str) -> Option<String> {
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.get(&(project.to_owned(), service.to_owned())).cloned()
    }
}

impl Engines {
    async fn start(python: &Path) -> Result<Self, NoEngine> {
        let no = |engine: &'static str| {
            move |complaints: String| NoEngine { engine, python: python.to_owned(), complaints }
        };
        let first = Made::first_configuration();
        // Both at once: each of them spends its time with imports.
        let (clickhouse, kafka) = tokio::join!(ClickHouse::start(python, &first), Kafka::start(python));
        Ok(Self {
            clickhouse: clickhouse.map_err(no("ClickHouse"))?,
            kafka: kafka.map_err(no("Kafka"))?,
            made: Made::default(),
        })
    }

    /// Begins anew where ClickHouse is gone.
    async fn revive(&mut self, python: &Path) {
        if self.clickhouse.has_ended()
            && let Ok(clickhouse) = ClickHouse::start(python, &Made::first_configuration()).await
        {
            (self.clickhouse, self.made) = (clickhouse, Made::default());
        }
    }

    /// Starts the clusters that are missing. Where the process ended, all of them listen elsewhere afterwards, and have
    /// their topics again, without messages.
    async fn run_clusters(&mut self, python: &Path, services: &BTreeMap<Service, Vec<Topic>>) {
        if self.kafka.run(services.keys()).await.is_err()
            && let Ok(kafka) = Kafka::start(python).await
        {
            self.kafka = kafka;
            // Tables of a cluster that does not run are refused by themselves.
            let _ = self.kafka.run(services.keys()).await;
            for (service, topics) in services {
                for (topic, partitions) in topics {
                    let _ = self.kafka.create_topic(service, topic, *partitions).await;
                }
            }
        }
    }

    /// Looks for what a query has dropped of what was made. Where ClickHouse does not tell, nothing is missing.
    async fn look(&mut self) {
        let list = "SELECT name AS database, '' AS name FROM system.databases \
                    UNION ALL SELECT database, name FROM system.tables";
        let Ok(returned) = self.clickhouse.run("default", list).await else { return };
        let Ok(List { data }) = serde_json::from_str(&returned.answer) else { return };
        let (databases, tables): (Vec<_>, Vec<_>) = data.into_iter().partition(|(_, table)| table.is_empty());
        let databases = databases.into_iter().map(|(database, _)| database).collect();
        self.made.see(&databases, &tables.into_iter().collect());
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        match &step.action {
            Action::Restart { server_configuration } => self.clickhouse.restart(server_configuration).await,
            Action::Query(query) => self.clickhouse.run("default", query).await.map(|_| ()),
        }
    }
}

/// Writes what became of the tables of each integration into the world.
fn tell(made: &Made, world: &mut World) {
    for project in world.projects.values_mut() {
        for (id, integration) in &mut project.integrations {
            if integration.integration_type == "clickhouse_kafka" {
                integration.status = status(&made.errors(id));
            }
        }
    }
}

/// The status of an integration in the shape of the API.
fn status(errors: &[String]) -> Value {
    let (status, cause, description) = if errors.is_empty() {
        ("running", "null", "Integration is running")
    } else {
        ("failed", "destination", "ClickHouse refused a part of the integration")
    };
    json!({
        "state": {"status": status, "errors": errors, "nodes": {}, "likely_error_cause": cause},
        "status_user_desc": description,
    })
}

/// The Kafka services, and the topics that were made in each.
fn kafka_services(world: &World) -> BTreeMap<Service, Vec<Topic>> {
    let mut found = BTreeMap::new();
    for (project, content) in &world.projects {
        for (name, service) in content.services.iter().filter(|(_, service)| service.service_type == "kafka")
        {
            let topic = |topic: &Value| {
                let partitions = u32::try_from(topic["partitions"].as_u64()?).ok()?;
                Some((topic["topic_name"].as_str()?.to_owned(), partitions))
            };
            let topics = service.topics.iter().filter_map(topic).collect();
            found.insert((project.clone(), name.clone()), topics);
        }
    }
    found
}
