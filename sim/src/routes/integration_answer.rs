//! An integration in the shape that create, get, update, list and the service itself all answer with.
//! Optional keys are present and `null`, because clients of the real service rely on that.

use super::integration_types::{self, IntegrationType};
use crate::document::Document;
use crate::rendering;
use crate::schema::Kind;
use crate::settings::{Fill, Settings};
use crate::state::{End, Endpoint, Integration, Project, Service};
use indexmap::IndexMap;
use rand::rngs::StdRng;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// One integration as JSON text.
pub type Answer = Box<RawValue>;

#[derive(Serialize)]
struct Fields<'a> {
    service_integration_id: Option<&'a str>,
    integration_type: &'a str,
    description: &'a str,
    enabled: bool,
    active: bool,
    integration_status: &'a Value,
    source_project: &'a str,
    source_service: Option<&'a str>,
    source_service_type: &'a str,
    source_endpoint_id: Option<&'a str>,
    source_endpoint: Option<&'a str>,
    dest_project: &'a str,
    dest_service: Option<&'a str>,
    dest_service_type: &'a str,
    dest_endpoint_id: Option<&'a str>,
    dest_endpoint: Option<&'a str>,
    user_config: &'a RawValue,
}

/// Writes integrations of one project as the settings say.
pub struct Answering<'a> {
    /// The name of the project.
    pub name: &'a str,
    /// The project itself; reads use up its lags.
    pub project: &'a mut Project,
    /// How answers look.
    pub settings: &'a Settings,
    /// The order of shuffled answers.
    pub random: &'a mut StdRng,
}

impl Answering<'_> {
    /// The integration as a read sees it, `None` if there is none of that id.
    pub fn read(&mut self, id: &str) -> Option<Answer> {
        let integration = self.project.integrations.get_mut(id)?;
        let (document, active) = (integration.read().clone(), integration.is_active());
        let document = self.render(&document, id);
        self.describe(id, &document, active)
    }

    /// The integration as the answer to a write shows it, no matter what reads still see.
    pub fn written(&mut self, id: &str) -> Option<Answer> {
        let integration = self.project.integrations.get(id)?;
        let (document, active) = (integration.user_config.clone(), integration.activation.is_none());
        let document = self.render(&document, id);
        self.describe(id, &document, active)
    }

    /// The integration with the document exactly as the client sent it.
    pub fn echoed(&mut self, id: &str, submitted: &Document) -> Option<Answer> {
        let active = self.project.integrations.get(id)?.activation.is_none();
        self.describe(id, submitted, active)
    }

    /// The integrations of a service as a read sees them.
    pub fn of_service(&mut self, service: &str) -> Vec<Answer> {
        let named = |end: &End| end.service() == Some(service);
        let integrations = self.project.integrations.iter();
        let ids: Vec<_> = integrations
            .filter(|(_, integration)| named(&integration.source) || named(&integration.destination))
            .map(|(id, _)| id.clone())
            .collect();
        ids.iter().filter_map(|id| self.read(id)).collect()
    }

    fn render(&mut self, document: &Document, id: &str) -> Document {
        let Some(kind) = self.rules(id) else {
            return document.clone();
        };
        let filled = rendering::filled(document, kind, self.settings.fill);
        if self.settings.shuffle { rendering::shuffled(&filled, self.random) } else { filled }
    }

    fn rules(&self, id: &str) -> Option<&'static Kind> {
        let integration = self.project.integrations.get(id)?;
        integration_types::find(&integration.integration_type)?.user_config
    }

    fn describe(&self, id: &str, document: &Document, active: bool) -> Option<Answer> {
        let integration = self.project.integrations.get(id)?;
        let known = integration_types::find(&integration.integration_type);
        let description = known.map_or("", |known| known.description);
        let ends = (&integration.source, &integration.destination);
        let fields = self.fields(Some(id), &integration.integration_type, description, ends);
        let integration_status = status(integration, self.settings);
        to_raw_value(&Fields {
            enabled: true,
            active,
            integration_status,
            user_config: document.raw(),
            ..fields
        })
        .ok()
    }

    /// Integrations that could be made between this service and another, without an id, as the real service
    /// lists them behind those that exist.
    pub fn candidates(&self, service: &str) -> Vec<Answer> {
        let services = &self.project.services;
        let mut answers = Vec::new();
        for known in integration_types::TYPES {
            for (source, destination) in pairs(known, services) {
                let concerned = source == service || destination == service;
                let ends = (End::Service(source.to_owned()), End::Service(destination.to_owned()));
                let made = self.project.integrations.values().any(|integration| {
                    integration.integration_type == known.name
                        && (&integration.source, &integration.destination) == (&ends.0, &ends.1)
                });
                if concerned && !made {
                    let fields = self.fields(None, known.name, known.description, (&ends.0, &ends.1));
                    answers.extend(to_raw_value(&fields));
                }
            }
        }
        answers
    }

    fn fields<'a>(
        &'a self,
        id: Option<&'a str>,
        integration_type: &'a str,
        description: &'a str,
        (source, destination): (&'a End, &'a End),
    ) -> Fields<'a> {
        Fields {
            service_integration_id: id,
            integration_type,
            description,
            enabled: false,
            active: false,
            integration_status: &Value::Null,
            source_project: self.name,
            source_service: source.service(),
            source_service_type: self.end_type(source),
            source_endpoint_id: source.endpoint(),
            source_endpoint: self.endpoint_name(source),
            dest_project: self.name,
            dest_service: destination.service(),
            dest_service_type: self.end_type(destination),
            dest_endpoint_id: destination.endpoint(),
            dest_endpoint: self.endpoint_name(destination),
            user_config: RawValue::NULL,
        }
    }

    fn end_type(&self, end: &End) -> &str {
        end_type(end, &self.project.services, &self.project.endpoints).unwrap_or_default()
    }

    fn endpoint_name(&self, end: &End) -> Option<&str> {
        Some(&self.project.endpoints.get(end.endpoint()?)?.name)
    }
}

