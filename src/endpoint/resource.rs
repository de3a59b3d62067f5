//! The resource: each operation from request to answer.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;

use crate::aiven::{Endpoint, ReadError, WriteError};
use crate::api::{Api, Deadline};
use crate::naming::ProjectId;
use crate::session::Session;
use crate::tf::schema::{IdentitySchema, Schema};
use crate::tf::{ApplyRequest, Diagnostics, ImportRequest, Path, Reading, Resource, State, Value, timeouts};

use super::config::{desired, seen};
use super::creation::create;
use super::kept::{Kept, removed};
use super::settings::{SECRETS, SecretSetting};
use super::{ENDPOINT_TYPE, schema, validation, verdict};

const CHANGE_TIMEOUT: Duration = Duration::from_mins(20);
const READ_TIMEOUT: Duration = Duration::from_mins(5);

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema::resource);
static IDENTITY: LazyLock<IdentitySchema> = LazyLock::new(schema::identity);

/// The attribute that holds the UUID.
const ID: &str = "endpoint_id";

/// The resource.
pub struct ExternalKafkaEndpoint {
    session: Arc<Session<Api>>,
}

impl ExternalKafkaEndpoint {
    /// The resource, working with whatever API the session has been configured to.
    pub fn new(session: Arc<Session<Api>>) -> Self {
        Self { session }
    }
}

#[async_trait]
impl Resource for ExternalKafkaEndpoint {
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
        validation::validate(config, diagnostics);
    }

    fn refine_plan(&self, prior: &Value, planned: &mut Value, diagnostics: &mut Diagnostics) {
        if prior.is_null() {
            validation::can_log_in(planned, diagnostics);
        }
    }

    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let mut value = request.planned;
        let (project, name) = names(&value)?;
        let api = self.session.open(diagnostics)?;
        let deadline = Deadline::after(timeouts::allowed(&value, "create", CHANGE_TIMEOUT));
        let config = desired(&value, &request.config);
        let made = create(&api, project, name, &config, deadline).await;
        let made = made.map_err(|why| verdict::not_created(&why, project, name, diagnostics)).ok()?;
        let Some(id) = ProjectId::new(project, &made.id) else {
            diagnostics.error(
                "Aiven names an endpoint by something that is no UUID",
                format!("It is `{}`. Upgrade the provider, or ask Aiven's support.", made.id),
            );
            return None;
        };
        let kept = Kept::seen(&made, &value);
        value.set_attribute("id", Value::string(id.to_string()));
        value.set_attribute(ID, Value::string(&id.id));
        Some(state(value, &id, &kept))
    }

    async fn update(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let ApplyRequest { prior, planned, config, private } = request;
        let id = stored_id(&prior, diagnostics)?;
        let before = Kept::from_private(&private);
        if same_endpoint(&prior, &planned) {
            return Some(state(planned, &id, &before));
        }
        let (_, name) = names(&planned)?;
        let api = self.session.open(diagnostics)?;
        let deadline = Deadline::after(timeouts::allowed(&planned, "update", CHANGE_TIMEOUT));
        let desired = desired(&planned, &config);
        let write =
            api.write(deadline.left(), |client| client.update_endpoint(&id.project, &id.id, &desired));
        let answer = match write.await {
            Ok(endpoint) => Some(endpoint),
            // Aiven counts a change to what is there already as an error.
            Err(WriteError::Unchanged { .. }) => None,
            Err(error) => {
                verdict::not_updated(&error, name, diagnostics);
                return None;
            }
        };
        // Whether a removed setting is gone, the answer need not show: it may be an echo of what was sent.
        let answer = answer.filter(|_| removed(&prior, &planned).next().is_none());
        let shown = match answer {
            Some(endpoint) => Some(endpoint),
            None => look(&api, &id, deadline).await,
        };
        let kept = match shown {
            Some(endpoint) => Kept::seen(&endpoint, &planned),
            None => before.assumed(&prior, &planned),
        };
        kept.warn(&prior, &planned, name, diagnostics);
        Some(state(planned, &id, &kept))
    }

    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) {
        let Some(id) = stored_id(&request.prior, diagnostics) else { return };
        let Some(api) = self.session.open(diagnostics) else { return };
        let deadline = Deadline::after(timeouts::allowed(&request.prior, "delete", CHANGE_TIMEOUT));
        let write = api.write(deadline.left(), |client| client.delete_endpoint(&id.project, &id.id));
        let error = match write.await {
            Ok(()) | Err(WriteError::NotFound { .. }) => return,
            Err(error) => error,
        };
        let lost = matches!(error, WriteError::Unknown { .. });
        if lost && matches!(read(&api, &id, deadline.left()).await, Err(ReadError::NotFound { .. })) {
            return;
        }
        verdict::not_deleted(&error, &id, diagnostics);
    }

    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        let Some(id) = stored_id(&current.value, diagnostics) else { return Reading::Failed };
        let Some(api) = self.session.open(diagnostics) else { return Reading::Failed };
        let allowed = timeouts::allowed(&current.value, "read", READ_TIMEOUT);
        match read(&api, &id, allowed).await {
            Ok(found) if found.endpoint_type == ENDPOINT_TYPE => {
                let kept = Kept::from_private(&current.private);
                let mut value = seen(current.value, &found, &kept);
                value.set_attribute("id", Value::string(id.to_string()));
                Reading::Found(state(value, &id, &kept))
            }
            Ok(found) => {
                verdict::wrong_type(&found.endpoint_type, &id, diagnostics);
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
                "This is not the ID of an integration endpoint",
                "Import an endpoint by PROJECT/ENDPOINT_ID, for example \
                 \"my-project/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f\"; `avn service integration-endpoint-list` shows the \
                 IDs of a project's endpoints.",
            );
            return None;
        };
        let mut value = id.value(ID);
        value.set_attribute("id", Value::string(id.to_string()));
        Some(state(value, &id, &Kept::default()))
    }

    fn generate_config(&self, state: &Value) -> Value {
        let mut config = state.clone();
        // A secret in the state does not belong into a file of configuration.
        let secrets = SECRETS.iter().flat_map(SecretSetting::names);
        for name in ["id", ID, "timeouts"].into_iter().chain(secrets) {
            config.set_attribute(name, Value::Null);
        }
        config
    }
}

