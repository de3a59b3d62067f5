//! Speaking go-plugin.
pub mod proto;
