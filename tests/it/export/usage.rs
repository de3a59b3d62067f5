//! `export` as a command among others: what it says of itself, of wrong usage and of failures, on which stream, and
//! with which exit code.

use std::fs::File;
use std::io;

use serde_json::json;

use super::{EXPORT, export, simulator_with};
use crate::harness::{CommandLine, INTEGRATION, minimal_table};

/// The seeded integration of another type.
const METRICS: &str = "00000000-0000-4000-8000-000000000003";

#[tokio::test]
async fn where_reading_fails_nothing_is_printed() {
    let simulator = simulator_with(json!([minimal_table("events")])).await;
    let absent = INTEGRATION.replace("0001", "00ff");
    let here = CommandLine::new(&simulator);
    let unreachable = CommandLine::new(&simulator).with("AIVEN_WEB_URL", "http://127.0.0.1:9");
    for (command_line, integration, told) in [
        (&here, absent.as_str(), ["Not found", "Check --project and --integration"]),
        (&here, METRICS, ["is of type `metrics`", "integrations of type `clickhouse_kafka`"]),
        (&CommandLine::offline(), INTEGRATION, ["there is no API token", "AIVEN_TOKEN"]),
        (
            &CommandLine::new(&simulator).with("AIVEN_TOKEN", "wrong"),
            INTEGRATION,
            ["Access denied", "AIVEN_TOKEN"],
        ),
        (&unreachable, INTEGRATION, ["could not be read", "AIVEN_WEB_URL"]),
        (
            &CommandLine::new(&simulator).with("AIVEN_WEB_URL", "ftp://x"),
            INTEGRATION,
            ["AIVEN_WEB_URL", "https://"],
        ),
        (
            &CommandLine::new(&simulator).with("AIVEN_CA_CERT", "/nowhere.pem"),
            INTEGRATION,
            ["AIVEN_CA_CERT", "/nowhere.pem"],
        ),
    ] {
        // The first integration can be read, and still none of it is printed.
        let arguments = [&EXPORT[..], &["--integration", integration, "--timeout", "1s"]].concat();
        let output = command_line.run(&arguments).await.failed().tells(&told);
        assert_eq!(output.stdout, "");
        assert!(output.stderr.starts_with("error: "), "{output}");
        assert!(!output.stderr.contains("simulated-token"), "{output}");
    }
    assert_eq!(simulator.writes().await, 0);
}

#[tokio::test]
async fn tables_that_make_no_sense_are_an_error() {
    let simulator = simulator_with(json!("none")).await;
    let output =
        export(&simulator).await.failed().tells(&["make no sense", "avn service integration-update"]);
    assert_eq!(output.stdout, "");
}

#[tokio::test]
async fn a_passing_fault_is_waited_out() {
    let simulator = simulator_with(json!([minimal_table("events")])).await;
    simulator.add_fault(json!({"method": "GET", "fault": {"kind": "status", "code": 502}})).await;
    let output = export(&simulator).await.succeeded();
    assert!(output.stdout.contains("\"events\""), "{output}");
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure_and_a_full_disk_is_one() {
    let simulator = simulator_with(json!([minimal_table("events")])).await;
    let command_line = CommandLine::new(&simulator);
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    let (code, said) = command_line.run_into(writer.into(), &EXPORT).await;
    assert_eq!((code, said.as_str()), (Some(0), "exported 1 table, left out 0\n"));

    let full = File::options().write(true).open("/dev/full").expect("every Linux has one");
    let (code, said) = command_line.run_into(full.into(), &EXPORT).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("error: the configuration could not be printed"), "{said}");
}

#[tokio::test]
async fn wrong_usage_is_told_apart_from_failure() {
    let command_line = CommandLine::offline();
    let two_projects = format!("other/{INTEGRATION}");
    for (arguments, told) in [
        (&["export"][..], "--integration <ID>"),
        (&["export", "--integration", INTEGRATION], "--project is required"),
        (&["export", "--project", "demo", "--integration", "events"], "neither a UUID nor `PROJECT/UUID`"),
        (&["export", "--project", "demo", "--integration", &two_projects], "names project other"),
        (&["export", "--project", "a/b", "--integration", INTEGRATION], "the name of a project alone"),
        (&[&EXPORT[..], &["--provider", "a b"]].concat(), "the local name of a provider"),
        (&[&EXPORT[..], &["--timeout", "soon"]].concat(), "is not a duration"),
        (&[&EXPORT[..], &["--token", "secret"]].concat(), "unexpected argument '--token'"),
        (&["exprot"], "'export'"),
        (&["-debug", "export"], "cannot be used with"),
    ] {
        let output = command_line.run(arguments).await;
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{output}");
        let output = output.tells(&[told]);
        assert!(output.stderr.contains("--help"), "{output}");
    }
}

#[tokio::test]
async fn it_explains_itself() {
    let command_line = CommandLine::offline();
    for option in ["-help", "--help"] {
        let output = command_line.run(&[option]).await.succeeded();
        insta::allow_duplicates! { insta::assert_snapshot!(output.stdout, @r#"
    A Terraform provider in which every ClickHouse Kafka table of an Aiven integration is a resource of its own.

    Terraform starts this program by itself; see the documentation for how to configure it.

    Usage: terraform-provider-aiven-clickhouse-kafka [OPTIONS]
           terraform-provider-aiven-clickhouse-kafka <COMMAND>

    Commands:
      export  Print the tables of integrations as configuration, with blocks that import them

    Options:
          --debug
              Serve until Ctrl-C and print the TF_REATTACH_PROVIDERS that attaches Terraform to this process

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version
    "#); }
    }
    for option in ["-version", "--version", "-V"] {
        let output = command_line.run(&[option]).await.succeeded();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(output.stdout, format!("terraform-provider-aiven-clickhouse-kafka {version}\n"));
    }
    let output = command_line.run(&["export", "--help"]).await.succeeded();
    insta::assert_snapshot!(output.stdout, @r#"
    Print the tables of integrations as configuration, with blocks that import them

    For Terraform 1.6 to 1.13, which have no `terraform query`; expected to work with OpenTofu, which is not tested.
    Write the output to a file of a configuration that requires this provider, and apply it: the tables are imported as
    they are, and the plan shows no change. Nothing is written to Aiven.

    Terraform 1.6 cannot initialize a root with import blocks in which no provider is called `aiven`; 1.8 can.

    Usage: terraform-provider-aiven-clickhouse-kafka export [OPTIONS] --integration <ID>

    Options:
          --project <PROJECT>
              Aiven project of the integrations; not needed with PROJECT/UUID

          --integration <ID>
              ID of a clickhouse_kafka service integration: UUID or PROJECT/UUID; may be given several times

          --provider <NAME>
              Local name of this provider, where it is not `aiven`: written as `provider = NAME` into every resource

          --timeout <DURATION>
              How long to try to read an integration, for example 30s or 5m; 1m if not given

      -h, --help
              Print help (see a summary with '-h')

    Environment:
      AIVEN_TOKEN    Aiven API token; there is no option for it, because command lines can be seen by others
      AIVEN_WEB_URL  base URL of Aiven's API, if not the public one
      AIVEN_CA_CERT  file of certificate authorities to trust beside the system's

    Exit codes:
      0  all tables are in the output
      1  failed; there is no output, or only part of it if it could not be written
      2  wrong usage
      3  some tables cannot be exported; the output has all others, and names those in comments

    Example:
      AIVEN_TOKEN=... terraform-provider-aiven-clickhouse-kafka export \
        --project my-project --integration 3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f > tables.tf
    "#);
}
