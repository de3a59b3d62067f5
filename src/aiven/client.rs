//! How a request is made: a read, which is attempted again after faults that a second attempt usually cures, and a
//! write, which is one request.
//!
//! Never plans, merges or paces: it answers a call with what became of it. Which calls there are is in
//! `integrations`, `endpoints` and `queries`.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tracing::debug;
use url::Url;

use super::answer::{Answer, Meaning, Refusal, Subject};
use super::fault::Fault;
use super::transport::{self, Connections, Limits};
use super::{ApiUrl, ClientError, ReadError, Token, WriteError};

/// Where the API is and whom to ask as.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base URL.
    pub api_url: ApiUrl,
    /// Secret.
    pub token: Token,
    /// PEM file of certificate authorities to trust beside the system's.
    pub ca_certificate: Option<PathBuf>,
    /// Value of the `User-Agent` header.
    pub user_agent: String,
}

/// A connection to the API. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    api_url: ApiUrl,
    token: Token,
    limits: Limits,
    /// Keeps connections and uses them again.
    reads: reqwest::Client,
    /// Opens a connection for every request; `transport` has the reason.
    writes: reqwest::Client,
}

impl Client {
    /// Reads the certificates of the system and `settings.ca_certificate`, and connects to nothing.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        Self::with_limits(settings, Limits::default())
    }

    pub(super) fn with_limits(settings: Settings, limits: Limits) -> Result<Self, ClientError> {
        let reads = transport::build(&settings, &limits, Connections::Shared)?;
        let writes = transport::build(&settings, &limits, Connections::Fresh)?;
        let shared = Shared { api_url: settings.api_url, token: settings.token, limits, reads, writes };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Where this client asks.
    pub fn api_url(&self) -> &ApiUrl {
        &self.shared.api_url
    }

    /// One write, and the only function that sends any: a POST, PUT or DELETE that changes something, at most once. `body`
    /// is the text of a JSON value and is sent as it is. To drop the future while it runs is to lose the answer.
    pub(super) async fn write(
        &self,
        method: Method,
        url: Url,
        body: Option<String>,
        subject: Subject,
    ) -> Result<Answer, WriteError> {
        let mut request = self.shared.writes.request(method, url).timeout(self.shared.limits.write);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body);
        }
        let answer = self.exchange(&self.shared.writes, request).await?;
        match self.refusal(&answer, subject) {
            Some(refusal) => Err(refusal.of_write()),
            None => Ok(answer),
        }
    }

    /// A read with its further attempts: after a fault and after an answer without a verdict, such as 502.
    /// Rate limits are left to the caller, who knows what else is waiting.
    pub(super) async fn read(&self, url: Url, subject: Subject) -> Result<Answer, ReadError> {
        self.read_by(|reads| reads.get(url.clone()), subject).await
    }

    /// A read whose question is too long for a URL, so that it is a POST, attempted again like any read. `body` is the
    /// text of a JSON value that asks for nothing to be changed.
    pub(super) async fn ask(&self, url: Url, body: &str, subject: Subject) -> Result<Answer, ReadError> {
        let json = HeaderValue::from_static("application/json");
        let request = |reads: &reqwest::Client| {
            reads.post(url.clone()).header(CONTENT_TYPE, &json).body(body.to_owned())
        };
        self.read_by(request, subject).await
    }

    async fn read_by(
        &self,
        request: impl Fn(&reqwest::Client) -> reqwest::RequestBuilder,
        subject: Subject,
    ) -> Result<Answer, ReadError> {
        let mut pauses = self.shared.limits.pauses.iter();
        loop {
            let request = request(&self.shared.reads).timeout(self.shared.limits.read);
            let error = match self.exchange(&self.shared.reads, request).await {
                Ok(answer) => match self.refusal(&answer, subject) {
                    None => return Ok(answer),
                    Some(refusal) if refusal.meaning != Meaning::NoVerdict => {
                        return Err(refusal.of_read());
                    }
                    Some(refusal) => refusal.of_read(),
                },
                Err(fault) => fault.into(),
            };
            let Some(pause) = pauses.next() else {
                return Err(error);
            };
            tokio::time::sleep(varied(*pause)).await;
        }
    }

    /// A success to a read that cannot be read.
    pub(super) fn unreadable(&self, reason: String) -> ReadError {
        ReadError::Unavailable { reason: self.shared.token.scrub(reason) }
    }

    /// A success to a write that cannot be read, so that nobody knows what was done.
    pub(super) fn unclear(&self, reason: String) -> WriteError {
        WriteError::Unknown { reason: self.shared.token.scrub(reason) }
    }

    fn refusal(&self, answer: &Answer, subject: Subject) -> Option<Refusal> {
        let mut refusal = answer.refusal(subject, SystemTime::now())?;
        refusal.message = self.shared.token.scrub(refusal.message);
        Some(refusal)
    }

    /// The URL of a path. No part of it can reach outside its place.
    pub(super) fn url(&self, segments: &[&str]) -> Result<Url, Fault> {
        let url = self.shared.api_url.endpoint(segments);
        let reason =
            "a project, service, integration or endpoint is named ``, `.` or `..`, which no URL can express";
        url.ok_or_else(|| Fault::Inexpressible(reason.to_owned()))
    }

    /// Sends one request and takes in its answer, whatever it says. Logs what happened, never what was said.
    async fn exchange(
        &self,
        http: &reqwest::Client,
        request: reqwest::RequestBuilder,
    ) -> Result<Answer, Fault> {
        let request = request
            .header(AUTHORIZATION, self.shared.token.authorization())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .build()
            .map_err(|error| Fault::of(&error))?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let started = Instant::now();
        let outcome = match http.execute(request).await {
            Ok(response) => self.take_in(response).await,
            Err(error) => Err(Fault::of(&error)),
        };
        log(&method, &path, started.elapsed(), &outcome);
        outcome
    }

    /// Reads the body as it comes and stops at the limit: `Content-Length` is the server's claim.
    async fn take_in(&self, mut response: reqwest::Response) -> Result<Answer, Fault> {
        let limit = self.shared.limits.answer;
        let mut body = Vec::new();
        // The head of an answer has arrived, so an error from here on cannot mean "not sent".
        while let Some(chunk) =
            response.chunk().await.map_err(|error| Fault::Lost(super::fault::reason(&error)))?
        {
            if body.len() + chunk.len() > limit {
                return Err(Fault::Lost(format!("the answer is larger than {limit} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: response.status(), headers: response.headers().clone(), body })
    }
}

/// The token is left out, as is everything below the URL.
impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("api_url", &self.shared.api_url.to_string())
            .finish_non_exhaustive()
    }
}

/// A pause between three and five quarters of its length, so that many clients do not return in step.
fn varied(pause: Duration) -> Duration {
    pause.mul_f64(0.75 + fastrand::f64() / 2.0)
}

fn log(method: &Method, path: &str, took: Duration, outcome: &Result<Answer, Fault>) {
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match outcome {
        Ok(answer) => debug!(
            %method,
            path,
            status = answer.status.as_u16(),
            milliseconds,
            bytes = answer.body.len(),
            "request answered"
        ),
        Err(fault) => {
            debug!(%method, path, milliseconds, reason = fault.reason(), "request not answered");
        }
    }
}
