//! ClickHouse databases: those that integrations bring along, with their tables.

use super::project;
use crate::errors::ApiError;
use crate::simulator::Shared;
use crate::state::{End, Integration, Project};
use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// `GET /project/{p}/service/{s}/clickhouse/db`
pub async fn databases(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let mut state = simulator.state();
    let project = project(&mut state.world, &name)?;
    let clickhouse = project.services.get(&service).ok_or_else(|| ApiError::no_service(&service))?;
    if clickhouse.service_type != "clickhouse" {
        return Err(ApiError::invalid(format!("Service '{service}' is not a clickhouse service")));
    }
    let here = End::Service(service);
    let mut databases = vec![database("default", "Replicated", true, &[])];
    for integration in project.integrations.values() {
        if integration.integration_type == "clickhouse_kafka" && integration.destination == here {
            let name = database_name(integration, project);
            databases.push(database(&name, "Atomic", false, &tables(integration, &name)));
        }
    }
    Ok(Json(json!({"databases": databases})))
}

fn database(name: &str, engine: &str, required: bool, tables: &[Value]) -> Value {
    json!({"name": name, "engine": engine, "required": required, "state": "ok", "tables": tables})
}

/// `service_` or `endpoint_` and the verbatim name of the source. The latter is assumed from what Aiven does
/// for other kinds of endpoint.
fn database_name(integration: &Integration, project: &Project) -> String {
    match &integration.source {
        End::Service(name) => format!("service_{name}"),
        End::Endpoint(id) => {
            let name = project.endpoints.get(id).map_or(id, |endpoint| &endpoint.name);
            format!("endpoint_{name}")
        }
    }
}

fn tables(integration: &Integration, database: &str) -> Vec<Value> {
    let document = integration.user_config.value();
    let tables = document.get("tables").and_then(Value::as_array);
    let names = tables.into_iter().flatten().filter_map(|table| table.get("name")?.as_str());
    names
        .map(|name| {
            json!({
                "name": name,
                "uuid": stable_uuid(database, name),
                "engine": "Kafka",
                "total_rows": null,
                "total_bytes": null,
                "state": "ok",
            })
        })
        .collect()
}

/// The same table always has the same id, so answers can be compared.
fn stable_uuid(database: &str, table: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (database, table).hash(&mut hasher);
    let high = hasher.finish();
    table.hash(&mut hasher);
    uuid::Uuid::from_u64_pair(high, hasher.finish()).to_string()
}
