//! `/_sim`: how a test looks into the simulator and turns its knobs. Needs no token, is never logged, delayed
//! or disturbed by a fault.

use crate::document::Document;
use crate::faults::FaultRule;
use crate::simulator::Shared;
use crate::state::{Project, Service};
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::PoisonError;
use std::time::Duration;

/// How long a wait for held requests lasts unless the query says otherwise, so that a broken test ends.
const PATIENCE_MS: u64 = 30_000;

type Refusal = (StatusCode, Json<Value>);

/// The routes under `/_sim`.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/_sim/requests", get(requests).delete(clear_requests))
        .route("/_sim/settings", get(settings).put(change_settings))
        .route("/_sim/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sim/held", get(held))
        .route("/_sim/release", post(release))
        .route("/_sim/apply_delayed", post(apply_delayed))
        .route("/_sim/reset", post(reset))
        .route("/_sim/projects/{project}/services", post(create_service))
        .route(
            "/_sim/projects/{project}/integrations/{integration}/user_config",
            get(user_config).put(set_user_config),
        )
}

async fn requests(State(simulator): State<Shared>) -> Json<Value> {
    Json(json!({"requests": simulator.state().log.requests()}))
}

async fn clear_requests(State(simulator): State<Shared>) -> Json<Value> {
    simulator.state().log.clear();
    done()
}

async fn settings(State(simulator): State<Shared>) -> Json<Value> {
    Json(json!(simulator.state().settings))
}

async fn change_settings(State(simulator): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let changes: Value = parse(&body)?;
    let settings = {
        let mut state = simulator.state();
        state.settings = state.settings.with(&changes).map_err(|message| refuse(&message))?;
        if changes.get("random_seed").is_some() {
            state.random = StdRng::seed_from_u64(state.settings.random_seed);
        }
        json!(state.settings)
    };
    if changes.get("tables").is_some() {
        simulator.bring_about().await;
    }
    Ok(Json(settings))
}

async fn faults(State(simulator): State<Shared>) -> Json<Value> {
    Json(json!({"faults": simulator.state().faults.rules()}))
}

async fn add_fault(State(simulator): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let rule: FaultRule = parse(&body)?;
    simulator.state().faults.add(rule);
    Ok(done())
}

async fn clear_faults(State(simulator): State<Shared>) -> Json<Value> {
    simulator.state().faults.clear();
    done()
}

#[derive(Deserialize)]
struct HeldQuery {
    #[serde(default)]
    count: usize,
    timeout_ms: Option<u64>,
}

async fn held(
    State(simulator): State<Shared>,
    Query(query): Query<HeldQuery>,
) -> Result<Json<Value>, Refusal> {
    let patience = Duration::from_millis(query.timeout_ms.unwrap_or(PATIENCE_MS));
    match simulator.parking.wait_for(query.count, patience).await {
        Some(held) => Ok(Json(json!({"held": held}))),
        None => Err((
            StatusCode::REQUEST_TIMEOUT,
            Json(json!({"error": format!("fewer than {} requests are held", query.count)})),
        )),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    count: Option<usize>,
}

async fn release(State(simulator): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let release: Release = if body.is_empty() { Release::default() } else { parse(&body)? };
    let released = simulator.parking.release(release.count).await;
    Ok(Json(json!({"released": released})))
}

async fn apply_delayed(State(simulator): State<Shared>) -> Json<Value> {
    let delayed = std::mem::take(&mut *simulator.delayed.lock().unwrap_or_else(PoisonError::into_inner));
    let mut statuses = Vec::new();
    for request in delayed {
        statuses.push(request.apply().await);
    }
    Json(json!({"statuses": statuses}))
}

async fn reset(State(simulator): State<Shared>) -> Result<Json<Value>, Refusal> {
    // On its own task, since a client that hangs up must not leave half of it.
    let outcome =
        tokio::spawn(async move { simulator.reset().await.map_err(|error| error.to_string()) }).await;
    match outcome.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(()) => Ok(done()),
        Err(message) => Err((StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": message})))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewService {
    name: String,
    #[serde(rename = "type")]
    service_type: String,
}

async fn create_service(
    State(simulator): State<Shared>,
    Path(project): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let NewService { name, service_type } = parse(&body)?;
    {
        let mut state = simulator.state();
        let project = state.world.projects.entry(project).or_insert_with(Project::default);
        project.services.insert(name, Service::new(&service_type));
    }
    simulator.bring_about().await;
    Ok(done())
}

async fn user_config(
    State(simulator): State<Shared>,
    Path((project, integration)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let mut state = simulator.state();
    let project = state.world.projects.get_mut(&project).ok_or_else(missing)?;
    let integration = project.integrations.get(&integration).ok_or_else(missing)?;
    let text = integration.user_config.text().to_owned();
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

async fn set_user_config(
    State(simulator): State<Shared>,
    Path((project, integration)): Path<(String, String)>,
    text: String,
) -> Result<Json<Value>, Refusal> {
    let document = Document::parse(&text).map_err(|error| refuse(&error.to_string()))?;
    {
        let mut state = simulator.state();
        let project = state.world.projects.get_mut(&project).ok_or_else(missing)?;
        let integration = project.integrations.get_mut(&integration).ok_or_else(missing)?;
        integration.user_config = document;
        integration.stale = None;
    }
    simulator.bring_about().await;
    Ok(done())
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| refuse(&error.to_string()))
}

fn refuse(message: &str) -> Refusal {
    (StatusCode::BAD_REQUEST, Json(json!({"error": message})))
}

fn missing() -> Refusal {
    (StatusCode::NOT_FOUND, Json(json!({"error": "no such project or integration"})))
}

fn done() -> Json<Value> {
    Json(json!({}))
}
