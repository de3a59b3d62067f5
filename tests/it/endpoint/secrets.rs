//! Secrets reach Aiven and nobody else: not the state where they are write-only, not the plan, not a log.

use std::fs;

use serde_json::{Value, json};

use super::{ADDRESS, SASL, endpoint, stored};
use crate::harness::{Simulator, Terraform, cores};

const PASSWORD: &str = "correct-horse-battery";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\\n-----END PRIVATE KEY-----\\n";

/// Both secrets in their write-only form.
fn write_only(version: u32) -> String {
    endpoint(&[
        SASL,
        "ssl_client_cert = \"certificate\"",
        "sasl_plain_password_wo = var.password",
        &format!("sasl_plain_password_wo_version = {version}"),
        &format!("ssl_client_key_wo = \"{KEY}\""),
        "ssl_client_key_wo_version = 1",
    ]) + "variable \"password\" {\n  type = string\n  ephemeral = true\n}\n"
}

fn file(terraform: &Terraform, name: &str) -> String {
    String::from_utf8_lossy(&fs::read(terraform.path().join(name)).expect("a file")).into_owned()
}

#[tokio::test]
async fn a_write_only_secret_is_in_no_state_and_no_log() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &write_only(1))
            .with("TF_VAR_password", PASSWORD)
            .with("TF_LOG_PROVIDER", "trace")
            .with("TF_LOG_PATH", "log");
        let output = terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        let config = stored(&simulator).await["user_config"].clone();
        assert_eq!(config["sasl_plain_password"], PASSWORD);
        assert_eq!(config["ssl_client_key"], KEY.replace("\\n", "\n"));

        let log = file(&terraform, "log");
        assert!(log.contains("POST"), "the provider's own lines are in the log: {log}");
        for text in [&file(&terraform, "terraform.tfstate"), &log, &output.stdout, &output.stderr] {
            for secret in [PASSWORD, "MIIEvQIBADANBgkq"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
        let attributes = terraform.attributes(ADDRESS).await;
        assert_eq!(attributes["sasl_plain_password_wo"], Value::Null);
        assert_eq!(attributes["sasl_plain_password"], Value::Null);
        assert_eq!(attributes["sasl_plain_password_wo_version"], 1);
    }
}

#[tokio::test]
async fn a_new_secret_is_sent_with_a_new_version() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &write_only(1)).with("TF_VAR_password", PASSWORD);
        terraform.apply().await.succeeded();

        // Terraform cannot see that the secret is another one.
        let terraform = terraform.with("TF_VAR_password", "another");
        terraform.assert_plan_is_empty().await;
        terraform.configure(&write_only(2));
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["update"]));
        terraform.apply().await.succeeded();
        assert_eq!(stored(&simulator).await["user_config"]["sasl_plain_password"], "another");
        assert_eq!(stored(&simulator).await["user_config"]["ssl_client_key"], KEY.replace("\\n", "\n"));
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_secret_survives_other_changes_even_where_a_change_replaces_everything() {
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.set(json!({"put_semantics": "replace"})).await;
        let terraform = Terraform::new(&core, &simulator, &write_only(1)).with("TF_VAR_password", PASSWORD);
        terraform.apply().await.succeeded();
        terraform.configure(&write_only(1).replace("9092", "9093"));
        terraform.apply().await.succeeded();
        let config = stored(&simulator).await["user_config"].clone();
        assert_eq!(config["bootstrap_servers"], "kafka.example.com:9093");
        assert_eq!(config["sasl_plain_password"], PASSWORD);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn no_way_of_hiding_secrets_makes_a_difference() {
    let settings = [SASL, "sasl_plain_password = \"correct-horse-battery\""];
    for core in cores() {
        for redaction in ["omit", "null", "mask"] {
            let simulator = Simulator::start().await;
            simulator.set(json!({"redaction": redaction})).await;
            let terraform = Terraform::new(&core, &simulator, &endpoint(&settings));
            let output = terraform.apply().await.succeeded();
            assert!(!output.stdout.contains(PASSWORD), "{output}");
            terraform.assert_plan_is_empty().await;
            assert_eq!(terraform.attributes(ADDRESS).await["sasl_plain_password"], PASSWORD);
        }
    }
}

#[tokio::test]
async fn a_secret_moves_out_of_the_state() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let stored_secret = endpoint(&[SASL, "sasl_plain_password = \"correct-horse-battery\""]);
        let terraform = Terraform::new(&core, &simulator, &stored_secret);
        terraform.apply().await.succeeded();
        assert!(file(&terraform, "terraform.tfstate").contains(PASSWORD));
        let write_only =
            ["sasl_plain_password_wo = \"correct-horse-battery\"", "sasl_plain_password_wo_version = 1"];
        terraform.configure(&endpoint(&[&[SASL][..], &write_only].concat()));
        terraform.apply().await.succeeded();
        assert!(!file(&terraform, "terraform.tfstate").contains(PASSWORD));
        terraform.assert_plan_is_empty().await;
        assert_eq!(stored(&simulator).await["user_config"]["sasl_plain_password"], PASSWORD);
    }
}

#[tokio::test]
async fn a_refusal_that_quotes_a_secret_is_not_repeated() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let message = format!("Invalid input for sasl_plain_password: '{PASSWORD}' is too weak");
        let body = json!({"errors": [{"message": message, "status": 400}], "message": message});
        let fault = json!({"kind": "status", "code": 400, "body": body});
        simulator.add_fault(json!({"method": "POST", "fault": fault})).await;
        let settings = [SASL, "sasl_plain_password = \"correct-horse-battery\""];
        let terraform = Terraform::new(&core, &simulator, &endpoint(&settings));
        let output = terraform.apply().await.failed().tells(&["was not created", "words are withheld"]);
        assert!(!output.stderr.contains(PASSWORD), "{output}");
    }
}

#[tokio::test]
async fn a_secret_that_is_removed_may_stay_and_that_is_said() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let settings = [SASL, "sasl_plain_password = \"correct-horse-battery\""];
        let terraform = Terraform::new(&core, &simulator, &endpoint(&settings));
        terraform.apply().await.succeeded();
        terraform.configure(&endpoint(&[super::PLAINTEXT]));
        let output = terraform.apply().await.succeeded();
        assert!(
            output.stdout.contains("Aiven may keep `sasl_plain_password` of endpoint `outside`"),
            "{output}"
        );
        terraform.assert_plan_is_empty().await;
    }
}
