//! The resource: each operation from request to answer.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;

use crate::aiven::{Endpoint, ReadError, WriteError};
use crate::api::{Api, Interrupted, Operation};
use crate::naming::{Kind, ProjectId};
use crate::session::Session;
use crate::tf::schema::{IdentitySchema, Schema};
use crate::tf::{ApplyRequest, Diagnostics, ImportRequest, Reading, Resource, State, Value, timeouts};

use super::config::{desired, seen};
use super::creation::create;
use super::kept::{Kept, removed};
use super::settings::{SECRETS, SecretSetting};
use super::{ENDPOINT_TYPE, schema, validation, verdict};

const CHANGE_TIMEOUT: Duration = Duration::from_mins(20);
const READ_TIMEOUT: Duration = Duration::from_mins(5);

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema::resource);
static IDENTITY: LazyLock<IdentitySchema> = LazyLock::new(schema::identity);

const KIND: Kind = Kind::Endpoint;

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
        ProjectId::of(value, KIND).map(|id| id.value(KIND))
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    fn refine_plan(&self, prior: &Value, planned: &mut Value, diagnostics: &mut Diagnostics) {
        if !validation::logs_in(prior) {
            validation::can_log_in(planned, diagnostics);
        }
    }

    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let mut value = request.planned;
        let (project, name) = names(&value)?;
        // What was not known when it was planned is known now.
        validation::validate(&request.config, diagnostics);
        validation::can_log_in(&request.config, diagnostics);
        let api = self.session.open(diagnostics).filter(|_| !diagnostics.has_errors())?;
        let operation = api.begin(timeouts::allowed(&value, "create", CHANGE_TIMEOUT));
        let config = desired(&value, &request.config);
        let made = create(&operation, project, name, &config).await;
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
        value.set_attribute(KIND.attribute(), Value::string(&id.id));
        Some(state(value, &id, &kept))
    }

    async fn update(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        let ApplyRequest { prior, planned, config, private } = request;
        let id = ProjectId::stored(&prior, KIND, diagnostics)?;
        let before = Kept::from_private(&private);
        if same_endpoint(&prior, &planned) {
            return Some(state(planned, &id, &before));
        }
        let (_, name) = names(&planned)?;
        validation::validate(&config, diagnostics);
        if !validation::logs_in(&prior) {
            validation::can_log_in(&config, diagnostics);
        }
        let api = self.session.open(diagnostics).filter(|_| !diagnostics.has_errors())?;
        let operation = api.begin(timeouts::allowed(&planned, "update", CHANGE_TIMEOUT));
        let desired = desired(&planned, &config);
        let answer =
            match operation.write(|client| client.update_endpoint(&id.project, &id.id, &desired)).await {
                Ok(Ok(endpoint)) => Some(endpoint),
                // Aiven counts a change to what is there already as an error.
                Ok(Err(WriteError::Unchanged { .. })) => None,
                Ok(Err(error)) => {
                    verdict::not_updated(&error, name, diagnostics);
                    return None;
                }
                Err(Interrupted) => {
                    verdict::update_interrupted(name, diagnostics);
                    return None;
                }
            };
        validation::sends_password(&config, name, diagnostics);
        // Whether a removed setting is gone, the answer need not show: it may be an echo of what was sent.
        let answer = answer.filter(|_| removed(&prior, &planned).next().is_none());
        let shown = match answer {
            Some(endpoint) => Some(endpoint),
            None => look(&operation, &id).await,
        };
        let kept = match shown {
            Some(endpoint) => Kept::seen(&endpoint, &planned),
            None => before.assumed(&prior, &planned),
        };
        kept.warn(&prior, &planned, name, diagnostics);
        Some(state(planned, &id, &kept))
    }

    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) {
        let Some(id) = ProjectId::stored(&request.prior, KIND, diagnostics) else { return };
        let Some(api) = self.session.open(diagnostics) else { return };
        let operation = api.begin(timeouts::allowed(&request.prior, "delete", CHANGE_TIMEOUT));
        match delete(&operation, &id).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => verdict::not_deleted(&error, &id, diagnostics),
            Err(Interrupted) => verdict::deletion_interrupted(&id, diagnostics),
        }
    }

    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        let Some(id) = ProjectId::stored(&current.value, KIND, diagnostics) else { return Reading::Failed };
        let Some(api) = self.session.open(diagnostics) else { return Reading::Failed };
        let operation = api.begin(timeouts::allowed(&current.value, "read", READ_TIMEOUT));
        match operation.read_surely(|client| client.endpoint(&id.project, &id.id)).await {
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
        let id = ProjectId::imported(&request, KIND, diagnostics)?;
        Some(state(id.imported_value(KIND), &id, &Kept::default()))
    }

    fn generate_config(&self, state: &Value) -> Value {
        let mut config = state.clone();
        // A secret in the state does not belong into a file of configuration.
        let secrets = SECRETS.iter().flat_map(SecretSetting::names);
        for name in ["id", KIND.attribute(), "timeouts"].into_iter().chain(secrets) {
            config.set_attribute(name, Value::Null);
        }
        config
    }
}

fn state(value: Value, id: &ProjectId, kept: &Kept) -> State {
    State { value, private: kept.to_private(), identity: Some(id.value(KIND)) }
}

/// The project and the endpoint's name.
fn names(value: &Value) -> Option<(&str, &str)> {
    value.get("project").as_str().zip(value.get("endpoint_name").as_str())
}

/// Whether nothing but `timeouts` differs, which is no business of Aiven's.
fn same_endpoint(prior: &Value, planned: &Value) -> bool {
    SCHEMA.attributes.iter().all(|attribute| prior.get(attribute.name) == planned.get(attribute.name))
}

/// Deletes the endpoint; one that is gone already is deleted. The integration that used it may have been deleted a
/// moment ago, in this very destroy, so a conflict is given the time to pass.
async fn delete(operation: &Operation<'_>, id: &ProjectId) -> Result<Result<(), WriteError>, Interrupted> {
    let send = || operation.write(|client| client.delete_endpoint(&id.project, &id.id));
    let answer =
        operation.look_until(|answer| !matches!(answer, Err(WriteError::Conflict { .. })), send).await?;
    if let Err(WriteError::NotFound { .. } | WriteError::Unknown { .. }) = answer
        && let Ok(true) = operation.is_gone(|client| client.endpoint(&id.project, &id.id)).await
    {
        return Ok(Ok(()));
    }
    Ok(answer)
}

/// The endpoint as it is after a write. The write itself is done, so nothing here fails.
async fn look(operation: &Operation<'_>, id: &ProjectId) -> Option<Endpoint> {
    const PATIENCE: Duration = Duration::from_secs(10);
    operation.within(PATIENCE).read(|client| client.endpoint(&id.project, &id.id)).await.ok()
}
