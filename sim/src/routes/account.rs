//! Who the token belongs to and which projects it sees.

use crate::simulator::Shared;
use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

/// `GET /me`
pub async fn me(State(simulator): State<Shared>) -> Json<Value> {
    let projects: Vec<_> = simulator.state().world.projects.keys().cloned().collect();
    Json(json!({"user": {
        "user": "simulated@example.com",
        "user_id": "u00000000000",
        "real_name": "Simulated User",
        "state": "active",
        "projects": projects,
        "auth": ["password"],
    }}))
}

/// `GET /project`
pub async fn projects(State(simulator): State<Shared>) -> Json<Value> {
    let state = simulator.state();
    let names = state.world.projects.keys();
    let membership: Map<_, _> = names.clone().map(|name| (name.clone(), json!("admin"))).collect();
    let projects: Vec<_> =
        names.map(|name| json!({"project_name": name, "default_cloud": "google-europe-west1"})).collect();
    Json(json!({"projects": projects, "project_membership": membership}))
}
