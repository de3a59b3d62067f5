//! What others change behind Terraform's back: each change is shown for what it is and taken back, and what is not
//! ours stays as it was, byte for byte.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Simulator, Terraform, cores, full_table, minimal_table, newest_core, resource};

const ADDRESS: &str = "aiven_clickhouse_kafka_table.events";

/// Configured beside the full table.
const ADDITIONAL: &str = "additional_settings_json = jsonencode({ brand_new = { depth = 1 } })";

/// Each setting of [`full_table`], as a JSON pointer, with a value that is not the configured one; some more than
/// once. Null stands for no value.
fn changes() -> Vec<(&'static str, Value)> {
    vec![
        ("/columns", json!([{"name": "at", "type": "DateTime"}, {"name": "id", "type": "UInt64"}])),
        ("/columns/0/type", json!("UInt32")),
        ("/columns/1/name", json!("renamed")),
        ("/topics", json!([{"name": "first"}, {"name": "second"}, {"name": "third"}])),
        ("/topics/1/name", json!("elsewhere")),
        ("/data_format", json!("TSV")),
        ("/group_name", json!("another")),
        ("/auto_offset_reset", json!("end")),
        ("/auto_offset_reset_by_duration_ms", json!(1)),
        ("/date_time_input_format", json!("best_effort_us")),
        ("/handle_error_mode", json!("dead_letter_queue")),
        ("/max_block_size", json!(1)),
        ("/max_rows_per_message", json!(2)),
        ("/num_consumers", json!(3)),
        ("/poll_max_batch_size", json!(1)),
        ("/poll_max_timeout_ms", json!(1)),
        ("/producer_batch_num_messages", json!(1)),
        ("/producer_batch_size", json!(0)),
        ("/producer_compression_codec", json!("lz4")),
        ("/producer_compression_level", json!(0)),
        ("/producer_linger_ms", json!(1)),
        ("/producer_queue_buffering_max_kbytes", json!(0)),
        ("/producer_queue_buffering_max_messages", json!(0)),
        ("/producer_request_required_acks", json!(0)),
        ("/skip_broken_messages", json!(1)),
        ("/thread_per_consumer", json!(false)),
        ("/materialized_view", Value::Null),
        ("/materialized_view/view_name", json!("another")),
        ("/materialized_view/order_by", json!(["at", "id"])),
        ("/materialized_view/database_name", json!("another")),
        ("/materialized_view/engine", json!("ReplacingMergeTree")),
        ("/materialized_view/engine_params", json!(["id"])),
        ("/materialized_view/ttl_column", json!("id")),
        ("/materialized_view/ttl_days", json!(1)),
        ("/materialized_view/local_disk_ttl_days", json!(1)),
        ("/brand_new/depth", json!(2)),
    ]
}

/// [`full_table`] as it is stored, the additional setting included.
fn stored() -> Value {
    let mut table = full_table("events");
    table["brand_new"] = json!({"depth": 1});
    table
}

/// The table with another value at a JSON pointer.
fn changed(mut table: Value, pointer: &str, value: &Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
    let parent = table.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}"));
    if value.is_null() {
        parent.as_object_mut().expect("only a key can be left out").remove(key);
    } else {
        parent[key] = value.clone();
    }
    table
}

/// Where two values of a resource differ, as JSON pointers. Lists and sets differ as a whole.
fn differences(path: &str, one: &Value, other: &Value) -> BTreeSet<String> {
    match (one, other) {
        (Value::Object(members), Value::Object(others)) => {
            let keys: BTreeSet<_> = members.keys().chain(others.keys()).collect();
            let inside = |key: &String| differences(&format!("{path}/{key}"), &one[key], &other[key]);
            keys.into_iter().flat_map(inside).collect()
        }
        _ if one == other => BTreeSet::new(),
        _ => BTreeSet::from([path.to_owned()]),
    }
}

/// The attribute in which a change of the table's JSON shows.
fn attribute_of(pointer: &str) -> String {
    let keys: Vec<_> = pointer.split('/').skip(1).collect();
    match keys.as_slice() {
        ["brand_new", ..] => "/additional_settings_json".to_owned(),
        ["materialized_view", key] => format!("/materialized_view/{key}"),
        [key, ..] => format!("/{key}"),
        [] => String::new(),
    }
}

/// Plans, and gives the one change: it must be an update of the table.
async fn planned_update(terraform: &Terraform) -> Value {
    let changes = terraform.planned_changes().await;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0]["address"], ADDRESS);
    assert_eq!(changes[0]["change"]["actions"], json!(["update"]), "{:#}", changes[0]);
    changes[0]["change"].clone()
}

#[tokio::test]
async fn each_setting_changed_elsewhere_is_shown_alone_and_repaired() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = resource("events", &full_table("events"), ADDITIONAL);
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();
        assert_eq!(simulator.tables().await, json!([stored()]));

        for (pointer, value) in changes() {
            simulator.set_user_config(json!({"tables": [changed(stored(), pointer, &value)]})).await;
            let change = planned_update(&terraform).await;
            let shown = differences("", &change["before"], &change["after"]);
            assert_eq!(shown, BTreeSet::from([attribute_of(pointer)]), "{pointer}: {change:#}");

            terraform.run(&["apply", "plan"]).await.succeeded();
            assert_eq!(simulator.tables().await, json!([stored()]), "{pointer}");
        }
        terraform.assert_plan_is_empty().await;
    }
}

