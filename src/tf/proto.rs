//! The protocol's messages, generated from `proto/tfplugin6.proto`.
#![expect(
    missing_docs,
    clippy::pedantic,
    reason = "generated; the meaning of every message stands in the .proto file"
)]

tonic::include_proto!("tfplugin6");
