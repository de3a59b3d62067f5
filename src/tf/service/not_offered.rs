//! Calls about what this provider does not have or does not do. Nobody makes most of them, since nothing of the kind
//! is announced; a caller that does gets a sentence instead of a broken connection.

use crate::tf::diagnostics::Diagnostics;
use crate::tf::proto;

use super::{Events, Service};

fn not_offered(kind: &str, name: &str) -> Vec<proto::Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    diagnostics
        .error(format!("This version of the provider has no {kind} `{name}`"), "Upgrade the provider.");
    diagnostics.into_messages()
}

impl Service {
    pub(super) fn move_resource_state(
        request: &proto::move_resource_state::Request,
    ) -> proto::move_resource_state::Response {
        let mut diagnostics = Diagnostics::default();
        diagnostics.error(
            format!("`{}` cannot be moved to `{}`", request.source_type_name, request.target_type_name),
            "Their states have nothing in common. Replace the `moved` block by a `removed` block for the one and an \
             `import` block for the other: neither changes anything remotely.",
        );
        let diagnostics = diagnostics.into_messages();
        proto::move_resource_state::Response { diagnostics, ..Default::default() }
    }

    pub(super) fn validate_ephemeral_resource_config(
        request: &proto::validate_ephemeral_resource_config::Request,
    ) -> proto::validate_ephemeral_resource_config::Response {
        let diagnostics = not_offered("ephemeral resource", &request.type_name);
        proto::validate_ephemeral_resource_config::Response { diagnostics }
    }

    pub(super) fn open_ephemeral_resource(
        request: &proto::open_ephemeral_resource::Request,
    ) -> proto::open_ephemeral_resource::Response {
        let diagnostics = not_offered("ephemeral resource", &request.type_name);
        proto::open_ephemeral_resource::Response { diagnostics, ..Default::default() }
    }

    pub(super) fn renew_ephemeral_resource(
        request: &proto::renew_ephemeral_resource::Request,
    ) -> proto::renew_ephemeral_resource::Response {
        let diagnostics = not_offered("ephemeral resource", &request.type_name);
        proto::renew_ephemeral_resource::Response { diagnostics, ..Default::default() }
    }

    pub(super) fn close_ephemeral_resource(
        request: &proto::close_ephemeral_resource::Request,
    ) -> proto::close_ephemeral_resource::Response {
        let diagnostics = not_offered("ephemeral resource", &request.type_name);
        proto::close_ephemeral_resource::Response { diagnostics }
    }

    pub(super) fn validate_action_config(
        request: &proto::validate_action_config::Request,
    ) -> proto::validate_action_config::Response {
        let diagnostics = not_offered("action", &request.type_name);
        proto::validate_action_config::Response { diagnostics }
    }

    pub(super) fn plan_action(request: &proto::plan_action::Request) -> proto::plan_action::Response {
        let diagnostics = not_offered("action", &request.action_type);
        proto::plan_action::Response { diagnostics, deferred: None }
    }

    pub(super) fn invoke_action(
        request: &proto::invoke_action::Request,
    ) -> Events<proto::invoke_action::Event> {
        use proto::invoke_action::event::{Completed, Type};
        // Terraform panics on an event without a type, so this is the one event there is.
        let diagnostics = not_offered("action", &request.action_type);
        let event = proto::invoke_action::Event { r#type: Some(Type::Completed(Completed { diagnostics })) };
        Box::pin(tokio_stream::once(Ok(event)))
    }
}
