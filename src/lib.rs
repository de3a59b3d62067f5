//! Map of the crate.
pub mod aiven;
pub mod panics;
pub mod tf;
