//! Refusals in the shape of Aiven's API: `{"errors":[{"message","status","error_code"}],"message"}`.
//! The one place where their wording is kept; knows nothing of why a request is refused.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal, ready to be answered.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    message: String,
    code: Option<&'static str>,
    retry_after_seconds: Option<u64>,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), code: None, retry_after_seconds: None }
    }

    fn coded(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// No `Authorization` header at all.
    pub fn missing_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Missing (expired) db token")
    }

    /// A token nobody issued, as 401 or, on request, as 403.
    pub fn wrong_token(status: u16) -> Self {
        if status == 403 {
            Self::new(StatusCode::FORBIDDEN, "Authentication failed").coded("authentication_failed")
        } else {
            Self::new(StatusCode::UNAUTHORIZED, "Invalid token")
        }
    }

    /// A project that does not exist or belongs to somebody else; the service does not say which.
    pub fn not_a_project_member() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not a project member")
    }

    /// No such service.
    pub fn no_service(name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("Service '{name}' does not exist"))
            .coded("service_does_not_exist")
    }

    /// No such integration. The code is a fact, the text is assumed.
    pub fn no_integration() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Service integration not found")
            .coded("service_integration_not_found")
    }

    /// No such endpoint. The code is a fact, the text is assumed.
    pub fn no_endpoint() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Service integration endpoint not found")
            .coded("service_integration_endpoint_not_found")
    }

    /// No such path.
    pub fn no_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    /// The path exists, the method does not.
    pub fn no_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    /// Something of that name is there already.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// The request is not what it should be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Something behind the API does not work.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// A PUT that changes nothing. The text is a fact, the status is recorded nowhere.
    pub fn unchanged(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, "User config not changed")
    }

    /// Too many requests, in the words of the one public sighting.
    pub fn too_many_requests(limit: u32, seconds: u64, in_message: bool, in_header: bool) -> Self {
        let wait = if in_message { format!(" - try again in {seconds}s") } else { String::new() };
        let message = format!(
            "The user has sent too many requests in a given amount of time: Rate limit {limit} exceeded{wait}"
        );
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, message);
        Self { retry_after_seconds: in_header.then_some(seconds), ..error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut error = json!({"message": self.message, "status": self.status.as_u16()});
        if let Some(code) = self.code {
            error["error_code"] = json!(code);
        }
        let body = json!({"errors": [error], "message": self.message});
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
