//! The resource: each operation from request to answer.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;

use crate::aiven::{self, ReadError};
use crate::api::{Api, Operation};
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

const KIND: Kind = Kind::Integration;
/// The attribute that names an external Kafka.
const ENDPOINT_ID: &str = "kafka_endpoint_id";

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
        ProjectId::of(value, KIND).map(|id| id.value(KIND))
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::one_source(config, ["kafka_service_name", ENDPOINT_ID], diagnostics);
        naming::check_reference(config, ENDPOINT_ID, Kind::Endpoint, diagnostics);
    }

    fn same_meaning(&self, path: &Path, one: &Value, other: &Value) -> bool {
        match (one.as_str(), other.as_str()) {
            (Some(first), Some(second)) if path.to_string() == ENDPOINT_ID => Reference::same(first, second),
            _ => one == other,
        }
    }

    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let value = request.planned;
        self.validate(&value, diagnostics);
        let wanted = Wanted::of(&value).filter(|_| !diagnostics.has_errors())?;
        let api = self.session.open(diagnostics)?;
        let operation = api.begin(timeouts::allowed(&value, "create", CHANGE_TIMEOUT));
        let made = create(&operation, &wanted).await;
        let made = made.map_err(|why| verdict::not_created(&why, &wanted, diagnostics)).ok()?;
        let id = verdict::id(&wanted.project, &made, diagnostics)?;
        let active = activation::wait(&operation, &id, &made).await;
        let active = active.map_err(|why| verdict::not_active(&why, &id, diagnostics)).ok();
        let made = named(&operation, &id, active.unwrap_or(made), &value).await;
        Some(state(made_known(value, &made, &id), &id))
    }

    /// What can be changed in place, `force_destroy` and `timeouts`, is no business of Aiven's.
    async fn update(&self, request: ApplyRequest, _: &mut Diagnostics) -> Option<State> {
        let identity = self.identity(&request.planned);
        Some(State { value: request.planned, private: request.private, identity })
    }

    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) {
        let Some(id) = ProjectId::stored(&request.prior, KIND, diagnostics) else { return };
        let Some(api) = self.session.open(diagnostics) else { return };
        let operation = api.begin(timeouts::allowed(&request.prior, "delete", CHANGE_TIMEOUT));
        let force = request.prior.get("force_destroy").as_bool().unwrap_or_default();
        if let Err(why) = deletion::delete(&operation, &id, force).await {
            verdict::not_deleted(&why, &id, diagnostics);
        }
    }

    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        let Some(id) = ProjectId::stored(&current.value, KIND, diagnostics) else { return Reading::Failed };
        let Some(api) = self.session.open(diagnostics) else { return Reading::Failed };
        let operation = api.begin(timeouts::allowed(&current.value, "read", READ_TIMEOUT));
        match operation.read_surely(|client| client.integration(&id.project, &id.id)).await {
            Ok(found) if found.integration_type == INTEGRATION_TYPE => {
                let found = named(&operation, &id, found, &current.value).await;
                Reading::Found(State {
                    private: current.private,
                    ..state(seen(current.value, &found, &id), &id)
                })
            }
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
        let id = ProjectId::imported(&request, KIND, diagnostics)?;
        Some(state(id.imported_value(KIND), &id))
    }

    fn generate_config(&self, state: &Value) -> Value {
        let mut config = state.clone();
        for name in ["id", KIND.attribute(), "database_name", "active", "kafka_endpoint_name", "timeouts"] {
            config.set_attribute(name, Value::Null);
        }
        config
    }
}

fn state(value: Value, id: &ProjectId) -> State {
    State { value, private: Vec::new(), identity: Some(id.value(KIND)) }
}

/// A planned value after the integration was made: what the plan left open is filled in.
fn made_known(mut value: Value, made: &aiven::Integration, id: &ProjectId) -> Value {
    let endpoint = ("kafka_endpoint_name", text(made.source_endpoint.as_deref()));
    for (name, known) in known_by(made, id).into_iter().chain([endpoint]) {
        value.set_attribute(name, known);
    }
    value
}

/// A stored value after a look at the integration. An ID keeps its spelling.
fn seen(value: Value, found: &aiven::Integration, id: &ProjectId) -> Value {
    let mut value = made_known(value, found, id);
    if let Some(service) = &found.dest_service {
        value.set_attribute("clickhouse_service_name", Value::string(service));
    }
    value.set_attribute("kafka_service_name", text(found.source_service.as_deref()));
    let endpoint = found.source_endpoint_id.as_deref();
    let spelled = value.get(ENDPOINT_ID).as_str();
    if !spelled.zip(endpoint).is_some_and(|(one, other)| Reference::same(one, other)) {
        value.set_attribute(ENDPOINT_ID, text(endpoint));
    }
    value
}

/// The integration with the source that its answer may leave out: first as `value`, planned or stored, has it, and then
/// as the endpoint itself says. A name that cannot be learned stays unknown, which is no reason to fail.
async fn named(
    operation: &Operation<'_>,
    id: &ProjectId,
    mut found: aiven::Integration,
    value: &Value,
) -> aiven::Integration {
    const PATIENCE: Duration = Duration::from_secs(10);
    fill_in(&mut found, value);
    if let (None, Some(endpoint)) = (&found.source_endpoint, &found.source_endpoint_id) {
        let endpoint = operation.within(PATIENCE).read(|client| client.endpoint(&id.project, endpoint)).await;
        found.source_endpoint = endpoint.ok().map(|endpoint| endpoint.name).filter(|name| !name.is_empty());
    }
    found
}

/// A source that an answer leaves out is no other source: that would mean a new integration.
fn fill_in(found: &mut aiven::Integration, value: &Value) {
    let known = |name| value.get(name).as_str();
    if found.source_service.is_none() && found.source_endpoint_id.is_none() {
        found.source_service = known("kafka_service_name").map(str::to_owned);
        let endpoint = known(ENDPOINT_ID).and_then(|text| Reference::parse(text).ok());
        found.source_endpoint_id = endpoint.map(|reference| reference.to_string());
    }
    let is_same = |id: &String| known(ENDPOINT_ID).is_some_and(|other| Reference::same(id, other));
    if found.source_endpoint.is_none() && found.source_endpoint_id.as_ref().is_some_and(is_same) {
        found.source_endpoint = known("kafka_endpoint_name").map(str::to_owned);
    }
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
        for whole in
            [integration("i", Some("kafka"), None), integration("i", None, Some(("outside", ENDPOINT)))]
        {
            let stored = seen(Value::object::<String>([]), &whole, &id());
            let mut found = integration("i", None, None);
            found.dest_service = None;
            fill_in(&mut found, &stored);
            assert_eq!(seen(stored.clone(), &found, &id()), stored);
            assert_ne!(stored.get("database_name"), &Value::Null);
        }
    }

    #[test]
    fn the_name_of_one_endpoint_is_not_given_to_another() {
        let stored =
            seen(Value::object::<String>([]), &integration("i", None, Some(("one", ENDPOINT))), &id());
        let mut found = integration("i", None, Some(("", &ENDPOINT.replace('3', "4"))));
        found.source_endpoint = None;
        fill_in(&mut found, &stored);
        assert_eq!(found.source_endpoint, None);
    }
}
