//! Map of the crate.
pub mod aiven;
pub mod plugin;
