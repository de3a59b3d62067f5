//! The answers that faults give in place of the API's own. Knows nothing of when they are given.

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::task::Poll;

/// A status of choice; `body` as text if it is a string, else as JSON, else an error in Aiven's shape.
pub fn status(code: u16, body: Option<Value>, headers: &BTreeMap<String, String>) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        Some(Value::String(text)) => (status, text).into_response(),
        Some(value) => (status, Json(value)).into_response(),
        None => {
            let message = status.canonical_reason().unwrap_or("Unknown");
            let errors = json!([{"message": message, "status": code}]);
            (status, Json(json!({"errors": errors, "message": message}))).into_response()
        }
    };
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A proxy's page instead of the API's JSON.
pub fn html(code: u16) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    let reason = status.canonical_reason().unwrap_or("Unknown");
    (status, Html(format!("<html><body><h1>{code} {reason}</h1></body></html>\n"))).into_response()
}

/// Announces the whole body and sends its first half.
pub async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    parts.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    let mut half = Some(whole.slice(..whole.len() / 2));
    let mut flushed = false;
    let body = stream::poll_fn(move |context| {
        if let Some(half) = half.take() {
            return Poll::Ready(Some(Ok::<Bytes, io::Error>(half)));
        }
        if !flushed {
            // The server flushes when its body has to be waited for; the failure below would overtake the half.
            flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    });
    Response::from_parts(parts, Body::from_stream(body))
}
