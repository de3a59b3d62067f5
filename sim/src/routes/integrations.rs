//! Service integrations: list, create, get, update, delete.

use super::integration_answer::{Answer, Answering, end_type, status, unchanged, with_status};
use super::integration_types::{self, IntegrationType, TYPES};
use super::{Body, project, validate};
use crate::document::Document;
use crate::errors::ApiError;
use crate::python::repr_all;
use crate::settings::{PutAnswer, PutSemantics, Settings, WithoutTables};
use crate::simulator::{Shared, State as SimulatorState};
use crate::state::{End, Integration, Pending, Project};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::{Value, json};

/// The envelope of one integration.
#[derive(Serialize)]
pub struct One {
    service_integration: Answer,
}

/// The envelope of many integrations.
#[derive(Serialize)]
pub struct Many {
    service_integrations: Vec<Answer>,
}

/// `GET /project/{p}/service/{s}/integration`
pub async fn list(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
) -> Result<Json<Many>, ApiError> {
    let mut state = simulator.state();
    let mut answering = answering(&mut state, &name)?;
    if !answering.project.services.contains_key(&service) {
        return Err(ApiError::no_service(&service));
    }
    let mut service_integrations = answering.of_service(&service);
    service_integrations.extend(answering.candidates(&service));
    Ok(Json(Many { service_integrations }))
}

