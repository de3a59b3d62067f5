//! An apply that waits until ClickHouse has the tables.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{WAITING, in_clickhouse, is_tainted, questions, table, writes};
use crate::harness::{Simulator, Terraform, cores};

/// Waits until ClickHouse has been asked this often.
async fn until_asked(simulator: &Simulator, times: usize) {
    let asked = async {
        while questions(simulator).await < times {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_mins(2), asked).await.unwrap_or_else(|_| panic!("not asked {times} times"));
}

/// From now on queries meet a fault, this often.
async fn add_fault(simulator: &Simulator, times: Value, fault: Value) {
    simulator
        .add_fault(
            json!({"method": "POST", "path_contains": "/clickhouse/query", "times": times, "fault": fault}),
        )
        .await;
}

#[tokio::test]
async fn tables_of_one_write_share_one_question() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        // Time for many of them to be there when the read before a write returns.
        simulator.set(json!({"latency_ms": 1_000})).await;
        let names: Vec<_> = (10..30).map(|number| format!("t{number}")).collect();
        let configuration: String = names.iter().map(|name| table(name, WAITING)).collect();
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.run(&["apply", "-auto-approve", "-parallelism=30"]).await.succeeded();
        let (writes, asked) = (writes(&simulator).await, questions(&simulator).await);
        assert!(writes < names.len() && (1..=writes).contains(&asked), "{asked} questions, {writes} writes");
        simulator.set(json!({"latency_ms": 0})).await;
        assert_eq!(in_clickhouse(&simulator).await, names);

        // A plan asks nothing, and nor does a destroy.
        let asked = questions(&simulator).await;
        terraform.assert_plan_is_empty().await;
        terraform.destroy().await.succeeded();
        assert_eq!(questions(&simulator).await, asked);
        assert_eq!(in_clickhouse(&simulator).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_table_that_appears_later_is_waited_for() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        simulator.set(json!({"tables": "later"})).await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", WAITING));
        let apply = terraform.start(&["apply", "-auto-approve"]);
        until_asked(&simulator, 2).await;
        simulator.set(json!({"tables": "at_once"})).await;
        apply.output().await.succeeded();
        assert_eq!(in_clickhouse(&simulator).await, ["orders"]);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_table_that_does_not_appear_is_an_error_and_tainted() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        simulator.set(json!({"tables": "later"})).await;
        // Time enough to write it, however busy the machine is.
        let impatient = format!("{WAITING}\n  timeouts {{ create = \"10s\" }}");
        let waiting = [table("orders", &impatient), table("payments", "")].concat();
        let terraform = Terraform::new(&core, &simulator, &waiting);
        terraform.apply().await.failed().tells(&[
            "Table `orders` was created, but not seen in ClickHouse",
            "The time for this operation is over: ClickHouse was asked for ",
            ", and had no such table.",
            "allow more time with `create` in the `timeouts` block",
            "kept in the state as tainted",
        ]);
        assert_eq!(is_tainted(&terraform, "orders").await, Some(true));
        assert_eq!(is_tainted(&terraform, "payments").await, Some(false), "it was not waited for");

        // It is there by now, as the message says it may be.
        simulator.set(json!({"tables": "at_once"})).await;
        terraform.run(&["untaint", &super::address("orders")]).await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

/// The table that is answered last is held until what was written has been seen to stay, and then asks by itself.
#[tokio::test]
async fn the_table_that_is_held_back_asks_by_itself() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let names: Vec<_> = (0..5).map(|number| format!("t{number}")).collect();
        let configuration: String = names.iter().map(|name| table(name, WAITING)).collect();
        let terraform = Terraform::new(&core, &simulator, &configuration).settling();
        terraform.run(&["apply", "-auto-approve"]).await.succeeded();
        let (writes, questions) = (writes(&simulator).await, questions(&simulator).await);
        assert!((1..=writes + 1).contains(&questions), "{questions} questions, {writes} writes");
        assert_eq!(in_clickhouse(&simulator).await, names);
    }
}

