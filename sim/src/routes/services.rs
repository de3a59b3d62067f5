//! Services, read only: what they are and which integrations they take part in.

use super::integration_answer::{Answer, Answering};
use super::integrations::answering;
use crate::errors::ApiError;
use crate::simulator::Shared;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::{Value, json};

/// When every simulated service was made and last changed; fixed, so that answers can be compared.
const TIMESTAMP: &str = "2026-01-01T00:00:00Z";

#[derive(Serialize)]
struct Fields {
    #[serde(flatten)]
    fixed: Value,
    service_integrations: Vec<Answer>,
}

/// The envelope of one service.
#[derive(Serialize)]
pub struct One {
    service: Fields,
}

/// The envelope of many services.
#[derive(Serialize)]
pub struct Many {
    services: Vec<Fields>,
}

/// `GET /project/{p}/service`
pub async fn list(State(simulator): State<Shared>, Path(name): Path<String>) -> Result<Json<Many>, ApiError> {
    let mut state = simulator.state();
    let mut answering = answering(&mut state, &name)?;
    let services: Vec<_> = answering.project.services.keys().cloned().collect();
    let described = services.iter().filter_map(|service| describe(&simulator, &mut answering, service));
    let services = described.collect();
    Ok(Json(Many { services }))
}

/// `GET /project/{p}/service/{s}`
pub async fn get(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
) -> Result<Json<One>, ApiError> {
    let mut state = simulator.state();
    let mut answering = answering(&mut state, &name)?;
    let service =
        describe(&simulator, &mut answering, &service).ok_or_else(|| ApiError::no_service(&service))?;
    Ok(Json(One { service }))
}

fn describe(simulator: &Shared, answering: &mut Answering<'_>, name: &str) -> Option<Fields> {
    let service_type = &answering.project.services.get(name)?.service_type;
    let address = simulator.data_plane.as_ref().and_then(|engines| engines.address(answering.name, name));
    let (host, port, uri) = if let Some(address) = address {
        let (host, port) = address.rsplit_once(':').unwrap_or((&address, ""));
        // Without a scheme, as a client of Kafka has it.
        (host.to_owned(), port.to_owned(), address.clone())
    } else {
        let host = format!("{name}-{}.example.com", answering.name);
        (host.clone(), "443".to_owned(), format!("https://{host}:443"))
    };
    let fixed = json!({
        "service_name": name,
        "service_type": service_type,
        "service_type_description": service_type,
        "state": "RUNNING",
        "plan": "startup-16",
        "cloud_name": "google-europe-west1",
        "cloud_description": "Europe, Belgium",
        "create_time": TIMESTAMP,
        "update_time": TIMESTAMP,
        "group_list": ["default"],
        "node_count": 1,
        "node_cpu_count": 2,
        "node_memory_mb": 16384,
        "disk_space_mb": 102_400,
        "node_states": [],
        "backups": [],
        "components": [],
        "connection_info": {},
        "connection_pools": [],
        "databases": [],
        "features": {},
        "maintenance": {"dow": "sunday", "time": "10:00:00", "updates": []},
        "metadata": {},
        "powered": true,
        "project_vpc_id": null,
        "service_notifications": [],
        "service_uri": uri,
        "service_uri_params": {"host": host, "port": port},
        "tags": {},
        "tech_emails": [],
        "termination_protection": false,
        "topics": [],
        "user_config": {},
        "users": [],
    });
    Some(Fields { fixed, service_integrations: answering.of_service(name) })
}
