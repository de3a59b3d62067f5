//! Map of the crate.
pub mod aiven;
