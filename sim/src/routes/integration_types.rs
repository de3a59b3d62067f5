//! The integration types this stand-in knows: which services they join, and by which rules.

use super::project;
use crate::errors::ApiError;
use crate::schema::{Kind, clickhouse_kafka};
use crate::settings::Settings;
use crate::simulator::Shared;
use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

/// One type of integration.
#[derive(Debug)]
pub struct IntegrationType {
    /// The name in requests and answers.
    pub name: &'static str,
    /// The text the real service shows with it.
    pub description: &'static str,
    /// The types of service or endpoint it can start from.
    pub sources: &'static [&'static str],
    /// The types of service it can end in.
    pub destinations: &'static [&'static str],
    /// The rules of its `user_config`; `None` lets any object through.
    pub user_config: Option<&'static Kind>,
}

impl IntegrationType {
    /// The JSON Schema of its `user_config`, as it is published and enforced; `None` lets any object through.
    pub fn schema(&self, settings: &Settings) -> Option<Value> {
        let mut schema = self.user_config?.json_schema(settings.strictness.unknown_keys);
        if let Some(table) = schema.pointer_mut("/properties/tables/items") {
            patch(table, &settings.schema_overlay);
        }
        Some(schema)
    }
}

/// Applies a JSON merge patch (RFC 7396); one that is no object changes nothing.
fn patch(target: &mut Value, changes: &Value) {
    let Value::Object(changes) = changes else { return };
    for (key, change) in changes {
        match (change, &mut target[key.as_str()]) {
            (Value::Null, _) => {
                target.as_object_mut().map(|members| members.remove(key));
            }
            (Value::Object(_), member @ Value::Object(_)) => patch(member, change),
            (_, member) => *member = change.clone(),
        }
    }
}

/// All types. Only the first has rules; the others are there to be told apart from it.
pub const TYPES: &[IntegrationType] = &[
    IntegrationType {
        name: "clickhouse_kafka",
        description: "Access a Kafka cluster from ClickHouse",
        sources: &["kafka", "external_kafka"],
        destinations: &["clickhouse"],
        user_config: Some(&clickhouse_kafka::USER_CONFIG),
    },
    IntegrationType {
        name: "clickhouse_postgresql",
        description: "Access a PostgreSQL database from ClickHouse",
        sources: &["pg"],
        destinations: &["clickhouse"],
        user_config: None,
    },
    IntegrationType {
        name: "kafka_logs",
        description: "Send service logs to a Kafka cluster",
        sources: &["kafka", "clickhouse", "pg"],
        destinations: &["kafka"],
        user_config: None,
    },
    IntegrationType {
        name: "metrics",
        description: "Send service metrics to a PostgreSQL database",
        sources: &["kafka", "clickhouse"],
        destinations: &["pg"],
        user_config: None,
    },
];

/// The type of that name.
pub fn find(name: &str) -> Option<&'static IntegrationType> {
    TYPES.iter().find(|known| known.name == name)
}

/// `GET /project/{p}/integration_types`
pub async fn list(
    State(simulator): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut state = simulator.state();
    project(&mut state.world, &name)?;
    let types: Vec<_> = TYPES
        .iter()
        .map(|known| {
            json!({
                "integration_type": known.name,
                "source_description": known.description,
                "dest_description": known.description,
                "source_service_types": known.sources,
                "dest_service_type": known.destinations.first(),
                "dest_service_types": known.destinations,
                "user_config_schema": known.schema(&state.settings).unwrap_or_else(any_object),
            })
        })
        .collect();
    Ok(Json(json!({"integration_types": types})))
}

fn any_object() -> Value {
    json!({"type": "object", "properties": {}})
}
