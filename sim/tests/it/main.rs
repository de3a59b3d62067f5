//! The simulator over real HTTP: what a client of the API sees, and what a test can make it do.

mod api;
mod control;
mod documents;
mod faults;
mod modes;
mod process;
mod simulator;
