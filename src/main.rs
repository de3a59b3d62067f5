//! The binary: starts the plugin, or says what it is.

use std::process::ExitCode;
use std::sync::Arc;

use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use aiven_clickhouse_kafka::plugin::{self, Mode, Plugin, Services};
use aiven_clickhouse_kafka::provider::{ADDRESS, AivenClickhouseKafka, VERSION};
use aiven_clickhouse_kafka::tf::{Provider, Service};

const HELP: &str = "\
A Terraform provider in which every ClickHouse Kafka table of an Aiven integration is a resource of its own.
Terraform starts this program by itself; see the documentation for how to configure it.

Options:
  -debug     serve until Ctrl-C and print the TF_REATTACH_PROVIDERS that attaches Terraform to this process
  --version  print the version
  --help     print this text
";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => serve(Mode::Terraform),
        ["-debug" | "--debug"] => serve(Mode::Debug),
        ["-version" | "--version" | "-V"] => {
            say(std::io::stdout(), &format!("{} {VERSION}\n", env!("CARGO_PKG_NAME")), ExitCode::SUCCESS)
        }
        ["-help" | "--help" | "-h"] => say(std::io::stdout(), HELP, ExitCode::SUCCESS),
        _ => say(std::io::stderr(), &format!("unknown arguments\n\n{HELP}"), ExitCode::FAILURE),
    }
}

fn serve(mode: Mode) -> ExitCode {
    let plugin = Plugin { address: ADDRESS, version: VERSION };
    plugin::run(plugin, mode, || {
        let work = TaskTracker::new();
        let provider: Arc<dyn Provider> = Arc::new(AivenClickhouseKafka::new(work.clone()));
        let service = Service::new(Arc::clone(&provider), work.clone());
        Services { routes: Routes::new(service.into_server()), work, stop: Box::new(move || provider.stop()) }
    })
}

/// A reader that went away is no reason to fail.
fn say(mut stream: impl std::io::Write, text: &str, code: ExitCode) -> ExitCode {
    let _ = stream.write_all(text.as_bytes());
    code
}
