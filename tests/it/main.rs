//! The integration tests: a real Terraform drives the release binary of the provider, which talks real HTTP to
//! `aiven-sim`. Nothing here reaches into the provider's code; a scenario knows what a user knows.
//!
//! `make test` sets everything up and runs them. One binary holds all of them, because linking is the slow part.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's panic is its report")]

mod adoption;
mod avn;
mod composition;
mod documentation;
mod drift;
mod endpoint;
mod examples;
mod export;
mod faults;
mod functions;
mod guides;
mod harness;
mod hold;
mod import;
mod integration;
mod interruption;
mod lifecycle;
mod live_schema;
mod lock;
mod modes;
mod modules;
mod neighbours;
mod plugin;
mod protocol;
mod readiness;
mod replacement;
mod storm;
mod types;
mod validation;
