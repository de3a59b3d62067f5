//! The lock between local processes: a help where it can be had, no obstacle where it cannot.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::harness::{Simulator, Terraform, cores, table};

const VARIABLES: [&str; 3] = ["XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "HOME"];

#[tokio::test]
async fn an_apply_works_where_no_lock_can_be_had() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        // Not even root can make a folder inside a file.
        fs::write(path("file"), "").expect("a file");
        let mut terraform =
            Terraform::new(&core, &simulator, &table("events", "one")).with("TMPDIR", &path(""));
        for variable in VARIABLES {
            terraform = terraform.with(variable, &path("file"));
        }
        // The name of the last resort holds the user's number, which is the owner's of whatever we make.
        let user = std::os::unix::fs::MetadataExt::uid(&fs::metadata(path("file")).expect("a file"));
        fs::write(path(&format!("terraform-provider-aiven-clickhouse-kafka-{user}")), "").expect("a file");

        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn an_apply_works_without_a_home_and_with_folders_that_are_read_only() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("ours to change");
        let read_only = folder.path().display().to_string();
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"))
            .without("HOME")
            .with("XDG_RUNTIME_DIR", &read_only)
            .with("XDG_CACHE_HOME", &read_only);
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn two_terraforms_on_one_integration_take_turns() {
    for core in cores() {
        let simulator = Simulator::start().await;
        // Long enough for any two that do not take turns to meet.
        simulator.set(json!({"latency_ms": 60, "jitter_ms": 60})).await;
        let cache = tempfile::tempdir().expect("a folder");
        let cache = cache.path().display().to_string();
        let terraform = |names: [&str; 4]| {
            let configuration: String = names.iter().map(|name| table(name, "one")).collect();
            Terraform::new(&core, &simulator, &configuration).with("XDG_CACHE_HOME", &cache)
        };
        let (one, other) = (terraform(["a", "b", "c", "d"]), terraform(["e", "f", "g", "h"]));

        // One table at a time, for many turns.
        let arguments = ["apply", "-auto-approve", "-parallelism=1"];
        let (first, second) = tokio::join!(one.run(&arguments), other.run(&arguments));
        first.succeeded();
        second.succeeded();

        assert_eq!(simulator.tables().await.as_array().map(Vec::len), Some(8));
        // Every write is built on what the one before it left, whoever sent that: each has one table more.
        let log = simulator.log().await;
        let tables: Vec<_> = log.writes().iter().map(|write| write.tables()).collect();
        assert_eq!(tables, (1..=8).collect::<Vec<_>>());
        one.assert_plan_is_empty().await;
        other.assert_plan_is_empty().await;
    }
}
