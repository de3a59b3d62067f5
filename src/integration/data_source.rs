//! The data source: from the names of both ends to the one integration between them.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;

use crate::advice;
use crate::aiven::{Integration, ReadError, Status};
use crate::api::Api;
use crate::naming::ProjectId;
use crate::session::Session;
use crate::tf::schema::Schema;
use crate::tf::{DataSource, Diagnostics, Path, Value, checks};

use super::description::{in_lines, known_by, text};
use super::source::{Kafka, leads_to};
use super::{schema, validation, verdict};

const PATIENCE: Duration = Duration::from_mins(5);

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema::data_source);

/// The data source.
pub struct IntegrationSource {
    session: Arc<Session<Api>>,
}

impl IntegrationSource {
    /// The data source, working with whatever API the session has been configured to.
    pub fn new(session: Arc<Session<Api>>) -> Self {
        Self { session }
    }
}

#[async_trait]
impl DataSource for IntegrationSource {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::one_source(config, ["kafka_service_name", "kafka_endpoint_name"], diagnostics);
    }

    async fn read(&self, config: Value, diagnostics: &mut Diagnostics) -> Option<Value> {
        self.validate(&config, diagnostics);
        let source = Kafka::of(&config).filter(|_| !diagnostics.has_errors())?;
        let project = config.get("project").as_str()?;
        let service = config.get("clickhouse_service_name").as_str()?;
        let api = self.session.open(diagnostics)?;
        let list = api.read(PATIENCE, |client| client.integrations_of_service(project, service)).await;
        match list {
            Ok(list) => {
                let found = the_one(&list, &source, project, service, diagnostics)?;
                let id = verdict::id(project, found, diagnostics)?;
                Some(described(config.clone(), found, &id))
            }
            Err(ReadError::NotFound { message }) => {
                verdict::no_clickhouse_service(project, service, &message, diagnostics);
                None
            }
            Err(error) => {
                diagnostics.error(
                    format!("The integrations of service `{service}` could not be read"),
                    advice::of_read(&error),
                );
                None
            }
        }
    }
}

/// The one integration that is meant, or an error that shows those there are.
fn the_one<'list>(
    list: &'list [Integration],
    source: &Kafka,
    project: &str,
    service: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'list Integration> {
    let candidates: Vec<_> = list.iter().filter(|each| leads_to(each, project, service)).collect();
    let fitting: Vec<_> = candidates.iter().copied().filter(|each| source.feeds(each)).collect();
    let summary = format!("from {source} to ClickHouse service `{service}`");
    match fitting.as_slice() {
        [one] => Some(one),
        [] => {
            let attribute = match source {
                Kafka::Service(_) => "kafka_service_name",
                _ => "kafka_endpoint_name",
            };
            diagnostics.error_at(
                Path::attribute(attribute),
                format!("There is no `clickhouse_kafka` integration {summary}"),
                none_fits(list, &candidates, source, service),
            );
            None
        }
        several => {
            diagnostics.error(
                format!("There are {} `clickhouse_kafka` integrations {summary}", several.len()),
                format!(
                    "Which one is meant cannot be told:\n{}\nUse the ID of one of them instead of this data source.",
                    in_lines(several.iter().copied())
                ),
            );
            None
        }
    }
}

fn none_fits(list: &[Integration], candidates: &[&Integration], source: &Kafka, service: &str) -> String {
    let (wanted, known): (&str, Vec<&str>) = match source {
        Kafka::Service(name) => {
            (name, candidates.iter().filter_map(|each| each.source_service.as_deref()).collect())
        }
        Kafka::EndpointName(name) | Kafka::EndpointId(name) => {
            (name, candidates.iter().filter_map(|each| each.source_endpoint.as_deref()).collect())
        }
    };
    let near = checks::nearest(wanted, &known).map(|near| format!(" Did you mean `{near}`?"));
    let seen = if list.is_empty() {
        format!("Service `{service}` has no integrations at all.")
    } else {
        format!("Service `{service}` has these integrations:\n{}", in_lines(list))
    };
    format!(
        "{seen}{}\nCheck both names, or create the integration with the resource \
         `aiven_clickhouse_kafka_integration`.",
        near.unwrap_or_default()
    )
}

fn described(mut value: Value, integration: &Integration, id: &ProjectId) -> Value {
    let Status { state, description, errors } = integration.status.clone().unwrap_or_default();
    let stated = |words: &str| text(Some(words).filter(|words| !words.is_empty()));
    let attributes = [
        ("enabled", integration.enabled.into()),
        ("description", stated(&integration.description)),
        ("source_project", text(integration.source_project.as_deref())),
        ("source_service_name", text(integration.source_service.as_deref())),
        ("source_endpoint_name", text(integration.source_endpoint.as_deref())),
        ("source_endpoint_id", text(integration.source_endpoint_id.as_deref())),
        ("destination_project", text(integration.dest_project.as_deref())),
        ("destination_service_name", text(integration.dest_service.as_deref())),
        ("status", stated(&state)),
        ("status_description", stated(&description)),
        ("status_errors", Value::List(errors.iter().map(Value::string).collect())),
    ];
    for (name, attribute) in attributes.into_iter().chain(known_by(integration, id)) {
        value.set_attribute(name, attribute);
    }
    value
}
