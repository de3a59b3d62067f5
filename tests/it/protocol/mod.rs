//! The release binary under a protocol client that is independent of Terraform's and of our server: what is offered,
//! plans and applies for every attribute by Terraform's own rules, and requests no Terraform sends.

mod client;
mod garbage;
mod neighbours;
mod offers;
mod plans;
mod results;
mod search;
mod session;
mod write_only;

/// The protocol, generated anew from its definition.
#[allow(clippy::pedantic, dead_code, missing_docs, reason = "generated")]
mod proto {
    tonic::include_proto!("tfplugin6");
}
