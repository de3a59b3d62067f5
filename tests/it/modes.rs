//! No plan after an apply has anything to do, however the API answers: what it fills in, in which order, what it
//! says to a write, how it refuses one that changes nothing.

use serde_json::{Value, json};

use crate::harness::{Core, Simulator, Terraform, cores, full_table, import_block, minimal_table, resource};

/// What the simulator is set to. In these eight rows each value of a column meets each value of any other column,
/// which is what a defect in handling two of them at once needs to show.
fn modes() -> [Value; 8] {
    let mode = |fill: &str, shuffle: bool, put_answer: &str, unchanged_status: u16, put_semantics: &str| {
        json!({
            "fill": fill,
            "shuffle": shuffle,
            "put_answer": put_answer,
            "unchanged_status": unchanged_status,
            "put_semantics": put_semantics,
            // Refusing the nulls it shows itself, an API could not be written to beside a table of somebody else.
            "nulls": "accept",
        })
    };
    [
        mode("echo", false, "stored", 400, "merge"),
        mode("echo", true, "echo", 409, "replace"),
        mode("defaults", false, "stored", 409, "replace"),
        mode("defaults", true, "echo", 400, "merge"),
        mode("undocumented", false, "stored", 400, "replace"),
        mode("undocumented", true, "echo", 409, "merge"),
        mode("nulls", false, "echo", 409, "merge"),
        mode("nulls", true, "stored", 400, "replace"),
    ]
}

/// The table with everything and the one with nothing more than needed, side by side.
fn both(full: &Value, minimal: &Value) -> String {
    [resource("full", full, ""), resource("minimal", minimal, "")].concat()
}

/// The tables by name: their order is the simulator's.
async fn stored(simulator: &Simulator) -> Vec<Value> {
    let mut tables = simulator.tables().await.as_array().cloned().expect("tables is an array");
    tables.sort_by_key(|table| table["name"].to_string());
    tables
}

async fn life(core: &Core, mode: &Value) {
    let simulator = Simulator::start().await;
    simulator.set(mode.clone()).await;
    let (mut full, mut minimal) = (full_table("full"), minimal_table("minimal"));

    let terraform = Terraform::new(core, &simulator, &both(&full, &minimal));
    terraform.apply().await.succeeded();
    terraform.assert_plan_is_empty().await;

    for table in [&mut full, &mut minimal] {
        table["group_name"] = json!("two");
    }
    terraform.configure(&both(&full, &minimal));
    terraform.apply().await.succeeded();
    terraform.assert_plan_is_empty().await;

    // Settings at the top and in the view, numbers, texts and lists, and in the end the view itself.
    for name in ["num_consumers", "auto_offset_reset", "producer_batch_size"] {
        full.as_object_mut().expect("a table is an object").remove(name);
    }
    for name in ["engine", "engine_params", "local_disk_ttl_days"] {
        full["materialized_view"].as_object_mut().expect("a view is an object").remove(name);
    }
    terraform.configure(&both(&full, &minimal));
    terraform.apply().await.succeeded();
    terraform.assert_plan_is_empty().await;
    full.as_object_mut().expect("a table is an object").remove("materialized_view");
    terraform.configure(&both(&full, &minimal));
    terraform.apply().await.succeeded();
    terraform.assert_plan_is_empty().await;

    import(&terraform, mode, &both(&full, &minimal)).await;
}

/// Forgets both tables and takes them back.
async fn import(terraform: &Terraform, mode: &Value, configuration: &str) {
    for label in ["full", "minimal"] {
        let address = format!("aiven_clickhouse_kafka_table.{label}");
        terraform.run(&["state", "rm", &address]).await.succeeded();
    }
    let blocks = ["full", "minimal"].map(|name| import_block(name, name)).concat();
    terraform.configure(&[configuration, &blocks].concat());
    // What the server fills in without saying so in its documentation looks like somebody's setting to one who did
    // not write the table: the first apply asks to remove it, and learns.
    if mode["fill"] != "undocumented" {
        assert_eq!(terraform.planned_changes().await, Vec::<Value>::new());
    }
    terraform.apply().await.succeeded();
    terraform.assert_plan_is_empty().await;
}

#[tokio::test]
async fn no_plan_after_an_apply_has_anything_to_do_in_any_mode() {
    for core in cores() {
        for mode in modes() {
            println!("{} {mode}", core.path.display());
            life(&core, &mode).await;
        }
    }
}

#[tokio::test]
async fn a_table_that_leaves_nothing_open_says_nothing_of_what_the_server_fills_in() {
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.set(json!({"fill": "undocumented", "put_answer": "echo"})).await;
        // The one with everything is written first, and shows no fill to learn.
        let later = "depends_on = [aiven_clickhouse_kafka_table.full]";
        let full = resource("full", &full_table("full"), "");
        let minimal = resource("minimal", &minimal_table("minimal"), later);
        let terraform = Terraform::new(&core, &simulator, &[full, minimal].concat());
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn what_the_server_fills_in_is_never_written() {
    for core in cores() {
        for fill in ["defaults", "undocumented", "nulls"] {
            let simulator = Simulator::start().await;
            simulator.set(json!({"fill": fill})).await;
            let minimal = minimal_table("minimal");
            let terraform = Terraform::new(&core, &simulator, &resource("minimal", &minimal, ""));
            terraform.apply().await.succeeded();
            assert_eq!(stored(&simulator).await, std::slice::from_ref(&minimal), "{fill}");

            let mut changed = minimal;
            changed["group_name"] = json!("two");
            terraform.configure(&resource("minimal", &changed, ""));
            terraform.apply().await.succeeded();
            assert_eq!(stored(&simulator).await, [changed], "{fill}");
        }
    }
}
