//! The endpoint of an external Kafka, through real Terraforms.

mod lifecycle;
mod secrets;
mod validation;

use crate::harness::Simulator;
use serde_json::Value;

/// The address of [`endpoint`].
const ADDRESS: &str = "aiven_external_kafka_endpoint.outside";

/// What connects without a login.
const PLAINTEXT: &str = "bootstrap_servers = \"kafka.example.com:9092\"\n  security_protocol = \"PLAINTEXT\"";

/// What connects with a login, but for the password.
const SASL: &str = "bootstrap_servers = \"kafka.example.com:9092\"\n  security_protocol = \"SASL_SSL\"\n  \
                    sasl_mechanism = \"PLAIN\"\n  sasl_plain_username = \"reader\"";

/// The endpoint `outside` with these settings.
fn endpoint(settings: &[&str]) -> String {
    format!(
        "\nresource \"aiven_external_kafka_endpoint\" \"outside\" {{\n  project = \"demo\"\n  endpoint_name = \
         \"outside\"\n  {}\n}}\n",
        settings.join("\n  ")
    )
}

/// The endpoint `outside` as the API stores it, secrets included; null where there is none.
async fn stored(simulator: &Simulator) -> Value {
    let all = simulator.endpoints().await.into_iter();
    all.into_iter().find(|each| each["endpoint_name"] == "outside").unwrap_or_default()
}