/// Looking whether what was written stays takes three seconds, after which ClickHouse is asked all the same.
#[tokio::test]
async fn a_table_that_is_there_is_seen_however_little_time_is_left() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let more = format!("{WAITING}\n  timeouts {{ create = \"3s\" }}");
        let terraform = Terraform::new(&core, &simulator, &table("orders", &more)).settling();
        terraform.apply().await.succeeded();
        assert_eq!((writes(&simulator).await, questions(&simulator).await), (1, 1));
        assert_eq!(is_tainted(&terraform, "orders").await, Some(false));
    }
}

#[tokio::test]
async fn an_interrupt_ends_the_wait() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        simulator.set(json!({"tables": "later"})).await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", WAITING));
        let apply = terraform.start(&["apply", "-auto-approve"]);
        until_asked(&simulator, 1).await;
        apply.interrupt().await;
        let told =
            ["Table `orders` was created, but not seen in ClickHouse", "Terraform was interrupted. It is in"];
        apply.output().await.failed().tells(&told);
        assert_eq!(is_tainted(&terraform, "orders").await, Some(true));
    }
}

#[tokio::test]
async fn a_token_that_may_not_ask_is_told_which_permission_it_lacks() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let forbidden = json!({"message": "Forbidden", "errors": [{"message": "Forbidden", "status": 403}]});
        add_fault(&simulator, Value::Null, json!({"kind": "status", "code": 403, "body": forbidden})).await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", WAITING));
        terraform.apply().await.failed().tells(&[
            "Table `orders` was created, but not seen in ClickHouse",
            "Access denied (HTTP 403): Forbidden.",
            "needs the permission `service:data:write`",
            "kept in the state as tainted",
        ]);
        assert_eq!(questions(&simulator).await, 1, "a verdict is not asked for again");
        assert_eq!(is_tainted(&terraform, "orders").await, Some(true));
    }
}

#[tokio::test]
async fn a_fault_in_passing_is_not_noticed() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        add_fault(&simulator, json!(1), json!({"kind": "html", "code": 502})).await;
        add_fault(&simulator, json!(1), json!({"kind": "reset_after"})).await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", WAITING));
        terraform.apply().await.succeeded();
        assert_eq!((writes(&simulator).await, questions(&simulator).await), (1, 3));
    }
}

/// A server that starts refuses for a while. That is no verdict on the table.
#[tokio::test]
async fn a_question_that_is_refused_is_asked_again() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let words = "Code: 202. DB::Exception: Too many simultaneous queries";
        let refused = json!({"message": words, "errors": [{"message": words, "status": 400}]});
        add_fault(&simulator, json!(2), json!({"kind": "status", "code": 400, "body": refused})).await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", WAITING));
        terraform.apply().await.succeeded();
        assert_eq!((writes(&simulator).await, questions(&simulator).await), (1, 3));
        assert_eq!(is_tainted(&terraform, "orders").await, Some(false));
    }
}

#[tokio::test]
async fn turning_the_wait_on_or_off_writes_nothing() {
    for core in cores() {
        let simulator = Simulator::with_data_plane().await;
        let terraform = Terraform::new(&core, &simulator, &table("orders", ""));
        terraform.apply().await.succeeded();
        assert_eq!((writes(&simulator).await, questions(&simulator).await), (1, 0));
        for (wait, asked) in [(WAITING, 1), ("wait_for_table = false", 1), (WAITING, 2), ("", 2)] {
            terraform.configure(&table("orders", wait));
            let output = terraform.apply().await.succeeded();
            assert!(output.stdout.contains("0 added, 1 changed, 0 destroyed"), "{output}");
            assert_eq!((writes(&simulator).await, questions(&simulator).await), (1, asked), "{wait}");
            terraform.assert_plan_is_empty().await;
        }
    }
}
