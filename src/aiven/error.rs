//! What a failed request means for the caller, never where it came from.
//!
//! A read may be repeated, so its errors are cut by whether repeating can help. A write makes, replaces or deletes a
//! whole thing, so its errors are cut by one question: can it have been applied?
//! No variant holds a header, a token or a request body; `message` is the API's own `message` field.

use std::path::PathBuf;
use std::time::Duration;

/// Why a read brought no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The API says, in its own JSON error shape, that this very integration, service or endpoint does not exist.
    /// A proxy's 404, an unknown project or an HTML page never counts.
    #[error("not found: {message}")]
    NotFound {
        /// The API's words.
        message: String,
    },
    /// 401 or 403: the token is wrong or may not do this. Repeating does not help.
    #[error("access denied (HTTP {status}): {message}")]
    Denied {
        /// HTTP status.
        status: u16,
        /// The API's words.
        message: String,
    },
    /// 429, or 503 with a stated wait. Nothing was served.
    #[error("rate limited: {message}")]
    RateLimited {
        /// The wait the API asked for, where it named one.
        wait: Option<Duration>,
        /// The API's words.
        message: String,
    },
    /// There is no such request: a name in it fits into no URL. Repeating does not help.
    #[error("the request cannot be made: {reason}")]
    Inexpressible {
        /// Which names those are.
        reason: String,
    },
    /// The request never left this machine: name resolution, connection or TLS failed.
    #[error("the API could not be reached: {reason}")]
    NotSent {
        /// What failed, without credentials.
        reason: String,
    },
    /// A timeout, a reset, a 5xx, or an answer that cannot be read. Repeating may help.
    #[error("the API gave no usable answer: {reason}")]
    Unavailable {
        /// What was seen instead of an answer.
        reason: String,
    },
    /// Any other refusal, or a redirect. Repeating does not help.
    #[error("the API refused the request (HTTP {status}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The API's words, or a description of a body that is not the API's.
        message: String,
    },
}

/// Why a write was not acknowledged, cut by whether it can have been applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Not applied: there is no such request, since a name in it fits into no URL.
    #[error("the request cannot be made: {reason}")]
    Inexpressible {
        /// Which names those are.
        reason: String,
    },
    /// Not applied: the request never left this machine.
    #[error("the API could not be reached: {reason}")]
    NotSent {
        /// What failed, without credentials.
        reason: String,
    },
    /// Not applied: the API says, in its own JSON error shape, that it refuses the document (400 or 422).
    #[error("the API refused the document (HTTP {status}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The API's words.
        message: String,
    },
    /// Not applied: any other 4xx. It says nothing about the document; another one would fare no better.
    #[error("the request was rejected (HTTP {status}): {message}")]
    Rejected {
        /// HTTP status.
        status: u16,
        /// The API's words, or a description of a body that is not the API's.
        message: String,
    },
    /// The API answered "User config not changed" (an error of its own, whatever the status). It says
    /// nothing about who made the document so; look it up.
    #[error("the API says nothing changed: {message}")]
    Unchanged {
        /// The API's words.
        message: String,
    },
    /// Not applied: 409 or 423. Somebody else is writing, or the service is busy.
    #[error("the API reports a conflict (HTTP {status}): {message}")]
    Conflict {
        /// HTTP status.
        status: u16,
        /// The API's words.
        message: String,
    },
    /// Not applied: 429, or 503 with a stated wait.
    #[error("rate limited: {message}")]
    RateLimited {
        /// The wait the API asked for, where it named one.
        wait: Option<Duration>,
        /// The API's words.
        message: String,
    },
    /// Not applied: 401 or 403.
    #[error("access denied (HTTP {status}): {message}")]
    Denied {
        /// HTTP status.
        status: u16,
        /// The API's words.
        message: String,
    },
    /// Not applied: the API says, in its own JSON error shape, that what it is about does not exist.
    #[error("not found: {message}")]
    NotFound {
        /// The API's words.
        message: String,
    },
    /// May have been applied: timeout, reset, 408, 5xx, a redirect, or an answer that cannot be read.
    #[error("no usable answer to the write, which may have been applied: {reason}")]
    Unknown {
        /// What was seen instead of an answer.
        reason: String,
    },
}

/// Why there can be no client at all. Each text names the setting to correct.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The file of extra certificate authorities cannot be read.
    #[error("the CA certificate file `{path}` named by AIVEN_CA_CERT cannot be read: {reason}")]
    CertificateUnreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// The file holds no `BEGIN CERTIFICATE` block, or a broken one.
    #[error(
        "the file `{path}` named by AIVEN_CA_CERT holds no readable certificate; it must be PEM, with a line `-----BEGIN CERTIFICATE-----`"
    )]
    CertificateNotPem {
        /// The file.
        path: PathBuf,
    },
    /// The file is PEM, yet a certificate in it cannot be trusted as an authority.
    #[error("a certificate in the file `{path}` named by AIVEN_CA_CERT cannot be used: {reason}")]
    CertificateRefused {
        /// The file.
        path: PathBuf,
        /// The TLS library's words.
        reason: String,
    },
    /// Anything else, such as a system without any certificate authority.
    #[error(
        "no connection to the API can be set up: {reason}; if this system has no CA certificates, install them or name a file of them in AIVEN_CA_CERT"
    )]
    Unbuildable {
        /// The library's words.
        reason: String,
    },
}
