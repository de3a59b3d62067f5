//! What a PUT stores and what it refuses.

use crate::simulator::{Simulator, table};
use serde_json::{Value, json};

const ODD: &str = r#"[ {"topics":[{"name":"t"}] ,"name":"odd\u00e9\/", "data_format":"CSV","group_name":" g",
  "columns":[{"type":"Int8","name":"before.id","note":{"deep":1.50}}], "num_consumers" : 1.0,"max_block_size":1e2,
  "unknown":123456789012345678901234567890} ]"#;

#[tokio::test]
async fn every_byte_inside_tables_survives() {
    let aiven = Simulator::start().await;
    let expected = format!(r#"{{"tables":{ODD}}}"#);
    assert_eq!(aiven.put_tables(ODD).await.user_config(), expected);
    assert_eq!(aiven.read().await.user_config(), expected);
    assert_eq!(aiven.stored().await, expected);
    let list = aiven.get("/v1/project/demo/service/kafka/integration").await;
    assert!(list.text.contains(&expected));
}

#[tokio::test]
async fn tables_are_replaced_whole_and_other_keys_stay() {
    let aiven = Simulator::start().await;
    aiven.store(r#"{"tables":[1],"other":1.0}"#).await;
    assert_eq!(aiven.put_tables("[]").await.user_config(), r#"{"tables":[],"other":1.0}"#);
    aiven.set(json!({"put_semantics": "replace"})).await;
    let one = json!([table("one")]).to_string();
    assert_eq!(aiven.put_tables(&one).await.user_config(), format!(r#"{{"tables":{one}}}"#));
}

#[tokio::test]
async fn a_put_that_changes_nothing_is_an_error() {
    let aiven = Simulator::start().await;
    aiven.put_tables(ODD).await;
    let again = ODD.replace("1e2", "100").replace("1.0", "1");
    let refused = aiven.put_tables(&again).await;
    assert_eq!((refused.status, refused.message().as_str()), (400, "User config not changed"));
    aiven.set(json!({"unchanged_status": 409})).await;
    assert_eq!(aiven.put(r#"{"user_config":{}}"#).await.status, 409);
    aiven.set(json!({"unchanged_status": 200})).await;
    assert_eq!(aiven.put_tables(&again).await.status, 200);
    assert!(aiven.stored().await.contains("1e2"), "an accepted no-op writes nothing");
}

#[tokio::test]
async fn spelling_a_default_out_may_or_may_not_count_as_a_change() {
    let aiven = Simulator::start().await;
    aiven.put_tables(&json!([table("events")]).to_string()).await;
    let mut spelled = table("events");
    spelled["num_consumers"] = json!(1);
    let spelled = json!([spelled]).to_string();
    aiven.set(json!({"unchanged_ignores_defaults": true})).await;
    assert_eq!(aiven.put_tables(&spelled).await.status, 400);
    aiven.set(json!({"unchanged_ignores_defaults": false})).await;
    assert_eq!(aiven.put_tables(&spelled).await.status, 200);
}

#[tokio::test]
async fn a_put_without_tables_means_what_the_setting_says() {
    let aiven = Simulator::start().await;
    aiven.store(r#"{"tables":[{"name":"a"}]}"#).await;
    aiven.set(json!({"without_tables": "refuse"})).await;
    let refused = aiven.put(r#"{"user_config":{"x":1}}"#).await;
    assert!(refused.message().ends_with("'tables' is a required property"));
    aiven.set(json!({"without_tables": "clear"})).await;
    assert_eq!(aiven.put(r#"{"user_config":{"x":1}}"#).await.user_config(), r#"{"tables":[],"x":1}"#);
}

#[tokio::test]
async fn a_body_needs_a_document() {
    let aiven = Simulator::start().await;
    for (body, message) in [
        ("{}", "Invalid input: 'user_config' is a required property"),
        (
            r#"{"user_config":null}"#,
            "Invalid input for user_config 'Service type-specific settings': None is not of type 'object'",
        ),
        ("nope", "Invalid input: request body is not a JSON object"),
        (
            r#"{"user_config":{"tables":null}}"#,
            "Invalid 'user_config': Invalid input for tables: None is not of type 'array'",
        ),
    ] {
        let refused = aiven.put(body).await;
        assert_eq!((refused.status, refused.message().as_str()), (400, message));
    }
}

/// A change to the smallest table, and how jsonschema would complain about it.
fn broken() -> Vec<(&'static str, Value, &'static str)> {
    let columns = vec![json!({"name": "a", "type": "Int8"}); 101];
    vec![
        ("name", json!(""), "'' is too short"),
        ("name", json!("é".repeat(41)), "'ééééééééééééééééééééééééééééééééééééééééé' is too long"),
        ("name", json!(1), "1 is not of type 'string'"),
        ("num_consumers", json!(0), "0 is less than the minimum of 1"),
        ("num_consumers", json!(11), "11 is greater than the maximum of 10"),
        ("num_consumers", json!(1.5), "1.5 is not of type 'integer'"),
        ("num_consumers", json!("1"), "'1' is not of type 'integer'"),
        ("num_consumers", json!(null), "None is not of type 'integer'"),
        ("thread_per_consumer", json!(1), "1 is not of type 'boolean'"),
        ("handle_error_mode", json!("no"), "'no' is not one of ['dead_letter_queue', 'default', 'stream']"),
        ("columns", json!([{"name": "a"}]), "'type' is a required property"),
        ("columns", json!(columns), " is too long"),
        ("topics", json!([{"name": ".."}]), "Must consist of alpha-numeric characters"),
        ("materialized_view", json!({"view_name": "v"}), "'order_by' is a required property"),
        (
            "materialized_view",
            json!({"view_name": "v", "order_by": ["a"], "ttl_days": 1}),
            "'ttl_column' is a dependency of 'ttl_days'",
        ),
    ]
}

#[tokio::test]
async fn a_table_that_breaks_a_rule_is_refused_and_nothing_is_written() {
    let aiven = Simulator::start().await;
    for (key, value, complaint) in broken() {
        let mut bad = table("bad");
        bad[key] = value;
        let refused = aiven.put_tables(&json!([table("good"), bad]).to_string()).await;
        let message = refused.message();
        assert_eq!(refused.status, 400, "{key}");
        assert!(message.starts_with("Invalid 'user_config': Invalid input for tables: "), "{message}");
        assert!(message.contains(complaint), "{message}");
    }
    assert_eq!(aiven.stored().await, "{}");
}

#[tokio::test]
async fn four_hundred_tables_are_the_most() {
    let aiven = Simulator::start().await;
    let tables: Vec<_> = (0..401).map(|number| table(&number.to_string())).collect();
    assert_eq!(aiven.put_tables(&json!(tables).to_string()).await.status, 400);
    assert_eq!(aiven.put_tables(&json!(tables[..400]).to_string()).await.status, 200);
}

#[tokio::test]
async fn doubtful_documents_pass_or_fail_as_set() {
    let aiven = Simulator::start().await;
    let doubled = json!([table("twin"), table("twin")]);
    let mut unknown = table("unknown");
    unknown["columns"][0]["comment"] = json!("x");
    let mut unset = table("unset");
    unset["num_consumers"] = json!(null);
    for (setting, tables) in
        [("duplicate_names", doubled), ("unknown_keys", json!([unknown])), ("nulls", json!([unset]))]
    {
        aiven.set(json!({setting: "refuse"})).await;
        assert_eq!(aiven.put_tables(&tables.to_string()).await.status, 400, "{setting}");
        aiven.set(json!({setting: "accept"})).await;
        assert_eq!(aiven.put_tables(&tables.to_string()).await.status, 200, "{setting}");
    }
}
