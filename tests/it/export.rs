//! `export`: tables that are there already, as files that Terraform takes over without a change. It writes nothing to
//! Aiven, and half an output is none.

use std::fs::File;
use std::io;

use serde_json::{Value, json};

use crate::adoption::{inhabited, world};
use crate::harness::{
    CommandLine, INTEGRATION, Output, Simulator, Terraform, cores, full_table, minimal_table,
};

/// The seeded integration whose source is an external endpoint.
const EXTERNAL: &str = "00000000-0000-4000-8000-000000000002";
/// The seeded integration of another type.
const METRICS: &str = "00000000-0000-4000-8000-000000000003";

const EXPORT: [&str; 5] = ["export", "--project", "demo", "--integration", INTEGRATION];

async fn simulator_with(tables: Value) -> Simulator {
    let simulator = Simulator::start().await;
    simulator.set_user_config(json!({"tables": tables})).await;
    simulator
}

async fn export(simulator: &Simulator) -> Output {
    CommandLine::new(simulator).run(&EXPORT).await
}

/// All addresses in the state.
async fn addresses(terraform: &Terraform) -> Vec<String> {
    let output = terraform.run(&["state", "list"]).await.succeeded();
    output.stdout.lines().map(str::to_owned).collect()
}

/// Puts an export into a root of every Terraform and asserts that it is formatted, that applying it imports
/// `tables` tables and changes nothing, and that there is nothing to do afterwards.
async fn is_adopted(simulator: &Simulator, configuration: &str, tables: usize) {
    let before = simulator.user_config().await;
    for core in cores() {
        let terraform = Terraform::new(&core, simulator, "");
        terraform.write("tables.tf", configuration);
        let formatted = terraform.run(&["fmt", "-check", "-diff", "tables.tf"]).await;
        assert_eq!(formatted.code, 0, "{formatted}");

        let output = terraform.apply().await.succeeded();
        let summary = format!("{tables} imported, 0 added, 0 changed, 0 destroyed");
        assert!(output.stdout.contains(&summary), "{output}");
        assert_eq!(addresses(&terraform).await.len(), tables);
        terraform.assert_plan_is_empty().await;

        // As the output says: the import blocks have done their work.
        let (resources, _) = configuration.split_once("# Once applied").expect("a comment before the blocks");
        terraform.write("tables.tf", resources);
        terraform.assert_plan_is_empty().await;
    }
    assert_eq!(simulator.user_config().await, before);
    assert_eq!(simulator.writes().await, 0);
}

#[tokio::test]
async fn a_table_is_written_as_its_owner_would_have_written_it() {
    let mut table = full_table("events");
    let settings = table.as_object_mut().expect("an object");
    settings.retain(|key, _| !key.starts_with("p") && !key.contains('_') || key == "materialized_view");
    settings.extend(
        json!({"data_format": "CSV", "group_name": "one", "num_consumers": 1, "max_block_size": 7})
            .as_object()
            .cloned()
            .expect("an object"),
    );
    let simulator = simulator_with(json!([table])).await;
    let output = export(&simulator).await.succeeded();
    insta::assert_snapshot!(output.stderr, @"exported 1 table, left out 0");
    insta::assert_snapshot!(output.stdout, @"");
    is_adopted(&simulator, &output.stdout, 1).await;
}

#[tokio::test]
async fn names_and_texts_that_look_like_syntax_stay_what_they_are() {
    let names = [
        "${a}$${b}$$${c}",
        "%{if}%%{x}$%{y}",
        "say \"hi\" \\ bye",
        "two\nlines",
        "größe",
        "注文",
        "a/b c",
        "a_b_c",
        "a b/c",
        "Events",
        "events",
        "2024",
        "null",
        "for",
        "count",
        " ",
        "#x",
        "tab\there",
        "\u{7f}\u{1}",
        "*/ //",
    ];
    let mut tables: Vec<_> = names.iter().map(|name| full_table(name)).collect();
    for (table, text) in tables.iter_mut().zip(names) {
        table["group_name"] = json!(text);
        table["columns"][0]["type"] = json!(format!("Enum8('{text}' = 1)"));
        table["materialized_view"]["view_name"] = json!(text);
    }
    let simulator = simulator_with(json!(tables)).await;
    let output = export(&simulator).await.succeeded();
    is_adopted(&simulator, &output.stdout, names.len()).await;
}

