//! The resource `aiven_clickhouse_kafka_table`: one element of `user_config.tables` of a service integration.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `schema`, `settings`, `limits`, `column_type` | what a user may write, with every limit and default |
//! | `validation`, `additional` | rules across attributes; settings without an attribute |
//! | `identifier`, `located` | the names of integrations and tables; a table in its place |
//! | `element`, `spelling` | between attributes and JSON; texts that mean the same |
//! | `fills`, `answers` | what the server fills in by itself, and where it shows |
//! | `edit` | the judge the engine asks about an element |
//! | `listing` | all tables of an integration, as an import would find them |
//! | `review` | what is questionable about a plan |
//! | `live_schema` | what goes beyond the known limits of Aiven, and what the account's own schema says of it |
//! | `copies`, `looking` | the resource's attributes, and its integration, for those who only look |
//! | `single`, `all`, `search` | the data sources, and what `terraform query` finds |
//! | `readiness`, `refusal` | waiting until ClickHouse has a table; what the integration's status says against it |
//! | `aftermath` | what it says later against a table that was answered before |
//! | `verdict`, `next_step` | what the user is told when an edit came to nothing, and what to do about it |
//! | this one | the resource: each operation from request to answer |
//!
//! It never mentions HTTP; requests and retries are the engine's business.

mod additional;
mod aftermath;
mod all;
mod answers;
mod column_type;
mod copies;
mod edit;
mod element;
mod fills;
mod identifier;
mod limits;
mod listing;
mod live_schema;
mod located;
mod looking;
mod next_step;
mod readiness;
mod refusal;
mod review;
mod schema;
mod search;
mod settings;
mod single;
mod spelling;
#[cfg(test)]
mod tests;
mod validation;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::api::Api;
use crate::engine::{Answer, Engine, Operation, Outcome, ReadFailure, Snapshot, Store, Want};
use crate::session::Session;
use crate::tf::schema::{IdentitySchema, Schema};
use crate::tf::validation as schema_validation;
use crate::tf::{
    ApplyRequest, Attributes, Diagnostics, ImportRequest, Path, PlannedChange, Reading, Resource, State,
    Value, timeouts,
};

pub use crate::naming::INTEGRATION_TYPE;
pub use all::AllTables;
pub use edit::{SCHEMA, TableEdit};
pub use identifier::{IntegrationReference, NotATable, NotAnIntegration, TableId};
pub use listing::{Listed, Unlisted, listed, listing};
pub use search::TableSearch;
pub use single::SingleTable;

use aftermath::Aftermath;
use answers::Answers;
use fills::{Fills, warn_of_kept_values};
use located::{Located, database_name, identity, table_id};
use readiness::{Shown, Waiting};
use review::Vicinity;
use verdict::Verb;

/// The type name of the resource, of the data source of one table, and of the list resource.
pub const TYPE_NAME: &str = "aiven_clickhouse_kafka_table";

/// The type name of the data source of all tables.
pub const TYPE_NAME_OF_ALL: &str = "aiven_clickhouse_kafka_tables";

/// The nested attribute of the materialized view.
const VIEW: &str = "materialized_view";

const CHANGE_TIMEOUT: Duration = Duration::from_mins(20);
const READ_TIMEOUT: Duration = Duration::from_mins(5);
/// A look may fail, so it does not wait for long.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);
/// One that a plan takes can be done without, and whoever waits for the plan is not told why: it waits even less.
const PLAN_LOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// The resource.
pub struct Table<S: Store> {
    session: Arc<Session<Engine<S, TableEdit>>>,
    api: Arc<Session<Api>>,
    answers: Answers,
    aftermath: Aftermath,
    vicinity: Vicinity<S>,
    identity_schema: IdentitySchema,
}

impl<S: Store> Table<S> {
    /// The resource, working with whatever engine and API the sessions have been configured to.
    pub fn new(session: Arc<Session<Engine<S, TableEdit>>>, api: Arc<Session<Api>>) -> Self {
        Self {
            session,
            api,
            answers: Answers::default(),
            aftermath: Aftermath::default(),
            vicinity: Vicinity::default(),
            identity_schema: schema::identity(),
        }
    }

    /// Hands an edit to the engine and waits for its answer; `None` goes with an error.
    async fn submit(
        &self,
        located: &Located,
        want: Want<TableEdit>,
        deadline: Duration,
        diagnostics: &mut Diagnostics,
    ) -> Option<Answer> {
        let engine = self.session.open(diagnostics)?;
        self.aftermath.forget(located);
        let operation = Operation { name: located.table.name.clone(), want, deadline };
        Some(engine.submit(&located.integration, operation).await)
    }

