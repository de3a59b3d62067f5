//! ClickHouse databases: those that integrations bring along, with their tables; or all that the real ClickHouse has.

use super::project;
use crate::data_plane::DataPlane;
use crate::errors::ApiError;
use crate::simulator::{Shared, Simulator};
use crate::state::{End, Integration, Project, World};
use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// `GET /project/{p}/service/{s}/clickhouse/db`
pub async fn databases(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    if let Some(engines) = &simulator.data_plane {
        clickhouse(&mut simulator.state().world, &name, &service)?;
        return Ok(Json(json!({"databases": real(&simulator, engines).await?})));
    }
    let mut state = simulator.state();
    let project = clickhouse(&mut state.world, &name, &service)?;
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

/// The project, if the service in it is a ClickHouse.
pub fn clickhouse<'a>(world: &'a mut World, name: &str, service: &str) -> Result<&'a Project, ApiError> {
    let project = project(world, name)?;
    let found = project.services.get(service).ok_or_else(|| ApiError::no_service(service))?;
    if found.service_type == "clickhouse" {
        return Ok(project);
    }
    Err(ApiError::invalid(format!("Service '{service}' is not a clickhouse service")))
}

/// What the real ClickHouse holds, without what it brings along.
async fn real(simulator: &Simulator, engines: &DataPlane) -> Result<Vec<Value>, ApiError> {
    let rows = async |query: &str| {
        let returned = engines.query(simulator, "default", query).await.map_err(ApiError::internal)?;
        let answer: Value = serde_json::from_str(&returned.answer).unwrap_or_default();
        Ok::<_, ApiError>(answer["data"].as_array().cloned().unwrap_or_default())
    };
    let databases = rows(
        "SELECT name, engine FROM system.databases WHERE engine != 'Memory' ORDER BY name != 'default', name",
    );
    let databases = databases.await?;
    let tables = rows(
        "SELECT database, name, uuid, engine, total_rows, total_bytes FROM system.tables ORDER BY database, name",
    );
    let tables = tables.await?;
    let within = |database: &Value| -> Vec<_> {
        let tables = tables.iter().filter(|table| table[0] == *database);
        tables
            .map(|table| {
                json!({
                    "name": table[1],
                    "uuid": table[2],
                    "engine": table[3],
                    "total_rows": table[4],
                    "total_bytes": table[5],
                    "state": "ok",
                })
            })
            .collect()
    };
    let shown = databases.iter().map(|found| {
        let name = found[0].as_str().unwrap_or_default();
        database(name, found[1].as_str().unwrap_or_default(), name == "default", &within(&found[0]))
    });
    Ok(shown.collect())
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
