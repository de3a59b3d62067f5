//! Queries, answered by the real ClickHouse behind the API in the shape of Aiven's.

use super::Body;
use super::clickhouse::clickhouse;
use crate::data_plane::clickhouse::Returned;
use crate::errors::ApiError;
use crate::simulator::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::time::Duration;

/// The longest name of a database that Aiven takes, in characters.
const LONGEST_NAME: usize = 250;

/// The longest query that Aiven takes, in characters.
const LONGEST_QUERY: usize = 20_000;

/// Rows, the columns they have, and what the query cost.
#[derive(Serialize)]
pub struct Answer {
    meta: Box<RawValue>,
    data: Box<RawValue>,
    summary: Summary,
}

/// What a query cost. ClickHouse tells less here than the real service does: what it does not tell is 0.
#[derive(Serialize)]
struct Summary {
    elapsed_ns: u64,
    read_bytes: u64,
    read_rows: u64,
    result_bytes: u64,
    result_rows: u64,
    written_bytes: u64,
    written_rows: u64,
}

/// What ClickHouse calls `JSONCompact`. Its numbers are bare, whatever their width.
#[derive(Deserialize)]
struct Compact {
    meta: Box<RawValue>,
    data: Box<RawValue>,
}

/// `POST /project/{p}/service/{s}/clickhouse/query`
pub async fn answer(
    State(simulator): State<Shared>,
    Path((name, service)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Answer>, ApiError> {
    clickhouse(&mut simulator.state().world, &name, &service)?;
    let body = Body::parse(&body)?;
    let database = text(&body, "database", LONGEST_NAME)?;
    let query = text(&body, "query", LONGEST_QUERY)?;
    let engines = simulator.data_plane.as_ref().ok_or_else(ApiError::no_path)?;
    let returned = engines.query(&simulator, &database, &query).await.map_err(ApiError::invalid)?;
    shown(&returned).map(Json)
}

fn text(body: &Body, key: &str, longest: usize) -> Result<String, ApiError> {
    let text = body.required_text(key)?;
    if (1..=longest).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(ApiError::invalid(format!("Invalid input for {key}: must have 1 to {longest} characters")))
}

fn shown(returned: &Returned) -> Result<Answer, ApiError> {
    let elapsed = Duration::try_from_secs_f64(returned.seconds).unwrap_or_default();
    let cost = Summary {
        elapsed_ns: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX),
        read_bytes: returned.read_bytes,
        read_rows: returned.read_rows,
        result_bytes: 0,
        result_rows: 0,
        written_bytes: 0,
        written_rows: 0,
    };
    if returned.answer.is_empty() {
        let nothing = || RawValue::from_string("[]".to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned());
        let summary = Summary { written_bytes: returned.bytes, written_rows: returned.rows, ..cost };
        return Ok(Answer { meta: nothing(), data: nothing(), summary });
    }
    let Compact { meta, data } = serde_json::from_str(&returned.answer).map_err(|_| {
        ApiError::invalid("Invalid input for query: one query without a FORMAT of its own is expected")
    })?;
    let summary = Summary { result_bytes: returned.bytes, result_rows: returned.rows, ..cost };
    Ok(Answer { meta, data, summary })
}
