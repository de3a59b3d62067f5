//! What is left when an apply does not run to its end: by Ctrl-C, or because the provider is killed. Either way the
//! state tells the truth, or the next run says how to make it so.

use serde_json::json;

use crate::harness::{Simulator, Terraform, cores, newest_core, table};

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

#[tokio::test]
async fn a_table_that_landed_while_the_provider_was_killed_is_not_adopted_silently() {
    let core = newest_core();
    let simulator = Simulator::start().await;
    let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
    simulator.hold_next_write().await;

    let apply = terraform.start(&["apply", "-auto-approve"]);
    simulator.wait_until_held().await;
    apply.kill_children().await;
    simulator.release().await;
    apply.output().await.failed();
    assert_eq!(simulator.tables().await[0]["name"], json!("events"));

    let second = terraform.apply().await.failed();
    assert!(second.stderr.contains("import {"), "{second}");

    let import = format!(
        "\nimport {{\n  to = aiven_clickhouse_kafka_table.events\n  id = \"{}\"\n}}\n",
        identifier("events")
    );
    terraform.configure(&[table("events", "one"), import].concat());
    terraform.apply().await.succeeded();
    terraform.assert_plan_is_empty().await;
}

fn identifier(name: &str) -> String {
    format!("demo/{}/{name}", crate::harness::INTEGRATION)
}