    /// Creates or changes a table: the state afterwards, or what came of it instead; `None` goes with an error.
    async fn carry_out(
        &self,
        located: &Located,
        verb: Verb,
        want: fn(TableEdit) -> Want<TableEdit>,
        edit: TableEdit,
        diagnostics: &mut Diagnostics,
    ) -> Option<Result<State, Outcome>> {
        let deadline = timeouts::allowed(&edit.planned, verb.timeout(), CHANGE_TIMEOUT);
        let api = if waits(&edit.planned) { Some(self.api.open(diagnostics)?) } else { None };
        let waiting = api.as_deref().map(|api| Waiting::begin(api, deadline));
        let answer = self.submit(located, want(edit.clone()), deadline, diagnostics).await?;
        verdict::report(&answer, verb, &located.table, diagnostics);
        let Outcome::Done(snapshot) = answer.outcome else { return Some(Err(answer.outcome)) };
        let shown = Shown { verb, snapshot, status_before: answer.status_before };
        Some(Ok(self.done(located, edit, &shown, waiting.as_ref(), diagnostics).await))
    }

    /// The state after an edit that a snapshot shows, once ClickHouse has the table, if that is to be waited for. The
    /// integration has it in any case, so there is a state in any case.
    async fn done(
        &self,
        located: &Located,
        edit: TableEdit,
        shown: &Shown,
        waiting: Option<&Waiting<'_>>,
        diagnostics: &mut Diagnostics,
    ) -> State {
        let mut seen = Diagnostics::default();
        let (state, ()) = tokio::join!(
            self.written(located, edit, &shown.snapshot, diagnostics),
            shown.in_clickhouse(&self.session, located, waiting, &mut seen),
        );
        self.aftermath.answered(located, &shown.snapshot, diagnostics);
        if seen.has_errors() {
            // It has been told already, perhaps by a later look than this snapshot.
            self.aftermath.forget(located);
        }
        diagnostics.append(seen);
        state
    }

    /// The state after an edit that the snapshot shows.
    async fn written(
        &self,
        located: &Located,
        edit: TableEdit,
        snapshot: &Snapshot,
        diagnostics: &mut Diagnostics,
    ) -> State {
        let mut fills = located.fills(&edit, snapshot).unwrap_or_default();
        if !self.answers.tell_all(snapshot, &fills) {
            fills = match self.look(located, &edit).await {
                Some(seen) => seen.seen_later(),
                None => fills.or_known(&edit.fills, &edit.planned),
            };
        }
        warn_of_kept_values(&edit.prior, &fills, &located.table, diagnostics);
        let mut value = edit.planned;
        // Only what the plan left open may be filled in; a refresh corrects the rest.
        let computed = [
            ("id", Value::string(located.table.to_string())),
            ("database_name", database_name(&snapshot.facts)),
        ];
        for (name, computed) in computed {
            if value.get(name).is_unknown() {
                value.set_attribute(name, computed);
            }
        }
        located.state(value, &fills)
    }

    /// What the server is seen to have filled in, if it can be seen. The edit itself is done, so nothing here fails.
    async fn look(&self, located: &Located, edit: &TableEdit) -> Option<Fills> {
        let engine = self.session.opened()?;
        let snapshot = engine.read(&located.integration, LOOK_TIMEOUT).await.ok()?;
        let seen = located.fills(edit, &snapshot)?;
        self.answers.looked(&seen, &edit.planned);
        Some(seen)
    }
}

