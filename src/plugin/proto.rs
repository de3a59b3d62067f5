//! The messages and services of go-plugin, generated from `proto/plugin.proto` and `proto/health.proto`.
//! Knows nothing of Terraform's own protocol.

/// Controller, standard streams and broker.
#[allow(missing_docs, clippy::pedantic, reason = "generated; documented in the .proto file")]
pub mod plugin {
    tonic::include_proto!("plugin");
}

/// Health checks.
#[allow(missing_docs, clippy::pedantic, reason = "generated; documented in the .proto file")]
pub mod health {
    tonic::include_proto!("grpc.health.v1");
}
