//! What `terraform validate` says about mistakes in an endpoint, word for word and at which line.

use super::{PLAINTEXT, SASL, endpoint};
use crate::harness::{Simulator, Terraform, cores, said};

const PASSWORD: &str = "sasl_plain_password = \"password\"";

#[tokio::test]
async fn an_endpoint_without_a_mistake_is_valid() {
    assert_eq!(said(&endpoint(&[PLAINTEXT])).await, "");
    assert_eq!(said(&endpoint(&[SASL, PASSWORD])).await, "");
    let write_only = ["sasl_plain_password_wo = \"password\"", "sasl_plain_password_wo_version = 1"];
    assert_eq!(said(&endpoint(&[&[SASL][..], &write_only].concat())).await, "");
}

#[tokio::test]
async fn a_secret_has_one_form_and_a_version_where_it_is_not_stored() {
    let both = ["sasl_plain_password_wo = \"password\"", "sasl_plain_password_wo_version = 1"];
    insta::assert_snapshot!(said(&endpoint(&[&[SASL, PASSWORD][..], &both].concat())).await, @r#"
    error
    `sasl_plain_password` and `sasl_plain_password_wo` exclude each other
    Remove `sasl_plain_password` to keep the secret out of the state, or remove `sasl_plain_password_wo`.
      main.tf line 16: sasl_plain_password_wo = "password"
    "#);
    insta::assert_snapshot!(said(&endpoint(&[SASL, both[0]])).await, @r#"
    error
    `sasl_plain_password_wo` needs `sasl_plain_password_wo_version`
    Terraform cannot see that a write-only value has changed. Set `sasl_plain_password_wo_version = 1`, and another number with every new secret.
      main.tf line 15: sasl_plain_password_wo = "password"
    "#);
    insta::assert_snapshot!(said(&endpoint(&[SASL, PASSWORD, "ssl_client_cert = \"x\"", "ssl_client_key_wo_version = 1"])).await, @r#"
    error
    `ssl_client_key_wo_version` needs `ssl_client_key_wo`
    It is the version of that secret. Set `ssl_client_key_wo`, or remove `ssl_client_key_wo_version`.
      main.tf line 17: ssl_client_key_wo_version = 1
    "#);
}

#[tokio::test]
async fn a_login_needs_its_settings() {
    let settings = ["bootstrap_servers = \"kafka:9092\"", "security_protocol = \"SASL_PLAINTEXT\""];
    insta::assert_snapshot!(said(&endpoint(&settings)).await, @r#"
    error
    `security_protocol` SASL_PLAINTEXT needs `sasl_mechanism`
    Set it to the mechanism that the brokers expect, for example `SCRAM-SHA-512`.
      main.tf line 8: resource "aiven_external_kafka_endpoint" "outside" {

    error
    `security_protocol` SASL_PLAINTEXT needs `sasl_plain_username`
    Set it to the user that Aiven is to log in as.
      main.tf line 8: resource "aiven_external_kafka_endpoint" "outside" {
    "#);
}

#[tokio::test]
async fn what_a_protocol_does_not_use_is_a_warning() {
    insta::assert_snapshot!(said(&endpoint(&[PLAINTEXT, PASSWORD, "ssl_ca_cert = \"x\""])).await, @r#"
    warning
    `sasl_plain_password` is not used with `security_protocol` PLAINTEXT
    Remove it, or check `security_protocol`.
      main.tf line 13: sasl_plain_password = "password"

    warning
    `ssl_ca_cert` is not used with `security_protocol` PLAINTEXT
    Remove it, or check `security_protocol`.
      main.tf line 14: ssl_ca_cert = "x"
    "#);
    let ssl =
        ["bootstrap_servers = \"kafka:9092\"", "security_protocol = \"SSL\"", "ssl_client_cert = \"x\""];
    insta::assert_snapshot!(said(&endpoint(&ssl)).await, @r#"
    warning
    `ssl_client_cert` is of no use without `ssl_client_key`
    A client certificate and its key belong together. Set both, or neither.
      main.tf line 13: ssl_client_cert = "x"
    "#);
}

#[tokio::test]
async fn limits_and_slips() {
    let settings = ["bootstrap_servers = \"k\"", "security_protocol = \"plaintext\""];
    insta::assert_snapshot!(said(&endpoint(&settings).replace("\"outside\"\n", "\"\"\n")).await, @r#"
    error
    `bootstrap_servers` must have 3 to 256 characters
    It has 1.
      main.tf line 11: bootstrap_servers = "k"

    error
    `endpoint_name` must have 1 to 40 characters
    It has 0.
      main.tf line 10: endpoint_name = ""

    warning
    `plaintext` is not a known value of `security_protocol`
    Did you mean `PLAINTEXT`? Known values are `PLAINTEXT`, `SASL_PLAINTEXT`, `SASL_SSL`, `SSL`. Others are left to the API, which decides at apply.
      main.tf line 12: security_protocol = "plaintext"
    "#);
    // What this version does not know, Aiven may.
    let unknown = ["bootstrap_servers = \"kafka:9092\"", "security_protocol = \"QUANTUM\""];
    assert_eq!(said(&endpoint(&unknown)).await, "");
}

#[tokio::test]
async fn a_new_endpoint_without_its_password_is_refused_when_it_is_planned() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[SASL]));
        let told = ["`security_protocol` SASL_SSL needs a password", "sasl_plain_password_wo_version"];
        terraform.run(&["plan"]).await.failed().tells(&told);
        assert_eq!(simulator.requests().await, Vec::<String>::new());
    }
}

/// One of the two forms of a password, which one is not known before apply.
fn password_in_some_form(stored: &str, write_only: &str) -> String {
    let later = "resource \"terraform_data\" \"later\" {\n  input = \"x\"\n}\n";
    let choice = |value: &str, attribute: &str, text: &str| {
        format!("{attribute} = terraform_data.later.output == \"{value}\" ? {text} : null")
    };
    let settings = [
        SASL.to_owned(),
        choice(stored, "sasl_plain_password", "\"password\""),
        choice(write_only, "sasl_plain_password_wo", "\"password\""),
        choice(write_only, "sasl_plain_password_wo_version", "1"),
    ];
    endpoint(&settings.each_ref().map(String::as_str)) + later
}

#[tokio::test]
async fn what_is_not_known_before_apply_is_judged_there() {
    for core in cores() {
        for (stored, write_only) in [("x", "y"), ("y", "x")] {
            let simulator = Simulator::start().await;
            let terraform = Terraform::new(&core, &simulator, &password_in_some_form(stored, write_only));
            terraform.apply().await.succeeded();
            terraform.assert_plan_is_empty().await;
            let config = super::stored(&simulator).await["user_config"].clone();
            assert_eq!(config["sasl_plain_password"], "password");
        }
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &password_in_some_form("y", "z"));
        terraform.run(&["plan"]).await.succeeded();
        terraform.apply().await.failed().tells(&["`security_protocol` SASL_SSL needs a password"]);
        assert_eq!(simulator.requests().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_endpoint_that_begins_to_log_in_needs_a_password() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.succeeded();
        terraform.configure(&endpoint(&[SASL]));
        let told = ["`security_protocol` SASL_SSL needs a password"];
        terraform.run(&["plan"]).await.failed().tells(&told);
    }
}
