//! The binary: starts the plugin, or does what the command line says.

mod command_line;

use std::process::ExitCode;
use std::sync::Arc;

use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use aiven_clickhouse_kafka::plugin::{self, Mode, Plugin, Services};
use aiven_clickhouse_kafka::provider::{ADDRESS, AivenClickhouseKafka, VERSION};
use aiven_clickhouse_kafka::tf::{Provider, Service};

use command_line::Order;

fn main() -> ExitCode {
    // Terraform gives no arguments, and waits.
    if std::env::args_os().len() <= 1 {
        return serve(Mode::Terraform);
    }
    match command_line::parse(std::env::args_os()) {
        Ok(Order::Serve(mode)) => serve(mode),
        Ok(Order::Export(request)) => command_line::export(&request),
        Err(answer) => command_line::answer(&answer),
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
