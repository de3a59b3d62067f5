//! The resource `aiven_clickhouse_kafka_table`: one element of `user_config.tables` of a service integration.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `schema`, `settings` | what a user may write, with every limit and default |
//! | `validation`, `additional` | rules across attributes; settings without an attribute |
//! | `identifier` | the names of integrations and tables |
//! | `element`, `fills` | between attributes and JSON; what the server fills in by itself |
//! | `edit` | the judge the engine asks about an element |
//! | `verdict` | what the user is told when an edit came to nothing |
//! | this one | the resource: each operation from request to answer |
//!
//! It never mentions HTTP; requests and retries are the engine's business.

mod additional;
mod edit;
mod element;
mod fills;
mod identifier;
mod schema;
mod settings;
#[cfg(test)]
mod tests;
mod validation;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::document::{Element, json_equal};
use crate::engine::{
    Cause, Engine, Facts, IntegrationKey, Operation, Outcome, ReadFailure, Snapshot, Store, Want,
};
use crate::session::Session;
use crate::tf::schema::{IdentitySchema, Schema};
use crate::tf::{
    ApplyRequest, Attributes, Diagnostics, ImportRequest, Path, Reading, Resource, State, Value, duration,
};

pub use edit::TableEdit;

use edit::{SCHEMA, see};
use element::Strictness;
use fills::Fills;
use identifier::{IntegrationReference, TableId};
use verdict::Verb;

/// The resource's type name.
pub const TYPE_NAME: &str = "aiven_clickhouse_kafka_table";

/// The type of the integrations whose tables these are.
pub const INTEGRATION_TYPE: &str = "clickhouse_kafka";

/// The nested attribute of the materialized view.
const VIEW: &str = "materialized_view";

const CHANGE_TIMEOUT: Duration = Duration::from_mins(20);
const READ_TIMEOUT: Duration = Duration::from_mins(5);

/// The resource.
pub struct Table<S: Store> {
    session: Arc<Session<Engine<S, TableEdit>>>,
    identity_schema: IdentitySchema,
}

impl<S: Store> Table<S> {
    /// The resource, working with whatever engine the session has been configured to.
    pub fn new(session: Arc<Session<Engine<S, TableEdit>>>) -> Self {
        Self { session, identity_schema: schema::identity() }
    }

    /// Hands an edit to the engine and waits for its outcome; `None` goes with an error.
    async fn submit(
        &self,
        located: &Located,
        want: Want<TableEdit>,
        deadline: Duration,
        diagnostics: &mut Diagnostics,
    ) -> Option<Outcome> {
        let engine = self.session.open(diagnostics)?;
        let operation = Operation { name: located.table.name.clone(), want, deadline };
        Some(engine.submit(&located.integration, operation).await)
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

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    fn same_meaning(&self, path: &Path, one: &Value, other: &Value) -> bool {
        let (Some(first), Some(second)) = (one.as_str(), other.as_str()) else { return one == other };
        match path.to_string().as_str() {
            "service_integration_id" => {
                let [first, second] = [first, second].map(|text| IntegrationReference::parse(text).ok());
                one == other || first.zip(second).is_some_and(|(first, second)| first.id == second.id)
            }
            additional::ATTRIBUTE => additional::same(first, second),
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

    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let located = Located::of(&request.planned, diagnostics)?;
        let edit = TableEdit { planned: request.planned, prior: Value::Null, fills: Fills::default() };
        let deadline = timeout(&edit.planned, "create", CHANGE_TIMEOUT);
        let outcome = self.submit(&located, Want::Create(edit.clone()), deadline, diagnostics).await?;
        verdict::report(&outcome, Verb::Create, &located.table, diagnostics);
        match outcome {
            Outcome::Done(snapshot) => Some(located.written(edit, &snapshot, diagnostics)),
            // It may exist, so Terraform must not forget it: a state together with an error makes it tainted.
            Outcome::Unknown(_) | Outcome::Contended => {
                Some(located.state(edit.planned.unknown_as_null(), &Fills::default()))
            }
            _ => None,
        }
    }

    async fn update(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let located = Located::of(&request.planned, diagnostics)?;
        let fills = Fills::from_private(&request.private);
        let edit = TableEdit { planned: request.planned, prior: request.prior, fills };
        let deadline = timeout(&edit.planned, "update", CHANGE_TIMEOUT);
        let outcome = self.submit(&located, Want::Update(edit.clone()), deadline, diagnostics).await?;
        verdict::report(&outcome, Verb::Update, &located.table, diagnostics);
        match outcome {
            Outcome::Done(snapshot) => Some(located.written(edit, &snapshot, diagnostics)),
            _ => None,
        }
    }

    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) {
        let Some(located) = Located::of(&request.prior, diagnostics) else { return };
        let deadline = timeout(&request.prior, "delete", CHANGE_TIMEOUT);
        if let Some(outcome) = self.submit(&located, Want::Delete, deadline, diagnostics).await {
            verdict::report(&outcome, Verb::Delete, &located.table, diagnostics);
        }
    }

    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        let Some(located) = Located::of(&current.value, diagnostics) else { return Reading::Failed };
        let Some(engine) = self.session.open(diagnostics) else { return Reading::Failed };
        let deadline = timeout(&current.value, "read", READ_TIMEOUT);
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
        let mut config = state.clone();
        for name in ["id", "database_name", "timeouts"] {
            config.set_attribute(name, Value::Null);
        }
        without_defaults(&config)
    }
}

