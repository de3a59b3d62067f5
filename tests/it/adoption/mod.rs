//! Taking over an integration with eighty tables that somebody else made. Each way must lead to a state with all of
//! them, to a plan that is empty, and to not one byte changed in Aiven.

mod beside_official;
mod data_sources;
mod import;
mod query;
pub mod world;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::harness::{INTEGRATION, Simulator, Terraform, configurable, newest_core, repository};

/// A simulator in which all the tables of the world are there already.
pub async fn inhabited() -> Simulator {
    let simulator = Simulator::start().await;
    simulator.set_user_config_text(&world::user_config()).await;
    simulator
}

/// Asserts that all tables are managed now, that nothing is left to do, and that nobody wrote anything.
pub async fn assert_adopted(terraform: &Terraform, simulator: &Simulator) {
    let resources = terraform.resources().await;
    let managed = resources.iter().filter(|resource| resource["mode"] == "managed");
    let names: BTreeSet<_> = managed.filter_map(|table| table["values"]["name"].as_str()).collect();
    assert_eq!(names, world::names().iter().map(String::as_str).collect());
    terraform.assert_plan_is_empty().await;
    assert_eq!(simulator.user_config().await, world::user_config());
    assert_eq!(simulator.writes().await, 0);
}

/// An example as the registry shows it, but for its project and its integration.
pub fn example(path: &str) -> String {
    let text = fs::read_to_string(repository().join("examples").join(path)).expect("an example is text");
    text.replace("3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f", INTEGRATION).replace("my-project", "demo")
}

/// Whether some table has this member, and whether one has it with this value.
fn has(tables: &[Value], pointer: &str, value: Option<&str>) -> bool {
    let spelled = |found: &Value| found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    let mut found = tables.iter().filter_map(|table| table.pointer(pointer)).filter(|found| !found.is_null());
    found.any(|found| value.is_none_or(|value| spelled(found) == value))
}

#[test]
fn the_world_is_as_odd_as_it_should_be() {
    let names: BTreeSet<_> = world::names().into_iter().collect();
    assert_eq!(names.len(), world::TABLES, "names are distinct");
    for name in &names {
        assert!((1..=40).contains(&name.chars().count()), "{name:?}");
    }
    let text = world::user_config();
    assert_eq!(text, world::user_config(), "it is always the same");
    let stored: Value = serde_json::from_str(&text).expect("the world is JSON");
    let tables = stored["tables"].as_array().expect("an array");
    let stored: Vec<_> = tables.iter().filter_map(|table| table["name"].as_str()).collect();
    assert_eq!(stored, world::names(), "all spellings mean what they should");
}

/// A setting that is added to the resource must be added to the world.
#[tokio::test]
async fn every_setting_is_somewhere_in_the_world_and_so_is_every_default() {
    let terraform = Terraform::offline(&newest_core());
    terraform.configure("");
    let table = terraform.schema_of_tables().await;
    let attributes = &table["attributes"];
    let view = &attributes["materialized_view"]["nested_type"]["attributes"];
    let elsewhere = ["project", "service_integration_id", "additional_settings_json", "wait_for_table"];

    let tables = world::tables();
    let mut settings = 0;
    for (prefix, attributes) in [("", attributes), ("/materialized_view", view)] {
        for (name, attribute) in configurable(attributes) {
            if elsewhere.contains(&name) {
                continue;
            }
            settings += 1;
            let pointer = format!("{prefix}/{name}");
            assert!(has(&tables, &pointer, None), "no table has {pointer}");
            let description = attribute["description"].as_str().unwrap_or_default();
            if let Some((_, rest)) = description.split_once("Default is `") {
                let default = rest.split('`').next();
                assert!(has(&tables, &pointer, default), "no table spells out that {pointer} is {default:?}");
            }
        }
    }
    assert!(settings > 30, "the schema was looked at");
}
