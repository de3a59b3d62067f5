//! Kafka topics, just enough to list and to create them. Integrations do not care whether they exist.

use super::{Body, project};
use crate::errors::ApiError;
use crate::simulator::Shared;
use crate::state::{Service, World};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

/// `GET /project/{p}/service/{s}/topic`
pub async fn list(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let mut state = simulator.state();
    let kafka = kafka(&mut state.world, &name, &service)?;
    Ok(Json(json!({"topics": kafka.topics})))
}

/// `POST /project/{p}/service/{s}/topic`
pub async fn create(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let mut state = simulator.state();
    let kafka = kafka(&mut state.world, &name, &service)?;
    let topic = Body::parse(&body)?.required_text("topic_name")?;
    if kafka.topics.iter().any(|other| other["topic_name"] == topic.as_str()) {
        return Err(ApiError::conflict(format!("Topic '{topic}' already exists")));
    }
    kafka.topics.push(json!({
        "topic_name": topic,
        "partitions": 1,
        "replication": 2,
        "min_insync_replicas": 1,
        "retention_bytes": -1,
        "retention_hours": 168,
        "cleanup_policy": "delete",
        "remote_storage_enable": false,
        "state": "ACTIVE",
        "tags": [],
        "owner_user_group_id": null,
    }));
    Ok(Json(json!({"message": "created"})))
}

fn kafka<'a>(world: &'a mut World, name: &str, service: &str) -> Result<&'a mut Service, ApiError> {
    let found = project(world, name)?.services.get_mut(service);
    let found = found.ok_or_else(|| ApiError::no_service(service))?;
    if found.service_type == "kafka" {
        return Ok(found);
    }
    Err(ApiError::invalid(format!("Service '{service}' is not a kafka service")))
}
