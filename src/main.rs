//! Starts the plugin. Provisional: it serves nothing yet.

use std::process::ExitCode;

use aiven_clickhouse_kafka::plugin::{Mode, Plugin, Services, run};
use tokio_util::task::TaskTracker;
use tonic::service::Routes;

fn main() -> ExitCode {
    let debug = std::env::args().any(|argument| argument == "-debug");
    let mode = if debug { Mode::Debug } else { Mode::Terraform };
    let plugin = Plugin {
        address: "terraform.local/community/aiven-clickhouse-kafka",
        version: env!("CARGO_PKG_VERSION"),
    };
    run(plugin, mode, || Services {
        routes: Routes::default(),
        work: TaskTracker::new(),
    })
}
