//! Behaviors that can be switched: fills, orders, lags, limits.

use crate::simulator::{Simulator, integration, table};
use reqwest::Method;
use serde_json::{Value, json};

fn first(answer: &crate::simulator::Answer) -> Value {
    serde_json::from_str::<Value>(answer.user_config()).unwrap()["tables"][0].clone()
}

#[tokio::test]
async fn answers_are_filled_and_the_stored_text_is_not() {
    let aiven = Simulator::start().await;
    aiven.set(json!({"fill": "defaults"})).await;
    let mut sent = table("events");
    sent["materialized_view"] = json!({"view_name": "v", "order_by": ["key"]});
    let sent = json!([sent]).to_string().replace("UInt64\"", "UInt64\",\"x\":1.50");
    for answer in [aiven.put_tables(&sent).await, aiven.read().await] {
        let table = first(&answer);
        assert_eq!(table["num_consumers"], 1);
        assert_eq!(table["materialized_view"]["engine"], "MergeTree");
        assert_eq!(table.get("producer_batch_size"), None);
        assert!(answer.text.contains("1.50"), "a scalar keeps its spelling");
    }
    aiven.set(json!({"fill": "undocumented"})).await;
    assert_eq!(first(&aiven.read().await)["producer_batch_size"], 1_000_000);
    aiven.set(json!({"fill": "nulls"})).await;
    assert_eq!(first(&aiven.read().await).get("num_consumers"), Some(&Value::Null));
    assert_eq!(aiven.stored().await, format!(r#"{{"tables":{sent}}}"#));
}

#[tokio::test]
async fn shuffling_moves_tables_and_keys_but_no_columns() {
    let aiven = Simulator::start().await;
    let mut wide = table("wide");
    wide["columns"] = (0..20).map(|number| json!({"name": format!("c{number}"), "type": "Int8"})).collect();
    let tables = json!([wide, table("b"), table("c"), table("d")]);
    aiven.put_tables(&tables.to_string()).await;
    aiven.set(json!({"shuffle": true, "random_seed": 7})).await;
    let (one, two) = (aiven.read().await, aiven.read().await);
    assert_ne!(one.user_config(), two.user_config());
    let config: Value = serde_json::from_str(one.user_config()).unwrap();
    let shuffled = config["tables"].as_array().unwrap();
    assert_ne!(shuffled, tables.as_array().unwrap());
    let found = shuffled.iter().find(|table| table["name"] == "wide").unwrap();
    assert_eq!(found["columns"], wide["columns"]);
    aiven.set(json!({"random_seed": 7})).await;
    assert_eq!(aiven.read().await.text, one.text, "the same seed tells the same story");
}

#[tokio::test]
async fn reads_lag_behind_a_write_as_long_as_set() {
    let aiven = Simulator::start().await;
    aiven.set(json!({"stale_reads": {"gets": 2}})).await;
    let new = json!([table("new")]).to_string();
    assert!(aiven.put_tables(&new).await.text.contains("new"), "the answer to the write is never stale");
    assert_eq!(aiven.read().await.user_config(), "{}");
    assert_eq!(aiven.read().await.user_config(), "{}");
    assert!(aiven.read().await.text.contains("new"));
    aiven.set(json!({"stale_reads": {"milliseconds": 600_000}})).await;
    aiven.put_tables("[]").await;
    assert!(aiven.read().await.text.contains("new"));
}

#[tokio::test]
async fn a_new_integration_becomes_active_as_late_as_set() {
    let aiven = Simulator::start().await;
    aiven.set(json!({"activation": {"gets": 1}})).await;
    aiven.send(Method::DELETE, &integration(), "").await;
    let body = json!({
        "integration_type": "clickhouse_kafka", "source_service": "kafka", "dest_service": "clickhouse",
    });
    let created = aiven.post("/v1/project/demo/integration", &body.to_string()).await.json();
    let created = &created["service_integration"];
    assert_eq!(created["active"], false);
    let path =
        format!("/v1/project/demo/integration/{}", created["service_integration_id"].as_str().unwrap());
    assert_eq!(aiven.get(&path).await.json()["service_integration"]["active"], false);
    assert_eq!(aiven.get(&path).await.json()["service_integration"]["active"], true);
}

#[tokio::test]
async fn an_integration_shows_the_status_that_is_set() {
    let aiven = Simulator::start().await;
    let status = json!({"state": {"status": "failed", "errors": ["no route"]}});
    aiven.set(json!({"integration_status": status})).await;
    assert_eq!(aiven.read().await.json()["service_integration"]["integration_status"], status);
}

#[tokio::test]
async fn a_secret_is_hidden_in_the_way_that_is_set() {
    let aiven = Simulator::start().await;
    for (redaction, shown) in
        [("omit", None), ("null", Some(json!(null))), ("mask", Some(json!("<redacted>")))]
    {
        aiven.set(json!({"redaction": redaction})).await;
        let list = aiven.get("/v1/project/demo/integration_endpoint").await.json();
        let config = &list["service_integration_endpoints"][0]["user_config"];
        assert_eq!(config.get("sasl_plain_password"), shown.as_ref(), "{redaction}");
        assert_eq!(config["sasl_plain_username"], "reader");
    }
}

#[tokio::test]
async fn a_key_that_an_update_of_an_endpoint_leaves_out_stays_or_goes() {
    let sent = json!({"user_config": {"bootstrap_servers": "a:1", "security_protocol": "PLAINTEXT"}});
    for (semantics, stays) in [("merge", true), ("replace", false)] {
        let aiven = Simulator::start().await;
        aiven.set(json!({"put_semantics": semantics})).await;
        let path = format!("/v1/project/demo/integration_endpoint/{}", aiven_sim::seed::EXTERNAL_ENDPOINT);
        assert_eq!(aiven.send(Method::PUT, &path, &sent.to_string()).await.status, 200);
        let shown = aiven.get(&path).await.json();
        let config = &shown["service_integration_endpoint"]["user_config"];
        assert_eq!(config.get("sasl_mechanism").is_some(), stays, "{semantics}");
    }
}

#[tokio::test]
async fn a_write_may_be_answered_with_an_echo() {
    let aiven = Simulator::start().await;
    aiven.store(r#"{"other":1}"#).await;
    aiven.set(json!({"put_answer": "echo", "fill": "defaults"})).await;
    let answer = aiven.put_tables("[ ]").await;
    assert_eq!(answer.user_config(), r#"{"tables":[ ]}"#);
    assert_eq!(aiven.stored().await, r#"{"other":1,"tables":[ ]}"#);
}

#[tokio::test]
async fn the_wait_of_a_rate_limit_is_stated_where_set() {
    for (wait, in_message, in_header) in
        [("message", true, false), ("header", false, true), ("both", true, true), ("none", false, false)]
    {
        let aiven = Simulator::start().await;
        aiven.set(json!({"rate_limit": {"limit": 2, "window_ms": 600_000, "wait": wait}})).await;
        assert_eq!(aiven.read().await.status, 200);
        assert_eq!(aiven.put_tables("[]").await.status, 200);
        let refused = aiven.put_tables(&json!([table("late")]).to_string()).await;
        assert_eq!(refused.status, 429);
        assert!(refused.message().contains("Rate limit 2 exceeded"));
        assert_eq!(refused.message().contains("try again in 600s"), in_message, "{wait}");
        assert_eq!(refused.retry_after.as_deref() == Some("600"), in_header, "{wait}");
        assert_eq!(aiven.stored().await, r#"{"tables":[]}"#);
    }
}

#[tokio::test]
async fn another_schema_is_published_and_enforced() {
    let aiven = Simulator::start().await;
    let mut one = table("one");
    one["num_consumers"] = json!(15);
    one["fresh"] = json!("x");
    let sent = json!([one]).to_string();
    let properties =
        json!({"num_consumers": {"maximum": 20}, "fresh": {"type": "boolean"}, "max_block_size": null});
    aiven.set(json!({"schema_overlay": {"properties": properties}, "unknown_keys": "refuse"})).await;
    let got = aiven.get("/v1/project/demo/integration_types").await.json();
    let schema = &got["integration_types"][0]["user_config_schema"]["properties"]["tables"]["items"];
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(
        (
            &schema["properties"]["num_consumers"]["maximum"],
            &schema["properties"]["num_consumers"]["minimum"]
        ),
        (&json!(20), &json!(1))
    );
    assert_eq!(schema["properties"].get("max_block_size"), None);

    assert!(aiven.put_tables(&sent).await.message().contains("'x' is not of type 'boolean'"));
    one["fresh"] = json!(true);
    assert_eq!(aiven.put_tables(&json!([one]).to_string()).await.status, 200);
    one["num_consumers"] = json!(21);
    assert!(
        aiven
            .put_tables(&json!([one]).to_string())
            .await
            .message()
            .contains("greater than the maximum of 20")
    );
    one["num_consumers"] = json!(1);
    one["max_block_size"] = json!(1);
    assert!(
        aiven
            .put_tables(&json!([one]).to_string())
            .await
            .message()
            .contains("('max_block_size' was unexpected)")
    );
}
