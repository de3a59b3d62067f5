//! The control API: the log, settings, services, documents, a fresh start.

use crate::simulator::{Simulator, integration, table};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn the_log_tells_everything_but_the_token() {
    let aiven = Simulator::start().await;
    let path = format!("{}?limit=999", integration());
    let request = aiven.request(Method::PUT, &path).header("user-agent", "test/1").body("{ }");
    request.send().await.unwrap();
    let log = aiven.get("/_sim/requests").await;
    let mut requests = log.json()["requests"].clone();
    let effect = requests[0]["effect_microseconds"].take();
    assert!(effect.is_u64(), "it took effect at {effect}");
    assert_eq!(
        requests,
        json!([{
            "sequence": 1, "method": "PUT", "path": integration(), "query": "limit=999", "status": 400,
            "effect_microseconds": null, "fault": null, "body": "{ }", "user_agent": "test/1", "authorization": "aivenv1",
        }])
    );
    assert!(!log.text.contains("simulated"));
    aiven.send(Method::DELETE, "/_sim/requests", "").await;
    assert_eq!(aiven.log().await, Vec::<Value>::new());
    aiven.read().await;
    assert_eq!(aiven.log().await[0]["sequence"], 2);
}

#[tokio::test]
async fn settings_change_in_part_and_unknown_ones_are_refused() {
    let aiven = Simulator::start().await;
    aiven.set(json!({"fill": "defaults", "latency_ms": 1})).await;
    aiven.set(json!({"rate_limit": {"limit": 1, "window_ms": 1, "wait": "none"}})).await;
    let settings = aiven.get("/_sim/settings").await.json();
    assert_eq!(settings["fill"], "defaults");
    assert_eq!(settings["rate_limit"]["limit"], 1);
    for wrong in [r#"{"fil":"echo"}"#, r#"{"fill":"nope"}"#, r#"{"stale_reads":{"get":1}}"#] {
        assert_eq!(aiven.send(Method::PUT, "/_sim/settings", wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_document_can_be_set_against_every_rule() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"fault": {"kind": "reset_before"}})).await;
    for text in [r#"{"tables" : {"a":null}}"#, "[1e5]"] {
        aiven.store(text).await;
        assert_eq!(aiven.stored().await, text);
    }
    assert_eq!(aiven.log().await, Vec::<Value>::new());
    aiven.send(Method::DELETE, "/_sim/faults", "").await;
    assert_eq!(aiven.read().await.user_config(), "[1e5]");
}

#[tokio::test]
async fn services_can_be_added_to_new_projects() {
    let aiven = Simulator::start().await;
    let added = aiven.post("/_sim/projects/new/services", r#"{"name":"ch","type":"clickhouse"}"#).await;
    assert_eq!(added.status, 200);
    let service = aiven.get("/v1/project/new/service/ch").await.json();
    assert_eq!(service["service"]["service_type"], "clickhouse");
}

#[tokio::test]
async fn a_reset_starts_over() {
    let aiven = Simulator::start().await;
    aiven.put_tables(&json!([table("old")]).to_string()).await;
    aiven.set(json!({"shuffle": true})).await;
    aiven.fault(json!({"fault": {"kind": "reset_before"}})).await;
    assert_eq!(aiven.post("/_sim/reset", "").await.status, 200);
    assert_eq!(aiven.stored().await, "{}");
    assert_eq!(aiven.read().await.status, 200);
    assert_eq!(aiven.log().await.len(), 1);
    assert_eq!(aiven.get("/_sim/settings").await.json()["shuffle"], false);
}
