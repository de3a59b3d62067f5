//! What every API request goes through before and after it takes effect: the log, the rate limit, latency,
//! faults and, innermost, the token. Knows nothing of what any request means.

use crate::broken_answers;
use crate::connection::Connection;
use crate::errors::ApiError;
use crate::faults::Fault;
use crate::parking::HeldRequest;
use crate::request_log::LoggedRequest;
use crate::simulator::Shared;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rand::Rng;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// A request whose effect is yet to come.
#[derive(Debug)]
pub struct Delayed {
    request: Request,
    next: Next,
}

impl Delayed {
    /// Lets it take effect and returns the status its client never saw.
    pub async fn apply(self) -> u16 {
        self.next.run(self.request).await.status().as_u16()
    }
}

/// A request on its way through.
struct Passage {
    simulator: Shared,
    connection: Connection,
    sequence: u64,
    next: Next,
}

/// Logs a request, meets its fate and lets it through to the API.
pub async fn pass(
    State(simulator): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return ApiError::invalid("the request ended early").into_response();
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let (sequence, admitted, fault) = {
        let mut state = simulator.state();
        let state = &mut *state;
        let admitted = match state.settings.rate_limit {
            Some(rule) => state.rate.admit(rule, Instant::now()),
            None => Ok(()),
        };
        // A refused request meets no fault: the limit stands in front of everything that can fail.
        let fault = match &admitted {
            Ok(()) => state.faults.choose(&method, &path, &text, &mut state.random),
            Err(_) => None,
        };
        let logged = LoggedRequest {
            sequence: 0,
            method: method.clone(),
            path: path.clone(),
            query: parts.uri.query().map(str::to_owned),
            status: None,
            effect_microseconds: None,
            fault: fault.as_ref().map(Fault::name),
            body: text,
            user_agent: header(&parts.headers, &USER_AGENT).map(str::to_owned),
            authorization: authorization(&parts.headers).0,
        };
        (state.log.arrived(logged), admitted, fault)
    };
    let passage = Passage { simulator, connection, sequence, next };
    let request = Request::from_parts(parts, Body::from(body));
    let held = HeldRequest { sequence, method, path, applied: false };
    // On its own task, since a client that hangs up does not stop a server that has begun.
    let outcome = tokio::spawn(async move {
        match admitted {
            Ok(()) => passage.meet(fault, request, held).await,
            Err(refusal) => passage.note(refusal.into_response()),
        }
    });
    outcome.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

impl Passage {
    async fn meet(self, fault: Option<Fault>, request: Request, held: HeldRequest) -> Response {
        match fault {
            None => self.apply(request).await,
            Some(Fault::Status { code, body, headers, applied }) => {
                self.instead(broken_answers::status(code, body, &headers), applied, request).await
            }
            Some(Fault::Html { code, applied }) => {
                self.instead(broken_answers::html(code), applied, request).await
            }
            Some(Fault::Truncate) => broken_answers::truncated(self.apply(request).await).await,
            Some(Fault::ResetBefore) => self.reset(),
            Some(Fault::ResetAfter) => {
                self.apply(request).await;
                self.reset()
            }
            Some(Fault::DelayApply) => {
                let delayed = Delayed { request, next: self.next.clone() };
                self.simulator.delayed.lock().unwrap_or_else(PoisonError::into_inner).push(delayed);
                self.reset()
            }
            Some(Fault::HoldBefore) => {
                let _leave = self.simulator.parking.park(held).await;
                self.apply(request).await
            }
            Some(Fault::HoldAfter) => {
                let response = self.apply(request).await;
                self.simulator.parking.park(HeldRequest { applied: true, ..held }).await;
                response
            }
        }
    }

    /// The answer of a fault. Where the request takes effect all the same, the log keeps the API's own decision.
    async fn instead(&self, answer: Response, applied: bool, request: Request) -> Response {
        if !applied {
            return self.note(answer);
        }
        self.apply(request).await;
        answer
    }

    async fn apply(&self, request: Request) -> Response {
        let (there, back) = self.latency();
        pause(there).await;
        let response = self.note(self.next.clone().run(request).await);
        pause(back).await;
        response
    }

    fn latency(&self) -> (Duration, Duration) {
        let mut state = self.simulator.state();
        let state = &mut *state;
        let jitter = match state.settings.jitter_ms {
            0 => 0,
            most => state.random.random_range(0..=most),
        };
        let whole = Duration::from_millis(state.settings.latency_ms + jitter);
        let half = whole / 2;
        (half, whole.saturating_sub(half))
    }

    fn note(&self, response: Response) -> Response {
        self.simulator.state().log.answered(self.sequence, response.status().as_u16());
        response
    }

    /// The response is never seen: the connection resets instead of writing it.
    fn reset(&self) -> Response {
        self.connection.reset();
        StatusCode::OK.into_response()
    }
}

/// Refuses whoever does not have the token, in either of the two forms Aiven takes.
pub async fn authenticate(State(simulator): State<Shared>, request: Request, next: Next) -> Response {
    match authorization(request.headers()) {
        ("none", _) => ApiError::missing_token().into_response(),
        ("aivenv1" | "bearer", token) if simulator.accepts(token) => next.run(request).await,
        _ => {
            let status = simulator.state().settings.wrong_token_status;
            ApiError::wrong_token(status).into_response()
        }
    }
}

/// The form of the `Authorization` header and the token in it.
fn authorization(headers: &HeaderMap) -> (&'static str, &str) {
    let Some(value) = header(headers, &AUTHORIZATION) else {
        return ("none", "");
    };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    match scheme.to_ascii_lowercase().as_str() {
        "aivenv1" => ("aivenv1", token.trim()),
        "bearer" => ("bearer", token.trim()),
        _ => ("other", ""),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}