/// `GET /project/{p}/integration/{id}`
pub async fn get(
    State(simulator): State<Shared>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<One>, ApiError> {
    let mut state = simulator.state();
    one(answering(&mut state, &name)?.read(&id))
}

/// `DELETE /project/{p}/integration/{id}`
pub async fn delete(
    State(simulator): State<Shared>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    {
        let mut state = simulator.state();
        let project = project(&mut state.world, &name)?;
        project.integrations.shift_remove(&id).ok_or_else(ApiError::no_integration)?;
    }
    simulator.bring_about().await;
    Ok(Json(json!({"message": "deleted"})))
}

/// `PUT /project/{p}/integration/{id}`
pub async fn update(
    State(simulator): State<Shared>,
    Path((name, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<One>, ApiError> {
    let answer = write(&simulator, &name, &id, &body)?;
    Ok(brought_about(&simulator, &name, &id, answer).await)
}

fn write(simulator: &Shared, name: &str, id: &str, body: &Bytes) -> Result<Answer, ApiError> {
    let mut state = simulator.state();
    let mut answering = answering(&mut state, name)?;
    let submitted = Body::parse(body)?.user_config()?;
    let settings = answering.settings;
    let integration = answering.project.integrations.get_mut(id).ok_or_else(ApiError::no_integration)?;
    let known = integration_types::find(&integration.integration_type);
    let kind = known.and_then(|known| known.user_config);
    let schema = known.and_then(|known| known.schema(settings));
    validate(&submitted, schema.as_ref(), &settings.strictness)?;
    let next = match kind {
        Some(_) => successor(&integration.user_config, &submitted, settings)?,
        None => integration.user_config.merged(&submitted),
    };
    if unchanged(&integration.user_config, &next, kind, settings) {
        if settings.unchanged_status != 200 {
            return Err(ApiError::unchanged(settings.unchanged_status));
        }
    } else {
        integration.write(next, settings.stale_reads);
    }
    let answer = match settings.put_answer {
        PutAnswer::Stored => answering.written(id),
        PutAnswer::Echo => answering.echoed(id, &submitted),
    };
    answer.ok_or_else(ApiError::no_integration)
}

/// `POST /project/{p}/integration`
pub async fn create(
    State(simulator): State<Shared>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<One>, ApiError> {
    let (id, answer) = make(&simulator, &name, &body)?;
    Ok(brought_about(&simulator, &name, &id, answer).await)
}

fn make(simulator: &Shared, name: &str, body: &Bytes) -> Result<(String, Answer), ApiError> {
    let mut state = simulator.state();
    let mut answering = answering(&mut state, name)?;
    let body = Body::parse(body)?;
    let wanted = body.required_text("integration_type")?;
    let known = integration_types::find(&wanted).ok_or_else(|| {
        let names: Vec<_> = TYPES.iter().map(|known| known.name).collect();
        let names = repr_all(&names);
        ApiError::invalid(format!("Invalid input for integration_type: '{wanted}' is not one of {names}"))
    })?;
    let source = end(&body, "source", known.sources, answering.project)?;
    let destination = end(&body, "dest", known.destinations, answering.project)?;
    let user_config = first_document(&body, known, answering.settings)?;
    let duplicate = answering.project.integrations.values().any(|integration| {
        integration.integration_type == known.name
            && (&integration.source, &integration.destination) == (&source, &destination)
    });
    if duplicate {
        return Err(ApiError::conflict("Service integration already exists"));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let mut integration = Integration::new(known.name, source, destination, user_config);
    integration.activation = Pending::start(answering.settings.activation);
    answering.project.integrations.insert(id.clone(), integration);
    let answer = answering.written(&id).ok_or_else(ApiError::no_integration)?;
    Ok((id, answer))
}

/// The answer to a write, once the tables are what it says. The document in it is that of this write, the status tells
/// of the newest.
async fn brought_about(simulator: &Shared, name: &str, id: &str, answer: Answer) -> Json<One> {
    if simulator.data_plane.is_none() {
        return Json(One { service_integration: answer });
    }
    simulator.bring_about().await;
    let state = simulator.state();
    let integration = state.world.projects.get(name).and_then(|project| project.integrations.get(id));
    let service_integration = match integration {
        Some(integration) => with_status(answer, status(integration, &state.settings)),
        None => answer,
    };
    Json(One { service_integration })
}

/// What is needed to answer about a project's integrations.
pub fn answering<'a>(state: &'a mut SimulatorState, name: &'a str) -> Result<Answering<'a>, ApiError> {
    let SimulatorState { world, settings, random, .. } = state;
    Ok(Answering { name, project: project(world, name)?, settings, random })
}

fn one(answer: Option<Answer>) -> Result<Json<One>, ApiError> {
    let service_integration = answer.ok_or_else(ApiError::no_integration)?;
    Ok(Json(One { service_integration }))
}

/// The document after a PUT.
fn successor(stored: &Document, submitted: &Document, settings: &Settings) -> Result<Document, ApiError> {
    let without_tables = submitted.value().get("tables").is_none();
    match settings.without_tables {
        WithoutTables::Refuse if without_tables => {
            Err(ApiError::invalid("Invalid 'user_config': Invalid input: 'tables' is a required property"))
        }
        WithoutTables::Clear if without_tables => {
            let cleared = Document::parse(r#"{"tables":[]}"#).unwrap_or_else(|_| Document::empty());
            Ok(stored.merged(&cleared.merged(submitted)))
        }
        _ => Ok(match settings.put_semantics {
            PutSemantics::Merge => stored.merged(submitted),
            PutSemantics::Replace => submitted.clone(),
        }),
    }
}

/// The document of a new integration. Unlike in an update it may be absent or `null`.
fn first_document(body: &Body, known: &IntegrationType, settings: &Settings) -> Result<Document, ApiError> {
    if body.0.get("user_config").is_none_or(|raw| raw.get() == "null") {
        return Ok(Document::empty());
    }
    let document = body.user_config()?;
    validate(&document, known.schema(settings).as_ref(), &settings.strictness)?;
    Ok(document)
}

/// The source or destination a body names. It must exist and be of one of `types`.
fn end(body: &Body, side: &str, types: &[&str], project: &Project) -> Result<End, ApiError> {
    let service = body.text(&format!("{side}_service"))?;
    let endpoint = body.text(&format!("{side}_endpoint_id"))?;
    let end = match (service, endpoint) {
        (Some(name), None) if project.services.contains_key(&name) => End::Service(name),
        (Some(name), None) => return Err(ApiError::no_service(&name)),
        (None, Some(id)) if project.endpoints.contains_key(&id) => End::Endpoint(id),
        (None, Some(_)) => return Err(ApiError::no_endpoint()),
        _ => {
            return Err(ApiError::invalid(format!(
                "Invalid input: exactly one of '{side}_service' and '{side}_endpoint_id' is required"
            )));
        }
    };
    let found = end_type(&end, &project.services, &project.endpoints).unwrap_or_default();
    if types.contains(&found) {
        return Ok(end);
    }
    let wanted = repr_all(types);
    Err(ApiError::invalid(format!(
        "Invalid {side} type '{found}' for this integration, must be one of {wanted}"
    )))
}