/// The status that an integration shows: the one that is set wins over what became of its tables.
pub fn status<'a>(integration: &'a Integration, settings: &'a Settings) -> &'a Value {
    if settings.integration_status.is_null() { &integration.status } else { &settings.integration_status }
}

/// The same answer with another status, for a write whose tables are brought about after it was taken down.
pub fn with_status(answer: Answer, status: &Value) -> Answer {
    let Ok(mut keys) = serde_json::from_str::<IndexMap<String, Answer>>(answer.get()) else {
        return answer;
    };
    keys.extend(to_raw_value(status).map(|status| ("integration_status".to_owned(), status)));
    to_raw_value(&keys).unwrap_or(answer)
}

/// The type of the service or endpoint an end names, `None` if it names nothing.
pub fn end_type<'a>(
    end: &End,
    services: &'a IndexMap<String, Service>,
    endpoints: &'a IndexMap<String, Endpoint>,
) -> Option<&'a str> {
    match end {
        End::Service(name) => Some(&services.get(name)?.service_type),
        End::Endpoint(id) => Some(&endpoints.get(id)?.endpoint_type),
    }
}

fn pairs<'a>(
    known: &'static IntegrationType,
    services: &'a IndexMap<String, Service>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let of = |types: &'static [&'static str]| {
        services.iter().filter(|(_, service)| types.contains(&service.service_type.as_str()))
    };
    of(known.sources).flat_map(move |(source, _)| {
        of(known.destinations)
            .filter(move |(destination, _)| *destination != source)
            .map(move |(destination, _)| (source.as_str(), destination.as_str()))
    })
}

/// Whether a write changes nothing, by the settings' idea of nothing.
pub fn unchanged(
    stored: &Document,
    next: &Document,
    kind: Option<&'static Kind>,
    settings: &Settings,
) -> bool {
    match kind {
        Some(kind) if settings.unchanged_ignores_defaults => {
            let full = |document| rendering::filled(document, kind, Fill::Undocumented);
            full(stored).same_as(&full(next))
        }
        _ => stored.same_as(next),
    }
}
