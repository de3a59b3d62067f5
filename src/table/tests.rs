//! The judge and the reader, by example and for any table: what is a difference, what is written, what is kept.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::document::Element;
use crate::engine::Edit;
use crate::tf::schema::{Attribute, Shape};
use crate::tf::{Type, Value, consistency, plan};

use super::edit::{SCHEMA, TableEdit, see};
use super::element::Strictness;
use super::fills::Fills;
use super::{schema, without_defaults};

/// A configuration with the given settings, all others null.
fn table(settings: &[(&str, Value)]) -> Value {
    let mut value = Value::object(SCHEMA.attributes.iter().map(|attribute| (attribute.name, Value::Null)));
    value.set_attribute("name", "t".into());
    value.set_attribute("columns", Value::List(vec![column("id", "UInt64"), column("at", "Date")]));
    value.set_attribute("topics", Value::set([named("a"), named("b")]));
    value.set_attribute("data_format", "CSV".into());
    value.set_attribute("group_name", "g".into());
    for (name, setting) in settings {
        value.set_attribute(name, setting.clone());
    }
    value
}

fn named(name: &str) -> Value {
    Value::object([("name", name.into())])
}

fn column(name: &str, ty: &str) -> Value {
    Value::object([("name", name.into()), ("type", ty.into())])
}

/// The JSON that Aiven documents for [`table`], with `more` members.
fn element(more: Json) -> Json {
    let mut element = json!({
        "name": "t",
        "columns": [{"name": "id", "type": "UInt64"}, {"name": "at", "type": "Date"}],
        "topics": [{"name": "a"}, {"name": "b"}],
        "data_format": "CSV",
        "group_name": "g",
    });
    if let (Some(element), Json::Object(more)) = (element.as_object_mut(), more) {
        element.extend(more);
    }
    element
}

fn create(planned: Value) -> TableEdit {
    TableEdit { planned, prior: Value::Null, fills: Fills::default() }
}

fn update(prior: Value, planned: Value) -> TableEdit {
    TableEdit { planned, prior, fills: Fills::default() }
}

fn parsed(element: &Json) -> Element {
    Element::parse(&element.to_string()).unwrap()
}

fn refreshed(element: &Json, expected: &Value) -> Value {
    see(element, expected, &Fills::default(), Strictness::Meaning).unwrap()
}

