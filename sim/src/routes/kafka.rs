//! Kafka topics, just enough to list and to create them. Integrations do not care whether they exist.

use super::{Body, project};
use crate::errors::ApiError;
use crate::simulator::Shared;
use crate::state::{Service, World};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

/// More than any test needs, and less than a cluster in memory bears.
const MOST_PARTITIONS: u32 = 1000;

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
    let body = Body::parse(&body)?;
    let (topic, partitions) = requested(&mut simulator.state().world, &name, &service, &body)?;
    if let Some(engines) = &simulator.data_plane {
        let of = (name.clone(), service.clone());
        let made = engines.create_topic(&simulator, &of, &topic, partitions).await;
        made.map_err(|ended| ApiError::internal(format!("Kafka {ended}: {}", ended.complaints)))?;
    }
    add(&mut simulator.state().world, &name, &service, &topic, partitions)?;
    Ok(Json(json!({"message": "created"})))
}

/// The name of a topic that can be made, and how many partitions it is to have.
fn requested(world: &mut World, name: &str, service: &str, body: &Body) -> Result<(String, u32), ApiError> {
    let kafka = kafka(world, name, service)?;
    let topic = body.required_text("topic_name")?;
    let partitions = match body.0.get("partitions").map(|raw| raw.get()) {
        None | Some("null") => 1,
        Some(text) => {
            text.parse().ok().filter(|number| (1..=MOST_PARTITIONS).contains(number)).ok_or_else(|| {
                ApiError::invalid(format!(
                    "Invalid input for partitions: {text} is not a whole number from 1 to {MOST_PARTITIONS}"
                ))
            })?
        }
    };
    is_new(kafka, &topic)?;
    Ok((topic, partitions))
}

/// Notes a topic that was made, unless somebody else was faster.
fn add(world: &mut World, name: &str, service: &str, topic: &str, partitions: u32) -> Result<(), ApiError> {
    let kafka = kafka(world, name, service)?;
    is_new(kafka, topic)?;
    kafka.topics.push(json!({
        "topic_name": topic,
        "partitions": partitions,
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
    Ok(())
}

fn is_new(kafka: &Service, topic: &str) -> Result<(), ApiError> {
    if kafka.topics.iter().any(|other| other["topic_name"] == topic) {
        return Err(ApiError::conflict(format!("Topic '{topic}' already exists")));
    }
    Ok(())
}

fn kafka<'a>(world: &'a mut World, name: &str, service: &str) -> Result<&'a mut Service, ApiError> {
    let found = project(world, name)?.services.get_mut(service);
    let found = found.ok_or_else(|| ApiError::no_service(service))?;
    if found.service_type == "kafka" {
        return Ok(found);
    }
    Err(ApiError::invalid(format!("Service '{service}' is not a kafka service")))
}