/// A table with columns of these types.
fn with_types(types: [&str; 3]) -> Value {
    let columns: Vec<_> = ["price", "name", "kind"]
        .into_iter()
        .zip(types)
        .map(|(name, ty)| json!({"name": name, "type": ty}))
        .collect();
    let mut table = minimal_table("events");
    table["columns"] = json!(columns);
    table
}

#[tokio::test]
async fn a_type_in_another_spelling_is_no_difference_and_no_spelling_is_changed() {
    let ours = ["Decimal32(2)", "varchar", "Enum('a', 'b')"];
    let theirs = ["Decimal(9,2)", "String", "Enum8('a' = 1, 'b' = 2)"];
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &resource("events", &with_types(ours), ""));
        terraform.apply().await.succeeded();
        simulator.set_user_config(json!({"tables": [with_types(theirs)]})).await;
        terraform.assert_plan_is_empty().await;

        // Another setting changes; the types stay as they are spelled in the document.
        terraform.configure(&resource("events", &with_types(ours), "num_consumers = 2"));
        terraform.apply().await.succeeded();
        let mut stored = with_types(theirs);
        stored["num_consumers"] = json!(2);
        assert_eq!(simulator.tables().await, json!([stored]));

        // Configuration is free to change its spelling, too.
        let mixed = ["DECIMAL(9, 2)", "VARCHAR(255)", "Enum8('b' = 2, 'a' = 1)"];
        terraform.configure(&resource("events", &with_types(mixed), "num_consumers = 2"));
        terraform.assert_plan_is_empty().await;

        simulator
            .set_user_config(json!({"tables": [with_types(["Decimal(9, 3)", "String", theirs[2]])]}))
            .await;
        let change = planned_update(&terraform).await;
        let types = |side: &str| change[side]["columns"].as_array().expect("a list")[0]["type"].clone();
        assert_eq!((types("before"), types("after")), (json!("Decimal(9, 3)"), json!("DECIMAL(9, 2)")));
    }
}

#[tokio::test]
async fn the_changes_cover_every_setting_of_the_schema() {
    let simulator = Simulator::start().await;
    let core = newest_core();
    let terraform = Terraform::new(&core, &simulator, &resource("events", &full_table("events"), ""));
    let attributes = &terraform.schema_of_tables().await["attributes"];
    let names = |object: &Value| -> BTreeSet<String> {
        object.as_object().expect("an object").keys().cloned().collect()
    };

    let nowhere_in_the_json = ["id", "database_name", "project", "service_integration_id", "wait_for_table"];
    // A table under another name is another table.
    let exempt = nowhere_in_the_json.into_iter().chain(["name"]).map(str::to_owned).collect();
    let settings = &names(attributes) - &exempt;
    let view = names(&attributes["materialized_view"]["nested_type"]["attributes"]);
    let expected: BTreeSet<_> = settings
        .iter()
        .map(|name| format!("/{name}"))
        .chain(view.iter().map(|name| format!("/materialized_view/{name}")))
        .collect();
    let covered: BTreeSet<_> = changes().iter().map(|(pointer, _)| attribute_of(pointer)).collect();
    assert_eq!(covered, expected);
}

/// The names of the settings that a table need not have.
fn optional_settings() -> BTreeSet<String> {
    let (minimal, full) = (minimal_table("events"), stored());
    let optional = full.as_object().expect("an object").keys().filter(|key| minimal.get(key).is_none());
    optional.map(|key| attribute_of(&format!("/{key}"))).collect()
}

#[tokio::test]
async fn settings_removed_elsewhere_are_shown_and_put_back() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = resource("events", &full_table("events"), ADDITIONAL);
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.apply().await.succeeded();

        let mut bare = stored();
        bare.as_object_mut()
            .expect("a table is an object")
            .retain(|key, _| minimal_table("events").get(key).is_some());
        simulator.set_user_config(json!({"tables": [bare]})).await;
        let change = planned_update(&terraform).await;
        assert_eq!(differences("", &change["before"], &change["after"]), optional_settings(), "{change:#}");

        terraform.run(&["apply", "plan"]).await.succeeded();
        assert_eq!(simulator.tables().await, json!([stored()]));
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn settings_added_elsewhere_are_shown_as_to_be_removed_and_removed() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let minimal = minimal_table("events");
        let terraform = Terraform::new(&core, &simulator, &resource("events", &minimal, ""));
        terraform.apply().await.succeeded();

        let mut added = full_table("events");
        for key in ["columns", "topics"] {
            added[key] = minimal[key].clone();
        }
        simulator.set_user_config(json!({"tables": [added]})).await;
        let change = planned_update(&terraform).await;
        let additional = BTreeSet::from(["/additional_settings_json".to_owned()]);
        let expected = &optional_settings() - &additional;
        assert_eq!(differences("", &change["before"], &change["after"]), expected, "{change:#}");
        assert!(expected.iter().all(|path| change["after"].pointer(path) == Some(&Value::Null)));

        terraform.run(&["apply", "plan"]).await.succeeded();
        assert_eq!(simulator.tables().await, json!([minimal]));
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn a_table_deleted_elsewhere_is_planned_for_creation() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let full = full_table("events");
        let terraform = Terraform::new(&core, &simulator, &resource("events", &full, ""));
        terraform.apply().await.succeeded();

        simulator.set_user_config(json!({"tables": []})).await;
        let changes = terraform.planned_changes().await;
        assert_eq!(changes.len(), 1, "{changes:#?}");
        assert_eq!(changes[0]["change"]["actions"], json!(["create"]));
        terraform.run(&["apply", "plan"]).await.succeeded();
        assert_eq!(simulator.tables().await, json!([full]));
    }
}

