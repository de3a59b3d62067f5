//! What ClickHouse should hold, made from the documents of the world. Pure data; knows nothing of what is there.
//!
//! There is one engine, and it stands behind the first ClickHouse service of the world. An integration that ends at
//! another one is told so.

use super::entry::{self, Entry, ViewEntry};
use super::placement::default_of;
use super::server_configuration::{self, Properties, Topics};
use super::statements::{self, Connection};
use crate::document::Document;
use crate::state::{End, Integration, Project, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The addresses of the Kafka services there are, by project and service.
pub type BootstrapServers = BTreeMap<(String, String), String>;

/// Everything that ClickHouse should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// One for each integration.
    pub databases: Vec<Database>,
    /// What ClickHouse is to be started with, as XML.
    pub server_configuration: String,
    /// What cannot be brought about whatever ClickHouse says, by the integration's id.
    pub problems: BTreeMap<String, Vec<String>>,
}

/// The database of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// `service_` or `endpoint_` and the name of the source.
    pub name: String,
    /// The integration's id.
    pub integration: String,
    /// In the order of the document, each name once. `None` where the document has no list of tables that can be read:
    /// then what exists is left alone.
    pub tables: Option<Vec<Table>>,
}

impl Database {
    /// The tables that can be read.
    pub fn readable(&self) -> &[Table] {
        self.tables.as_deref().unwrap_or_default()
    }
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What it should be. `None` for an entry that is named among the problems: what exists of it is left alone.
    pub wanted: Option<Wanted>,
}

/// A table that can be brought about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The statement that makes it. It is to be made anew whenever this changes.
    pub statement: String,
    /// The view that stores what it reads.
    pub view: Option<ViewEntry>,
}

impl Desired {
    /// What the documents ask for.
    pub fn of(world: &World, bootstrap_servers: &BootstrapServers) -> Self {
        let mut gathering = Gathering::default();
        for (name, project) in &world.projects {
            for (id, integration) in &project.integrations {
                if integration.integration_type == "clickhouse_kafka" {
                    match source(world, name, project, integration, bootstrap_servers) {
                        Ok(source) => gathering.database(id, source, &integration.user_config),
                        Err(problem) => gathering.problem(id, problem),
                    }
                }
            }
        }
        let server_configuration = server_configuration::text(&gathering.configured());
        let Gathering { databases, problems, .. } = gathering;
        Self { databases, server_configuration, problems }
    }
}

/// Where an integration's messages come from.
struct Source {
    database: String,
    connection: Connection,
}

fn source(
    world: &World,
    project_name: &str,
    project: &Project,
    integration: &Integration,
    bootstrap_servers: &BootstrapServers,
) -> Result<Source, String> {
    let first = world.projects.iter().find_map(|(name, project)| {
        let clickhouse =
            |(_, service): &(&String, &crate::state::Service)| service.service_type == "clickhouse";
        Some((name.as_str(), project.services.iter().find(clickhouse)?.0.as_str()))
    });
    if first != integration.destination.service().map(|service| (project_name, service)) {
        let (project, service) = first.unwrap_or_default();
        return Err(format!(
            "The simulator has one ClickHouse, behind the service '{service}' of the project '{project}'"
        ));
    }
    match &integration.source {
        End::Service(service) => {
            let address = bootstrap_servers.get(&(project_name.to_owned(), service.clone()));
            let address = address.ok_or_else(|| format!("The service '{service}' has no Kafka behind it"))?;
            Ok(Source {
                database: format!("service_{service}"),
                connection: vec![("kafka_broker_list", address.clone())],
            })
        }
        End::Endpoint(id) => {
            let endpoint = project.endpoints.get(id).ok_or_else(|| format!("There is no endpoint '{id}'"))?;
            Ok(Source {
                database: format!("endpoint_{}", endpoint.name),
                connection: connection(&endpoint.user_config.value()),
            })
        }
    }
}

/// What an endpoint says that a table can be told. Certificates cannot: ClickHouse takes them from files that its
/// configuration names, and the simulated Kafka speaks no TLS.
fn connection(endpoint: &Value) -> Connection {
    [
        ("kafka_broker_list", "bootstrap_servers"),
        ("kafka_security_protocol", "security_protocol"),
        ("kafka_sasl_mechanism", "sasl_mechanism"),
        ("kafka_sasl_username", "sasl_plain_username"),
        ("kafka_sasl_password", "sasl_plain_password"),
    ]
    .into_iter()
    .filter_map(|(setting, key)| Some((setting, endpoint.get(key)?.as_str()?.to_owned())))
    .collect()
}