/// A table whose place is known.
struct Located {
    table: TableId,
    integration: IntegrationKey,
}

impl Located {
    fn at(table: TableId) -> Self {
        let integration = IntegrationKey { project: table.project.clone(), id: table.integration.clone() };
        Self { table, integration }
    }

    /// Where the table lives. A configuration that was unknown until now could not be validated before.
    fn of(value: &Value, diagnostics: &mut Diagnostics) -> Option<Self> {
        validation::integration(value, diagnostics);
        table_id(value).filter(|_| !diagnostics.has_errors()).map(Self::at)
    }

    fn state(&self, value: Value, fills: &Fills) -> State {
        let TableId { project, integration, name } = &self.table;
        let identity = [("project", project), ("service_integration_id", integration), ("name", name)];
        let identity = Value::object(identity.map(|(key, part)| (key, Value::string(part))));
        State { value, private: fills.to_private(), identity: Some(identity) }
    }

    /// The state after a write that the snapshot shows.
    fn written(&self, edit: TableEdit, snapshot: &Snapshot, diagnostics: &mut Diagnostics) -> State {
        let element = snapshot.document.get(&self.table.name).ok().flatten();
        let element = element.map(Element::value).unwrap_or_default();
        let fills = Fills::learn(schema::in_the_element(&SCHEMA), &element, &edit.planned);
        warn_of_kept_values(&edit.prior, &fills, &self.table, diagnostics);
        let mut value = edit.planned;
        value.set_attribute("id", Value::string(self.table.to_string()));
        value.set_attribute("database_name", database_name(&snapshot.facts));
        self.state(value, &fills)
    }

    fn refreshed(&self, current: State, snapshot: &Snapshot, diagnostics: &mut Diagnostics) -> Reading {
        if snapshot.facts.integration_type != INTEGRATION_TYPE {
            let cause = Cause::WrongType { found: snapshot.facts.integration_type.clone() };
            verdict::report_read(&ReadFailure::Failed(cause), &self.table, diagnostics);
            return Reading::Failed;
        }
        let element = match snapshot.document.get(&self.table.name) {
            Ok(Some(element)) => element.value(),
            Ok(None) => return Reading::Gone,
            Err(ambiguous) => {
                verdict::report_read(&ReadFailure::Failed(ambiguous.into()), &self.table, diagnostics);
                return Reading::Failed;
            }
        };
        let fills = Fills::from_private(&current.private);
        match see(&element, &current.value, &fills, Strictness::Meaning) {
            Ok(mut value) => {
                value.set_attribute("id", Value::string(self.table.to_string()));
                value.set_attribute("database_name", database_name(&snapshot.facts));
                let state = self.state(value, &fills);
                Reading::Found(State { private: current.private, ..state })
            }
            Err(unexpected) => {
                diagnostics.error(
                    format!("Table `{}` could not be read", self.table.name),
                    format!(
                        "{unexpected}. The state is kept as it is. Upgrade the provider, or repair the table."
                    ),
                );
                Reading::Failed
            }
        }
    }
}

/// The identifier of a table whose parts are all known.
fn table_id(value: &Value) -> Option<TableId> {
    let integration = IntegrationReference::parse(value.get("service_integration_id").as_str()?).ok()?;
    TableId::new(value.get("project").as_str()?, &integration.to_string(), value.get("name").as_str()?).ok()
}

/// The database that Aiven makes for an integration: named after the Kafka service, or after the endpoint of an
/// external Kafka. Null where the API names neither.
fn database_name(facts: &Facts) -> Value {
    match (&facts.source_endpoint, &facts.source_service) {
        (Some(endpoint), _) => Value::string(format!("endpoint_{endpoint}")),
        (None, Some(service)) => Value::string(format!("service_{service}")),
        (None, None) => Value::Null,
    }
}

/// The time the user allows for an operation. A text that is no duration was refused in validation.
fn timeout(value: &Value, operation: &str, default: Duration) -> Duration {
    let configured =
        value.get("timeouts").get(operation).as_str().and_then(|text| duration::parse(text).ok());
    configured.unwrap_or(default)
}

/// A setting that was removed and came back with its old value was either filled in by the server, as is taken
/// here, or merged in by it. The user should know that the removal had no effect.
fn warn_of_kept_values(prior: &Value, fills: &Fills, table: &TableId, diagnostics: &mut Diagnostics) {
    for (path, fill) in fills.iter() {
        let before = path.iter().fold(prior, |value, key| value.get(key));
        if element::to_json(before).is_some_and(|before| json_equal(&before, fill)) {
            let place = path[1..].iter().fold(Path::attribute(path[0]), |place, key| place.join(*key));
            diagnostics.warning_at(
                place.clone(),
                format!("Aiven keeps `{place}` of table `{}`", table.name),
                format!(
                    "It is no longer configured, but Aiven still answers with {fill}. That is taken for Aiven's own \
                     default from now on. Configure the value you want if it is another one."
                ),
            );
        }
    }
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
