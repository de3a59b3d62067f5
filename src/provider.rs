//! The provider itself: its configuration, and what it offers. Wires resources, engine and API client together.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use tokio_util::task::TaskTracker;

use crate::aiven::{ApiUrl, Client, Settings, Token};
use crate::engine::{Engine, Locks, Policy};
use crate::functions;
use crate::session::{Session, Unavailable};
use crate::table::{self, Table, TableEdit};
use crate::tf::schema::{Attribute, Schema};
use crate::tf::{
    DataSource, Diagnostics, Function, ListResource, Path, Provider, Registry, Resource, Type, Value,
};

/// Where this provider lives until it is published. Nobody can squat a `.local` host on the public registry.
pub const ADDRESS: &str = "terraform.local/community/aiven-clickhouse-kafka";

/// This provider's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const TOKEN_VARIABLE: &str = "AIVEN_TOKEN";
const URL_VARIABLE: &str = "AIVEN_WEB_URL";
const CA_VARIABLE: &str = "AIVEN_CA_CERT";

/// The values of `settle`.
const SETTLE: [&str; 2] = ["auto", "never"];

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema);

fn schema() -> Schema {
    let token = Attribute::optional(
        "api_token",
        Type::String,
        format!(
            "Aiven API token. Defaults to the environment variable `{TOKEN_VARIABLE}`, which keeps it out of \
             configuration and state."
        ),
    );
    let url = Attribute::optional(
        "api_url",
        Type::String,
        format!(
            "Base URL of Aiven's API. Defaults to the environment variable `{URL_VARIABLE}`, and else to `{}`. \
             `http://` is accepted for this machine only.",
            ApiUrl::PUBLIC
        ),
    );
    let settle = Attribute::optional("settle", Type::String, include_str!("settle.md").trim());
    Schema {
        description: include_str!("provider.md").trim().to_owned(),
        attributes: vec![token.sensitive(), url, settle],
        ..Schema::default()
    }
}

type TableEngine = Engine<Client, TableEdit>;

/// The provider.
pub struct AivenClickhouseKafka {
    session: Arc<Session<TableEngine>>,
    policy: Policy,
    writes: TaskTracker,
    resources: Registry<dyn Resource>,
    data_sources: Registry<dyn DataSource>,
    list_resources: Registry<dyn ListResource>,
    functions: Registry<dyn Function>,
}

impl AivenClickhouseKafka {
    /// The provider, not configured yet. Writes under way are tasks of `writes`.
    pub fn new(writes: TaskTracker) -> Self {
        Self::with_policy(writes, Policy::default())
    }

    /// The same with a write engine that goes about its work in another way, as benchmarks need it. What the
    /// configuration says of `settle` can only make it more eager.
    pub fn with_policy(writes: TaskTracker, policy: Policy) -> Self {
        let session = Arc::new(Session::default());
        let table: Arc<dyn Resource> = Arc::new(Table::new(Arc::clone(&session)));
        Self {
            session,
            policy,
            writes,
            resources: Registry::from([(table::TYPE_NAME, table)]),
            data_sources: Registry::new(),
            list_resources: Registry::new(),
            functions: functions::all(),
        }
    }
}

#[async_trait]
impl Provider for AivenClickhouseKafka {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn resources(&self) -> &Registry<dyn Resource> {
        &self.resources
    }

    fn data_sources(&self) -> &Registry<dyn DataSource> {
        &self.data_sources
    }

    fn list_resources(&self) -> &Registry<dyn ListResource> {
        &self.list_resources
    }

    fn functions(&self) -> &Registry<dyn Function> {
        &self.functions
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(url) = config.get("api_url").as_str() {
            parse_url(url, &Origin::attribute("api_url"), diagnostics);
        }
        if let Some(token) = config.get("api_token").as_str() {
            parse_token(token, &Origin::attribute("api_token"), diagnostics);
        }
        if let Some(settle) = config.get("settle").as_str()
            && !SETTLE.contains(&settle)
        {
            diagnostics.error_at(
                Path::attribute("settle"),
                "`settle` cannot have this value",
                format!("It is \"{settle}\", and must be \"auto\", the default, or \"never\"."),
            );
        }
    }

    async fn configure(&self, config: Value, diagnostics: &mut Diagnostics) {
        let Some(connection) = Connection::configured(&config, |name| std::env::var(name).ok(), diagnostics)
        else {
            return;
        };
        let writes = self.writes.clone();
        let settle = self.policy.settle && config.get("settle").as_str() != Some("never");
        let policy = Policy { settle, ..self.policy };
        self.session.configure(move || connection.open(policy, writes.clone()));
    }

