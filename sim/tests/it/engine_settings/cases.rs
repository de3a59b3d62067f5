//! The list of all settings, each with a value and the place where ClickHouse shows it.

use super::engines::{Engines, table};
use aiven_sim::schema::{Kind, clickhouse_kafka::USER_CONFIG};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Where a setting is found.
enum Found {
    /// In `system.tables.engine_full`, so written.
    Engine(&'static str),
    /// Among the properties of the producer that ClickHouse's log lists, so written.
    Log(&'static str),
    /// librdkafka's log is silent about properties of topics. It refuses this value in a message that names the property.
    Refused(i64, &'static str),
    /// In what the engine does; another test watches it.
    Behavior,
    /// Nowhere: the README says why.
    Nowhere,
}

fn cases() -> Vec<(&'static str, Value, Found)> {
    vec![
        ("name", json!("name"), Found::Behavior),
        ("columns", json!([{"name": "a.b", "type": "Nullable(Int8)"}]), Found::Behavior),
        (
            "topics",
            json!([{"name": "one"}, {"name": "t.w-o"}]),
            Found::Engine("kafka_topic_list = 'one,t.w-o'"),
        ),
        ("data_format", json!("TSKV"), Found::Engine("kafka_format = 'TSKV'")),
        ("group_name", json!(r"it's \ `a` group"), Found::Engine(r"kafka_group_name = 'it\'s \\ `a` group'")),
        ("auto_offset_reset", json!("latest"), Found::Behavior),
        ("auto_offset_reset_by_duration_ms", json!(60_000), Found::Nowhere),
        (
            "date_time_input_format",
            json!("best_effort"),
            Found::Engine("date_time_input_format = 'best_effort'"),
        ),
        ("handle_error_mode", json!("stream"), Found::Engine("kafka_handle_error_mode = 'stream'")),
        ("max_block_size", json!(4321), Found::Engine("kafka_max_block_size = 4321")),
        ("max_rows_per_message", json!(7), Found::Engine("kafka_max_rows_per_message = 7")),
        ("num_consumers", json!(2), Found::Engine("kafka_num_consumers = 2")),
        ("poll_max_batch_size", json!(1234), Found::Engine("kafka_poll_max_batch_size = 1234")),
        ("poll_max_timeout_ms", json!(250), Found::Engine("kafka_poll_timeout_ms = 250")),
        ("skip_broken_messages", json!(11), Found::Engine("kafka_skip_broken_messages = 11")),
        ("thread_per_consumer", json!(true), Found::Engine("kafka_thread_per_consumer = 1")),
        ("producer_batch_num_messages", json!(321), Found::Log("batch.num.messages:321")),
        ("producer_batch_size", json!(54_321), Found::Log("batch.size:54321")),
        ("producer_compression_codec", json!("zstd"), Found::Log("compression.codec:zstd")),
        ("producer_compression_level", json!(3), Found::Refused(13, "compression.level")),
        ("producer_linger_ms", json!(77), Found::Log("queue.buffering.max.ms:77")),
        ("producer_queue_buffering_max_kbytes", json!(5432), Found::Log("queue.buffering.max.kbytes:5432")),
        ("producer_queue_buffering_max_messages", json!(432), Found::Log("queue.buffering.max.messages:432")),
        ("producer_request_required_acks", json!(1), Found::Refused(1001, "request.required.acks")),
        ("materialized_view", json!({"view_name": "stored", "order_by": ["id"]}), Found::Behavior),
    ]
}

/// The published settings of a table, and those of its view.
fn published() -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let Kind::Object([tables]) = USER_CONFIG else { unreachable!("tables only") };
    let Kind::List { of: Kind::Object(table), .. } = tables.kind else { unreachable!("a list of tables") };
    let view = table.iter().find(|property| property.name == "materialized_view").unwrap();
    let Kind::Object(view) = view.kind else { unreachable!("a view of properties") };
    (
        table.iter().map(|property| property.name).collect(),
        view.iter().map(|property| property.name).collect(),
    )
}

#[test]
fn no_published_setting_is_without_a_case_and_a_row_in_the_readme() {
    let (settings, of_view) = published();
    let cases: BTreeSet<_> = cases().iter().map(|(setting, ..)| *setting).collect();
    assert_eq!(cases, settings);
    let readme = include_str!("../../../README.md");
    let (_, section) = readme.split_once("## Settings on the real engine").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let told: BTreeSet<_> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .flat_map(|(names, _)| names.split("`, `"))
        .collect();
    let of_view: BTreeSet<_> = of_view.iter().map(|name| format!("materialized_view.{name}")).collect();
    let mut expected: BTreeSet<&str> = settings;
    expected.remove("materialized_view");
    expected.extend(of_view.iter().map(String::as_str));
    assert_eq!(told, expected);
}

#[tokio::test]
async fn every_setting_is_found_on_the_real_engine() {
    let engines = Engines::start().await;
    let mut tables = Vec::new();
    let mut producer = table("producer", &json!({}));
    for (setting, value, found) in cases() {
        match found {
            Found::Engine(_) | Found::Nowhere => tables.push(table(setting, &json!({setting: value}))),
            Found::Log(_) | Found::Refused(..) => producer[setting] = value,
            Found::Behavior => {}
        }
    }
    tables.push(producer);
    tables.push(table("columns", &json!({"columns": [{"name": "a.b", "type": "Nullable(Int8)"}]})));
    engines.put(&tables).await;

    engines.query("INSERT INTO service_kafka.producer VALUES (1)").await;
    for (setting, _, found) in cases() {
        let query = format!(
            "SELECT engine_full FROM system.tables WHERE database = 'service_kafka' AND name = '{setting}'"
        );
        match found {
            Found::Engine(expected) => {
                let engine = engines.column(&query).await.remove(0);
                assert!(engine.contains(expected), "{setting}: {engine}");
            }
            Found::Nowhere => {
                let plain = table(setting, &json!({}));
                let engine = engines.column(&query).await;
                let others: Vec<_> =
                    tables.iter().filter(|table| table["name"] != setting).cloned().collect();
                engines.put(&[others, vec![plain]].concat()).await;
                assert_eq!(engines.column(&query).await, engine, "{setting} is said to change nothing");
            }
            Found::Log(expected) => {
                let query = format!(
                    "SELECT count() > 0 FROM file('clickhouse.log', LineAsString) \
                     WHERE endsWith(line, 'Producer set property {expected}')"
                );
                assert_eq!(engines.column(&query).await, ["1"], "{setting}: {expected}");
            }
            Found::Refused(..) | Found::Behavior => {}
        }
    }
    let columns = "SELECT name || ' ' || type FROM system.columns WHERE table = 'columns' AND database = 'service_kafka'";
    assert_eq!(engines.column(columns).await, ["a.b Nullable(Int8)"]);

    // Past the limits of the published schema, and so past the API: what librdkafka refuses, it was told.
    let refused = |setting: &str, value: i64| table(setting, &json!({setting: value}));
    let refused: Vec<_> = cases()
        .into_iter()
        .filter_map(|(setting, _, found)| match found {
            Found::Refused(value, property) => Some((setting, refused(setting, value), property)),
            _ => None,
        })
        .collect();
    let tables: Vec<_> = refused.iter().map(|(_, table, _)| table).collect();
    engines.aiven.store(&json!({"tables": tables}).to_string()).await;
    for (setting, _, property) in refused {
        let error = engines.try_query(&format!("INSERT INTO service_kafka.{setting} VALUES (1)")).await;
        let error = error.unwrap_err();
        assert!(error.contains(property), "{setting}: {error}");
    }
}
