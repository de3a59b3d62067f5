//! `export`: tables that are there already, as files that Terraform takes over without a change. It writes nothing to
//! Aiven, and half an output is none.

mod usage;

use serde_json::{Value, json};

use crate::adoption::{inhabited, world};
use crate::harness::{
    CommandLine, INTEGRATION, Output, Simulator, Terraform, cores, full_table, minimal_table,
};

/// The seeded integration whose source is an external endpoint.
const EXTERNAL: &str = "00000000-0000-4000-8000-000000000002";
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
    let shown = ["name", "columns", "topics", "data_format", "group_name", "materialized_view"];
    table.as_object_mut().expect("an object").retain(|key, _| shown.contains(&key.as_str()));
    table["max_block_size"] = json!(7);
    // The default.
    table["num_consumers"] = json!(1);
    let simulator = simulator_with(json!([table])).await;
    let output = export(&simulator).await.succeeded();
    insta::assert_snapshot!(output.stderr, @"exported 1 table, left out 0");
    insta::assert_snapshot!(output.stdout, @r#"
    # 1 table of demo/00000000-0000-4000-8000-000000000001

    resource "aiven_clickhouse_kafka_table" "events" {
      project                = "demo"
      service_integration_id = "00000000-0000-4000-8000-000000000001"
      name                   = "events"
      columns = [
        { name = "id", type = "UInt64" },
        { name = "at", type = "DateTime" },
        { name = "sign", type = "Int8" },
      ]
      topics = [
        { name = "first" },
        { name = "second" },
      ]
      data_format    = "CSV"
      group_name     = "one"
      max_block_size = 7
      materialized_view = {
        view_name           = "stored"
        order_by            = ["id"]
        database_name       = "archive"
        engine              = "CollapsingMergeTree"
        engine_params       = ["sign"]
        ttl_column          = "at"
        ttl_days            = 30
        local_disk_ttl_days = 7
      }
    }

    # Once applied, the blocks from here on have done their work and may be deleted.

    import {
      to = aiven_clickhouse_kafka_table.events
      id = "demo/00000000-0000-4000-8000-000000000001/events"
    }
    "#);
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
    insta::assert_snapshot!(output.stderr, @r#"
    not exported: integration demo/00000000-0000-4000-8000-000000000001: table `odd\n}` cannot be read: `num_consumers` is text, which is not of type "number"
    not exported: integration demo/00000000-0000-4000-8000-000000000001: table `lacking` would be refused in a configuration: `group_name` is required
    not exported: integration demo/00000000-0000-4000-8000-000000000001: 2 elements of `tables` have this name: `twin`
    not exported: integration demo/00000000-0000-4000-8000-000000000001: element 5 of `user_config.tables` has no name
    These stay in Aiven as they are. Repair them there, for example with `avn service integration-update`, and export again.
    exported 1 table, left out 4
    "#);
    insta::assert_snapshot!(output.stdout, @r#"
    # 1 table of demo/00000000-0000-4000-8000-000000000001
    # Not exported: integration demo/00000000-0000-4000-8000-000000000001: table `odd\n}` cannot be read: `num_consumers` is text, which is not of type "number"
    # Not exported: integration demo/00000000-0000-4000-8000-000000000001: table `lacking` would be refused in a configuration: `group_name` is required
    # Not exported: integration demo/00000000-0000-4000-8000-000000000001: 2 elements of `tables` have this name: `twin`
    # Not exported: integration demo/00000000-0000-4000-8000-000000000001: element 5 of `user_config.tables` has no name

    resource "aiven_clickhouse_kafka_table" "good" {
      project                = "demo"
      service_integration_id = "00000000-0000-4000-8000-000000000001"
      name                   = "good"
      columns                = [{ name = "id", type = "UInt64" }]
      topics                 = [{ name = "good" }]
      data_format            = "CSV"
      group_name             = "one"
    }

    # Once applied, the blocks from here on have done their work and may be deleted.

    import {
      to = aiven_clickhouse_kafka_table.good
      id = "demo/00000000-0000-4000-8000-000000000001/good"
    }
    "#);
    is_adopted(&simulator, &output.stdout, 1).await;
}

#[tokio::test]
async fn an_integration_without_tables_is_an_empty_export() {
    let simulator = Simulator::start().await;
    let output = export(&simulator).await.succeeded();
    assert_eq!(output.stdout, format!("# 0 tables of demo/{INTEGRATION}\n"));
}