/// The tables so far, and what they have claimed of the server's configuration.
#[derive(Default)]
struct Gathering {
    databases: Vec<Database>,
    problems: BTreeMap<String, Vec<String>>,
    claims: BTreeMap<String, Claim>,
    /// Of tables and views, each with its database: ClickHouse would put one in the place of the other.
    names: BTreeSet<(String, String)>,
}

/// What the first table of a topic has the server configured to.
struct Claim {
    table: String,
    consumer: Properties,
    producer: Properties,
}

impl Gathering {
    fn problem(&mut self, integration: &str, problem: String) {
        self.problems.entry(integration.to_owned()).or_default().push(problem);
    }

    fn database(&mut self, integration: &str, source: Source, document: &Document) {
        if self.databases.iter().any(|database| database.name == source.database) {
            let name = source.database;
            self.problem(integration, format!("The database '{name}' belongs to another integration"));
            return;
        }
        let tables = match entries(document) {
            Ok(entries) => Some(self.tables(integration, &source, &entries)),
            Err(problem) => {
                self.problem(integration, problem);
                None
            }
        };
        self.databases.push(Database { name: source.database, integration: integration.to_owned(), tables });
    }

    fn tables(&mut self, integration: &str, source: &Source, entries: &[Value]) -> Vec<Table> {
        let mut tables: Vec<Table> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let Some(name) = entry::name_of(entry) else {
                self.problem(integration, format!("`tables[{index}]` is no table: it has no name"));
                continue;
            };
            if tables.iter().any(|table| table.name == name) {
                self.problem(
                    integration,
                    format!("Table '{name}': there is another of that name before it, at `tables[{index}]`"),
                );
                continue;
            }
            let wanted = self.wanted(source, name, entry).map_err(|problem| {
                self.problem(integration, format!("Table '{name}': {problem}"));
            });
            tables.push(Table { name: name.to_owned(), wanted: wanted.ok() });
        }
        tables
    }

    fn wanted(&mut self, source: &Source, name: &str, entry: &Value) -> Result<Wanted, String> {
        let of_table = (source.database.clone(), name.to_owned());
        // Its own view may not have its name either; and what exists of a broken entry keeps its name.
        if !self.names.insert(of_table) {
            return Err(format!("a view before it has the name '{}.{name}'", source.database));
        }
        let entry = entry::read(entry)?;
        if let Some(view) = &entry.view
            && self.names.contains(&(view.database.clone(), view.name.clone()))
        {
            return Err(format!(
                "its view has the name of another table or view, '{}.{}'",
                view.database, view.name
            ));
        }
        self.claim(&source.database, &entry)?;
        self.names.extend(entry.view.iter().map(|view| (view.database.clone(), view.name.clone())));
        let statement = statements::create_table(&source.database, &entry, &source.connection);
        Ok(Wanted { statement, view: entry.view })
    }

    /// ClickHouse is configured by topic, not by table: of the tables of a topic the first decides, and the others must
    /// agree with it.
    fn claim(&mut self, database: &str, entry: &Entry) -> Result<(), String> {
        for topic in &entry.topics {
            let Some(claim) = self.claims.get(topic) else { continue };
            let sides = [(&claim.consumer, &entry.consumer), (&claim.producer, &entry.producer)];
            if let Some(property) = sides.into_iter().find_map(|(first, second)| difference(first, second)) {
                return Err(format!(
                    "the simulator's ClickHouse has `{property}` once for each topic, and '{}' sets it otherwise for \
                     '{topic}'",
                    claim.table
                ));
            }
        }
        for topic in &entry.topics {
            self.claims.entry(topic.clone()).or_insert_with(|| Claim {
                table: format!("{database}.{}", entry.name),
                consumer: entry.consumer.clone(),
                producer: entry.producer.clone(),
            });
        }
        Ok(())
    }

    fn configured(&self) -> Topics {
        let side = |properties: fn(&Claim) -> &Properties| {
            let of_topic = |(topic, claim): (&String, &Claim)| (topic.clone(), properties(claim).clone());
            self.claims.iter().map(of_topic).collect()
        };
        Topics { consumers: side(|claim| &claim.consumer), producers: side(|claim| &claim.producer) }
    }
}

/// The entries of a document's `tables`.
fn entries(document: &Document) -> Result<Vec<Value>, String> {
    let mut document = document.decoded().map_err(|error| format!("The document cannot be read: {error}"))?;
    match document.get_mut("tables").map(Value::take) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) => Err("`tables` is not a list".to_owned()),
    }
}

/// A property in which two tables differ.
fn difference(first: &Properties, second: &Properties) -> Option<&'static str> {
    let value = |properties: &Properties, name| {
        properties.get(name).cloned().unwrap_or_else(|| default_of(name).to_owned())
    };
    first.keys().chain(second.keys()).copied().find(|name| value(first, name) != value(second, name))
}

#[cfg(test)]
#[path = "desired_tests.rs"]
mod tests;
