//! A request that brought no complete answer: did it leave this machine?
//!
//! The one place that reads the HTTP library's errors.

use std::error::Error as _;

use super::{ReadError, WriteError};

/// Why there is no complete answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// There is no such request.
    Inexpressible(String),
    /// Not a byte of the request was sent.
    NotSent(String),
    /// The request may have been sent in part or whole.
    Lost(String),
}

impl Fault {
    /// Classifies an error of the HTTP library.
    ///
    /// "Connect" errors come from the connector: name resolution, TCP, a proxy's tunnel and the TLS
    /// handshake, or the connect timeout over all of them. A request is handed to a connection only when the
    /// connector has returned one, so nothing of it was sent. Every other error counts as sent.
    pub fn of(error: &reqwest::Error) -> Self {
        let reason = reason(error);
        if error.is_connect() || error.is_builder() { Self::NotSent(reason) } else { Self::Lost(reason) }
    }

    /// What was seen.
    pub fn reason(&self) -> &str {
        match self {
            Self::Inexpressible(reason) | Self::NotSent(reason) | Self::Lost(reason) => reason,
        }
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Inexpressible(reason) => Self::Inexpressible { reason },
            Fault::NotSent(reason) => Self::NotSent { reason },
            Fault::Lost(reason) => Self::Unavailable { reason },
        }
    }
}

impl From<Fault> for WriteError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Inexpressible(reason) => Self::Inexpressible { reason },
            Fault::NotSent(reason) => Self::NotSent { reason },
            Fault::Lost(reason) => Self::Unknown { reason },
        }
    }
}

/// The chain of causes without the outermost, which says "error sending request" and repeats the URL.
/// Libraries differ in whether an error's words contain those of its cause, so repetition is dropped.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut reason = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !reason.contains(&words) {
            if !reason.is_empty() {
                reason.push_str(": ");
            }
            reason.push_str(&words);
        }
        cause = error.source();
    }
    if error.is_timeout() && !error.is_connect() {
        return "no complete answer in time".to_owned();
    }
    if reason.is_empty() { "the connection failed".to_owned() } else { reason }
}
