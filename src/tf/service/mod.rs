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
mod not_offered;
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

/// Implements each call by an inherent method of the same name.
macro_rules! calls {
    (
        awaited { $($awaited:ident)* }
        at_once { $($at_once:ident)* }
        without_arguments { $($without_arguments:ident)* }
        not_offered { $($not_offered:ident)* }
    ) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Service {
            $(
                async fn $awaited(
                    &self,
                    request: Request<proto::$awaited::Request>,
                ) -> Result<Response<proto::$awaited::Response>, Status> {
                    Ok(Response::new(self.$awaited(request.into_inner()).await))
                }
            )*

            $(
                async fn $at_once(
                    &self,
                    request: Request<proto::$at_once::Request>,
                ) -> Result<Response<proto::$at_once::Response>, Status> {
                    Ok(Response::new(self.$at_once(&request.into_inner())))
                }
            )*

            $(
                async fn $without_arguments(
                    &self,
                    _: Request<proto::$without_arguments::Request>,
                ) -> Result<Response<proto::$without_arguments::Response>, Status> {
                    Ok(Response::new(self.$without_arguments()))
                }
            )*

            $(
                async fn $not_offered(
                    &self,
                    request: Request<proto::$not_offered::Request>,
                ) -> Result<Response<proto::$not_offered::Response>, Status> {
                    Ok(Response::new(Self::$not_offered(&request.into_inner())))
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
                Ok(Response::new(Self::invoke_action(&request.into_inner())))
            }
        }
    };
}

calls! {
    awaited {
        validate_provider_config
        validate_resource_config
        validate_data_resource_config
        validate_list_resource_config
        configure_provider
        read_resource
        plan_resource_change
        apply_resource_change
        import_resource_state
        generate_resource_config
        read_data_source
        call_function
    }
    at_once {
        upgrade_resource_state
        upgrade_resource_identity
    }
    without_arguments {
        get_metadata
        get_provider_schema
        get_resource_identity_schemas
        get_functions
        stop_provider
    }
    not_offered {
        move_resource_state
        validate_ephemeral_resource_config
        open_ephemeral_resource
        renew_ephemeral_resource
        close_ephemeral_resource
        validate_action_config
        plan_action
    }
}
