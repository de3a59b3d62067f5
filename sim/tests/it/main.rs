//! The simulator over real HTTP: what a client of the API sees, and what a test can make it do.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod api;
mod control;
mod data_plane;
mod documents;
mod engine_settings;
mod faults;
mod modes;
mod process;
mod simulator;
