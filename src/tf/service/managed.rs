//! Managed resources apart from applying: stored state, refresh, plan, import, generated configuration.

use std::sync::Arc;

use crate::tf::consistency;
use crate::tf::diagnostics::Diagnostics;
use crate::tf::msgpack::CodecError;
use crate::tf::proto;
use crate::tf::resource::{ImportRequest, PlanRequest, Planned, PlannedChange, Reading, Resource, State};
use crate::tf::schema::IdentitySchema;
use crate::tf::state_json;
use crate::tf::types::Type;
use crate::tf::value::Value;

use super::{Service, caught, dynamic, find};

/// A state in the parts that every answer about a managed resource carries.
#[derive(Default)]
pub(super) struct StateMessage {
    pub(super) value: Option<proto::DynamicValue>,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<proto::ResourceIdentityData>,
}

impl StateMessage {
    pub(super) fn of(state: &State, resource: &dyn Resource, diagnostics: &mut Diagnostics) -> Self {
        // An identity without an announced schema would be refused, so the schema decides.
        let identity = resource.identity_schema().zip(state.identity.as_ref());
        Self {
            value: dynamic::write(&state.value, &resource.schema().ty(), diagnostics),
            private: state.private.clone(),
            identity: identity
                .and_then(|(schema, identity)| dynamic::write_identity(identity, &schema.ty(), diagnostics)),
        }
    }
}

