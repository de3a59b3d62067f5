//! Terraform's type system and provider protocol: values, schemas, diagnostics, planning, and the gRPC service.
//!
//! A provider implements the traits here ([`Provider`], [`Resource`], [`DataSource`], [`ListResource`],
//! [`Function`]) in terms of typed [`Value`]s; [`Service`] speaks the protocol, version 6, for it. Nothing here
//! mentions Aiven, and nothing knows how the process was started or how its bytes travel.

pub mod checks;
pub mod consistency;
mod data_source;
mod diagnostics;
pub mod duration;
mod function;
mod list_resource;
mod msgpack;
mod number;
mod path;
pub mod plan;
pub mod proto;
mod provider;
mod resource;
pub mod schema;
mod schema_message;
mod service;
mod state_json;
pub mod timeouts;
mod types;
pub mod validation;
mod value;

pub use data_source::DataSource;
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use function::{Function, FunctionError, Parameter, Signature};
pub use list_resource::{Finding, ListRequest, ListResource};
pub use msgpack::{CodecError, decode, encode};
pub use number::{NotANumber, Number};
pub use path::{Path, Step};
pub use provider::{Provider, Registry};
pub use resource::{
    ApplyRequest, ImportRequest, PlanRequest, Planned, PlannedChange, Reading, Resource, State,
};
pub use service::Service;
pub use state_json::decode as decode_state;
pub use types::{NotAType, Type};
pub use value::{Attributes, Value};
