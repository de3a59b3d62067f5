//! What the scenarios drive: a simulator of Aiven, a Terraform in a folder of its own, the avn client, the provider's
//! own command line. Knows how to start, ask and stop them; knows no scenario.

mod avn;
mod command_line;
mod configuration;
mod kafka;
mod process;
mod request_log;
mod said;
mod setup;
mod simulator;
mod terraform;

pub use avn::Avn;
pub use command_line::CommandLine;
pub use configuration::{OWN_LOCAL_NAME, full_table, import_block, minimal_table, resource, table};
pub use kafka::Kafka;
pub use process::Output;
pub use request_log::{Request, RequestLog, names};
pub use said::{said, said_by};
pub use setup::{Core, cores, newest_core, provider_binary, repository};
pub use simulator::{ENDPOINT, EXTERNAL_INTEGRATION, INTEGRATION, Simulator, TOKEN};
pub use terraform::{Terraform, configurable};
