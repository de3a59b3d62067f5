//! Values and settings that this version of the provider does not know: the account's own schema decides about them, and
//! is asked for nothing else.

use serde_json::{Value, json};

use crate::harness::{
    RequestLog, Simulator, Terraform, cores, minimal_table, newest_core, resource, said_by,
};

/// A table with other settings, each on a line of its own.
fn configuration(changes: &Value) -> String {
    let mut table = minimal_table("events");
    let more = changes["additional_settings_json"].as_object().map(|settings| {
        format!("additional_settings_json = jsonencode({})", Value::Object(settings.clone()))
    });
    for (name, value) in changes.as_object().expect("changes").iter() {
        if name != "additional_settings_json" {
            table[name] = value.clone();
        }
    }
    resource("events", &table, &more.unwrap_or_default())
}

/// What the schema of a table has beside, or instead of, what everybody knows.
fn overlay(properties: Value) -> Value {
    json!({"schema_overlay": {"properties": properties}})
}

/// A simulator of an account that is ahead of the provider.
async fn ahead() -> Simulator {
    let simulator = Simulator::start().await;
    let fresh = json!({
        "type": "object",
        "properties": {"on": {"type": "boolean"}, "share": {"type": "integer", "maximum": 9}},
    });
    let mut settings = overlay(json!({
        "data_format": {"enum": ["CSV", "JSONEachRow", "Protobuf"]},
        "num_consumers": {"maximum": 20},
        "group_name": {"maxLength": 300},
        "columns": {"maxItems": 101},
        "fresh": fresh,
    }));
    settings["unknown_keys"] = json!("refuse");
    simulator.set(settings).await;
    simulator
}

/// How often the schema has been asked for.
async fn asked(simulator: &Simulator) -> usize {
    let RequestLog { requests } = simulator.log().await;
    requests.iter().filter(|request| request.path.ends_with("/integration_types")).count()
}

/// What is said to a plan, which succeeds or fails as `code` says, and how often the schema was asked for.
async fn planned(simulator: &Simulator, changes: &Value, code: i32) -> String {
    let terraform = Terraform::new(&newest_core(), simulator, &configuration(changes));
    let (exit, said) = said_by(&terraform, &["plan"]).await;
    assert_eq!(exit, code, "{said}");
    assert_eq!(asked(simulator).await, 1);
    said
}

#[tokio::test]
async fn what_the_account_knows_is_applied_without_a_word() {
    let columns: Vec<_> =
        (0..101).map(|index| json!({"name": format!("c{index}"), "type": "UInt8"})).collect();
    let changes = json!({
        "data_format": "Protobuf",
        "num_consumers": 20,
        "group_name": "g".repeat(300),
        "columns": columns,
        "additional_settings_json": {"fresh": {"on": true, "share": 9}},
    });
    for core in cores() {
        let simulator = ahead().await;
        let terraform = Terraform::new(&core, &simulator, &configuration(&changes));
        assert_eq!(said_by(&terraform, &["apply", "-auto-approve"]).await, (0, String::new()));
        let table = &simulator.tables().await[0];
        assert_eq!((&table["data_format"], &table["fresh"]["share"]), (&json!("Protobuf"), &json!(9)));
        assert_eq!(table["columns"].as_array().map(Vec::len), Some(101));

        // It is stored now, so there is nothing to ask, whatever else changes.
        let before = asked(&simulator).await;
        terraform.assert_plan_is_empty().await;
        let mut changes = changes.clone();
        changes["skip_broken_messages"] = json!(1);
        terraform.configure(&configuration(&changes));
        assert_eq!(said_by(&terraform, &["plan"]).await, (0, String::new()));
        assert_eq!(asked(&simulator).await, before);
    }
}

#[tokio::test]
async fn what_the_account_refuses_is_an_error_of_the_plan() {
    let simulator = ahead().await;
    let columns: Vec<_> =
        (0..102).map(|index| json!({"name": format!("c{index}"), "type": "UInt8"})).collect();
    let changes = json!({
        "name": "n".repeat(41),
        "data_format": "Protobuff",
        "num_consumers": 21,
        "max_rows_per_message": 0,
        "handle_error_mode": "quantum",
        "materialized_view": {"view_name": "v", "order_by": ["c1"], "engine": "Log"},
    });
    insta::assert_snapshot!(planned(&simulator, &changes, 1).await, @"");
    simulator.clear_log().await;
    let said = planned(&simulator, &json!({"columns": columns}), 1).await;
    insta::assert_snapshot!(said.lines().take(3).collect::<Vec<_>>().join("\n"), @"");
    assert_eq!(simulator.writes().await, 0);
}

