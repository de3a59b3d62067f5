//! Integration endpoints: systems outside Aiven, here `external_kafka` only. Secrets are shown on request.

use super::{Body, project, validate};
use crate::errors::ApiError;
use crate::rendering;
use crate::schema::external_kafka::USER_CONFIG;
use crate::settings::{PutSemantics, Redaction};
use crate::simulator::Shared;
use crate::state::{End, Endpoint};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// What a read may ask for.
#[derive(Deserialize)]
pub struct Secrets {
    include_secrets: Option<String>,
}

impl Secrets {
    /// How to hide secrets, unless they are asked for.
    fn shown(&self, redaction: Redaction) -> Option<Redaction> {
        let wanted = self.include_secrets.as_deref().is_some_and(|value| value.eq_ignore_ascii_case("true"));
        (!wanted).then_some(redaction)
    }
}

#[derive(Serialize)]
struct Fields {
    endpoint_id: String,
    endpoint_name: String,
    endpoint_type: String,
    endpoint_config: Value,
    user_config: Box<RawValue>,
}

/// The envelope of one endpoint.
#[derive(Serialize)]
pub struct One {
    service_integration_endpoint: Fields,
}

/// The envelope of many endpoints.
#[derive(Serialize)]
pub struct Many {
    service_integration_endpoints: Vec<Fields>,
}

/// `GET /project/{p}/integration_endpoint`
pub async fn list(
    State(simulator): State<Shared>,
    Path(name): Path<String>,
    Query(secrets): Query<Secrets>,
) -> Result<Json<Many>, ApiError> {
    let mut state = simulator.state();
    let shown = secrets.shown(state.settings.redaction);
    let endpoints = &project(&mut state.world, &name)?.endpoints;
    let fields = endpoints.iter().map(|(id, endpoint)| describe(id, endpoint, shown)).collect();
    Ok(Json(Many { service_integration_endpoints: fields }))
}

/// `GET /project/{p}/integration_endpoint/{id}`
pub async fn get(
    State(simulator): State<Shared>,
    Path((name, id)): Path<(String, String)>,
    Query(secrets): Query<Secrets>,
) -> Result<Json<One>, ApiError> {
    let mut state = simulator.state();
    let shown = secrets.shown(state.settings.redaction);
    let endpoint = project(&mut state.world, &name)?.endpoints.get(&id).ok_or_else(ApiError::no_endpoint)?;
    Ok(Json(One { service_integration_endpoint: describe(&id, endpoint, shown) }))
}

/// `POST /project/{p}/integration_endpoint`
pub async fn create(
    State(simulator): State<Shared>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<One>, ApiError> {
    let mut state = simulator.state();
    let settings = state.settings.clone();
    let project = project(&mut state.world, &name)?;
    let body = Body::parse(&body)?;
    let endpoint = Endpoint {
        name: body.required_text("endpoint_name")?,
        endpoint_type: body.required_text("endpoint_type")?,
        user_config: body.user_config()?,
    };
    if !(1..=40).contains(&endpoint.name.chars().count()) {
        return Err(ApiError::invalid("Invalid input for endpoint_name: must have 1 to 40 characters"));
    }
    if endpoint.endpoint_type != "external_kafka" {
        let found = &endpoint.endpoint_type;
        let message = format!("Invalid input for endpoint_type: '{found}' is not one of ['external_kafka']");
        return Err(ApiError::invalid(message));
    }
    let schema = USER_CONFIG.json_schema(settings.strictness.unknown_keys);
    validate(&endpoint.user_config, Some(&schema), &settings.strictness)?;
    if project.endpoints.values().any(|other| other.name == endpoint.name) {
        return Err(ApiError::conflict("Service integration endpoint already exists"));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let answer = One { service_integration_endpoint: describe(&id, &endpoint, Some(settings.redaction)) };
    project.endpoints.insert(id, endpoint);
    Ok(Json(answer))
}

/// `PUT /project/{p}/integration_endpoint/{id}`
pub async fn update(
    State(simulator): State<Shared>,
    Path((name, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<One>, ApiError> {
    let answer = write(&simulator, &name, &id, &body)?;
    // Its tables read from elsewhere now, or with other credentials.
    simulator.bring_about().await;
    Ok(Json(answer))
}

fn write(simulator: &Shared, name: &str, id: &str, body: &Bytes) -> Result<One, ApiError> {
    let mut state = simulator.state();
    let settings = state.settings.clone();
    let project = project(&mut state.world, name)?;
    let submitted = Body::parse(body)?.user_config()?;
    let endpoint = project.endpoints.get_mut(id).ok_or_else(ApiError::no_endpoint)?;
    let schema = USER_CONFIG.json_schema(settings.strictness.unknown_keys);
    validate(&submitted, Some(&schema), &settings.strictness)?;
    let next = match settings.put_semantics {
        PutSemantics::Merge => endpoint.user_config.merged(&submitted),
        PutSemantics::Replace => submitted,
    };
    if settings.unchanged_status != 200 && next.same_as(&endpoint.user_config) {
        return Err(ApiError::unchanged(settings.unchanged_status));
    }
    endpoint.user_config = next;
    Ok(One { service_integration_endpoint: describe(id, endpoint, Some(settings.redaction)) })
}

/// `DELETE /project/{p}/integration_endpoint/{id}`
pub async fn delete(
    State(simulator): State<Shared>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let mut state = simulator.state();
    let project = project(&mut state.world, &name)?;
    if !project.endpoints.contains_key(&id) {
        return Err(ApiError::no_endpoint());
    }
    let end = End::Endpoint(id.clone());
    if project.integrations.values().any(|other| other.source == end || other.destination == end) {
        return Err(ApiError::conflict("Service integration endpoint is in use"));
    }
    project.endpoints.shift_remove(&id);
    Ok(Json(json!({"message": "deleted"})))
}

/// The endpoint in an answer; `redaction` is `None` where secrets are shown.
fn describe(id: &str, endpoint: &Endpoint, redaction: Option<Redaction>) -> Fields {
    let document = match redaction {
        None => endpoint.user_config.clone(),
        Some(redaction) => rendering::redacted(&endpoint.user_config, &USER_CONFIG, redaction),
    };
    Fields {
        endpoint_id: id.to_owned(),
        endpoint_name: endpoint.name.clone(),
        endpoint_type: endpoint.endpoint_type.clone(),
        endpoint_config: json!({}),
        user_config: document.raw().to_owned(),
    }
}
