//! The provider itself: its configuration, and what it offers. Wires resources, engine and API client together.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use tokio_util::task::TaskTracker;

use crate::aiven::{ApiUrl, Client};
use crate::api::Api;
use crate::connection::{Connection, Origin, TOKEN_VARIABLE, URL_VARIABLE, parse_token, parse_url};
use crate::endpoint::{self, ExternalKafkaEndpoint};
use crate::engine::{Engine, Locks, Policy};
use crate::functions;
use crate::integration::{self, Integration, IntegrationSource};
use crate::session::Session;
use crate::table::{self, AllTables, SingleTable, Table, TableEdit, TableSearch};
use crate::tf::schema::{Attribute, Schema};
use crate::tf::{
    DataSource, Diagnostics, Function, ListResource, Path, Provider, Registry, Resource, Type, Value,
};

/// Where this provider lives until it is published. Nobody can squat a `.local` host on the public registry.
pub const ADDRESS: &str = "terraform.local/community/aiven-clickhouse-kafka";

/// This provider's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

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
    /// For the tables.
    engine: Arc<Session<TableEngine>>,
    /// For everything else.
    api: Arc<Session<Api>>,
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
        let engine = Arc::new(Session::default());
        let api = Arc::new(Session::default());
        let table: Arc<dyn Resource> = Arc::new(Table::new(Arc::clone(&engine), Arc::clone(&api)));
        let single: Arc<dyn DataSource> = Arc::new(SingleTable::new(Arc::clone(&engine)));
        let all: Arc<dyn DataSource> = Arc::new(AllTables::new(Arc::clone(&engine)));
        let search: Arc<dyn ListResource> = Arc::new(TableSearch::new(Arc::clone(&engine), Arc::clone(&api)));
        let integration: Arc<dyn Resource> = Arc::new(Integration::new(Arc::clone(&api)));
        let integration_source: Arc<dyn DataSource> = Arc::new(IntegrationSource::new(Arc::clone(&api)));
        let endpoint: Arc<dyn Resource> = Arc::new(ExternalKafkaEndpoint::new(Arc::clone(&api)));
        Self {
            engine,
            api,
            policy,
            writes,
            resources: Registry::from([
                (table::TYPE_NAME, table),
                (integration::TYPE_NAME, integration),
                (endpoint::TYPE_NAME, endpoint),
            ]),
            data_sources: Registry::from([
                (table::TYPE_NAME, single),
                (table::TYPE_NAME_OF_ALL, all),
                (integration::TYPE_NAME, integration_source),
            ]),
            list_resources: Registry::from([(table::TYPE_NAME, search)]),
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
        let connection = Arc::new(connection);
        self.api.configure({
            let connection = Arc::clone(&connection);
            move || connection.client().map(Api::new)
        });
        self.engine.configure(move || {
            let client = connection.client()?;
            let locks = Locks::of_user(&client.api_url().to_string());
            Ok(Engine::new(client, table::INTEGRATION_TYPE, policy, locks, writes.clone()))
        });
    }

    fn stop(&self) {
        if let Some(engine) = self.engine.opened() {
            engine.stop();
        }
        if let Some(api) = self.api.opened() {
            api.interrupt();
        }
    }
}