#[tokio::test]
async fn an_additional_setting_is_held_against_the_schema() {
    let simulator = ahead().await;
    let changes = json!({"additional_settings_json": {"fresh": {"on": true, "share": 10}}});
    insta::assert_snapshot!(planned(&simulator, &changes, 1).await, @"");
    simulator.clear_log().await;
    let changes = json!({"additional_settings_json": {"frehs": {"on": true}, "unheard_of": 1}});
    insta::assert_snapshot!(planned(&simulator, &changes, 1).await, @"");
    // An account that does not forbid what it does not list.
    simulator.set(json!({"unknown_keys": "accept"})).await;
    simulator.clear_log().await;
    insta::assert_snapshot!(planned(&simulator, &changes, 0).await, @"");
}

#[tokio::test]
async fn without_a_schema_there_is_a_warning_and_aiven_decides() {
    let simulator = ahead().await;
    let fault = json!({"kind": "status", "code": 403, "body": {"message": "Not for you"}});
    simulator.add_fault(json!({"path_contains": "/integration_types", "times": null, "fault": fault})).await;
    let changes = json!({
        "data_format": "Protobuf",
        "num_consumers": 20,
        "group_name": "g".repeat(300),
        "additional_settings_json": {"fresh": {"on": true}},
    });
    insta::assert_snapshot!(planned(&simulator, &changes, 0).await, @"");
    let terraform = Terraform::new(&newest_core(), &simulator, &configuration(&changes));
    terraform.apply().await.succeeded();
    assert_eq!(simulator.tables().await[0]["data_format"], "Protobuf");

    let refused = json!({"data_format": "Nonsense"});
    let terraform = Terraform::new(&newest_core(), &simulator, &configuration(&refused));
    terraform.apply().await.failed().tells(&["Aiven refuses table `events`", "'Nonsense' is not one of"]);
}

#[tokio::test]
async fn a_schema_that_is_not_understood_is_as_good_as_none() {
    let simulator = Simulator::start().await;
    simulator.set(overlay(json!({"num_consumers": {"not": {"const": 13}, "maximum": 20}}))).await;
    insta::assert_snapshot!(planned(&simulator, &json!({"num_consumers": 12}), 0).await, @"");
    simulator.clear_log().await;
    insta::assert_snapshot!(planned(&simulator, &json!({"num_consumers": 21}), 1).await, @"");
    simulator.clear_log().await;
    simulator.set(json!({"schema_overlay": {"allOf": [{}]}})).await;
    insta::assert_snapshot!(planned(&simulator, &json!({"num_consumers": 12}), 0).await, @"");
}

#[tokio::test]
async fn a_slip_is_warned_of_although_the_account_may_know_it() {
    let simulator = Simulator::start().await;
    simulator.set(overlay(json!({"data_format": {"enum": ["CSV", "JsonEachRow"]}}))).await;
    let changes = json!({"data_format": "JsonEachRow"});
    insta::assert_snapshot!(planned(&simulator, &changes, 0).await, @"");
}

#[tokio::test]
async fn only_what_is_not_known_is_asked_and_only_once() {
    let tables = |format: &str| -> String {
        let each = (0..20).map(|index| {
            let mut table = minimal_table(&format!("t{index}"));
            table["data_format"] = json!(format);
            resource(&format!("t{index}"), &table, "")
        });
        each.collect()
    };
    for core in cores() {
        let simulator = ahead().await;
        let terraform = Terraform::new(&core, &simulator, &tables("CSV"));
        terraform.apply().await.succeeded();
        assert_eq!(asked(&simulator).await, 0);

        terraform.configure(&tables("Protobuf"));
        simulator.clear_log().await;
        terraform.run(&["validate"]).await.succeeded();
        assert_eq!(simulator.requests().await, Vec::<String>::new());
        terraform.run(&["plan", "-out=plan"]).await.succeeded();
        assert_eq!(asked(&simulator).await, 1);
    }
}

#[tokio::test]
async fn what_is_known_only_at_apply_is_asked_then() {
    let simulator = ahead().await;
    let table = |format: &str| {
        let table = configuration(&json!({})).replace("\"CSV\"", "terraform_data.format.output");
        format!("resource \"terraform_data\" \"format\" {{\n  input = \"{format}\"\n}}\n{table}")
    };
    let terraform = Terraform::new(&newest_core(), &simulator, &table("Nonsense"));
    assert_eq!(said_by(&terraform, &["plan"]).await, (0, String::new()));
    assert_eq!(asked(&simulator).await, 0);
    terraform.apply().await.failed().tells(&["`Nonsense` is not a value of `data_format`"]);
    assert_eq!((asked(&simulator).await, simulator.writes().await), (1, 0));
}
