//! The list resource `aiven_clickhouse_kafka_table`: what `terraform query` finds in one integration, or in all
//! Kafka integrations of a ClickHouse service.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::advice::sentence;
use crate::api::Api;
use crate::document::Document;
use crate::engine::{Cause, Engine, Facts, Fetched, IntegrationKey, Store};
use crate::naming;
use crate::session::Session;
use crate::tf::schema::{Attribute, Presence, Schema};
use crate::tf::{Diagnostics, Finding, ListRequest, ListResource, Path, Type, Value};

use super::listing::{Listed, Unlisted, listing};
use super::located::identity;
use super::looking::{self, PATIENCE, left_out, look};
use super::next_step::next_step;
use super::{TableEdit, copies, validation};

// Each of these two says where to search, and one of them must be there.
const INTEGRATION: &str = "service_integration_id";
const SERVICE: &str = "clickhouse_service_name";

/// The list resource.
pub struct TableSearch<S: Store> {
    engine: Arc<Session<Engine<S, TableEdit>>>,
    api: Arc<Session<Api>>,
    schema: Schema,
}

/// An integration to look for tables in.
struct Place {
    integration: IntegrationKey,
    facts: Facts,
    document: Document,
}

impl<S: Store> TableSearch<S> {
    /// The list resource, asking whatever the sessions have been configured to.
    pub fn new(engine: Arc<Session<Engine<S, TableEdit>>>, api: Arc<Session<Api>>) -> Self {
        let mut attributes = copies::sought(&["project"]);
        attributes.extend(copies::sought(&[INTEGRATION]).into_iter().map(|integration| Attribute {
            presence: Presence::Optional,
            description: format!(
                "{} Exactly one of this and `{SERVICE}` is needed.",
                integration.description
            ),
            ..integration
        }));
        attributes.push(naming::service(Attribute::optional(
            SERVICE,
            Type::String,
            "Name of an Aiven for ClickHouse service: search all Kafka integrations that end there.",
        )));
        let description = include_str!("search.md").trim().to_owned();
        let schema = Schema { description, attributes, ..Schema::default() };
        Self { engine, api, schema }
    }

    /// Where to search; empty where an error says why, or a warning that there is nothing.
    async fn places(&self, config: &Value, diagnostics: &mut Diagnostics) -> Vec<Place> {
        if let Some(service) = config.get(SERVICE).as_str() {
            let project = config.get("project").as_str().unwrap_or_default();
            return self.places_of_service(project, service, diagnostics).await.unwrap_or_default();
        }
        let looked = look(&self.engine, config, diagnostics).await;
        let place = looked.map(|(integration, snapshot)| Place {
            integration,
            facts: snapshot.facts.clone(),
            document: snapshot.document.clone(),
        });
        place.into_iter().collect()
    }

