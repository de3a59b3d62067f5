//! The token is nobody's to read: not in what Terraform prints, not in the most talkative log.

use std::fs;

use serde_json::json;

use crate::harness::{Output, Simulator, TOKEN, Terraform, cores, table};

/// A token that the API refuses, unlike any other text.
const REFUSED: &str = "a-token-that-is-refused";

fn assert_free_of(secret: &str, output: &Output, terraform: &Terraform) {
    let log = fs::read_to_string(terraform.path().join("log")).expect("Terraform wrote a log");
    // Without the provider's own lines this would prove nothing.
    assert!(log.contains("provider.terraform-provider-aiven-clickhouse-kafka"), "{log}");
    for text in [&log, &output.stdout, &output.stderr] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn the_token_appears_neither_in_the_output_nor_in_the_log() {
    for core in cores() {
        for secret in [TOKEN, REFUSED] {
            let simulator = Simulator::start().await;
            // An answer that repeats the token, as a debugging proxy might.
            let body = json!({"message": format!("bad gateway for aivenv1 {secret}")});
            let fault = json!({"kind": "status", "code": 502, "body": body});
            simulator.add_fault(json!({"method": "GET", "fault": fault})).await;
            let terraform = Terraform::new(&core, &simulator, &table("events", "one"))
                .with("AIVEN_TOKEN", secret)
                .with("TF_LOG", "trace")
                .with("TF_LOG_PATH", "log");

            let output = terraform.apply().await;
            assert_eq!(output.code, i32::from(secret == REFUSED), "{output}");
            assert_free_of(secret, &output, &terraform);
        }
    }
}
