//! Map of the crate.
pub mod aiven;
pub mod document;
pub mod engine;
pub mod plugin;
pub mod provider;
pub mod session;
pub mod table;
pub mod tf;
