//! What an answer means: pure functions from status, headers and body to an error of `error`.
//!
//! Knows nothing of connections and clocks; the time is passed in.

use std::time::{Duration, SystemTime};

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use super::complaint::{Complaint, Entry};
use super::{ReadError, WriteError, wait};

/// A complete HTTP answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// What a request was about, which decides whether a not-found is about that very thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// One integration.
    Integration,
    /// A service and its list of integrations.
    Service,
    /// One integration endpoint.
    Endpoint,
    /// A project, which is never definitely not found: the API does not tell that from somebody else's.
    Project,
}

/// An answer that is no success.
#[derive(Debug)]
pub(super) struct Refusal {
    pub meaning: Meaning,
    pub message: String,
    status: u16,
}

/// What an answer that is no success means, whatever was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A definite not-found.
    NotFound,
    /// "User config not changed".
    Unchanged,
    /// The token may not do this.
    Denied,
    /// Asked to come back later.
    RateLimited(Option<Duration>),
    /// Somebody else is writing, or the service is busy.
    Conflict,
    /// The API's refusal of what was sent.
    Refused,
    /// A refusal that is not about what was sent, or not the API's.
    Rejected,
    /// Sent elsewhere.
    Redirected,
    /// No verdict on the request at all; a write may have been applied.
    NoVerdict,
}

impl Answer {
    /// `None` for a success.
    pub fn refusal(&self, subject: Subject, now: SystemTime) -> Option<Refusal> {
        if self.status.is_success() {
            return None;
        }
        let complaint = Complaint::read(&self.headers, &self.body);
        let meaning = self.meaning(&complaint, subject, now);
        let message = match meaning {
            Meaning::Redirected => format!(
                "a redirect to {}, which is not followed; check AIVEN_WEB_URL and proxies",
                self.redirected_to()
            ),
            _ => complaint.message,
        };
        Some(Refusal { meaning, message, status: self.status.as_u16() })
    }

    fn meaning(&self, complaint: &Complaint, subject: Subject, now: SystemTime) -> Meaning {
        let wait = wait::stated(&self.headers, &complaint.message, now);
        // The status of this answer is on record nowhere, only its words are.
        if self.status.is_client_error()
            && complaint.message.to_lowercase().contains("user config not changed")
        {
            return Meaning::Unchanged;
        }
        match self.status.as_u16() {
            300..=399 => Meaning::Redirected,
            401 | 403 => Meaning::Denied,
            404 if is_about(&complaint.entries, subject) => Meaning::NotFound,
            408 => Meaning::NoVerdict,
            409 | 423 => Meaning::Conflict,
            429 => Meaning::RateLimited(wait),
            503 if wait.is_some() => Meaning::RateLimited(wait),
            // Gateways and firewalls send these two as well, and not because of one table.
            400 | 422 if complaint.is_the_apis => Meaning::Refused,
            400..=499 => Meaning::Rejected,
            // 5xx, and statuses that HTTP does not define for a final answer.
            _ => Meaning::NoVerdict,
        }
    }

    /// The host named by `Location`. Its path and query are nobody's business: sign-in pages put secrets there.
    fn redirected_to(&self) -> String {
        let location = self.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.and_then(|text| url::Url::parse(text).ok());
        location
            .and_then(|url| url.host_str().map(|host| format!("`{host}`")))
            .unwrap_or_else(|| "another path of the same host".to_owned())
    }
}

/// Whether a 404 says that the very thing asked for does not exist.
///
/// Callers forget what they know of a thing that is gone, so this must not be mistaken: a 404 for the
/// project, for a mistyped path or from a gateway is no such proof. Every entry must have the API's shape and
/// either carry the right code or, having no code, speak of the right thing. "Service integration" is an
/// integration, not a service; an "integration endpoint" is neither, and nor is it any endpoint, which may be a path
/// of the API.
fn is_about(entries: &[Entry], subject: Subject) -> bool {
    let about = |entry: &Entry| {
        let words = entry.message.to_lowercase();
        let words = words.replace("service integration", "integration");
        let words = words.replace("integration endpoint", "end-point");
        match (entry.code.as_deref(), subject) {
            (Some(code), Subject::Integration) => code == "service_integration_not_found",
            (Some(code), Subject::Service) => {
                matches!(code, "service_not_found" | "service_does_not_exist")
            }
            (Some(code), Subject::Endpoint) => code == "service_integration_endpoint_not_found",
            (_, Subject::Project) => false,
            (None, Subject::Integration) => speaks_of_nothing_but(&words, "integration"),
            (None, Subject::Service) => speaks_of_nothing_but(&words, "service"),
            (None, Subject::Endpoint) => speaks_of_nothing_but(&words, "end-point"),
        }
    };
    !entries.is_empty() && entries.iter().all(|entry| entry.status == 404 && about(entry))
}

fn speaks_of_nothing_but(words: &str, subject: &str) -> bool {
    const SUBJECTS: [&str; 4] = ["integration", "service", "end-point", "project"];
    SUBJECTS.iter().all(|word| words.contains(word) == (*word == subject))
}

impl Refusal {
    /// What it means to have this in reply to a read.
    pub fn of_read(self) -> ReadError {
        let Self { meaning, message, status } = self;
        match meaning {
            Meaning::NotFound => ReadError::NotFound { message },
            Meaning::Denied => ReadError::Denied { status, message },
            Meaning::RateLimited(wait) => ReadError::RateLimited { wait, message },
            // The first two are odd replies to a read, but replies they are.
            Meaning::Unchanged
            | Meaning::Conflict
            | Meaning::Refused
            | Meaning::Rejected
            | Meaning::Redirected => ReadError::Refused { status, message },
            Meaning::NoVerdict => ReadError::Unavailable { reason: format!("HTTP {status}: {message}") },
        }
    }

    /// What it means to have this in reply to a write.
    pub fn of_write(self) -> WriteError {
        let Self { meaning, message, status } = self;
        match meaning {
            Meaning::NotFound => WriteError::NotFound { message },
            Meaning::Unchanged => WriteError::Unchanged { message },
            Meaning::Denied => WriteError::Denied { status, message },
            Meaning::RateLimited(wait) => WriteError::RateLimited { wait, message },
            Meaning::Conflict => WriteError::Conflict { status, message },
            Meaning::Refused => WriteError::Refused { status, message },
            Meaning::Rejected => WriteError::Rejected { status, message },
            // A redirect is no refusal of the document, and servers do redirect after applying a request.
            Meaning::Redirected | Meaning::NoVerdict => {
                WriteError::Unknown { reason: format!("HTTP {status}: {message}") }
            }
        }
    }
}

#[cfg(test)]
mod tests;
