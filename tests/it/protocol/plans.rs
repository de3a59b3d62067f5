//! A plan for every attribute: set, null, unknown, changed, removed.

use aiven_clickhouse_kafka::tf::Value;
use aiven_clickhouse_kafka::tf::schema::{Attribute, Presence};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::session::{Session, minimal, samples, schema, with};

/// Every attribute a user may write, the nested ones included, with the path to it.
fn writable() -> Vec<(Vec<&'static str>, &'static Attribute)> {
    let mut found = Vec::new();
    for attribute in &schema().attributes {
        if attribute.presence == Presence::Computed {
            continue;
        }
        found.push((vec![attribute.name], attribute));
        if attribute.name == "materialized_view" {
            found.extend(attribute.nested().iter().map(|nested| (vec![attribute.name, nested.name], nested)));
        }
    }
    for block in &schema().blocks {
        found.extend(block.attributes.iter().map(|nested| (vec![block.name, nested.name], nested)));
    }
    found
}

/// A configuration in which the attribute at `path` can be written.
fn around(path: &[&str]) -> Value {
    let config = minimal("events");
    match path {
        ["materialized_view", _] => {
            let view = schema().attribute("materialized_view").expect("it is in the schema");
            with(&config, &["materialized_view"], samples(view)[0].clone())
        }
        [block, _] => {
            let block = schema().blocks.iter().find(|each| each.name == *block).expect("a block");
            let nothing = block.attributes.iter().map(|each| (each.name, Value::Null));
            with(&config, &[block.name], Value::object(nothing))
        }
        _ => config,
    }
}

/// A plan as it will be once it is applied.
fn applied(planned: &Value) -> Value {
    let mut state = planned.clone();
    for name in ["id", "database_name"] {
        if state.get(name).is_unknown() {
            state.set_attribute(name, Value::string("known"));
        }
    }
    state
}

#[tokio::test]
async fn every_attribute_is_planned_as_written_and_then_stays() {
    let mut session = Session::start().await;
    for (path, attribute) in writable() {
        let [one, other] = samples(attribute);
        for value in [one, other, Value::Null] {
            if value.is_null() && attribute.presence == Presence::Required {
                continue;
            }
            let config = with(&around(&path), &path, value);
            let plan = session.plan(&Value::Null, &config).await;
            assert_eq!(plan.replaced, Vec::<String>::new());
            // What was planned, planned again, is no change.
            let state = applied(&plan.value);
            let again = session.plan(&state, &config).await;
            assert_eq!(again.value, state, "{path:?}");
            assert_eq!(again.replaced, Vec::<String>::new(), "{path:?}");
        }
    }
}

#[tokio::test]
async fn an_unknown_is_planned_as_unknown_everywhere() {
    let mut session = Session::start().await;
    for (path, attribute) in writable() {
        let config = with(&around(&path), &path, Value::Unknown);
        let plan = session.plan(&Value::Null, &config).await;
        let planned = path.iter().fold(&plan.value, |value, name| value.get(name));
        assert!(planned.is_unknown(), "{path:?}: {planned:?}");

        // Of a table that exists, too.
        let known = with(&around(&path), &path, samples(attribute)[0].clone());
        let state = applied(&session.plan(&Value::Null, &known).await.value);
        let plan = session.plan(&state, &config).await;
        let planned = path.iter().fold(&plan.value, |value, name| value.get(name));
        assert!(planned.is_unknown(), "{path:?}: {planned:?}");
    }
}

#[tokio::test]
async fn only_what_names_the_table_replaces_it() {
    let mut session = Session::start().await;
    for (path, attribute) in writable() {
        let [one, other] = samples(attribute);
        let before = with(&around(&path), &path, one);
        let state = applied(&session.plan(&Value::Null, &before).await.value);
        let plan = session.plan(&state, &with(&before, &path, other)).await;
        assert_ne!(plan.value, state, "{path:?}");
        let names = matches!(path[..], ["project" | "service_integration_id" | "name"]);
        assert_eq!(plan.replaced.len(), usize::from(names), "{path:?}: {:?}", plan.replaced);
        // Nothing else moves, unless the table does.
        for untouched in schema().attributes.iter().filter(|each| each.name != path[0]) {
            if !(names && untouched.presence == Presence::Computed) {
                assert_eq!(plan.value.get(untouched.name), state.get(untouched.name), "{path:?}");
            }
        }

        if attribute.presence == Presence::Optional {
            let plan = session.plan(&state, &with(&before, &path, Value::Null)).await;
            let planned = path.iter().fold(&plan.value, |value, name| value.get(name));
            assert!(planned.is_null(), "{path:?}: {planned:?}");
            assert_eq!(plan.replaced, Vec::<String>::new());
        }
    }
}

/// A configuration with each attribute at its first or second sample, null, or unknown.
fn configurations() -> impl Strategy<Value = Value> {
    let choices = writable();
    proptest::collection::vec(0..4_u8, choices.len()).prop_map(move |picks| {
        choices.iter().zip(picks).fold(minimal("events"), |config, ((path, attribute), pick)| {
            let [one, other] = samples(attribute);
            let value = match (pick, attribute.presence) {
                (0, _) => one,
                (1, _) => other,
                (2, Presence::Optional) => Value::Null,
                _ => Value::Unknown,
            };
            let parent = path[..path.len() - 1].iter().fold(&config, |value, name| value.get(name));
            // Nothing can be written in what is null or unknown.
            if parent.as_object().is_some() { with(&config, path, value) } else { config }
        })
    })
}

#[tokio::test]
async fn any_configuration_is_planned_by_the_rules_upon_any_other() {
    let mut session = Session::start().await;
    // The same cases every time.
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let strategy = configurations();
    for _ in 0..200 {
        let [before, after] =
            [&strategy; 2].map(|each| each.new_tree(&mut runner).expect("a configuration").current());
        let state = session.plan(&Value::Null, &before).await.value.unknown_as_null();
        let plan = session.plan(&state, &after).await;
        if plan.value.is_wholly_known() {
            assert_eq!(session.plan(&plan.value, &after).await.value, plan.value);
        }
    }
}
