//! Applying a planned change. Whatever happens, Terraform is told what is known to exist.

use std::sync::Arc;

use crate::tf::consistency;
use crate::tf::diagnostics::Diagnostics;
use crate::tf::proto;
use crate::tf::resource::{ApplyRequest, Resource, State};

use super::managed::StateMessage;
use super::{Service, caught, dynamic};

impl Service {
    pub(super) async fn apply_resource_change(
        &self,
        request: proto::apply_resource_change::Request,
    ) -> proto::apply_resource_change::Response {
        let mut diagnostics = Diagnostics::default();
        let mut message = StateMessage::default();
        if let Some(resource) = self.resource(&request.type_name, &mut diagnostics)
            && let Some(change) = read_change(&request, &*resource, &mut diagnostics)
            && let Some(state) = self.applied(Arc::clone(&resource), change, &mut diagnostics).await
        {
            message = StateMessage::of(&state, &*resource, &mut diagnostics);
        }
        proto::apply_resource_change::Response {
            // Absent means: nothing was created, or the object is gone, or (with an error) it is as it was before.
            new_state: message.value,
            private: message.private,
            new_identity: message.identity,
            diagnostics: diagnostics.into_messages(),
            ..Default::default()
        }
    }

    /// Runs the change as a task of its own: a caller that goes away takes the answer with it, not the work.
    async fn applied(
        &self,
        resource: Arc<dyn Resource>,
        change: ApplyRequest,
        diagnostics: &mut Diagnostics,
    ) -> Option<State> {
        let creates = change.prior.is_null();
        let identity = resource.identity(&change.planned);
        let planned = change.planned.clone();
        let private = change.private.clone();
        let task = self.work.spawn(async move {
            let (mut found, mut failed) = (Diagnostics::default(), Diagnostics::default());
            let state = caught(perform(&*resource, change, &mut found), &mut failed).await;
            found.append(failed);
            (state, found)
        });
        let (state, found) = task.await.unwrap_or_else(|_| {
            let mut cut_off = Diagnostics::default();
            cut_off.error(
                "The change was cut off",
                "The provider is ending. The change may have been made; run `terraform plan` to see.",
            );
            (None, cut_off)
        });
        diagnostics.append(found);
        match state {
            Some(state) => {
                check(&planned, state.as_ref(), diagnostics);
                state
            }
            // The change broke off in the middle. A created object may exist: Terraform keeps it as tainted.
            None if creates => Some(State { value: planned.unknown_as_null(), private, identity }),
            None => None,
        }
    }
}

async fn perform(
    resource: &dyn Resource,
    change: ApplyRequest,
    diagnostics: &mut Diagnostics,
) -> Option<State> {
    if change.planned.is_null() {
        resource.delete(change, diagnostics).await;
        None
    } else if change.prior.is_null() {
        resource.create(change, diagnostics).await
    } else {
        resource.update(change, diagnostics).await
    }
}

/// A success must have a state, and one that Terraform will accept.
fn check(planned: &crate::tf::Value, state: Option<&State>, diagnostics: &mut Diagnostics) {
    if diagnostics.has_errors() || planned.is_null() {
        return;
    }
    match state {
        None => diagnostics.error(
            "The provider gave no result",
            "This is a bug in the provider; the change may have been made. Run `terraform plan` to see.",
        ),
        Some(state) if cfg!(debug_assertions) => {
            for violation in consistency::apply_violations(planned, &state.value) {
                diagnostics.error("The result breaks Terraform's rules", violation);
            }
        }
        Some(_) => {}
    }
}

fn read_change(
    request: &proto::apply_resource_change::Request,
    resource: &dyn Resource,
    diagnostics: &mut Diagnostics,
) -> Option<ApplyRequest> {
    let ty = resource.schema().ty();
    Some(ApplyRequest {
        prior: dynamic::read(request.prior_state.as_ref(), &ty, diagnostics)?,
        planned: dynamic::read(request.planned_state.as_ref(), &ty, diagnostics)?,
        config: dynamic::read(request.config.as_ref(), &ty, diagnostics)?,
        private: request.planned_private.clone(),
    })
}