#[tokio::test]
async fn eighty_odd_tables_are_taken_over_without_a_change() {
    let simulator = inhabited().await;
    let output = export(&simulator).await;
    assert_eq!((output.code, output.stderr.as_str()), (0, "exported 80 tables, left out 0\n"), "{output}");
    is_adopted(&simulator, &output.stdout, world::TABLES).await;
}

#[tokio::test]
async fn several_integrations_make_one_output() {
    let simulator = Simulator::start().await;
    simulator.set_user_config(json!({"tables": [minimal_table("events"), minimal_table("own")]})).await;
    let path = format!("projects/demo/integrations/{EXTERNAL}/user_config");
    simulator.put(&path, json!({"tables": [minimal_table("events")]})).await;
    let references = [format!("demo/{}", INTEGRATION.to_uppercase()), EXTERNAL.to_owned()];
    let arguments =
        ["export", "--integration", &references[0], "--integration", &references[1], "--project", "demo"];
    let output = CommandLine::new(&simulator).run(&arguments).await.succeeded();
    is_adopted(&simulator, &output.stdout, 3).await;
    assert!(output.stdout.contains(&format!("demo/{EXTERNAL}/events")), "{output}");
    for label in ["\"events\" {", "\"events_2\" {", "\"own\" {"] {
        assert!(output.stdout.contains(label), "{output}");
    }
}

#[tokio::test]
async fn a_root_that_calls_the_provider_otherwise_says_so() {
    let simulator = simulator_with(json!([minimal_table("events")])).await;
    let provider = ["--provider", "aiven-clickhouse-kafka"];
    let output = CommandLine::new(&simulator).run(&[&EXPORT[..], &provider].concat()).await.succeeded();
    let header = r#"terraform {
  required_providers {
    aiven-clickhouse-kafka = { source = "terraform.local/community/aiven-clickhouse-kafka" }
  }
}
"#;
    for core in cores() {
        let terraform = Terraform::new(&core, &simulator, "");
        terraform.write("main.tf", header);
        terraform.write("tables.tf", &output.stdout);
        let formatted = terraform.run(&["fmt", "-check", "-diff", "tables.tf"]).await;
        assert_eq!(formatted.code, 0, "{formatted}");
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(addresses(&terraform).await, ["aiven_clickhouse_kafka_table.events"]);
    }
    assert_eq!(simulator.writes().await, 0);

    let alias = ["--provider", "aiven.second"];
    let output = CommandLine::new(&simulator).run(&[&EXPORT[..], &alias].concat()).await.succeeded();
    assert!(output.stdout.contains("  provider = aiven.second\n\n  project "), "{output}");
}

#[tokio::test]
async fn what_cannot_be_exported_is_named_and_the_rest_is_exported() {
    let mut odd = minimal_table("odd\n}");
    odd["num_consumers"] = json!("many");
    let mut lacking = minimal_table("lacking");
    lacking.as_object_mut().expect("an object").remove("group_name");
    let twin = minimal_table("twin");
    let simulator =
        simulator_with(json!([odd, minimal_table("good"), lacking, twin, twin, minimal_table("")])).await;
    let output = export(&simulator).await;
    assert_eq!(output.code, 3, "{output}");
    insta::assert_snapshot!(output.stderr, @"");
    insta::assert_snapshot!(output.stdout, @"");
    is_adopted(&simulator, &output.stdout, 1).await;
}

#[tokio::test]
async fn an_integration_without_tables_is_an_empty_export() {
    let simulator = Simulator::start().await;
    let output = export(&simulator).await.succeeded();
    assert_eq!(output.stdout, format!("# 0 tables of demo/{INTEGRATION}\n"));
}

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
        (&unreachable, INTEGRATION, ["could not be reached", "AIVEN_WEB_URL"]),
        (
            &CommandLine::new(&simulator).with("AIVEN_WEB_URL", "ftp://x"),
            INTEGRATION,
            ["AIVEN_WEB_URL", "ftp"],
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
        insta::allow_duplicates! { insta::assert_snapshot!(output.stdout, @""); }
    }
    for option in ["-version", "--version", "-V"] {
        let output = command_line.run(&[option]).await.succeeded();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(output.stdout, format!("terraform-provider-aiven-clickhouse-kafka {version}\n"));
    }
    let output = command_line.run(&["export", "--help"]).await.succeeded();
    insta::assert_snapshot!(output.stdout, @"");
}
