//! Aiven's HTTP API: one function, one request. Never mentions Terraform, never retries a write.

mod error;

pub use error::{ReadError, WriteError};
