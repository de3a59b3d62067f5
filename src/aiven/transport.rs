//! What may happen on the wire: trust, proxies, timeouts, and that no request is sent twice unasked.
//!
//! Knows nothing of the API's paths and answers.
//!
//! # A write is sent at most once
//!
//! Three layers below us can send a request again, and each is switched off for writes:
//!
//! - reqwest repeats a request that the peer's HTTP/2 declared unprocessed. `retry::never` ends that, and
//!   HTTP/1.1 alone is spoken.
//! - reqwest follows a redirect, repeating the body for 307 and 308. No redirect is followed.
//! - hyper-util takes another connection if a *reused* one closes before the request was begun, and
//!   reqwest has no switch for it (`retry_canceled_requests`). By the source of hyper 1.12 this is safe: the
//!   request is handed back only while it still waits in the connection's queue, never once a byte of it
//!   went to the socket. We do not lean on that. A write has a connection of its own, and on a fresh
//!   connection hyper-util never tries again. This also spares a write the connection that the server has
//!   just closed for idleness, whose loss would have to be looked up as one that may have been applied.
//!
//! The price is one TLS handshake per write, little beside the write itself. Reads share connections.

use std::time::Duration;

use reqwest::{Certificate, redirect, retry};

use super::client::Settings;
use super::{ClientError, fault};

/// Timeouts and bounds. A value, so that a test can shrink them.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// From the first step of name resolution to the end of the TLS handshake.
    pub connect: Duration,
    /// One attempt of a read, from its first step to the last byte of the answer.
    pub read: Duration,
    /// The same for a write, whose document the server checks and stores before it answers.
    pub write: Duration,
    /// Pauses before the second and every further attempt of a read, each varied by a quarter.
    pub pauses: Vec<Duration>,
    /// The largest answer taken in, in bytes. 400 tables of 100 columns are a few megabytes.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(20),
            write: Duration::from_mins(1),
            pauses: vec![Duration::from_millis(500), Duration::from_secs(1)],
            answer: 32 * 1024 * 1024,
        }
    }
}

/// The longest that a write may spend on connecting. Its document was planned on a fresh read and grows old
/// meanwhile: whatever others write in that time, it erases. A write that cannot connect in time was not sent,
/// and its caller reads again.
const WRITE_CONNECT: Duration = Duration::from_secs(2);

/// Whether a connection serves more than one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    /// Kept and used again: for reads.
    Shared,
    /// A fresh one for every request: for writes.
    Fresh,
}

/// Builds the HTTP client for one of the two kinds of request. Reads the certificates of the system.
pub(super) fn build(
    settings: &Settings,
    limits: &Limits,
    connections: Connections,
) -> Result<reqwest::Client, ClientError> {
    let connect = match connections {
        Connections::Shared => limits.connect,
        Connections::Fresh => limits.connect.min(WRITE_CONNECT),
    };
    let mut builder = reqwest::Client::builder()
        .user_agent(&settings.user_agent)
        .connect_timeout(connect)
        .http1_only()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false);
    if connections == Connections::Fresh {
        // With no idle connection allowed, hyper-util has no pool at all.
        builder = builder.pool_max_idle_per_host(0);
    }
    if settings.api_url.is_loopback() {
        // Otherwise HTTP_PROXY would be sent the token, in clear, for what never had to leave this machine.
        builder = builder.no_proxy();
    }
    let authorities = authorities(settings)?;
    let has_authorities = !authorities.is_empty();
    builder.tls_certs_merge(authorities).build().map_err(|error| {
        let reason = fault::reason(&error);
        match &settings.ca_certificate {
            Some(path) if has_authorities => ClientError::CertificateRefused { path: path.clone(), reason },
            _ => ClientError::Unbuildable { reason },
        }
    })
}

/// The certificates of `AIVEN_CA_CERT`, trusted beside those of the system.
fn authorities(settings: &Settings) -> Result<Vec<Certificate>, ClientError> {
    let Some(path) = &settings.ca_certificate else {
        return Ok(Vec::new());
    };
    let text = std::fs::read(path).map_err(|error| ClientError::CertificateUnreadable {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    match Certificate::from_pem_bundle(&text) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(ClientError::CertificateNotPem { path: path.clone() }),
    }
}
