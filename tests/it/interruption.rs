//! What is left when an apply does not run to its end: by Ctrl-C, or because the provider is killed. Either way the
//! state tells the truth, or the next run says how to make it so.

use std::io::Read as _;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{INTEGRATION, Simulator, Terraform, cores, table};

/// Ctrl-C must reach Terraform's own handler, also where Terraform is a library in a process of ours. No provider
/// is needed to see that.
#[tokio::test]
async fn control_c_stops_terraform_gracefully() {
    for core in cores() {
        let terraform = Terraform::offline(&core);
        // The provisioner says that it is running by way of a pipe, and would then run for minutes.
        terraform.write(
            "main.tf",
            r#"
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo > started; exec sleep 600"
  }
}
"#,
        );
        let started = terraform.path().join("started");
        let made = std::process::Command::new("mkfifo").arg(&started).status().expect("mkfifo is everywhere");
        assert!(made.success());
        terraform.run(&["init"]).await.succeeded();

        let apply = terraform.start(&["apply", "-auto-approve"]);
        // Reading returns when the provisioner writes.
        tokio::task::spawn_blocking(move || std::fs::read(started)).await.expect("a thread").expect("a pipe");
        apply.interrupt().await;
        let output = apply.output().await.failed();
        assert!(output.stdout.contains("Gracefully shutting down"), "{output}");
    }
}

#[tokio::test]
async fn an_interrupted_apply_records_the_write_in_flight() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
        simulator.hold_next_write().await;

        let apply = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        apply.interrupt().await;
        simulator.release().await;
        apply.output().await;

        // The write had been made, and that is what the state says: nothing is left to do.
        assert_eq!(terraform.attributes("aiven_clickhouse_kafka_table.events").await["name"], "events");
        terraform.assert_plan_is_empty().await;
    }
}

/// Two tables; the second is created once the test opens the gate.
fn gated() -> String {
    let gate = r#"
resource "terraform_data" "gate" {
  provisioner "local-exec" {
    command = "read open < gate"
  }
}
"#;
    let late = table("late", "one").replacen("\n}", "\n  depends_on = [terraform_data.gate]\n}", 1);
    [&table("early", "one"), gate, &late].concat()
}

#[tokio::test]
async fn an_interrupt_begins_no_new_write_and_the_next_apply_finishes() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &gated());
        let gate = terraform.path().join("gate");
        let made = std::process::Command::new("mkfifo").arg(&gate).status().expect("mkfifo is everywhere");
        assert!(made.success());
        simulator.hold_next_write().await;

        let mut apply = terraform.start(&["apply", "-auto-approve", "-json"]);
        simulator.wait_until_held().await;
        // The second table is on its way to the provider, where it must wait for the write in flight.
        tokio::task::spawn_blocking(move || std::fs::write(gate, "\n"))
            .await
            .expect("a thread")
            .expect("a pipe");
        apply.wait_until_it_says("aiven_clickhouse_kafka_table.late: Creating").await;
        apply.interrupt().await;
        // Only a stop that reached the provider ends it while the first is held.
        apply.wait_until_it_says(r#""type":"apply_errored""#).await;
        simulator.release().await;
        apply.output().await.failed();

        let log = simulator.log().await;
        assert_eq!(log.writes().len(), 1, "{log:#?}");
        assert_eq!(terraform.attributes("aiven_clickhouse_kafka_table.early").await["name"], "early");
        assert_eq!(terraform.attributes("aiven_clickhouse_kafka_table.late").await, Value::Null);

        terraform.configure(&[table("early", "one"), table("late", "one")].concat());
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.tables().await.as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test]
async fn tables_that_landed_while_the_provider_was_killed_are_imported_as_the_messages_say() {
    for core in cores() {
        let names = ["one", "two", "three", "four"];
        let configuration: String = names.iter().map(|name| table(name, "group")).collect();
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &configuration);
        simulator.hold_next_write().await;

        let apply = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        apply.kill_children().await;
        simulator.release().await;
        apply.output().await.failed();
        let landed = landed(&simulator).await;
        assert!(!landed.is_empty());

        // Each table that landed is an error with its block; all others are made.
        let second = terraform.apply().await.failed();
        assert_eq!(second.stderr.matches("import {").count(), landed.len(), "{second}");
        let mut blocks = String::new();
        for name in &landed {
            let id = format!("id = \"{}\"", identifier(name));
            assert!(second.stderr.contains(&id), "{id} is not in {second}");
            blocks
                .push_str(&format!("\nimport {{\n  to = aiven_clickhouse_kafka_table.{name}\n  {id}\n}}\n"));
        }

        terraform.configure(&(configuration + &blocks));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(self::landed(&simulator).await.len(), names.len());
    }
}

/// The names of the tables that are there.
async fn landed(simulator: &Simulator) -> Vec<String> {
    let tables = simulator.tables().await;
    let tables = tables.as_array().cloned().unwrap_or_default();
    tables.iter().map(|table| table["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn the_provider_ends_and_cleans_up_when_terraform_is_killed() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let temporary = tempfile::tempdir().expect("a folder");
        let folder = temporary.path().to_str().expect("a path of plain letters");
        let terraform = Terraform::new(&core, &simulator, &table("events", "one")).with("TMPDIR", folder);
        simulator.hold_next_write().await;

        // Terraform and its provider hold the writing end, so it closes when the last of them has ended.
        let (mut ended, input) = std::io::pipe().expect("a pipe");
        let apply = terraform.start_with_input(&["apply", "-auto-approve"], input.into());
        simulator.wait_until_held().await;
        assert_eq!(sockets(&temporary), 1);
        apply.kill().await;
        simulator.release().await;
        let end = tokio::task::spawn_blocking(move || ended.read_to_end(&mut Vec::new()));
        let end = tokio::time::timeout(LIMIT, end).await;
        end.expect("the provider ends by itself").expect("a thread").expect("a pipe");
        assert_eq!(sockets(&temporary), 0);
    }
}

/// Far more than it takes to end.
const LIMIT: Duration = Duration::from_mins(1);

/// How many folders with a provider's socket there are.
fn sockets(folder: &TempDir) -> usize {
    let entries = std::fs::read_dir(folder.path()).expect("a folder");
    entries
        .filter(|entry| {
            entry.as_ref().is_ok_and(|entry| entry.file_name().as_encoded_bytes().starts_with(b"plugin-"))
        })
        .count()
}

fn identifier(name: &str) -> String {
    format!("demo/{INTEGRATION}/{name}")
}