    async fn places_of_service(
        &self,
        project: &str,
        service: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Place>> {
        let api = self.api.open(diagnostics)?;
        let answer = api.read(PATIENCE, |client| client.integrations_of_service(project, service)).await;
        let integrations = match answer {
            Ok(integrations) => integrations,
            Err(error) => {
                report_service(&error.into(), project, service, diagnostics);
                return None;
            }
        };
        let ends_here = integrations.into_iter().filter(|integration| integration.ends_at(project, service));
        let each = ends_here.filter_map(|integration| {
            let key = IntegrationKey { project: project.to_owned(), id: integration.id.clone() };
            place(key, integration.into(), diagnostics)
        });
        let places: Vec<_> = each.collect();
        if places.is_empty() && diagnostics.iter().next().is_none() {
            diagnostics.warning_at(
                Path::attribute(SERVICE),
                format!("No Kafka integration ends at service `{service}`"),
                "Name the ClickHouse service that the integration leads to, not the Kafka service that it comes from; \
                 `avn service integration-list` shows the integrations of a service.",
            );
        }
        Some(places)
    }
}

#[async_trait]
impl<S: Store> ListResource for TableSearch<S> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::integration(config, diagnostics);
        let places = [INTEGRATION, SERVICE].map(|place| config.get(place));
        let summary = format!("Exactly one of `{INTEGRATION}` and `{SERVICE}` says where to search");
        // What is not known yet may turn out to be null.
        if places.iter().all(|place| !place.is_null() && !place.is_unknown()) {
            diagnostics.error(summary, "Both are set. Remove one of them.");
        } else if places.iter().all(|place| place.is_null()) {
            diagnostics.error(summary, "Neither is set. Set one of them.");
        }
    }

    async fn list(&self, request: ListRequest, findings: mpsc::Sender<Finding>) {
        let mut diagnostics = Diagnostics::default();
        // Once more: all is known now.
        self.validate(&request.config, &mut diagnostics);
        let places = if diagnostics.has_errors() {
            Vec::new()
        } else {
            tokio::select! {
                places = self.places(&request.config, &mut diagnostics) => places,
                () = findings.closed() => return,
            }
        };
        if diagnostics.iter().next().is_some() && findings.send(Finding::Notice(diagnostics)).await.is_err() {
            return;
        }
        let several = places.len() > 1;
        let found = places.iter().flat_map(|place| place.listing().map(move |found| (place, found)));
        let mut wanted = request.limit;
        for (place, found) in found {
            if wanted == 0 {
                return;
            }
            let finding = match found {
                Ok(listed) => {
                    wanted -= 1;
                    place.object(listed, several, request.include_object)
                }
                Err(unlisted) => {
                    let (summary, detail) = left_out(&unlisted, &place.integration);
                    let mut notice = Diagnostics::default();
                    notice.warning(summary, detail);
                    Finding::Notice(notice)
                }
            };
            if findings.send(finding).await.is_err() {
                return;
            }
        }
    }
}

impl Place {
    fn listing(&self) -> impl Iterator<Item = Result<Listed, Unlisted>> {
        listing(&self.integration, &self.facts, &self.document)
    }

    /// A table of this place. Names are unique within an integration alone.
    fn object(&self, listed: Listed, several: bool, include_object: bool) -> Finding {
        let name = &listed.table.name;
        let source = self.facts.source_endpoint.as_ref().or(self.facts.source_service.as_ref());
        let display_name = match source.filter(|_| several) {
            Some(source) => format!("{name} (from {source})"),
            None => name.clone(),
        };
        let identity = identity(&listed.table);
        Finding::Object { identity, display_name, object: include_object.then_some(listed.value) }
    }
}

/// An integration as a place to search; `None` where it is of another kind, or where a warning says why.
fn place(integration: IntegrationKey, fetched: Fetched, diagnostics: &mut Diagnostics) -> Option<Place> {
    if looking::wrong_type(&fetched.facts).is_some() {
        return None;
    }
    match Document::parse(&fetched.user_config) {
        Ok(document) => Some(Place { integration, facts: fetched.facts, document }),
        Err(error) => {
            let cause = Cause::Unreadable { reason: error.to_string() };
            diagnostics.warning(
                format!("The tables of integration {} are left out", integration.id),
                format!("{}. {}", sentence(&cause), next_step(&cause, &integration.id)),
            );
            None
        }
    }
}

fn report_service(cause: &Cause, project: &str, service: &str, diagnostics: &mut Diagnostics) {
    let summary = format!("The integrations of service `{service}` could not be read");
    match cause {
        Cause::Gone { message } => diagnostics.error_at(
            Path::attribute(SERVICE),
            summary,
            format!(
                "There is no such service in project `{project}`: {message}. `avn service list --project {project}` \
                 shows those there are."
            ),
        ),
        Cause::Rejected { .. } => diagnostics.error_at(
            Path::attribute(SERVICE),
            summary,
            format!(
                "{}. Check `project`, `{SERVICE}` and the API's address (AIVEN_WEB_URL).",
                sentence(cause)
            ),
        ),
        cause => diagnostics.error(summary, format!("{}. {}", sentence(cause), next_step(cause, service))),
    }
}
