//! The last table of an apply is answered when everything the apply wrote has been seen to stay.

use serde_json::json;

use crate::harness::{Simulator, Terraform, cores, names, table};

/// The look at what has settled waits for the test: it comes after the look of each plan and the read before the write.
async fn hold_the_look(simulator: &Simulator) {
    simulator.add_fault(json!({"method": "GET", "skip": 3, "fault": {"kind": "hold_before"}})).await;
}

#[tokio::test]
async fn an_apply_ends_with_a_look_unless_it_is_told_not_to() {
    // The plan and the plan within the apply look at the neighbours of what is new; then the table is written.
    for core in cores() {
        for (settles, requests) in [(true, "GET GET GET PUT GET"), (false, "GET GET GET PUT")] {
            let simulator = Simulator::start().await;
            // So that the answer to the write shows what the API fills in, which is another reason to look.
            simulator.set(json!({"fill": "undocumented"})).await;
            let terraform = Terraform::new(&core, &simulator, &table("events", "one"));
            let terraform = if settles { terraform.settling() } else { terraform };
            terraform.apply().await.succeeded();
            let methods: Vec<String> =
                simulator.log().await.requests.iter().map(|request| request.method.clone()).collect();
            assert_eq!(methods.join(" "), requests);
        }
    }
}

#[tokio::test]
async fn what_an_older_list_took_away_is_put_back_before_the_apply_ends() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = [table("events", "one"), table("orders", "one")].concat();
        let terraform = Terraform::new(&core, &simulator, &configuration).settling();
        hold_the_look(&simulator).await;

        let apply = terraform.start(&["apply", "-auto-approve", "-json"]);
        simulator.wait_until_held().await;
        // Somebody read the list before this apply and writes it now.
        simulator.set_user_config(json!({"tables": []})).await;
        simulator.release().await;
        let output = apply.output().await.succeeded();
        assert_eq!(output.diagnostics(), Vec::<String>::new());

        let mut names = names(&simulator.tables().await);
        names.sort_unstable();
        assert_eq!(names, ["events", "orders"]);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn what_somebody_changed_since_is_left_to_them_and_named() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one")).settling();
        hold_the_look(&simulator).await;

        let apply = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        let theirs = simulator.user_config().await.replace("\"one\"", "\"theirs\"");
        simulator.set_user_config_text(&theirs).await;
        simulator.release().await;
        apply.output().await.failed().tells(&["Table `events` was created, but is not as it should be now"]);
        assert_eq!(simulator.user_config().await, theirs);
    }
}

#[tokio::test]
async fn an_interrupt_during_the_hold_is_no_error_but_a_warning() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &table("events", "one")).settling();
        hold_the_look(&simulator).await;

        let apply = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        apply.interrupt().await;
        let output = apply.output().await;
        assert!(output.stdout.contains("were not looked at again"), "{output}");

        simulator.release().await;
        terraform.assert_plan_is_empty().await;
    }
}
