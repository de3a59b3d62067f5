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
    for (name, value) in changes.as_object().expect("changes") {
        if name != "additional_settings_json" {
            table[name] = value.clone();
        }
    }
    resource("events", &table, &more.unwrap_or_default())
}

/// What the schema of a table has beside, or instead of, what everybody knows.
fn overlay(properties: &Value) -> Value {
    json!({"schema_overlay": {"properties": properties}})
}

/// A simulator of an account that is ahead of the provider.
async fn ahead() -> Simulator {
    let simulator = Simulator::start().await;
    let fresh = json!({
        "type": "object",
        "properties": {"on": {"type": "boolean"}, "share": {"type": "integer", "maximum": 9}},
    });
    let mut settings = overlay(&json!({
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
        "materialized_view": {"view_name": "v", "order_by": ["id"], "engine": "Log"},
    });
    insta::assert_snapshot!(planned(&simulator, &changes, 1).await, @r#"
    error
    `Log` is not a value of `materialized_view.engine`
    The schema of project `demo` has the values `AggregatingMergeTree`, `CollapsingMergeTree`, `MergeTree`, `ReplacingMergeTree`, `SummingMergeTree`, `VersionedCollapsingMergeTree`. Use one of those.
      main.tf line 15: materialized_view = {"engine":"Log","order_by":["id"],"view_name":"v"}

    error
    `Protobuff` is not a value of `data_format`
    Did you mean `Protobuf`? The schema of project `demo` has the values `CSV`, `JSONEachRow`, `Protobuf`. Use one of those.
      main.tf line 12: data_format = "Protobuff"

    error
    `max_rows_per_message` must be a whole number from 1 to 1000000000
    It is `0`. That is beyond the limit of the schema of project `demo`. Keep to it, or ask Aiven to raise it.
      main.tf line 16: max_rows_per_message = 0

    error
    `name` must have 1 to 40 characters
    It has 41 characters. That is beyond the limit of the schema of project `demo`. Keep to it, or ask Aiven to raise it.
      main.tf line 17: name = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

    error
    `num_consumers` must be a whole number from 1 to 20
    It is `21`. That is beyond the limit of the schema of project `demo`. Keep to it, or ask Aiven to raise it.
      main.tf line 18: num_consumers = 21

    error
    `quantum` is not a value of `handle_error_mode`
    The schema of project `demo` has the values `dead_letter_queue`, `default`, `stream`. Use one of those.
      main.tf line 14: handle_error_mode = "quantum"
    "#);
    simulator.clear_log().await;
    let said = planned(&simulator, &json!({"columns": columns}), 1).await;
    insta::assert_snapshot!(said.lines().take(3).collect::<Vec<_>>().join("\n"), @r"
    error
    `columns` must have at most 101 elements
    It has 102 elements. That is beyond the limit of the schema of project `demo`. Keep to it, or ask Aiven to raise it.
    ");
    assert_eq!(simulator.writes().await, 0);
}

#[tokio::test]
async fn an_additional_setting_is_held_against_the_schema() {
    let simulator = ahead().await;
    let changes = json!({"additional_settings_json": {"fresh": {"on": true, "share": 10}}});
    insta::assert_snapshot!(planned(&simulator, &changes, 1).await, @r#"
    error
    `fresh` in `additional_settings_json` is not what Aiven's schema allows
    In the schema of project `demo`, `fresh.share` must be at most 9. Correct `fresh` in `additional_settings_json`.
      main.tf line 16: additional_settings_json = jsonencode({"fresh":{"on":true,"share":10}})
    "#);
    simulator.clear_log().await;
    let changes = json!({"additional_settings_json": {"frehs": {"on": true}, "unheard_of": 1}});
    insta::assert_snapshot!(planned(&simulator, &changes, 1).await, @r#"
    error
    Aiven's schema has no setting `frehs`
    Did you mean `fresh`? The schema of project `demo` allows no settings but those that it lists. Correct the name, or take it out of `additional_settings_json`.
      main.tf line 16: additional_settings_json = jsonencode({"frehs":{"on":true},"unheard_of":1})

    error
    Aiven's schema has no setting `unheard_of`
    The schema of project `demo` allows no settings but those that it lists. Correct the name, or take it out of `additional_settings_json`.
      main.tf line 16: additional_settings_json = jsonencode({"frehs":{"on":true},"unheard_of":1})
    "#);
    // An account that does not forbid what it does not list.
    simulator.set(json!({"unknown_keys": "accept"})).await;
    simulator.clear_log().await;
    insta::assert_snapshot!(planned(&simulator, &changes, 0).await, @r#"
    warning
    Aiven's schema has no setting `frehs`
    Did you mean `fresh`? The schema of project `demo` does not list it, and does not forbid it. Aiven decides at apply, and may store a setting that does nothing.
      main.tf line 16: additional_settings_json = jsonencode({"frehs":{"on":true},"unheard_of":1})

    warning
    Aiven's schema has no setting `unheard_of`
    The schema of project `demo` does not list it, and does not forbid it. Aiven decides at apply, and may store a setting that does nothing.
      main.tf line 16: additional_settings_json = jsonencode({"frehs":{"on":true},"unheard_of":1})
    "#);
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
    insta::assert_snapshot!(planned(&simulator, &changes, 0).await, @r#"
    warning
    `data_format` could not be checked
    It is `Protobuf`. This version of the provider knows the values `Avro`, `AvroConfluent`, `CSV`, `JSONAsString`, `JSONCompactEachRow`, `JSONCompactStringsEachRow`, `JSONEachRow`, `JSONStringsEachRow`, `MsgPack`, `Parquet`, `RawBLOB`, `TSKV`, `TSV`, `TabSeparated`, from Aiven's schema of August 2026. The schema of project `demo` could not be read: Access denied (HTTP 403): Not for you. Check that `api_token` (or AIVEN_TOKEN) is valid, belongs to a member of the project, and may read and write its integrations. Aiven decides at apply.
      main.tf line 12: data_format = "Protobuf"

    warning
    `fresh` in `additional_settings_json` could not be checked
    This version of the provider does not know it. The schema of project `demo` could not be read: Access denied (HTTP 403): Not for you. Check that `api_token` (or AIVEN_TOKEN) is valid, belongs to a member of the project, and may read and write its integrations. Aiven decides at apply.
      main.tf line 17: additional_settings_json = jsonencode({"fresh":{"on":true}})

    warning
    `group_name` could not be checked
    It has 300 characters. This version of the provider knows at most 249 characters, from Aiven's schema of August 2026. The schema of project `demo` could not be read: Access denied (HTTP 403): Not for you. Check that `api_token` (or AIVEN_TOKEN) is valid, belongs to a member of the project, and may read and write its integrations. Aiven decides at apply.
      main.tf line 13: group_name = "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"

    warning
    `num_consumers` could not be checked
    It is `20`. This version of the provider knows 1 to 10, from Aiven's schema of August 2026. The schema of project `demo` could not be read: Access denied (HTTP 403): Not for you. Check that `api_token` (or AIVEN_TOKEN) is valid, belongs to a member of the project, and may read and write its integrations. Aiven decides at apply.
      main.tf line 15: num_consumers = 20
    "#);
    let terraform = Terraform::new(&newest_core(), &simulator, &configuration(&changes));
    terraform.apply().await.succeeded();
    assert_eq!(simulator.tables().await[0]["data_format"], "Protobuf");

    let refused = json!({"name": "other", "data_format": "Nonsense"});
    let terraform = Terraform::new(&newest_core(), &simulator, &configuration(&refused));
    terraform.apply().await.failed().tells(&["Aiven refuses table `other`", "'Nonsense' is not one of"]);
}

#[tokio::test]
async fn a_schema_that_is_not_understood_is_as_good_as_none() {
    let simulator = Simulator::start().await;
    simulator.set(overlay(&json!({"num_consumers": {"not": {"const": 13}, "maximum": 20}}))).await;
    insta::assert_snapshot!(planned(&simulator, &json!({"num_consumers": 12}), 0).await, @r#"
    warning
    `num_consumers` could not be checked
    It is `12`. This version of the provider knows 1 to 10, from Aiven's schema of August 2026. The schema of project `demo` uses `not`, which this version of the provider does not understand. Aiven decides at apply.
      main.tf line 15: num_consumers = 12
    "#);
    simulator.clear_log().await;
    insta::assert_snapshot!(planned(&simulator, &json!({"num_consumers": 21}), 1).await, @r"
    error
    `num_consumers` must be a whole number from 1 to 20
    It is `21`. That is beyond the limit of the schema of project `demo`. Keep to it, or ask Aiven to raise it.
      main.tf line 15: num_consumers = 21
    ");
    simulator.clear_log().await;
    simulator.set(json!({"schema_overlay": {"allOf": [{}]}})).await;
    insta::assert_snapshot!(planned(&simulator, &json!({"num_consumers": 12}), 0).await, @r#"
    warning
    `num_consumers` could not be checked
    It is `12`. This version of the provider knows 1 to 10, from Aiven's schema of August 2026. The schema of project `demo` uses `allOf`, which this version of the provider does not understand. Aiven decides at apply.
      main.tf line 15: num_consumers = 12
    "#);
}

#[tokio::test]
async fn a_slip_is_warned_of_although_the_account_may_know_it() {
    let simulator = Simulator::start().await;
    simulator.set(overlay(&json!({"data_format": {"enum": ["CSV", "JsonEachRow"]}}))).await;
    let changes = json!({"data_format": "JsonEachRow"});
    insta::assert_snapshot!(planned(&simulator, &changes, 0).await, @r#"
    warning
    `JsonEachRow` is nearly `JSONEachRow`
    Did you mean `JSONEachRow`? The known values of `data_format` are `Avro`, `AvroConfluent`, `CSV`, `JSONAsString`, `JSONCompactEachRow`, `JSONCompactStringsEachRow`, `JSONEachRow`, `JSONStringsEachRow`, `MsgPack`, `Parquet`, `RawBLOB`, `TSKV`, `TSV`, `TabSeparated`. Whether the API has `JsonEachRow` as well shows when a change is planned.
      main.tf line 12: data_format = "JsonEachRow"
    "#);
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
