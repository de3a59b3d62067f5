//! What stands behind the simulated API when it has a data plane.
//!
//! * [`placement`], [`entry`]: one table of a document, and where this engine takes each of its settings.
//! * [`desired`], [`made`]: what ClickHouse should hold, and the steps from what it holds to that.
//! * [`statements`], [`server_configuration`]: the texts that ClickHouse is given.

pub mod desired;
pub mod entry;
pub mod made;
pub mod placement;
pub mod server_configuration;
pub mod statements;
