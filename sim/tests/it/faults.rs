//! Faults on demand, as the client that meets them sees them.

use crate::simulator::{Simulator, answer, integration, table};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

fn one_table() -> String {
    json!([table("events")]).to_string()
}

/// A PUT that is expected to go unanswered.
async fn put_unanswered(aiven: &Simulator) {
    let body = format!(r#"{{"user_config":{{"tables":{}}}}}"#, one_table());
    let sent = answer(aiven.request(Method::PUT, &integration()).body(body)).await;
    assert!(sent.is_err(), "{sent:?}");
}

#[tokio::test]
async fn a_status_is_answered_as_often_as_ordered() {
    let aiven = Simulator::start().await;
    let fault = json!({
        "kind": "status", "code": 409, "body": {"message": "busy", "n": 1}, "headers": {"retry-after": "3"},
    });
    aiven
        .fault(
            json!({"method": "put", "path_contains": "/integration/", "skip": 1, "times": 2, "fault": fault}),
        )
        .await;
    let mut statuses = Vec::new();
    for number in 0..4 {
        let got = aiven.put_tables(&json!([table(&number.to_string())]).to_string()).await;
        if got.status == 409 {
            assert_eq!(got.json(), json!({"message": "busy", "n": 1}));
            assert_eq!(got.retry_after.as_deref(), Some("3"));
        }
        statuses.push(got.status);
    }
    assert_eq!(statuses, [200, 409, 409, 200]);
    assert_eq!(aiven.get("/_sim/faults").await.json(), json!({"faults": []}));
}

#[tokio::test]
async fn a_fault_may_be_meant_for_one_body() {
    let aiven = Simulator::start().await;
    let fault = json!({"kind": "status", "code": 400});
    aiven.fault(json!({"body_contains": "\"bad\"", "times": null, "fault": fault})).await;
    assert_eq!(aiven.put_tables(&json!([table("bad")]).to_string()).await.status, 400);
    assert_eq!(aiven.put_tables(&one_table()).await.status, 200);
    assert_eq!(aiven.put_tables(&json!([table("bad")]).to_string()).await.message(), "Bad Request");
}

#[tokio::test]
async fn an_error_may_hide_a_success() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"fault": {"kind": "html", "code": 504, "applied": true}})).await;
    let got = aiven.put_tables(&one_table()).await;
    assert_eq!(got.status, 504);
    assert!(got.text.starts_with("<html>"));
    assert!(aiven.stored().await.contains("events"));
    assert_eq!(aiven.log().await[0]["status"], 200);
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_after_the_write() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"fault": {"kind": "truncate"}})).await;
    put_unanswered(&aiven).await;
    assert!(aiven.stored().await.contains("events"));

    aiven.fault(json!({"fault": {"kind": "truncate"}})).await;
    let response = aiven.request(Method::GET, &integration()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let announced = response.content_length().unwrap();
    assert!(announced > 400);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn a_reset_is_a_real_one() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"fault": {"kind": "reset_before"}})).await;
    let address = aiven.running.address;
    let error = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /v1/me HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap_err()
    });
    assert_eq!(error.await.unwrap().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_reset_comes_before_or_after_the_write() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"method": "PUT", "fault": {"kind": "reset_before"}})).await;
    put_unanswered(&aiven).await;
    assert_eq!(aiven.stored().await, "{}");
    aiven.fault(json!({"method": "PUT", "fault": {"kind": "reset_after"}})).await;
    put_unanswered(&aiven).await;
    assert!(aiven.stored().await.contains("events"));
    let log = aiven.log().await;
    let seen: Vec<_> = log.iter().map(|entry| (&entry["fault"], &entry["status"])).collect();
    assert_eq!(seen, [(&json!("reset_before"), &Value::Null), (&json!("reset_after"), &json!(200))]);
}

#[tokio::test]
async fn a_lost_write_may_take_effect_late() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"method": "PUT", "fault": {"kind": "delay_apply"}})).await;
    put_unanswered(&aiven).await;
    assert_eq!(aiven.read().await.user_config(), "{}");
    assert_eq!(aiven.post("/_sim/apply_delayed", "").await.json(), json!({"statuses": [200]}));
    assert!(aiven.read().await.text.contains("events"));
    assert_eq!(aiven.post("/_sim/apply_delayed", "").await.json(), json!({"statuses": []}));
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    for (kind, applied) in [("hold_before", false), ("hold_after", true)] {
        let aiven = Simulator::start().await;
        aiven.fault(json!({"method": "PUT", "fault": {"kind": kind}})).await;
        let tables = one_table();
        let test = async {
            let held = aiven.get("/_sim/held?count=1").await.json();
            assert_eq!(held["held"][0]["applied"], applied);
            assert_eq!(held["held"][0]["method"], "PUT");
            assert_eq!(aiven.stored().await.contains("events"), applied, "{kind}");
            assert_eq!(aiven.post("/_sim/release", "").await.json(), json!({"released": 1}));
        };
        let (answer, ()) = tokio::join!(aiven.put_tables(&tables), test);
        assert_eq!(answer.status, 200);
        assert!(aiven.stored().await.contains("events"));
    }
}

#[tokio::test]
async fn a_held_write_outlives_its_client() {
    let aiven = Simulator::start().await;
    aiven.fault(json!({"method": "PUT", "fault": {"kind": "hold_before"}})).await;
    // Slow enough that a release which did not wait for the effect would be found out.
    aiven.set(json!({"latency_ms": 200})).await;
    let tables = one_table();
    tokio::select! {
        _ = aiven.put_tables(&tables) => panic!("the write was not held"),
        held = aiven.get("/_sim/held?count=1") => assert_eq!(held.status, 200),
    }
    assert_eq!(aiven.post("/_sim/release", r#"{"count":1}"#).await.json(), json!({"released": 1}));
    assert!(aiven.stored().await.contains("events"));
}

#[tokio::test]
async fn waiting_for_held_requests_ends() {
    let aiven = Simulator::start().await;
    assert_eq!(aiven.get("/_sim/held?count=1&timeout_ms=1").await.status, 408);
    assert_eq!(aiven.get("/_sim/held").await.json(), json!({"held": []}));
}

#[tokio::test]
async fn a_storm_hits_some_requests_and_the_same_ones_for_a_seed() {
    let mut stories = Vec::new();
    for _ in 0..2 {
        let aiven = Simulator::start().await;
        aiven.fault(json!({"percent": 30, "fault": {"kind": "status", "code": 503}})).await;
        let mut story = Vec::new();
        for _ in 0..40 {
            story.push(aiven.read().await.status);
        }
        aiven.send(Method::DELETE, "/_sim/faults", "").await;
        assert_eq!(aiven.read().await.status, 200);
        stories.push(story);
    }
    let hit = stories[0].iter().filter(|status| **status == 503).count();
    assert!((1..40).contains(&hit), "{hit}");
    assert_eq!(stories[0], stories[1]);
}
