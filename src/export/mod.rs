//! All tables of integrations as configuration with `import` blocks: for Terraforms without `terraform query`.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `labels` | names of tables as labels of resources |
//! | `expression` | values in Terraform's language, laid out as `terraform fmt` would |
//! | `configuration` | tables as blocks, and what could not be exported as comments |
//! | `failure` | why there is nothing to print |
//! | this one | reads the integrations; everything else here is pure |
//!
//! It never writes to Aiven, and never knows where its text is printed.

mod configuration;
mod expression;
mod failure;
mod labels;

use std::time::Duration;

use crate::api::Api;
use crate::connection::{Connection, TOKEN_VARIABLE};
use crate::document::Document;
use crate::engine::{Fetched, IntegrationKey};
use crate::table::{self, Listed, Unlisted};
use crate::tf::{Diagnostics, Value};

pub use configuration::{Export, LeftOut, NotAProvider, ProviderReference};
pub use failure::Failure;

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct Request {
    /// The integrations; each once.
    pub integrations: Vec<IntegrationKey>,
    /// What every resource says of its provider, if anything.
    pub provider: Option<ProviderReference>,
    /// How long each integration may take to read, repeated attempts included.
    pub patience: Duration,
}

/// Connects as the environment says, like a provider without a configuration. Sends nothing yet.
pub fn connect(variable: impl Fn(&'static str) -> Option<String>) -> Result<Api, Failure> {
    if variable(TOKEN_VARIABLE).is_none_or(|token| token.is_empty()) {
        return Err(Failure::NoToken);
    }
    let mut diagnostics = Diagnostics::default();
    let connection = Connection::configured(&Value::Null, variable, &mut diagnostics);
    let connection = connection.ok_or(Failure::Settings(diagnostics))?;
    connection.client().map(Api::new).map_err(Failure::Connection)
}

/// Reads all integrations, then writes them out: where one cannot be read there is no text at all.
pub async fn export(request: &Request, api: &Api) -> Result<Export, Failure> {
    let mut integrations = Vec::new();
    for integration in &request.integrations {
        integrations.push((integration, read(integration, request.patience, api).await?));
    }
    Ok(Export::of(&integrations, request.provider.as_ref()))
}

async fn read(
    integration: &IntegrationKey,
    patience: Duration,
    api: &Api,
) -> Result<Vec<Result<Listed, Unlisted>>, Failure> {
    let fetched =
        api.read(patience, |client| client.integration(&integration.project, &integration.id)).await;
    let Fetched { facts, user_config } =
        fetched.map_err(|error| Failure::Unread { integration: integration.clone(), error })?.into();
    if facts.integration_type != table::INTEGRATION_TYPE {
        return Err(Failure::WrongType { integration: integration.clone(), found: facts.integration_type });
    }
    let document = Document::parse(&user_config)
        .map_err(|error| Failure::Unreadable { integration: integration.clone(), error })?;
    Ok(table::listing(integration, &facts, &document).collect())
}
