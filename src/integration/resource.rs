//! The resource: each operation from request to answer.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;

use crate::aiven::{self, ReadError};
use crate::api::{Api, Deadline};
use crate::naming::{self, INTEGRATION_TYPE, Kind, ProjectId, Reference};
use crate::session::Session;
use crate::tf::schema::{IdentitySchema, Schema};
use crate::tf::{ApplyRequest, Diagnostics, ImportRequest, Path, Reading, Resource, State, Value, timeouts};

use super::creation::{Wanted, create};
use super::description::{known_by, text};
use super::{activation, deletion, schema, validation, verdict};

const CHANGE_TIMEOUT: Duration = Duration::from_mins(20);
const READ_TIMEOUT: Duration = Duration::from_mins(5);

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema::resource);
static IDENTITY: LazyLock<IdentitySchema> = LazyLock::new(schema::identity);

/// The attribute that holds the UUID.
const ID: &str = "service_integration_id";

/// The resource.
pub struct Integration {
    session: Arc<Session<Api>>,
}

impl Integration {
    /// The resource, working with whatever API the session has been configured to.
    pub fn new(session: Arc<Session<Api>>) -> Self {
        Self { session }
    }
}

#[async_trait]
impl Resource for Integration {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn identity_schema(&self) -> Option<&IdentitySchema> {
        Some(&IDENTITY)
    }

    fn identity(&self, value: &Value) -> Option<Value> {
        id_of(value).map(|id| id.value(ID))
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::one_source(config, ["kafka_service_name", "kafka_endpoint_id"], diagnostics);
        naming::check_reference(config, "kafka_endpoint_id", Kind::Endpoint, diagnostics);
    }

    fn same_meaning(&self, path: &Path, one: &Value, other: &Value) -> bool {
        match (one.as_str(), other.as_str()) {
            (Some(first), Some(second)) if path.to_string() == "kafka_endpoint_id" => {
                Reference::same(first, second)
            }
            _ => one == other,
        }
    }

    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let value = request.planned;
        self.validate(&value, diagnostics);
        let wanted = Wanted::of(&value).filter(|_| !diagnostics.has_errors())?;
        let api = self.session.open(diagnostics)?;
        let deadline = Deadline::after(timeouts::allowed(&value, "create", CHANGE_TIMEOUT));
        let made = create(&api, &wanted, deadline).await;
        let made = made.map_err(|why| verdict::not_created(&why, &wanted, diagnostics)).ok()?;
        let id = verdict::id(&wanted.project, &made, diagnostics)?;
        let active = activation::wait(&api, &id, &made, deadline).await;
        let active = active.map_err(|why| verdict::not_active(&why, &id, diagnostics)).ok();
        Some(state(made_known(value, &active.unwrap_or(made), &id), &id))
    }

    /// What can be changed in place, `force_destroy` and `timeouts`, is no business of Aiven's.
    async fn update(&self, request: ApplyRequest, _: &mut Diagnostics) -> Option<State> {
        let identity = self.identity(&request.planned);
        Some(State { value: request.planned, private: request.private, identity })
    }

    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) {
        let Some(id) = stored_id(&request.prior, diagnostics) else { return };
        let Some(api) = self.session.open(diagnostics) else { return };
        let deadline = Deadline::after(timeouts::allowed(&request.prior, "delete", CHANGE_TIMEOUT));
        let force = request.prior.get("force_destroy").as_bool().unwrap_or_default();
        if let Err(why) = deletion::delete(&api, &id, force, deadline).await {
            verdict::not_deleted(&why, &id, diagnostics);
        }
    }

    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        let Some(id) = stored_id(&current.value, diagnostics) else { return Reading::Failed };
        let Some(api) = self.session.open(diagnostics) else { return Reading::Failed };
        let allowed = timeouts::allowed(&current.value, "read", READ_TIMEOUT);
        match api.read_surely(allowed, |client| client.integration(&id.project, &id.id)).await {
            Ok(found) if found.integration_type == INTEGRATION_TYPE => Reading::Found(State {
                private: current.private,
                ..state(seen(current.value, &found, &id), &id)
            }),
            Ok(found) => {
                verdict::wrong_type(&found.integration_type, &id, diagnostics);
                Reading::Failed
            }
            Err(ReadError::NotFound { .. }) => Reading::Gone,
            Err(error) => {
                verdict::not_read(&error, &id, diagnostics);
                Reading::Failed
            }
        }
    }

    async fn import(&self, request: ImportRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let id = match &request {
            ImportRequest::Id(text) => ProjectId::parse(text),
            ImportRequest::Identity(identity) => id_of(identity),
        };
        let Some(id) = id else {
            diagnostics.error(
                "This is not the ID of a service integration",
                "Import an integration by PROJECT/SERVICE_INTEGRATION_ID, for example \
                 \"my-project/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f\"; `avn service integration-list` shows the IDs of a \
                 service's integrations.",
            );
            return None;
        };
        let mut value = id.value(ID);
        value.set_attribute("id", Value::string(id.to_string()));
        Some(state(value, &id))
    }

    fn generate_config(&self, state: &Value) -> Value {
        let mut config = state.clone();
        for name in ["id", ID, "database_name", "active", "kafka_endpoint_name", "timeouts"] {
            config.set_attribute(name, Value::Null);
        }
        config
    }
}