    fn stop(&self) {
        if let Some(engine) = self.session.opened() {
            engine.stop();
        }
    }
}

/// Where to connect and as whom; either may turn out at apply only.
struct Connection {
    api_url: Known<ApiUrl>,
    token: Known<Token>,
    ca_certificate: Option<PathBuf>,
}

/// A part of the configuration.
enum Known<T> {
    Now(T),
    /// It depends on something that is made in the same apply.
    Later,
}

/// Where a part of the configuration came from, for messages.
enum Origin {
    Attribute(&'static str),
    Variable(&'static str),
}

impl Connection {
    /// Attributes win over variables; a variable that is empty counts as not set.
    fn configured(
        config: &Value,
        variable: impl Fn(&'static str) -> Option<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let find = |attribute, name| match config.get(attribute) {
            Value::Unknown => Some(Known::Later),
            Value::String(text) => Some(Known::Now((text.clone(), Origin::attribute(attribute)))),
            _ => variable(name).map(|text| Known::Now((text, Origin::Variable(name)))),
        };
        let api_url = match find("api_url", URL_VARIABLE) {
            None => parse_url(ApiUrl::PUBLIC, &Origin::attribute("api_url"), diagnostics).map(Known::Now),
            Some(Known::Later) => Some(Known::Later),
            Some(Known::Now((text, origin))) => parse_url(&text, &origin, diagnostics).map(Known::Now),
        };
        let token = match find("api_token", TOKEN_VARIABLE) {
            None => {
                diagnostics.error_at(
                    Path::attribute("api_token"),
                    "There is no API token",
                    format!(
                        "Set the environment variable {TOKEN_VARIABLE}, or the attribute `api_token`. Tokens are made \
                         in the Aiven Console under user information, tokens, or with `avn user access-token create`."
                    ),
                );
                None
            }
            Some(Known::Later) => Some(Known::Later),
            Some(Known::Now((text, origin))) => parse_token(&text, &origin, diagnostics).map(Known::Now),
        };
        let ca_certificate = variable(CA_VARIABLE).map(PathBuf::from);
        Some(Self { api_url: api_url?, token: token?, ca_certificate })
    }

    fn open(&self, policy: Policy, writes: TaskTracker) -> Result<TableEngine, Unavailable> {
        let later = |attribute: &str| Unavailable {
            summary: format!("The provider's `{attribute}` is not known yet"),
            detail: format!(
                "It depends on something that this apply is going to make, but it is needed now. Apply that first \
                 with `-target`, or set `{attribute}` to a value that is known."
            ),
        };
        let Known::Now(api_url) = &self.api_url else { return Err(later("api_url")) };
        let Known::Now(token) = &self.token else { return Err(later("api_token")) };
        let locks = Locks::of_user(&api_url.to_string());
        let settings = Settings {
            api_url: api_url.clone(),
            token: token.clone(),
            ca_certificate: self.ca_certificate.clone(),
            user_agent: format!("terraform-provider-aiven-clickhouse-kafka/{VERSION}"),
        };
        let client = Client::new(settings).map_err(|error| Unavailable {
            summary: "No connection to Aiven's API can be set up".to_owned(),
            detail: format!("{error}."),
        })?;
        Ok(Engine::new(client, table::INTEGRATION_TYPE, policy, locks, writes))
    }
}

impl Origin {
    fn attribute(name: &'static str) -> Self {
        Self::Attribute(name)
    }

    fn report(&self, problem: &str, diagnostics: &mut Diagnostics) {
        match self {
            Self::Attribute(name) => {
                diagnostics.error_at(
                    Path::attribute(*name),
                    format!("`{name}` cannot be used"),
                    format!("{problem}."),
                );
            }
            Self::Variable(name) => {
                diagnostics
                    .error(format!("The environment variable {name} cannot be used"), format!("{problem}."));
            }
        }
    }
}

fn parse_url(text: &str, origin: &Origin, diagnostics: &mut Diagnostics) -> Option<ApiUrl> {
    ApiUrl::parse(text).map_err(|error| origin.report(&error.to_string(), diagnostics)).ok()
}

fn parse_token(text: &str, origin: &Origin, diagnostics: &mut Diagnostics) -> Option<Token> {
    Token::new(text).map_err(|error| origin.report(&error.to_string(), diagnostics)).ok()
}

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
