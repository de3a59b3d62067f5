//! Others who were faster: the name is taken, or the table is no longer as the plan saw it. Nothing of theirs is
//! overwritten.

use serde_json::{Value, json};

use super::address;
use crate::harness::{Simulator, Terraform, cores, table};

/// The table `events` as its configuration makes it, but for the group.
fn theirs(group: &str) -> Value {
    json!({
        "name": "events",
        "columns": [{"name": "id", "type": "UInt64"}, {"name": "name", "type": "String"}],
        "topics": [{"name": "events"}],
        "data_format": "JSONEachRow",
        "group_name": group,
    })
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_adopted_until_the_user_says_so() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let before = json!({"tables": [theirs("theirs")]});
        simulator.set_user_config(before.clone()).await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "ours"));

        let output = terraform.apply().await.failed();
        insta::allow_duplicates! {
            insta::assert_snapshot!(output.message().replace(". ", ".\n"), @r#"
            Error: Table `events` already exists in integration 00000000-0000-4000-8000-000000000001 with aiven_clickhouse_kafka_table.events, on main.tf line 11, in resource "aiven_clickhouse_kafka_table" "events": 11: name = "events" Nothing was changed.
            Somebody made this table without this Terraform state.
            To manage it here, add the following block with the address that Terraform shows above, and apply again.
            To keep both, choose another name.
            import { to = ADDRESS id = "demo/00000000-0000-4000-8000-000000000001/events" }
            "#);
        }
        assert_eq!(simulator.user_config().await, before.to_string());
        assert_eq!(simulator.writes().await, 0);

        // What the message says: the block, with the address shown below it.
        let lines = output.stderr.lines().map(|line| line.trim_start_matches('│').trim_end());
        let block: Vec<&str> =
            lines.skip_while(|line| line.trim() != "import {").take_while(|line| !line.is_empty()).collect();
        let block = block.join("\n").replace("ADDRESS", &address("events"));
        assert!(output.stderr.contains(&format!("with {},", address("events"))), "{output}");
        terraform.configure(&[&table("events", "ours"), block.as_str()].concat());
        terraform.apply().await.succeeded();
        assert_eq!(simulator.tables().await, json!([theirs("ours")]));
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_table_that_changed_after_the_plan_is_not_overwritten() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
        terraform.apply().await.succeeded();
        terraform.configure(&table("events", "two"));
        terraform.run(&["plan", "-out=plan"]).await.succeeded();
        let changed = json!({"tables": [theirs("theirs")]});
        simulator.set_user_config(changed.clone()).await;
        simulator.clear_log().await;

        terraform.run(&["apply", "plan"]).await.failed().tells(&[
            "Table `events` was not changed",
            "Somebody changed it after this plan was made",
            "Nothing was overwritten",
        ]);
        assert_eq!(simulator.user_config().await, changed.to_string());
        assert_eq!(simulator.writes().await, 0);
        assert_eq!(terraform.attributes(&address("events")).await["group_name"], "one");
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_table_that_was_deleted_after_the_plan_is_not_made_by_an_update() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
        terraform.apply().await.succeeded();
        terraform.configure(&table("events", "two"));
        terraform.run(&["plan", "-out=plan"]).await.succeeded();
        simulator.set_user_config(json!({"tables": []})).await;
        simulator.clear_log().await;

        terraform.run(&["apply", "plan"]).await.failed().tells(&[
            "Table `events` was not changed",
            "no longer in the integration",
            "it will offer to create it",
        ]);
        assert_eq!(simulator.writes().await, 0);
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.tables().await, json!([theirs("two")]));
    }
}

#[tokio::test]
async fn deleting_what_is_gone_already_succeeds() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
        terraform.apply().await.succeeded();
        terraform.run(&["plan", "-destroy", "-out=plan"]).await.succeeded();
        simulator.set_user_config(json!({"tables": []})).await;
        simulator.clear_log().await;

        terraform.run(&["apply", "plan"]).await.succeeded();
        assert_eq!(simulator.writes().await, 0);
        assert_eq!(terraform.attributes(&address("events")).await, Value::Null);
    }
}
