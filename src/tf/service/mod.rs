//! The protocol's service: every call decoded, handed to the provider, and answered.
//!
//! Terraform treats a gRPC error as the loss of everything the call knew: private state, identity, an object
//! just created. So whatever goes wrong here, a value that cannot be read or a panic included, is answered
//! with diagnostics and the best known state. The calls stand in one table below; their work is in the files
//! beside this one.

mod apply;
mod dynamic;
mod features;
mod list;
mod managed;
mod validate;

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio_stream::Stream;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};

use super::diagnostics::Diagnostics;
use super::proto::{self, provider_server};
use super::provider::{Provider, Registry};

/// The largest message in either direction, as in HashiCorp's own servers. tonic's default of 4 MiB is less
/// than a large state.
const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// A provider as a gRPC service.
#[derive(Clone)]
pub struct Service {
    provider: Arc<dyn Provider>,
    work: TaskTracker,
}

impl Service {
    /// Serves `provider`. Calls that change something run as tasks of `work`: they outlive a caller that went
    /// away, and the process waits for them before it exits.
    pub fn new(provider: Arc<dyn Provider>, work: TaskTracker) -> Self {
        Self { provider, work }
    }

    /// The service in the form tonic's router takes.
    pub fn into_server(self) -> provider_server::ProviderServer<Self> {
        provider_server::ProviderServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }
}

/// Finds a type by the name Terraform sent; a name we never announced is a diagnostic.
fn find<'registry, T: ?Sized>(
    registry: &'registry Registry<T>,
    kind: &str,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'registry Arc<T>> {
    let found = registry.get(name);
    if found.is_none() {
        diagnostics.error(
            format!("This version of the provider has no {kind} `{name}`"),
            "Upgrade the provider, or check the spelling. `terraform providers` shows the version in use.",
        );
    }
    found
}

/// Runs `work`; a panic in it becomes an error, and the process goes on.
async fn caught<T>(work: impl Future<Output = T>, diagnostics: &mut Diagnostics) -> Option<T> {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    if outcome.is_err() {
        diagnostics.error(
            "The provider failed unexpectedly",
            "This is a bug in the provider; nothing you configured should cause it. Please report it together with \
             the output of a run with TF_LOG_PROVIDER=debug, which has the place of the failure.",
        );
    }
    outcome.ok()
}

type Events<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Implements calls by inherent methods of the same request and response.
macro_rules! calls {
    ($($call:ident: $message:ident),* $(,)?) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Service {
            $(
                async fn $call(
                    &self,
                    request: Request<proto::$message::Request>,
                ) -> Result<Response<proto::$message::Response>, Status> {
                    Ok(Response::new(self.$call(request.into_inner()).await))
                }
            )*

            type ListResourceStream = Events<proto::list_resource::Event>;

            async fn list_resource(
                &self,
                request: Request<proto::list_resource::Request>,
            ) -> Result<Response<Self::ListResourceStream>, Status> {
                Ok(Response::new(self.list_resource(request.into_inner())))
            }

            type InvokeActionStream = Events<proto::invoke_action::Event>;

            async fn invoke_action(
                &self,
                request: Request<proto::invoke_action::Request>,
            ) -> Result<Response<Self::InvokeActionStream>, Status> {
                Ok(Response::new(self.invoke_action(request.into_inner())))
            }
        }
    };
}

calls! {
    get_metadata: get_metadata,
    get_provider_schema: get_provider_schema,
    get_resource_identity_schemas: get_resource_identity_schemas,
    validate_provider_config: validate_provider_config,
    validate_resource_config: validate_resource_config,
    validate_data_resource_config: validate_data_resource_config,
    validate_ephemeral_resource_config: validate_ephemeral_resource_config,
    validate_list_resource_config: validate_list_resource_config,
    validate_action_config: validate_action_config,
    configure_provider: configure_provider,
    upgrade_resource_state: upgrade_resource_state,
    upgrade_resource_identity: upgrade_resource_identity,
    read_resource: read_resource,
    plan_resource_change: plan_resource_change,
    apply_resource_change: apply_resource_change,
    import_resource_state: import_resource_state,
    move_resource_state: move_resource_state,
    generate_resource_config: generate_resource_config,
    read_data_source: read_data_source,
    open_ephemeral_resource: open_ephemeral_resource,
    renew_ephemeral_resource: renew_ephemeral_resource,
    close_ephemeral_resource: close_ephemeral_resource,
    get_functions: get_functions,
    call_function: call_function,
    plan_action: plan_action,
    stop_provider: stop_provider,
}
