//! Applies and refreshes against the simulator, one attribute at a time.

use aiven_clickhouse_kafka::tf::Value;
use aiven_clickhouse_kafka::tf::schema::{Attribute, Presence};
use serde_json::json;

use super::session::{Session, from_json, minimal, read_request, samples, schema, value, with};

fn settings() -> impl Iterator<Item = &'static Attribute> {
    let in_place = |name: &str| !matches!(name, "project" | "service_integration_id" | "name");
    schema()
        .attributes
        .iter()
        .filter(move |attribute| attribute.presence != Presence::Computed && in_place(attribute.name))
}

#[tokio::test]
async fn every_setting_can_be_changed_and_removed_and_is_then_as_planned() {
    for fill in ["echo", "defaults", "undocumented", "nulls"] {
        let mut session = Session::start().await;
        session.simulator.set(json!({"fill": fill, "shuffle": true})).await;
        let config = minimal("events");
        let mut stored = session.apply(None, &config).await;
        for setting in settings() {
            let [one, other] = samples(setting);
            let mut values = vec![one, other];
            if setting.presence == Presence::Optional {
                values.push(Value::Null);
            }
            for written in values {
                let config = with(&config, &[setting.name], written);
                stored = session.apply(Some(&stored), &config).await;
                let read = session.read(&stored).await;
                assert_eq!(read.diagnostics, []);
                assert_eq!(value(read.new_state.as_ref()), stored.value, "{} with {fill}", setting.name);
                assert_eq!((&read.private, &read.new_identity), (&stored.private, &stored.identity));
                assert_eq!(session.plan(&stored.value, &config).await.value, stored.value);
            }
        }
    }
}

#[tokio::test]
async fn a_refresh_that_fails_gives_back_all_that_it_was_given() {
    let mut session = Session::start().await;
    let mut stored = session.apply(None, &minimal("events")).await;
    stored.private = b"ours, whatever it is".to_vec();
    let fault = json!({"kind": "status", "code": 403});
    session.simulator.add_fault(json!({"method": "GET", "times": null, "fault": fault})).await;
    let read = session.read(&stored).await;
    assert!(!read.diagnostics.is_empty());
    assert_eq!(value(read.new_state.as_ref()), stored.value);
    assert_eq!((read.private, read.new_identity), (stored.private, stored.identity));
}

#[tokio::test]
async fn a_refresh_that_is_called_off_harms_nobody() {
    let mut session = Session::start().await;
    let stored = session.apply(None, &minimal("events")).await;
    session.simulator.add_fault(json!({"method": "GET", "fault": {"kind": "hold_before"}})).await;

    let mut client = session.client.clone();
    let request = read_request(&stored);
    let called_off = tokio::spawn(async move { client.read_resource(request).await });
    session.simulator.wait_until_held().await;
    called_off.abort();
    assert!(called_off.await.is_err_and(|error| error.is_cancelled()));
    session.simulator.release().await;

    let read = session.read(&stored).await;
    assert_eq!(read.diagnostics, []);
    assert_eq!(value(read.new_state.as_ref()), stored.value);
}

#[tokio::test]
async fn a_stop_does_not_end_the_provider() {
    let mut session = Session::start().await;
    let stored = session.apply(None, &minimal("events")).await;
    for _ in 0..2 {
        let answer = session.client.stop_provider(super::proto::stop_provider::Request {}).await;
        assert_eq!(answer.expect("no gRPC error").into_inner().error, "");
    }
    // What comes later is answered: a plan and a read.
    assert_eq!(session.plan(&stored.value, &minimal("events")).await.value, stored.value);
    let read = session.read(&stored).await;
    assert_eq!(value(read.new_state.as_ref()), stored.value);
}

#[tokio::test]
async fn generated_configuration_has_neither_defaults_nor_what_is_computed() {
    let mut session = Session::start().await;
    let config = with(&minimal("events"), &["auto_offset_reset"], Value::string("earliest"));
    let config = with(&config, &["handle_error_mode"], Value::string("stream"));
    let stored = session.apply(None, &config).await;
    let generate = |state: &Value| super::proto::generate_resource_config::Request {
        type_name: aiven_clickhouse_kafka::table::TYPE_NAME.to_owned(),
        state: Some(super::session::message(state)),
    };
    let answer = session.client.generate_resource_config(generate(&stored.value)).await;
    let answer = answer.expect("no gRPC error").into_inner();
    assert_eq!(answer.diagnostics, []);
    let expected = with(&minimal("events"), &["handle_error_mode"], Value::string("stream"));
    assert_eq!(value(answer.config.as_ref()), expected);

    let answer = session.client.generate_resource_config(generate(&Value::Null)).await;
    let answer = answer.expect("no gRPC error").into_inner();
    assert_eq!((answer.diagnostics.len(), value(answer.config.as_ref())), (0, Value::Null));
}

#[tokio::test]
async fn a_stored_state_of_an_older_shape_is_read() {
    let mut session = Session::start().await;
    // Attributes that did not exist yet are absent, numbers are in quotes, the text is laid out.
    let old =
        json!({"project": "demo", "name": "events", "num_consumers": "2", "thread_per_consumer": "true"});
    let text = serde_json::to_vec_pretty(&old).expect("JSON");
    let request = super::proto::upgrade_resource_state::Request {
        type_name: aiven_clickhouse_kafka::table::TYPE_NAME.to_owned(),
        version: 0,
        raw_state: Some(super::proto::RawState { json: text, ..Default::default() }),
    };
    let answer = session.client.upgrade_resource_state(request).await.expect("no gRPC error").into_inner();
    assert_eq!(answer.diagnostics, []);
    let expected =
        json!({"project": "demo", "name": "events", "num_consumers": 2, "thread_per_consumer": true});
    assert_eq!(value(answer.upgraded_state.as_ref()), from_json(&expected));
}
