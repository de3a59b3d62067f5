//! Why there is nothing to print, in the words of the command line: what is wrong, and what to do next.

use crate::advice::sentence;
use crate::aiven::ReadError;
use crate::document::DocumentError;
use crate::engine::IntegrationKey;
use crate::session::Unavailable;
use crate::tf::Diagnostics;

/// An export that came to nothing. Nothing was changed: an export only reads.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody to ask as.
    #[error(
        "there is no API token\n\nSet the environment variable AIVEN_TOKEN. Tokens are made in the Aiven Console under \
         user information, tokens, or with `avn user access-token create`."
    )]
    NoToken,
    /// The environment says something that cannot be used.
    #[error("{}", told(.0))]
    Settings(Diagnostics),
    /// The operating system gives nothing to wait with.
    #[error("cannot wait for answers: {0}")]
    Runtime(std::io::Error),
    /// No connection can be set up.
    #[error("{}\n\n{}", .0.summary, .0.detail)]
    Connection(Unavailable),
    /// An integration could not be read.
    #[error("integration {} could not be read\n\n{}. {}", shown(.integration), sentence(.error), advice(.error))]
    Unread {
        /// The integration.
        integration: IntegrationKey,
        /// What its read met last.
        error: ReadError,
    },
    /// Tables of this kind live elsewhere.
    #[error(
        "integration {} is of type `{found}`\n\nKafka tables live in integrations of type `clickhouse_kafka`, from a \
         Kafka service or endpoint to a ClickHouse service. `avn service integration-list` shows the type of each.",
        shown(.integration)
    )]
    WrongType {
        /// The integration.
        integration: IntegrationKey,
        /// Its type.
        found: String,
    },
    /// Its tables make no sense.
    #[error(
        "the tables of integration {} make no sense\n\n{}. Repair them with `avn service integration-update`, or ask \
         Aiven's support how this came about.",
        shown(.integration), sentence(.error)
    )]
    Unreadable {
        /// The integration.
        integration: IntegrationKey,
        /// What is wrong with them.
        error: DocumentError,
    },
}

/// The integration as the command line takes it.
pub fn shown(integration: &IntegrationKey) -> String {
    format!("{}/{}", integration.project, integration.id)
}

fn advice(error: &ReadError) -> &'static str {
    match error {
        ReadError::NotFound { .. } => {
            "Check --project and --integration: `avn service integration-list` shows the integrations of a service."
        }
        ReadError::Inexpressible { .. } => "Correct --integration: `avn project list` shows the projects.",
        ReadError::Denied { .. } => {
            "Check that AIVEN_TOKEN is valid, belongs to a member of the project, and may read its integrations."
        }
        ReadError::RateLimited { .. } => "Run the command again later, or allow more time with --timeout.",
        ReadError::NotSent { .. } => {
            "Check the network, proxies (HTTPS_PROXY), AIVEN_CA_CERT, and the API's address (AIVEN_WEB_URL)."
        }
        ReadError::Unavailable { .. } => {
            "Check the API's address (AIVEN_WEB_URL), run the command again later, or allow more time with --timeout."
        }
        ReadError::Refused { .. } => {
            "Check --project, --integration and the API's address (AIVEN_WEB_URL), and whatever stands between this \
             machine and the API."
        }
    }
}

fn told(diagnostics: &Diagnostics) -> String {
    let each =
        diagnostics.iter().map(|diagnostic| format!("{}\n\n{}", diagnostic.summary, diagnostic.detail));
    each.collect::<Vec<_>>().join("\n\n")
}
