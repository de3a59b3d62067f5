//! Map of the crate.
pub mod aiven;
pub mod document;
pub mod engine;
