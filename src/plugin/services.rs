//! The gRPC services go-plugin wants from every plugin. Knows nothing of the plugin's own.

use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::proto::health::health_check_response::ServingStatus;
use super::proto::health::health_server::{Health, HealthServer};
use super::proto::health::{HealthCheckRequest, HealthCheckResponse};
use super::proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use super::proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use super::proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use super::proto::plugin::{ConnInfo, Empty, StdioData};

/// The name under which go-plugin asks whether we are well.
const PLUGIN_SERVICE: &str = "plugin";

/// Adds go-plugin's services to those of the plugin. A shutdown cancels `end`, and `end` ends their streams.
pub fn add_to(routes: Routes, end: &CancellationToken) -> Routes {
    let services = GoPlugin { end: end.clone() };
    routes
        .add_service(GrpcControllerServer::new(services.clone()))
        .add_service(GrpcStdioServer::new(services.clone()))
        .add_service(GrpcBrokerServer::new(services.clone()))
        .add_service(HealthServer::new(services))
}

#[derive(Clone)]
struct GoPlugin {
    end: CancellationToken,
}

impl GoPlugin {
    /// A stream that says nothing until the end. An open one also keeps Go's client from going idle.
    fn silence<T: Send + 'static>(&self) -> BoxStream<T> {
        Box::pin(stream::pending().take_until(self.end.clone().cancelled_owned()))
    }
}

#[async_trait]
impl GrpcController for GoPlugin {
    /// The server stops gracefully, so this answer still gets out.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.end.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[async_trait]
impl GrpcStdio for GoPlugin {
    type StreamStdioStream = BoxStream<StdioData>;

    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[async_trait]
impl GrpcBroker for GoPlugin {
    type StartStreamStream = BoxStream<ConnInfo>;

    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[async_trait]
impl Health for GoPlugin {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            "" | PLUGIN_SERVICE => {
                Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() }))
            }
            _ => Err(Status::not_found("unknown service")),
        }
    }
}