#[async_trait]
impl<S: Store> Resource for Table<S> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn identity_schema(&self) -> Option<&IdentitySchema> {
        Some(&self.identity_schema)
    }

    fn identity(&self, value: &Value) -> Option<Value> {
        table_id(value).map(|table| identity(&table))
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    fn same_meaning(&self, path: &Path, one: &Value, other: &Value) -> bool {
        match (one.as_str(), other.as_str()) {
            (Some(one), Some(other)) => spelling::same(&spelling::keys(path), one, other),
            _ => one == other,
        }
    }

    fn refine_plan(&self, prior: &Value, planned: &mut Value, _: &mut Diagnostics) {
        // The three that name the table are all that its computed attributes depend on.
        let moved = ["project", "service_integration_id", "name"]
            .iter()
            .any(|name| prior.get(name) != planned.get(name));
        if moved {
            let id = table_id(planned).map_or(Value::Unknown, |id| Value::string(id.to_string()));
            planned.set_attribute("id", id);
            planned.set_attribute("database_name", Value::Unknown);
        }
    }

    async fn review_plan(&self, change: &PlannedChange, diagnostics: &mut Diagnostics) {
        // Neither needs the other, so an API that does not answer is waited for once.
        let (mut reviewed, mut asked) = (Diagnostics::default(), Diagnostics::default());
        tokio::join!(
            review::review(change, &self.vicinity, &self.session, &mut reviewed),
            live_schema::ask(&self.api, change, &mut asked),
        );
        diagnostics.append(reviewed);
        diagnostics.append(asked);
    }

    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let located = Located::of(&request.planned, diagnostics)?;
        let edit = TableEdit { planned: request.planned, prior: Value::Null, fills: Fills::default() };
        match self.carry_out(&located, Verb::Create, Want::Create, edit.clone(), diagnostics).await? {
            Ok(state) => Some(state),
            // It may exist, so Terraform must not forget it: a state together with an error makes it tainted.
            Err(Outcome::Unknown(_) | Outcome::Contended) => {
                Some(located.state(edit.planned.unknown_as_null(), &Fills::default()))
            }
            Err(_) => None,
        }
    }

    async fn update(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let located = Located::of(&request.planned, diagnostics)?;
        let fills = Fills::from_private(&request.private);
        let edit = TableEdit { planned: request.planned, prior: request.prior, fills };
        self.carry_out(&located, Verb::Update, Want::Update, edit, diagnostics).await?.ok()
    }

    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) {
        let Some(located) = Located::of(&request.prior, diagnostics) else { return };
        let deadline = timeouts::allowed(&request.prior, "delete", CHANGE_TIMEOUT);
        if let Some(answer) = self.submit(&located, Want::Delete, deadline, diagnostics).await {
            verdict::report(&answer, Verb::Delete, &located.table, diagnostics);
        }
    }

    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        let Some(located) = Located::of(&current.value, diagnostics) else { return Reading::Failed };
        let Some(engine) = self.session.open(diagnostics) else { return Reading::Failed };
        self.vicinity.refreshed(&engine, &located);
        let deadline = timeouts::allowed(&current.value, "read", READ_TIMEOUT);
        match engine.read(&located.integration, deadline).await {
            Ok(snapshot) => located.refreshed(current, &snapshot, diagnostics),
            Err(ReadFailure::Gone { .. }) => Reading::Gone,
            Err(failure) => {
                verdict::report_read(&failure, &located.table, diagnostics);
                Reading::Failed
            }
        }
    }

    async fn import(&self, request: ImportRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let parsed = match &request {
            ImportRequest::Id(text) => TableId::parse(text),
            ImportRequest::Identity(identity) => {
                let part = |name| identity.get(name).as_str().unwrap_or_default();
                TableId::new(part("project"), part("service_integration_id"), part("name"))
            }
        };
        match parsed {
            Ok(table) => {
                let mut value = Value::Object(Attributes::new());
                for (name, part) in [
                    ("project", &table.project),
                    ("service_integration_id", &table.integration),
                    ("name", &table.name),
                ] {
                    value.set_attribute(name, Value::string(part));
                }
                value.set_attribute("id", Value::string(table.to_string()));
                Some(Located::at(table).state(value, &Fills::default()))
            }
            Err(error) => {
                diagnostics.error(
                    "This is not the ID of a ClickHouse Kafka table",
                    format!(
                        "{error}. Import a table by PROJECT/SERVICE_INTEGRATION_ID/NAME, for example \
                         \"my-project/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f/events\"; `avn service integration-list` \
                         shows the IDs of integrations."
                    ),
                );
                None
            }
        }
    }

    fn generate_config(&self, state: &Value) -> Value {
        configuration(state)
    }
}

/// Whether ClickHouse's having the table is waited for.
fn waits(planned: &Value) -> bool {
    *planned.get(schema::WAIT) == Value::Bool(true)
}

/// The configuration a user would write for a table with these attributes.
pub fn configuration(state: &Value) -> Value {
    let mut config = state.clone();
    for name in ["id", "database_name", "timeouts"] {
        config.set_attribute(name, Value::Null);
    }
    without_defaults(&config)
}

/// What Terraform says of a configuration when it validates it.
pub fn problems(config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    schema_validation::validate(&SCHEMA, config, true, &mut diagnostics);
    validation::validate(config, &mut diagnostics);
    diagnostics
}

/// The same configuration without what equals a documented default.
fn without_defaults(config: &Value) -> Value {
    let strip = |path: &[&str], value: &Value| {
        let default = settings::documented_default(path);
        let equals = default.zip(element::to_json(value)).is_some_and(|(one, other)| one == other);
        if equals { Value::Null } else { value.clone() }
    };
    let Some(attributes) = config.as_object() else { return config.clone() };
    let each = attributes.iter().map(|(name, value)| {
        let value = match value {
            Value::Object(view) if name == VIEW => {
                Value::object(view.iter().map(|(key, value)| (key.clone(), strip(&[VIEW, key], value))))
            }
            value => strip(&[name], value),
        };
        (name.clone(), value)
    });
    Value::object(each)
}