fn state(value: Value, id: &ProjectId) -> State {
    State { value, private: Vec::new(), identity: Some(id.value(ID)) }
}

fn id_of(value: &Value) -> Option<ProjectId> {
    ProjectId::new(value.get("project").as_str()?, value.get(ID).as_str()?)
}

/// The ID in a state. It becomes a URL, so it is parsed once more: a state may have been edited by hand.
fn stored_id(value: &Value, diagnostics: &mut Diagnostics) -> Option<ProjectId> {
    let id = id_of(value);
    if id.is_none() {
        diagnostics.error_at(
            Path::attribute(ID),
            "The state names no integration",
            "`project` and `service_integration_id` in it are no name and UUID. Take the resource out of the state \
             with a `removed` block, and import the integration again.",
        );
    }
    id
}

/// A planned value after the integration was made: what the plan left open is filled in.
fn made_known(mut value: Value, made: &aiven::Integration, id: &ProjectId) -> Value {
    let endpoint = ("kafka_endpoint_name", text(made.source_endpoint.as_deref()));
    for (name, known) in known_by(made, id).into_iter().chain([endpoint]) {
        value.set_attribute(name, known);
    }
    value
}

/// A stored value after a look at the integration. An ID keeps its spelling, and an end that the answer leaves out is
/// no other end: it would mean a new integration.
fn seen(value: Value, found: &aiven::Integration, id: &ProjectId) -> Value {
    let mut value = made_known(value, found, id);
    if let Some(service) = &found.dest_service {
        value.set_attribute("clickhouse_service_name", Value::string(service));
    }
    let endpoint = found.source_endpoint_id.as_deref();
    if endpoint.is_none() && found.source_service.is_none() {
        return value;
    }
    value.set_attribute("kafka_service_name", text(found.source_service.as_deref()));
    let spelled = value.get("kafka_endpoint_id").as_str();
    if !spelled.zip(endpoint).is_some_and(|(one, other)| Reference::same(one, other)) {
        value.set_attribute("kafka_endpoint_id", text(endpoint));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::description::tests::integration;
    use super::*;

    const ENDPOINT: &str = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f";

    fn id() -> ProjectId {
        ProjectId::new("demo", ENDPOINT).unwrap()
    }

    fn ends(value: &Value) -> [&Value; 3] {
        ["clickhouse_service_name", "kafka_service_name", "kafka_endpoint_id"].map(|name| value.get(name))
    }

    #[test]
    fn an_endpoint_keeps_its_spelling_and_another_source_is_shown() {
        let spelled = format!("demo/{}", ENDPOINT.to_uppercase());
        let stored = Value::object([("kafka_endpoint_id", spelled.as_str().into())]);
        let found = integration("i", None, Some(("outside", ENDPOINT)));
        let value = seen(stored, &found, &id());
        assert_eq!(ends(&value), [&"clickhouse".into(), &Value::Null, &spelled.as_str().into()]);
        let value = seen(value, &integration("i", Some("kafka"), None), &id());
        assert_eq!(ends(&value), [&"clickhouse".into(), &"kafka".into(), &Value::Null]);
    }

    #[test]
    fn ends_that_an_answer_leaves_out_stay_as_they_were() {
        let stored = seen(Value::object::<String>([]), &integration("i", Some("kafka"), None), &id());
        let mut found = integration("i", None, None);
        found.dest_service = None;
        assert_eq!(ends(&seen(stored.clone(), &found, &id())), ends(&stored));
    }
}