#[tokio::test]
async fn keys_of_our_table_that_nobody_knows_survive_an_update() {
    // Each unknown value is spelled as no program would spell it anew.
    let before = concat!(
        r#"{"tables":[{"later":{"x" : 1.50e+2, "a":[ ]},"name":"events","#,
        r#""columns":[{"name":"id","codec":"\u005a","type":"UInt64"},{"name":"at","type":"DateTime","more":-0}],"#,
        r#""topics":[{"partitions":123456789012345678901234567890,"name":"first"},{"name":"second","z":{"b":1, "a":2}}],"#,
        r#""data_format":"CSV","group_name":"one","#,
        r#""materialized_view":{"view_name":"stored","settings":{ "k" :0.10},"order_by":["id"],"ttl_days":30,"#,
        r#""ttl_column":"at"},"null_one":null}]}"#
    );
    let table = |group: &str, column: &str, topics: Value, days: u32| {
        json!({
            "name": "events",
            "columns": [{"name": "id", "type": column}, {"name": "at", "type": "DateTime"}],
            "topics": topics,
            "data_format": "CSV",
            "group_name": group,
            "materialized_view": {
                "view_name": "stored", "order_by": ["id"], "ttl_column": "at", "ttl_days": days,
            },
        })
    };
    let two = json!([{"name": "first"}, {"name": "second"}]);
    let three = json!([{"name": "first"}, {"name": "second"}, {"name": "third"}]);
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.set(json!({"nulls": "accept"})).await;
        let configuration = |table: &Value| resource("events", table, "");
        let old = configuration(&table("one", "UInt64", two.clone(), 30));
        let terraform = Terraform::new(&core, &simulator, &old);
        terraform.apply().await.succeeded();
        simulator.set_user_config_text(before).await;
        terraform.assert_plan_is_empty().await;

        terraform.configure(&configuration(&table("two", "UInt32", three.clone(), 31)));
        terraform.apply().await.succeeded();
        let after = before
            .replace(r#""group_name":"one""#, r#""group_name":"two""#)
            .replace(r#""type":"UInt64""#, r#""type":"UInt32""#)
            .replace(r#""a":2}}]"#, r#""a":2}},{"name":"third"}]"#)
            .replace(r#""ttl_days":30"#, r#""ttl_days":31"#);
        assert_eq!(simulator.user_config().await, after);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn foreign_tables_stay_byte_for_byte_through_the_life_of_ours() {
    let first = concat!(
        r#"{"group_name":"theirs",  "num_consumers":1.0e0,"columns": [ {"type":"UInt64","name":"id"} ],"#,
        r#""topics":[{"name":"\u0065lsewhere"}],"data_format":"CSV","name":"zebra","later":[1.10, 1e3]}"#
    );
    let second = concat!(
        r#"{ "name" : "aardvark", "columns":[{"name":"id","type":"String"}], "topics":[{"name":"t"}],"#,
        r#""group_name":"g","data_format":"TSV","big":123456789012345678901234567890.5 }"#
    );
    let ours = |text: &str| {
        let start = text.find(r#"{"name":"events""#).expect("our table is there");
        text[start..].trim_end_matches("]}").to_owned()
    };
    for core in cores() {
        let simulator = Simulator::start().await;
        let before = format!(r#"{{"tables":[{first},{second}]}}"#);
        simulator.set_user_config_text(&before).await;
        let mut full = full_table("events");
        let terraform = Terraform::new(&core, &simulator, &resource("events", &full, ""));
        for group in ["one", "two"] {
            full["group_name"] = json!(group);
            terraform.configure(&resource("events", &full, ""));
            terraform.apply().await.succeeded();
            let text = simulator.user_config().await;
            assert_eq!(text, format!(r#"{{"tables":[{first},{second},{}]}}"#, ours(&text)));
            assert!(text.contains(&format!(r#""group_name":"{group}""#)), "{text}");
        }
        terraform.destroy().await.succeeded();
        assert_eq!(simulator.user_config().await, before);
    }
}