impl Service {
    pub(super) fn resource(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<Arc<dyn Resource>> {
        find(self.provider.resources(), "resource", name, diagnostics).cloned()
    }

    pub(super) fn upgrade_resource_state(
        &self,
        request: &proto::upgrade_resource_state::Request,
    ) -> proto::upgrade_resource_state::Response {
        let mut diagnostics = Diagnostics::default();
        let upgraded_state = self.resource(&request.type_name, &mut diagnostics).and_then(|resource| {
            let schema = resource.schema();
            let raw = request.raw_state.as_ref();
            let value = stored(raw, request.version, schema.version, &schema.ty(), &mut diagnostics)?;
            dynamic::write(&value, &schema.ty(), &mut diagnostics)
        });
        proto::upgrade_resource_state::Response { upgraded_state, diagnostics: diagnostics.into_messages() }
    }

    pub(super) fn upgrade_resource_identity(
        &self,
        request: &proto::upgrade_resource_identity::Request,
    ) -> proto::upgrade_resource_identity::Response {
        let mut diagnostics = Diagnostics::default();
        let upgraded_identity = self.resource(&request.type_name, &mut diagnostics).and_then(|resource| {
            let ty = resource.identity_schema()?.ty();
            let raw = request.raw_identity.as_ref();
            let value = stored(raw, request.version, 0, &ty, &mut diagnostics)?;
            dynamic::write_identity(&value, &ty, &mut diagnostics)
        });
        proto::upgrade_resource_identity::Response {
            upgraded_identity,
            diagnostics: diagnostics.into_messages(),
        }
    }

    pub(super) async fn read_resource(
        &self,
        request: proto::read_resource::Request,
    ) -> proto::read_resource::Response {
        let mut diagnostics = Diagnostics::default();
        let mut response = proto::read_resource::Response {
            // What was known stays known unless something better is learned: Terraform replaces all three.
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            new_identity: request.current_identity.clone(),
            ..Default::default()
        };
        if let Some(resource) = self.resource(&request.type_name, &mut diagnostics) {
            let reading = refresh(&request, &*resource, &mut diagnostics).await;
            match reading {
                Reading::Failed => {}
                Reading::Gone => {
                    response.new_state = dynamic::write(&Value::Null, &Type::Dynamic, &mut diagnostics);
                }
                Reading::Found(state) => {
                    let message = StateMessage::of(&state, &*resource, &mut diagnostics);
                    response.new_state = message.value;
                    response.private = message.private;
                    response.new_identity = message.identity;
                }
            }
        }
        response.diagnostics = diagnostics.into_messages();
        response
    }

    pub(super) async fn plan_resource_change(
        &self,
        request: proto::plan_resource_change::Request,
    ) -> proto::plan_resource_change::Response {
        let mut diagnostics = Diagnostics::default();
        let mut response = proto::plan_resource_change::Response {
            planned_private: request.prior_private.clone(),
            // Never an unknown identity: Terraform 1.12 to 1.17 cannot show such a plan. That of a new object is left
            // out, also when it replaces another: the other's identity comes along then.
            planned_identity: request
                .prior_identity
                .clone()
                .filter(|_| !dynamic::is_null(request.prior_state.as_ref())),
            ..Default::default()
        };
        if let Some(resource) = self.resource(&request.type_name, &mut diagnostics)
            && let Some(planned) = planned(&request, &*resource, &mut diagnostics).await
        {
            response.planned_state =
                dynamic::write(&planned.value, &resource.schema().ty(), &mut diagnostics);
            response.requires_replace = planned.requires_replace.iter().map(Into::into).collect();
            response.planned_private = planned.private;
        }
        response.diagnostics = diagnostics.into_messages();
        response
    }

    pub(super) async fn import_resource_state(
        &self,
        request: proto::import_resource_state::Request,
    ) -> proto::import_resource_state::Response {
        let mut diagnostics = Diagnostics::default();
        let mut imported_resources = Vec::new();
        if let Some(resource) = self.resource(&request.type_name, &mut diagnostics)
            && let Some(state) = imported(&request, &*resource, &mut diagnostics).await
        {
            let message = StateMessage::of(&state, &*resource, &mut diagnostics);
            imported_resources.push(proto::import_resource_state::ImportedResource {
                type_name: request.type_name,
                state: message.value,
                private: message.private,
                identity: message.identity,
            });
        }
        let diagnostics = diagnostics.into_messages();
        proto::import_resource_state::Response { imported_resources, diagnostics, deferred: None }
    }

    pub(super) async fn generate_resource_config(
        &self,
        request: proto::generate_resource_config::Request,
    ) -> proto::generate_resource_config::Response {
        let mut diagnostics = Diagnostics::default();
        let mut config = None;
        if let Some(resource) = self.resource(&request.type_name, &mut diagnostics) {
            let ty = resource.schema().ty();
            let state = dynamic::read(request.state.as_ref(), &ty, &mut diagnostics);
            let work = async {
                state.map(|state| if state.is_null() { state } else { resource.generate_config(&state) })
            };
            let generated = caught(work, &mut diagnostics).await.flatten();
            config = generated.and_then(|generated| dynamic::write(&generated, &ty, &mut diagnostics));
        }
        proto::generate_resource_config::Response { config, diagnostics: diagnostics.into_messages() }
    }
}

/// A value from a state file. Older versions of a schema would be upgraded here; there has been one so far.
fn stored(
    raw: Option<&proto::RawState>,
    version: i64,
    current: i64,
    ty: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    let json = raw.map(|raw| raw.json.as_slice()).unwrap_or_default();
    if raw.is_some_and(|raw| !raw.flatmap.is_empty()) || version > current {
        diagnostics.error(
            "The state was written by another version of the provider",
            format!(
                "It has schema version {version}; this version of the provider reads version {current}. Upgrade the \
                 provider, or take the object out of the state with a `removed` block and import it again."
            ),
        );
        return None;
    }
    if json.is_empty() {
        return Some(Value::Null);
    }
    let report = |error: CodecError| {
        diagnostics.error_at(
            error.path.clone(),
            "The stored state cannot be read",
            format!("{error}. Take the object out of the state with a `removed` block and import it again."),
        );
    };
    state_json::decode(json, ty).map_err(report).ok()
}

async fn refresh(
    request: &proto::read_resource::Request,
    resource: &dyn Resource,
    diagnostics: &mut Diagnostics,
) -> Reading {
    let value = dynamic::read(request.current_state.as_ref(), &resource.schema().ty(), diagnostics);
    let identity_ty = resource.identity_schema().map(IdentitySchema::ty);
    let identity = identity_ty
        .and_then(|ty| dynamic::read_identity(request.current_identity.as_ref(), &ty, diagnostics))
        .filter(|identity| !identity.is_null());
    let Some(value) = value else { return Reading::Failed };
    let mut found = Diagnostics::default();
    let state = State { value, private: request.private.clone(), identity };
    let reading = caught(resource.read(state, &mut found), diagnostics).await;
    diagnostics.append(found);
    reading.unwrap_or(Reading::Failed)
}

async fn planned(
    request: &proto::plan_resource_change::Request,
    resource: &dyn Resource,
    diagnostics: &mut Diagnostics,
) -> Option<Planned> {
    let schema = resource.schema();
    let ty = schema.ty();
    let prior = dynamic::read(request.prior_state.as_ref(), &ty, diagnostics)?;
    let config = dynamic::read(request.config.as_ref(), &ty, diagnostics)?;
    let proposed = dynamic::read(request.proposed_new_state.as_ref(), &ty, diagnostics)?;
    let private = request.prior_private.clone();
    let mut found = Diagnostics::default();
    let plan = async {
        let planned = if proposed.is_null() {
            Planned { value: Value::Null, requires_replace: Vec::new(), private }
        } else {
            resource
                .plan(PlanRequest { prior: prior.clone(), config: config.clone(), private }, &mut found)
                .await
        };
        let change = PlannedChange {
            prior: prior.clone(),
            config: config.clone(),
            planned: planned.value.clone(),
            replaces: !planned.requires_replace.is_empty(),
        };
        resource.review_plan(&change, &mut found).await;
        planned
    };
    let planned = caught(plan, diagnostics).await;
    diagnostics.append(found);
    if cfg!(debug_assertions)
        && let Some(planned) = planned.as_ref().filter(|planned| !planned.value.is_null())
    {
        for violation in consistency::plan_violations(schema, &prior, &config, &planned.value) {
            diagnostics.error("The plan breaks Terraform's rules", violation);
        }
    }
    planned
}

async fn imported(
    request: &proto::import_resource_state::Request,
    resource: &dyn Resource,
    diagnostics: &mut Diagnostics,
) -> Option<State> {
    let import = match (&request.identity, resource.identity_schema()) {
        (Some(identity), Some(schema)) => {
            ImportRequest::Identity(dynamic::read_identity(Some(identity), &schema.ty(), diagnostics)?)
        }
        _ => ImportRequest::Id(request.id.clone()),
    };
    let mut found = Diagnostics::default();
    let state = caught(resource.import(import, &mut found), diagnostics).await.flatten();
    diagnostics.append(found);
    state
}
