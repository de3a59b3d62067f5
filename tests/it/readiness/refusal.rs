//! What ClickHouse refuses, in its own words.

use serde_json::{Value, json};

use super::{WAITING, address, broken_table, in_clickhouse, is_tainted, questions, table};
use crate::harness::{Simulator, Terraform, cores};

/// ClickHouse's words about a broken table.
const WORDS: &str = "Unknown aggregate function nope";

#[tokio::test]
async fn a_refused_table_is_an_error_of_its_own_where_it_is_waited_for() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let configuration = [table("orders", WAITING), broken_table("payments", WAITING)].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let told = ["ClickHouse refuses table `payments`", WORDS, "kept in the state as tainted"];
        let output = terraform.apply().await.failed().tells(&told);
        assert!(!output.message().contains("refuses table `orders`"), "{output}");
        assert_eq!(is_tainted(&terraform, "payments").await, Some(true));
        assert_eq!(is_tainted(&terraform, "orders").await, Some(false));

        terraform.configure(&[table("orders", WAITING), table("payments", WAITING)].concat());
        let output = terraform.apply().await.succeeded();
        assert!(output.stdout.contains("1 added, 0 changed, 1 destroyed"), "{output}");
        assert_eq!(in_clickhouse(&simulator).await, ["orders", "payments"]);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_refused_change_is_an_error_and_stays_a_warning_until_it_is_put_right() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", WAITING));
        terraform.apply().await.succeeded();

        terraform.configure(&broken_table("orders", WAITING));
        let told = ["ClickHouse refuses table `orders`", WORDS, "so the next plan shows no change"];
        terraform.apply().await.failed().tells(&told);
        assert_eq!(is_tainted(&terraform, "orders").await, Some(false));
        let plan = terraform.run(&["plan", "-detailed-exitcode", "-json"]).await.succeeded();
        let told = plan.diagnostics();
        assert!(
            matches!(&told[..], [told] if told.contains("Warning: ClickHouse refuses a table") && told.contains("Table `orders` is in") && told.contains(WORDS))
        );
        // What ClickHouse had before is still there.
        assert_eq!(in_clickhouse(&simulator).await, ["orders"]);

        terraform.configure(&table("orders", WAITING));
        terraform.apply().await.succeeded();
        assert_eq!(terraform.run(&["plan", "-json"]).await.succeeded().diagnostics(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_refusal_is_a_warning_where_nothing_is_waited_for() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let configuration = [table("orders", ""), broken_table("payments", "")].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let apply =
            async || terraform.run(&["apply", "-auto-approve", "-json"]).await.succeeded().diagnostics();
        let told = apply().await;
        let [told] = &told[..] else { panic!("{told:?}") };
        for part in ["Warning: ClickHouse refuses table `payments`", "It is in the integration", WORDS] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert_eq!(is_tainted(&terraform, "payments").await, Some(false));

        // A change that puts nothing right: the words are those of before.
        let changed = configuration.replace("group_name = \"one\"", "group_name = \"two\"");
        terraform.configure(&changed);
        let told = apply().await.join("\n");
        assert!(told.contains("The change is in the integration"), "{told}");
        assert!(told.contains("Aiven said the same before"), "{told}");
        assert_eq!(questions(&simulator).await, 0);
    }
}

#[tokio::test]
async fn a_refusal_that_only_the_last_look_of_an_apply_shows_is_told() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        simulator.set(json!({"tables": "later"})).await;
        // Two plans look, and the write is built on a read; the next one is the look at what has settled.
        simulator.add_fault(json!({"method": "GET", "skip": 3, "fault": {"kind": "hold_before"}})).await;
        // One of the two is answered before that look, and can tell nothing itself.
        let configuration = [broken_table("orders", ""), broken_table("payments", "")].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration).settling();
        let apply = terraform.start(&["apply", "-auto-approve", "-json"]);
        simulator.wait_until_held().await;
        simulator.set(json!({"tables": "at_once"})).await;
        simulator.release().await;
        let told = apply.output().await.succeeded().diagnostics().join("\n");
        for name in ["orders", "payments"] {
            let summary = format!("Warning: ClickHouse refuses table `{name}`");
            assert_eq!(told.matches(&summary).count(), 1, "{told}");
        }
        assert!(told.contains("a later look shows") && told.contains(WORDS), "{told}");
    }
}

/// A status may have errors about other things, and errors of long ago.
#[tokio::test]
async fn what_is_not_said_of_this_table_in_the_present_is_not_told() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", ""));
        for (status, error) in [
            ("failed", "Table 'payments': no"),
            ("failed", "Table 'old_orders': no"),
            ("failed", "no route to host"),
            ("running", "Table 'orders': no"),
        ] {
            let status = json!({"state": {"status": status, "errors": [error]}});
            simulator.set(json!({"integration_status": status})).await;
            let output = terraform.run(&["apply", "-auto-approve", "-json"]).await.succeeded();
            assert_eq!(output.diagnostics(), Vec::<String>::new(), "{error}");
        }
        assert_ne!(terraform.attributes(&address("orders")).await, Value::Null);
    }
}
