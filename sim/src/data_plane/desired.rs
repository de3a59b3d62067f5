//! What ClickHouse should hold, made from the documents of the world. Pure data; knows nothing of what is there.
//!
//! There is one engine, and it stands behind the first ClickHouse service of the world. An integration that ends at
//! another one is told so.

use super::entry::{self, Entry, ViewEntry};
use super::placement::default_of;
use super::server_configuration::{self, Properties, Topics};
use super::statements::{self, Connection};
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
    /// In the order of the document, each name once.
    pub tables: Vec<Table>,
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
                        Ok(source) => gathering.database(id, source, &integration.user_config.value()),
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

    fn database(&mut self, integration: &str, source: Source, document: &Value) {
        if self.databases.iter().any(|database| database.name == source.database) {
            let name = source.database;
            self.problem(integration, format!("The database '{name}' belongs to another integration"));
            return;
        }
        let mut database =
            Database { name: source.database, integration: integration.to_owned(), tables: Vec::new() };
        let entries = match document.get("tables") {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.problem(integration, "`tables` is not a list".to_owned());
                &[]
            }
        };
        let mut names = BTreeSet::new();
        for (index, entry) in entries.iter().enumerate() {
            let Some(name) = entry::name_of(entry) else {
                self.problem(integration, format!("`tables[{index}]` is no table: it has no name"));
                continue;
            };
            if !names.insert(name) {
                self.problem(
                    integration,
                    format!("Table '{name}': there is another of that name before it, at `tables[{index}]`"),
                );
                continue;
            }
            let wanted = entry::read(entry).and_then(|entry| {
                self.claim(&database.name, &entry)?;
                let statement = statements::create_table(&database.name, &entry, &source.connection);
                Ok(Wanted { statement, view: entry.view })
            });
            let wanted = match wanted {
                Ok(wanted) => Some(wanted),
                Err(problem) => {
                    self.problem(integration, format!("Table '{name}': {problem}"));
                    None
                }
            };
            database.tables.push(Table { name: name.to_owned(), wanted });
        }
        self.databases.push(database);
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

/// A property in which two tables differ.
fn difference(first: &Properties, second: &Properties) -> Option<&'static str> {
    let value = |properties: &Properties, name| {
        properties.get(name).cloned().unwrap_or_else(|| default_of(name).to_owned())
    };
    first.keys().chain(second.keys()).copied().find(|name| value(first, name) != value(second, name))
}

#[cfg(test)]
mod tests {
    use super::{BootstrapServers, Desired};
    use crate::document::Document;
    use crate::seed::{EXTERNAL_INTEGRATION, KAFKA_INTEGRATION, project};
    use crate::state::World;
    use serde_json::{Value, json};

    fn world(tables: &Value) -> World {
        let mut project = project();
        let document = Document::parse(&json!({"tables": tables}).to_string()).unwrap();
        project.integrations[KAFKA_INTEGRATION].user_config = document;
        let mut world = World::default();
        world.projects.insert("demo".to_owned(), project);
        world
    }

    fn servers() -> BootstrapServers {
        [(("demo".to_owned(), "kafka".to_owned()), "127.0.0.1:9".to_owned())].into()
    }

    fn desired(tables: &Value) -> Desired {
        Desired::of(&world(tables), &servers())
    }

    fn table(name: &str, topic: &str) -> Value {
        json!({"name": name, "columns": [{"name": "id", "type": "UInt64"}], "topics": [{"name": topic}],
               "data_format": "CSV", "group_name": "g"})
    }

    fn with(mut table: Value, key: &str, value: Value) -> Value {
        table[key] = value;
        table
    }

    #[test]
    fn each_integration_with_clickhouse_has_a_database() {
        let desired = desired(&json!([table("orders", "o")]));
        let databases: Vec<_> =
            desired.databases.iter().map(|database| (&*database.name, &*database.integration)).collect();
        let expected = [("service_kafka", KAFKA_INTEGRATION), ("endpoint_self-hosted", EXTERNAL_INTEGRATION)];
        assert_eq!(databases, expected);
        assert!(desired.problems.is_empty());
        let statement = &desired.databases[0].tables[0].wanted.as_ref().unwrap().statement;
        assert!(statement.contains("kafka_broker_list = '127.0.0.1:9'"), "{statement}");
    }