#[test]
fn a_new_table_is_written_in_the_documented_shape_and_order() {
    let view = Value::object([("view_name", "v".into()), ("order_by", Value::List(vec!["id".into()]))]);
    let planned = table(&[
        ("num_consumers", 2.into()),
        ("materialized_view", view),
        ("additional_settings_json", r#"{"fresh": {"on": true}}"#.into()),
    ]);
    let written = create(planned).apply(None).unwrap();
    assert_eq!(
        written.text(),
        r#"{"name":"t","columns":[{"name":"id","type":"UInt64"},{"name":"at","type":"Date"}],"#.to_owned()
            + r#""topics":[{"name":"a"},{"name":"b"}],"data_format":"CSV","group_name":"g","num_consumers":2,"#
            + r#""materialized_view":{"view_name":"v","order_by":["id"]},"fresh":{"on":true}}"#
    );
}

#[test]
fn an_unknown_key_at_every_depth_survives_an_update() {
    let existing = r#"{"x":1e2,"name":"t","columns":[{"type":"UInt64","name":"id","x":[ 1 ]}],
        "topics":[{"x":{"y":1.0},"name":"a"}],"data_format":"CSV","group_name":"g",
        "materialized_view":{"x":"caf\u00e9","view_name":"v","order_by":["id"],"ttl_days":7,"ttl_column":"id"}}"#;
    let view = |days: Value| {
        Value::object([
            ("view_name", "v".into()),
            ("order_by", Value::List(vec!["id".into()])),
            ("ttl_column", if days.is_null() { Value::Null } else { "id".into() }),
            ("ttl_days", days),
        ])
    };
    let prior = table(&[("materialized_view", view(7.into()))]);
    let planned = table(&[("materialized_view", view(Value::Null)), ("num_consumers", 3.into())]);
    let written = update(prior, planned).apply(Some(&Element::parse(existing).unwrap())).unwrap();
    for kept in
        [r#""x":1e2"#, r#""x":[ 1 ]"#, r#""x":{"y":1.0}"#, r#""x":"caf\u00e9""#, r#""num_consumers":3"#]
    {
        assert!(written.text().contains(kept), "{kept} is not in {}", written.text());
    }
    assert!(!written.text().contains("ttl"), "a removed setting stayed: {}", written.text());
}

#[test]
fn a_documented_default_is_no_difference_whether_filled_in_or_left_out() {
    let plain = table(&[]);
    let filled =
        json!({"auto_offset_reset": "earliest", "thread_per_consumer": false, "max_block_size": 0.0});
    assert_eq!(refreshed(&element(filled), &plain), plain);
    let spelled_out = table(&[("auto_offset_reset", "earliest".into())]);
    assert_eq!(refreshed(&element(json!({})), &spelled_out), spelled_out);
}

#[test]
fn a_value_nobody_configured_is_a_difference_unless_the_server_filled_it_in() {
    let plain = table(&[]);
    let answer = element(json!({"producer_batch_size": 1_000_000, "num_consumers": 3}));
    let seen = refreshed(&answer, &plain);
    assert_eq!((seen.get("producer_batch_size"), seen.get("num_consumers")), (&1_000_000.into(), &3.into()));

    let learned = Fills::learn(schema::in_the_element(&SCHEMA), &answer, &plain);
    assert_eq!(see(&answer, &plain, &learned, Strictness::Meaning).unwrap(), plain);
    let changed = element(json!({"producer_batch_size": 7, "num_consumers": 3}));
    let seen = see(&changed, &plain, &learned, Strictness::Meaning).unwrap();
    assert_eq!(seen.get("producer_batch_size"), &7.into());
}

#[test]
fn the_order_of_topics_is_no_difference_but_that_of_columns_is() {
    let expected = table(&[]);
    let topics = element(json!({"topics": [{"name": "b"}, {"name": "a", "unknown": 1}]}));
    assert_eq!(refreshed(&topics, &expected), expected);
    let columns =
        element(json!({"columns": [{"name": "at", "type": "Date"}, {"name": "id", "type": "UInt64"}]}));
    assert_ne!(refreshed(&columns, &expected), expected);
}

#[test]
fn a_type_keeps_its_spelling_wherever_it_is_spelled() {
    let columns = |number: &str, time: &str| {
        let column = |name: &str, ty: &str| json!({"name": name, "type": ty});
        element(json!({"columns": [column("id", number), column("at", time)]}))
    };
    let expected =
        table(&[("columns", Value::List(vec![column("id", "bigint"), column("at", "DateTime64")]))]);
    let same = columns("Int64", "DateTime64(3)");
    assert_eq!(refreshed(&same, &expected), expected);
    let edit = update(expected.clone(), expected.clone());
    assert!(edit.is_settled(&parsed(&same)) && edit.as_last_seen(&parsed(&same)));
    assert_eq!(
        edit.apply(Some(&parsed(&same))).unwrap(),
        parsed(&same),
        "the spelling in the document stays"
    );

    let other = columns("Int64", "DateTime64(6)");
    assert!(!edit.as_last_seen(&parsed(&other)));
    let seen = refreshed(&other, &expected);
    let types = seen.get("columns").as_elements().unwrap().iter().map(|column| column.get("type").clone());
    assert_eq!(types.collect::<Vec<_>>(), ["bigint".into(), "DateTime64(6)".into()]);
}

#[test]
fn additional_settings_are_compared_on_the_keys_that_were_written() {
    let text = r#"{ "fresh": {"on": true}, "size": 100 }"#;
    let expected = table(&[("additional_settings_json", text.into())]);
    let same = element(json!({"fresh": {"on": true, "more": 1}, "size": 1e2, "other": 3}));
    assert_eq!(refreshed(&same, &expected), expected);
    let changed = element(json!({"fresh": {"on": false, "more": 1}, "size": 100}));
    let seen = refreshed(&changed, &expected);
    assert_eq!(seen.get("additional_settings_json"), &r#"{"fresh":{"on":false},"size":100}"#.into());
}

#[test]
fn a_removed_additional_setting_is_deleted_and_other_unknown_keys_stay() {
    let with = |text: &str| table(&[("additional_settings_json", text.into())]);
    let edit = update(with(r#"{"a": {"x": 1, "y": 2}, "b": 3}"#), with(r#"{"a": {"x": 1}}"#));
    let existing = element(json!({"a": {"x": 1, "y": 2, "z": 3}, "b": 3, "c": 4}));
    assert!(!edit.is_settled(&parsed(&existing)));
    let written = edit.apply(Some(&parsed(&existing))).unwrap();
    assert_eq!(written.value(), element(json!({"a": {"x": 1, "z": 3}, "c": 4})));
    assert!(edit.is_settled(&written) && edit.holds(&written));
}

#[test]
fn a_spelled_out_default_is_written_where_the_document_lacks_it() {
    let edit = update(table(&[]), table(&[("auto_offset_reset", "earliest".into())]));
    assert!(!edit.is_settled(&parsed(&element(json!({})))));
    assert!(edit.is_settled(&parsed(&element(json!({"auto_offset_reset": "earliest"})))));
    // An API that does not store defaults has still done what it was asked.
    assert!(edit.holds(&parsed(&element(json!({})))));
}

#[test]
fn a_write_is_proved_by_what_was_sent_not_by_what_the_server_added() {
    let edit = create(table(&[("num_consumers", 2.into())]));
    let added =
        json!({"num_consumers": 2, "producer_batch_size": 5, "materialized_view": {"view_name": "v"}});
    assert!(edit.holds(&parsed(&element(added))));
    assert!(!edit.holds(&parsed(&element(json!({"num_consumers": 3})))));
    assert!(!edit.holds(&parsed(&element(json!({"num_consumers": 2, "columns": []})))));
}

#[test]
fn a_change_since_the_plan_is_noticed() {
    let edit = update(table(&[("num_consumers", 2.into())]), table(&[("num_consumers", 4.into())]));
    assert!(edit.as_last_seen(&parsed(&element(json!({"num_consumers": 2, "unknown": 1})))));
    assert!(!edit.as_last_seen(&parsed(&element(json!({"num_consumers": 3})))));
    assert!(!edit.as_last_seen(&parsed(&element(json!({"num_consumers": 2, "max_block_size": 9})))));
}

#[test]
fn a_value_of_a_foreign_type_is_named() {
    let odd = element(json!({"materialized_view": {"view_name": 7}}));
    let error = see(&odd, &table(&[]), &Fills::default(), Strictness::Meaning).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`materialized_view.view_name` is a number, which is not of type \"string\""
    );
}

#[test]
fn what_is_not_known_yet_is_not_refused() {
    let view = [
        ("view_name", "v".into()),
        ("order_by", Value::List(vec![Value::Unknown])),
        ("ttl_days", Value::Unknown),
    ];
    let config =
        table(&[("materialized_view", Value::object(view)), ("producer_compression_level", Value::Unknown)]);
    let mut diagnostics = crate::tf::Diagnostics::default();
    super::validation::validate(&config, &mut diagnostics);
    assert_eq!(diagnostics, crate::tf::Diagnostics::default());
}

#[test]
fn generated_configuration_leaves_defaults_out() {
    let view = Value::object([
        ("view_name", "v".into()),
        ("engine", "MergeTree".into()),
        ("database_name", "x".into()),
    ]);
    let config = without_defaults(&table(&[
        ("auto_offset_reset", "earliest".into()),
        ("num_consumers", 2.into()),
        ("materialized_view", view),
    ]));
    assert_eq!((config.get("auto_offset_reset"), config.get("num_consumers")), (&Value::Null, &2.into()));
    let view = config.get("materialized_view");
    assert_eq!((view.get("engine"), view.get("database_name")), (&Value::Null, &"x".into()));
}

/// Any value an attribute may have, small enough that values repeat.
fn value_of(attribute: &'static Attribute) -> BoxedStrategy<Value> {
    let known = match &attribute.shape {
        Shape::Plain(Type::Bool) => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Plain(Type::Number) => (0..4_i64).prop_map(Value::from).boxed(),
        Shape::Plain(Type::List(_)) => prop::collection::vec("[ab]", 0..3)
            .prop_map(|names| Value::List(names.iter().map(|name| name.as_str().into()).collect()))
            .boxed(),
        Shape::Plain(_) if attribute.name == "additional_settings_json" => {
            prop::sample::select(vec!["{}", r#"{"x":1}"#, r#"{"x":{"y":1}}"#, r#"{ "x":{"y":1.0,"z":[]} }"#])
                .prop_map(Value::from)
                .boxed()
        }
        Shape::Plain(_) => "[ab]".prop_map(Value::string).boxed(),
        Shape::Object(nested) => object_of(nested),
        Shape::ObjectList(nested) => items_of(nested).prop_map(Value::List).boxed(),
        Shape::ObjectSet(nested) | Shape::ObjectMap(nested) => items_of(nested).prop_map(Value::set).boxed(),
    };
    match attribute.presence {
        crate::tf::schema::Presence::Required => known,
        _ => prop_oneof![Just(Value::Null), known].boxed(),
    }
}

fn object_of(attributes: &'static [Attribute]) -> BoxedStrategy<Value> {
    let each: Vec<_> =
        attributes.iter().map(|attribute| (Just(attribute.name), value_of(attribute))).collect();
    each.prop_map(Value::object).boxed()
}

/// Items with names of their own, as the API wants them.
fn items_of(attributes: &'static [Attribute]) -> BoxedStrategy<Vec<Value>> {
    let item = object_of(attributes);
    let names = prop::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_shuffle();
    (names, prop::collection::vec(item, 3))
        .prop_map(|(names, items)| {
            let renamed = names.iter().zip(items).map(|(name, mut item)| {
                item.set_attribute("name", (*name).into());
                item
            });
            renamed.collect()
        })
        .boxed()
}

fn any_table() -> impl Strategy<Value = Value> {
    object_of(&SCHEMA.attributes).prop_map(|mut value| {
        value.set_attribute("name", "t".into());
        for computed in ["id", "database_name"] {
            value.set_attribute(computed, Value::Null);
        }
        value
    })
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(planned in any_table()) {
        let written = create(planned.clone()).apply(None).unwrap();
        prop_assert_eq!(refreshed(&written.value(), &planned), planned.clone());
        prop_assert!(create(planned.clone()).holds(&written) && create(planned).is_settled(&written));
    }

    #[test]
    fn an_update_ends_where_a_create_would(prior in any_table(), planned in any_table()) {
        let existing = create(prior.clone()).apply(None).unwrap();
        let edit = update(prior, planned.clone());
        prop_assert!(edit.as_last_seen(&existing));
        let written = edit.apply(Some(&existing)).unwrap();
        prop_assert!(edit.holds(&written) && edit.is_settled(&written));
        prop_assert_eq!(refreshed(&written.value(), &planned), planned);
        // Written once is written: a second time would send the same text.
        prop_assert_eq!(edit.apply(Some(&written)).unwrap(), written);
    }

    #[test]
    fn whatever_the_server_fills_in_is_no_difference_afterwards(planned in any_table(), filled in any_table()) {
        // The server answers with everything that was sent, and with values of its own for the rest.
        let sent = create(planned.clone()).apply(None).unwrap();
        let mut answer = create(filled).apply(None).unwrap().value();
        if let (Some(answer), Json::Object(sent)) = (answer.as_object_mut(), sent.value()) {
            let view = answer.get("materialized_view").cloned().unwrap_or(json!({}));
            answer.extend(sent.clone());
            if let (Some(Json::Object(filled)), Some(Json::Object(sent))) =
                (answer.get_mut("materialized_view"), sent.get("materialized_view"))
            {
                filled.extend(view.as_object().cloned().unwrap_or_default());
                filled.extend(sent.clone());
            }
        }
        let fills = Fills::learn(schema::in_the_element(&SCHEMA), &answer, &planned);
        prop_assert!(create(planned.clone()).holds(&parsed(&answer)));
        prop_assert_eq!(see(&answer, &planned, &fills, Strictness::Meaning).unwrap(), planned);
    }

    #[test]
    fn every_plan_keeps_terraforms_rules_and_is_a_plan_to_change_nothing(prior in any_table(), config in any_table()) {
        let same = |_: &crate::tf::Path, one: &Value, other: &Value| one == other;
        let planned = plan::plan(&SCHEMA, &prior, &config, &same);
        prop_assert_eq!(consistency::plan_violations(&SCHEMA, &prior, &config, &planned), Vec::<String>::new());
        prop_assert_eq!(plan::plan(&SCHEMA, &planned, &config, &same), planned);
    }
}
