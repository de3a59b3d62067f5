//! A provider that offers nothing and takes an empty configuration. Tests put it in the place of the official provider,
//! which cannot be fetched: what is sent to it by mistake fails, as it would there, because it knows no type of ours.
//! Nothing installs it. Knows no command line: only Terraform is meant to run it.

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use aiven_clickhouse_kafka::plugin::{self, Mode, Plugin, Services};
use aiven_clickhouse_kafka::tf::schema::Schema;
use aiven_clickhouse_kafka::tf::{
    DataSource, Diagnostics, Function, ListResource, Provider, Registry, Resource, Service, Value,
};

const ADDRESS: &str = "registry.terraform.io/aiven/aiven";

#[derive(Default)]
struct Nothing {
    schema: Schema,
    resources: Registry<dyn Resource>,
    data_sources: Registry<dyn DataSource>,
    list_resources: Registry<dyn ListResource>,
    functions: Registry<dyn Function>,
}

#[async_trait]
impl Provider for Nothing {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resources(&self) -> &Registry<dyn Resource> {
        &self.resources
    }

    fn data_sources(&self) -> &Registry<dyn DataSource> {
        &self.data_sources
    }

    fn list_resources(&self) -> &Registry<dyn ListResource> {
        &self.list_resources
    }

    fn functions(&self) -> &Registry<dyn Function> {
        &self.functions
    }

    async fn configure(&self, _config: Value, _diagnostics: &mut Diagnostics) {}

    fn stop(&self) {}
}

fn main() -> ExitCode {
    plugin::run(Plugin { address: ADDRESS, version: env!("CARGO_PKG_VERSION") }, Mode::Terraform, || {
        let work = TaskTracker::new();
        let service = Service::new(Arc::new(Nothing::default()), work.clone());
        Services { routes: Routes::new(service.into_server()), work, stop: Box::new(|| ()) }
    })
}
