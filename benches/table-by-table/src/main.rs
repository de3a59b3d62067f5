//! What the write engine is measured against: the same provider, but it locks, reads, writes and unlocks for each
//! table, and looks at nothing again. `make bench` starts it; nothing installs it. Knows no command line: only
//! Terraform is meant to run it.

use std::process::ExitCode;
use std::sync::Arc;

use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use aiven_clickhouse_kafka::engine::Policy;
use aiven_clickhouse_kafka::plugin::{self, Mode, Plugin, Services};
use aiven_clickhouse_kafka::provider::{ADDRESS, AivenClickhouseKafka, VERSION};
use aiven_clickhouse_kafka::tf::{Provider, Service};

const TABLE_BY_TABLE: Policy = Policy { batch: 1, settle: false };

fn main() -> ExitCode {
    plugin::run(Plugin { address: ADDRESS, version: VERSION }, Mode::Terraform, || {
        let work = TaskTracker::new();
        let provider: Arc<dyn Provider> =
            Arc::new(AivenClickhouseKafka::with_policy(work.clone(), TABLE_BY_TABLE));
        let service = Service::new(Arc::clone(&provider), work.clone());
        Services { routes: Routes::new(service.into_server()), work, stop: Box::new(move || provider.stop()) }
    })
}