    #[test]
    fn an_endpoint_brings_its_address_and_credentials() {
        let mut world = world(&json!([]));
        let document = Document::parse(&json!({"tables": [table("orders", "o")]}).to_string()).unwrap();
        world.projects["demo"].integrations[EXTERNAL_INTEGRATION].user_config = document;
        let desired = Desired::of(&world, &servers());
        let statement = &desired.databases[1].tables[0].wanted.as_ref().unwrap().statement;
        for setting in [
            "kafka_broker_list = 'kafka.example.com:9092'",
            "kafka_security_protocol = 'SASL_SSL'",
            "kafka_sasl_mechanism = 'PLAIN'",
            "kafka_sasl_username = 'reader'",
            "kafka_sasl_password = 'not-a-secret'",
        ] {
            assert!(statement.contains(setting), "{statement}");
        }
    }

    #[test]
    fn tables_of_one_topic_must_agree_on_what_is_configured_by_topic() {
        let late = with(table("b", "o"), "auto_offset_reset", json!("latest"));
        let spelled = with(table("c", "o"), "auto_offset_reset", json!("smallest"));
        let desired = desired(&json!([table("a", "o"), late, spelled]));
        let expected = "Table 'b': the simulator's ClickHouse has `auto.offset.reset` once for each topic, and \
                        'service_kafka.a' sets it otherwise for 'o'";
        assert_eq!(desired.problems[KAFKA_INTEGRATION], [expected]);
        let wanted: Vec<_> = desired.databases[0].tables.iter().map(|table| table.wanted.is_some()).collect();
        assert_eq!(wanted, [true, false, true]);
    }

    #[test]
    fn the_configuration_has_what_tables_say_and_does_not_depend_on_their_order() {
        let first = with(table("a", "o"), "auto_offset_reset", json!("latest"));
        let second = with(table("b", "p"), "producer_linger_ms", json!(7));
        let one = desired(&json!([first, second]));
        let other = desired(&json!([second, first]));
        assert_eq!(one.server_configuration, other.server_configuration);
        assert!(one.server_configuration.contains("<linger_ms>7</linger_ms>"));
        assert!(one.server_configuration.contains("<auto_offset_reset>latest</auto_offset_reset>"));
    }

    #[test]
    fn what_is_no_table_is_a_problem_and_the_rest_is_wanted() {
        let entries = json!([1, {"name": "bare"}, table("a", "o"), table("a", "p"), null]);
        let desired = desired(&entries);
        let expected = [
            "`tables[0]` is no table: it has no name",
            "Table 'bare': `columns` is not a list",
            "Table 'a': there is another of that name before it, at `tables[3]`",
            "`tables[4]` is no table: it has no name",
        ];
        assert_eq!(desired.problems[KAFKA_INTEGRATION], expected);
        let names: Vec<_> = desired.databases[0].tables.iter().map(|table| &*table.name).collect();
        assert_eq!(names, ["bare", "a"]);
    }

    #[test]
    fn no_document_is_too_strange() {
        for text in ["null", "1", "[]", r#"{"tables":{}}"#, r#"{"tables":[[[]]]}"#, r#"{"tables":"x"}"#] {
            let mut world = world(&json!([]));
            let integration = &mut world.projects["demo"].integrations[KAFKA_INTEGRATION];
            integration.user_config = Document::parse(text).unwrap();
            assert_eq!(Desired::of(&world, &servers()).databases.len(), 2, "{text}");
        }
    }

    #[test]
    fn a_second_clickhouse_is_told_that_there_is_one_engine() {
        let mut world = world(&json!([]));
        world.projects.insert("later".to_owned(), project());
        let desired = Desired::of(&world, &servers());
        assert_eq!(desired.databases.len(), 2);
        let expected =
            "The simulator has one ClickHouse, behind the service 'clickhouse' of the project 'demo'"
                .to_owned();
        assert!(desired.problems[KAFKA_INTEGRATION].contains(&expected));
    }
}