fn state(value: Value, id: &ProjectId, kept: &Kept) -> State {
    State { value, private: kept.to_private(), identity: Some(id.value(ID)) }
}

fn id_of(value: &Value) -> Option<ProjectId> {
    ProjectId::new(value.get("project").as_str()?, value.get(ID).as_str()?)
}

/// The project and the endpoint's name.
fn names(value: &Value) -> Option<(&str, &str)> {
    value.get("project").as_str().zip(value.get("endpoint_name").as_str())
}

/// The ID in a state. It becomes a URL, so it is parsed once more: a state may have been edited by hand.
fn stored_id(value: &Value, diagnostics: &mut Diagnostics) -> Option<ProjectId> {
    let id = id_of(value);
    if id.is_none() {
        diagnostics.error_at(
            Path::attribute(ID),
            "The state names no endpoint",
            "`project` and `endpoint_id` in it are no name and UUID. Take the resource out of the state with a \
             `removed` block, and import the endpoint again.",
        );
    }
    id
}

/// Whether nothing but `timeouts` differs, which is no business of Aiven's.
fn same_endpoint(prior: &Value, planned: &Value) -> bool {
    SCHEMA.attributes.iter().all(|attribute| prior.get(attribute.name) == planned.get(attribute.name))
}

async fn read(api: &Api, id: &ProjectId, allowed: Duration) -> Result<Endpoint, ReadError> {
    api.read_surely(allowed, |client| client.endpoint(&id.project, &id.id)).await
}

/// The endpoint as it is after a write. The write itself is done, so nothing here fails.
async fn look(api: &Api, id: &ProjectId, deadline: Deadline) -> Option<Endpoint> {
    const PATIENCE: Duration = Duration::from_secs(10);
    api.read(deadline.left().min(PATIENCE), |client| client.endpoint(&id.project, &id.id)).await.ok()
}
