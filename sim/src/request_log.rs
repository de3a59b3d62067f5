//! What reached the API, in order of arrival, for tests to look at. Tokens are never kept.

use std::time::Instant;

use serde::Serialize;

/// One request to the API.
#[derive(Debug, Serialize)]
pub struct LoggedRequest {
    /// Counts up from 1 and is never reused, not even after the log is cleared.
    pub sequence: u64,
    /// The HTTP method.
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// The query, still encoded.
    pub query: Option<String>,
    /// What was answered, or would have been if a fault had not kept it back; `None` if nothing took place.
    pub status: Option<u16>,
    /// When it took effect, in microseconds since the simulator was started or reset.
    pub effect_microseconds: Option<u64>,
    /// The name of the fault it met.
    pub fault: Option<&'static str>,
    /// The body, as text.
    pub body: String,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// How it was authorized: `aivenv1`, `bearer`, `other` or `none`.
    pub authorization: &'static str,
}

/// All requests since the log was last cleared.
#[derive(Debug)]
pub struct RequestLog {
    begun: Instant,
    requests: Vec<LoggedRequest>,
    last: u64,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self { begun: Instant::now(), requests: Vec::new(), last: 0 }
    }
}

impl RequestLog {
    /// Numbers a request and keeps it.
    pub fn arrived(&mut self, mut request: LoggedRequest) -> u64 {
        self.last += 1;
        request.sequence = self.last;
        self.requests.push(request);
        self.last
    }

    /// Notes what a request was answered with, unless the log has been cleared since it arrived.
    pub fn answered(&mut self, sequence: u64, status: u16) {
        let now = u64::try_from(self.begun.elapsed().as_micros()).ok();
        if let Some(request) = self.requests.iter_mut().find(|request| request.sequence == sequence) {
            request.status = Some(status);
            request.effect_microseconds = now;
        }
    }

    /// The requests, oldest first.
    pub fn requests(&self) -> &[LoggedRequest] {
        &self.requests
    }

    /// Forgets the requests.
    pub fn clear(&mut self) {
        self.requests.clear();
    }
}
