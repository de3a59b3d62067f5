//! The modules of `examples/modules/`: their own tests pass, and the roots that come with them do what they say.

use std::collections::BTreeSet;
use std::fs::{self, File};

use serde_json::{Value, json};

use crate::harness::{INTEGRATION, Simulator, Terraform, configurable, cores, names, newest_core};

const INGEST: &str = "modules/kafka-ingest";
const BESIDE_OFFICIAL: &str = "-chdir=examples/beside-official";

/// The module and what belongs to it, in a working folder beside a simulator.
fn with_the_module(terraform: Terraform, simulator: &Simulator) -> Terraform {
    terraform.copy_example(INGEST);
    terraform
        .talking_to(simulator)
        .with("TF_VAR_project", "demo")
        .with("TF_VAR_service_integration_id", INTEGRATION)
}

/// Applies a root of the module's `examples`, named by an option, and destroys it again; returns the names of the
/// tables in between.
async fn life_of_a_root(root: &str, terraform: &Terraform, simulator: &Simulator) -> Vec<String> {
    // `get`, not `init`: the provider is in no registry that `init` could ask.
    terraform.run(&[root, "get"]).await.succeeded();
    terraform.run(&[root, "apply", "-auto-approve"]).await.succeeded();
    terraform.run(&[root, "plan", "-detailed-exitcode"]).await.succeeded();
    let mut names = names(&simulator.tables().await);
    terraform.run(&[root, "destroy", "-auto-approve"]).await.succeeded();
    assert_eq!(simulator.tables().await, json!([]));
    names.sort();
    names
}

/// How many tests the module has, so that one that Terraform does not find is missed.
fn tests_of_the_module(terraform: &Terraform) -> usize {
    let files = fs::read_dir(terraform.path().join("tests")).expect("the module has tests");
    let texts = files.map(|file| fs::read_to_string(file.expect("an entry").path()).expect("a text"));
    texts.map(|text| text.lines().filter(|line| line.starts_with("run ")).count()).sum()
}

#[tokio::test]
async fn the_tests_of_the_module_pass() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = with_the_module(Terraform::offline(&core), &simulator);
        let output = terraform.run(&["test"]).await.succeeded();
        let summary = format!("Success! {} passed, 0 failed.", tests_of_the_module(&terraform));
        assert_eq!(output.stdout.lines().last(), Some(summary.as_str()), "{output}");
        assert!(simulator.writes().await > 0);
        assert_eq!(simulator.tables().await, json!([]));
    }
}

fn names_of(object: &Value) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// A setting that is added to the resource must be added to the module; that what is set arrives there is for the
/// module's own tests to say.
#[tokio::test]
async fn an_ingestion_has_every_setting_of_a_table() {
    let simulator = Simulator::start().await;
    // Terraform gives an object all attributes of its type, so that this one has those that are null as well.
    let one = json!({"one": {"topics": ["one"], "columns": [], "materialized_view": {"order_by": []}, "timeouts": {}}});
    let terraform = with_the_module(Terraform::offline(&newest_core()), &simulator)
        .with("TF_VAR_group_name_prefix", "")
        .with("TF_VAR_ingestions", &one.to_string());
    terraform.write("question", "jsonencode(var.ingestions[\"one\"])\n");
    let question = File::open(terraform.path().join("question")).expect("a file");
    let answer = terraform.start_with_input(&["console"], question.into()).output().await;
    // The JSON is shown as a text, which is written as JSON writes it.
    let text: String =
        serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let ingestion: Value = serde_json::from_str(&text).expect("the JSON of an ingestion");

    let table = terraform.schema_of_tables().await;
    let settings = |attributes| configurable(attributes).map(|(name, _)| name).collect::<BTreeSet<_>>();
    let mut expected = settings(&table["attributes"]);
    // The same for all ingestions, or their key.
    expected.retain(|name| !["project", "service_integration_id", "name"].contains(name));
    expected.extend(["schema", "timeouts"]);
    assert_eq!(names_of(&ingestion), expected);
    let view = &table["attributes"]["materialized_view"]["nested_type"]["attributes"];
    assert_eq!(names_of(&ingestion["materialized_view"]), settings(view));
    let timeouts = &table["block_types"]["timeouts"]["block"]["attributes"];
    assert_eq!(names_of(&ingestion["timeouts"]), settings(timeouts));
}

#[tokio::test]
async fn two_teams_share_an_integration() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = with_the_module(Terraform::offline(&core), &simulator);
        let tables = life_of_a_root("-chdir=examples/two-teams", &terraform, &simulator).await;
        assert_eq!(tables, ["errors", "orders", "page_views"]);
    }
}

#[tokio::test]
async fn a_root_that_also_uses_the_official_provider_needs_to_say_nothing() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = with_the_module(Terraform::beside_official(&core), &simulator);
        let tables = life_of_a_root(BESIDE_OFFICIAL, &terraform, &simulator).await;
        assert_eq!(tables, ["orders"]);
    }
}

/// A root in which our provider is `aiven-clickhouse-kafka`, and is passed to the module by that name.
fn passing_the_provider(name_of_the_official: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    {name_of_the_official} = {{ source = "aiven/aiven" }}
    aiven-clickhouse-kafka = {{ source = "terraform.local/community/aiven-clickhouse-kafka" }}
  }}
}}

module "nothing" {{
  source                 = "../.."
  providers              = {{ aiven = aiven-clickhouse-kafka }}
  project                = "demo"
  service_integration_id = "{INTEGRATION}"
  group_name_prefix      = "clickhouse-"
  ingestions             = {{}}
}}
"#
    )
}

#[tokio::test]
async fn a_root_may_pass_the_provider_if_it_does_not_call_another_one_as_the_module_calls_ours() {
    for core in cores() {
        let terraform = Terraform::beside_official(&core);
        terraform.copy_example(INGEST);
        terraform.write("examples/beside-official/main.tf", &passing_the_provider("aiven-official"));
        terraform.run(&[BESIDE_OFFICIAL, "get"]).await.succeeded();
        terraform.run(&[BESIDE_OFFICIAL, "validate"]).await.succeeded();

        // Terraform looks the module's name for the provider up among the root's own. Once a release no longer does
        // that, the README of the module can say less.
        terraform.write("examples/beside-official/main.tf", &passing_the_provider("aiven"));
        let output = terraform.run(&[BESIDE_OFFICIAL, "validate"]).await.failed();
        output.tells(&["Provider type mismatch"]);
    }
}
