//! One entry of a document's `tables`, read for ClickHouse. The control API may store anything, so every key is looked
//! at with suspicion, and what is no table is told in words. Knows no statement and no Kafka cluster.

use super::column_type::is_one_type;
use super::placement::{PLACES, Place};
use super::server_configuration::can_hold;
use crate::schema::clickhouse_kafka::VIEW_ENGINES;
use serde_json::Value;
use std::collections::BTreeMap;

/// A table as its entry describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Names and types, in order.
    pub columns: Vec<(String, String)>,
    /// Names of topics, in order.
    pub topics: Vec<String>,
    /// Settings of the table itself, in the order of [`PLACES`].
    pub settings: Vec<(&'static str, Literal)>,
    /// Properties of the topics' consumers.
    pub consumer: BTreeMap<&'static str, String>,
    /// Properties of the topics' producers.
    pub producer: BTreeMap<&'static str, String>,
    /// The view that stores what is read.
    pub view: Option<ViewEntry>,
}

/// The view of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewEntry {
    /// Where it is to be.
    pub database: String,
    /// Its name.
    pub name: String,
    /// The engine of the table behind it.
    pub engine: String,
    /// Columns that the engine takes as arguments.
    pub engine_parameters: Vec<String>,
    /// The sorting key.
    pub order_by: Vec<String>,
    /// The column that a row's age is counted from.
    pub age_column: Option<String>,
    /// After how many days a row is moved from the local disk.
    pub moved_after: Option<i64>,
    /// After how many days a row is deleted.
    pub deleted_after: Option<i64>,
}

/// A value in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A whole number.
    Number(i64),
    /// Any text.
    Text(String),
}

/// The name that an entry gives its table, if it gives one.
pub fn name_of(entry: &Value) -> Option<&str> {
    entry.get("name")?.as_str().filter(|name| !name.is_empty())
}

/// Reads an entry. The error says which key is not what it must be.
pub fn read(entry: &Value) -> Result<Entry, String> {
    let mut read = Entry {
        name: text(entry, "name")?,
        columns: pairs(entry)?,
        topics: each(entry, "topics", |topic| configurable("name", text(topic, "name")?))?,
        settings: Vec::new(),
        consumer: BTreeMap::new(),
        producer: BTreeMap::new(),
        view: entry.get("materialized_view").filter(|view| !view.is_null()).map(view).transpose()?,
    };
    for (key, place) in PLACES {
        if *place == Place::Structure {
            continue;
        }
        let value = match entry.get(key) {
            None | Some(Value::Null) if matches!(*key, "data_format" | "group_name") => {
                return Err(format!("`{key}` is missing"));
            }
            None | Some(Value::Null) => continue,
            Some(value) => literal(key, value)?,
        };
        match *place {
            Place::Structure | Place::Nowhere => {}
            Place::TableUnlessZero(_) if value == Literal::Number(0) => {}
            Place::Table(setting) | Place::TableUnlessZero(setting) => read.settings.push((setting, value)),
            Place::Consumer(property) => {
                read.consumer.insert(property, configurable(key, word(value))?);
            }
            Place::Producer(property) => {
                read.producer.insert(property, configurable(key, word(value))?);
            }
        }
    }
    survive_dead_letters(&mut read);
    Ok(read)
}

/// The engine behind the simulator has no `system.dead_letter_queue`, and dies of the first message that is to go there
/// (chdb 4.0.2). So it skips broken messages before they get so far: as with the real one reading goes on without them.
/// In a format that cannot skip, the mode stays the engine's own, and reading stops.
fn survive_dead_letters(entry: &mut Entry) {
    const MODE: &str = "kafka_handle_error_mode";
    const SKIPPED: &str = "kafka_skip_broken_messages";
    let word = |text: &str| Literal::Text(text.to_owned());
    if !entry.settings.contains(&(MODE, word("dead_letter_queue"))) {
        return;
    }
    if CANNOT_SKIP.iter().any(|format| entry.settings.contains(&("kafka_format", word(format)))) {
        entry.settings.retain(|(setting, _)| *setting != MODE);
    } else {
        entry.settings.retain(|(setting, _)| *setting != SKIPPED);
        entry.settings.push((SKIPPED, Literal::Number(1_000_000_000)));
    }
}

/// Formats in which `kafka_skip_broken_messages` skips nothing: measured with ClickHouse 25.8.
const CANNOT_SKIP: [&str; 4] = ["Avro", "AvroConfluent", "MsgPack", "Parquet"];

fn view(view: &Value) -> Result<ViewEntry, String> {
    let of_view = |problem: String| format!("in `materialized_view`, {problem}");
    let read = || -> Result<ViewEntry, String> {
        Ok(ViewEntry {
            database: optional_text(view, "database_name")?.unwrap_or_else(|| "default".to_owned()),
            name: text(view, "view_name")?,
            engine: view_engine(view)?,
            engine_parameters: names(view, "engine_params")?,
            order_by: names(view, "order_by")?,
            age_column: optional_text(view, "ttl_column")?,
            moved_after: optional_number(view, "local_disk_ttl_days")?,
            deleted_after: optional_number(view, "ttl_days")?,
        })
    };
    read().map_err(of_view)
}

/// It is written into a statement as it is, so only what is published will do.
fn view_engine(view: &Value) -> Result<String, String> {
    let engine = optional_text(view, "engine")?.unwrap_or_else(|| "MergeTree".to_owned());
    if VIEW_ENGINES.contains(&&*engine) {
        return Ok(engine);
    }
    Err("`engine` is none of those that a view can have".to_owned())
}

fn pairs(entry: &Value) -> Result<Vec<(String, String)>, String> {
    let pair = |column: &Value| {
        let (name, column_type) = (text(column, "name")?, text(column, "type")?);
        // It is written into a statement as it is.
        if is_one_type(&column_type) {
            return Ok((name, column_type));
        }
        Err("`type` is more than a type".to_owned())
    };
    each(entry, "columns", pair)
}

/// What is to be in the server's configuration.
fn configurable(key: &str, text: String) -> Result<String, String> {
    if can_hold(&text) {
        return Ok(text);
    }
    Err(format!("`{key}` has a character that ClickHouse's configuration cannot hold"))
}

fn each<T>(object: &Value, key: &str, read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let list = object.get(key).and_then(Value::as_array).ok_or_else(|| format!("`{key}` is not a list"))?;
    let read = |(index, item)| read(item).map_err(|problem| format!("in `{key}[{index}]`, {problem}"));
    list.iter().enumerate().map(read).collect()
}

/// A list of texts, empty where the key is missing.
fn names(object: &Value, key: &str) -> Result<Vec<String>, String> {
    let Some(list) = object.get(key).filter(|list| !list.is_null()) else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or_else(|| format!("`{key}` is not a list"))?;
    let name = |(index, name): (usize, &Value)| {
        name.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}[{index}]` is not a text"))
    };
    list.iter().enumerate().map(name).collect()
}

fn text(object: &Value, key: &str) -> Result<String, String> {
    optional_text(object, key)?.filter(|text| !text.is_empty()).ok_or_else(|| format!("`{key}` is missing"))
}

fn optional_text(object: &Value, key: &str) -> Result<Option<String>, String> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{key}` is not a text")),
    }
}

fn optional_number(object: &Value, key: &str) -> Result<Option<i64>, String> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => whole(value).map(Some).ok_or_else(|| format!("`{key}` is not a whole number")),
    }
}

/// A number, a truth value or a text; ClickHouse itself decides whether it fits the setting.
fn literal(key: &str, value: &Value) -> Result<Literal, String> {
    let read = match value {
        Value::Bool(truth) => Some(Literal::Number(i64::from(*truth))),
        Value::String(text) => Some(Literal::Text(text.clone())),
        value => whole(value).map(Literal::Number),
    };
    read.ok_or_else(|| format!("`{key}` is neither a text nor a whole number"))
}

/// The number however it is spelled: `100`, `1e2` and `100.0` are one.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
        format!("{number:.0}").parse().ok()
    })
}

/// The value of a property: librdkafka takes texts. Of the two words that each end of a topic has beside `earliest` and
/// `latest`, those two are used, so that words of one meaning are equal.
fn word(value: Literal) -> String {
    match value {
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => match text.as_str() {
            "beginning" | "smallest" => "earliest".to_owned(),
            "end" | "largest" => "latest".to_owned(),
            _ => text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Literal, read};
    use serde_json::{Value, json};

    fn table() -> Value {
        json!({
            "name": "orders",
            "columns": [{"name": "id", "type": "UInt64"}],
            "topics": [{"name": "shop.orders"}],
            "data_format": "CSV",
            "group_name": "readers",
        })
    }

    fn with(key: &str, value: Value) -> Value {
        let mut table = table();
        table[key] = value;
        table
    }

    #[test]
    fn only_what_is_said_is_written() {
        let entry = read(&table()).unwrap();
        let names: Vec<_> = entry.settings.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["kafka_format", "kafka_group_name"]);
        assert!(entry.consumer.is_empty() && entry.producer.is_empty() && entry.view.is_none());
    }

    #[test]
    fn a_zero_that_means_the_servers_choice_is_not_written_and_another_is() {
        let entry = read(&with("max_block_size", json!(0))).unwrap();
        assert_eq!(entry.settings.len(), 2);
        let entry = read(&with("skip_broken_messages", json!(0))).unwrap();
        assert!(entry.settings.contains(&("kafka_skip_broken_messages", Literal::Number(0))));
    }

    #[test]
    fn numbers_are_read_however_they_are_spelled() {
        for spelling in ["100", "1e2", "100.0"] {
            let value = serde_json::from_str(spelling).unwrap();
            let entry = read(&with("max_block_size", value)).unwrap();
            assert!(entry.settings.contains(&("kafka_max_block_size", Literal::Number(100))), "{spelling}");
        }
    }

    #[test]
    fn words_of_one_meaning_are_equal() {
        for (word, meaning) in [("smallest", "earliest"), ("end", "latest"), ("earliest", "earliest")] {
            let entry = read(&with("auto_offset_reset", json!(word))).unwrap();
            assert_eq!(entry.consumer["auto.offset.reset"], meaning);
        }
    }

    #[test]
    fn a_dead_letter_is_skipped_before_it_ends_the_engine() {
        let mut table = with("handle_error_mode", json!("dead_letter_queue"));
        table["skip_broken_messages"] = json!(1);
        let skipped = ("kafka_skip_broken_messages", Literal::Number(1_000_000_000));
        let written: Vec<_> = read(&table).unwrap().settings.into_iter().skip(2).collect();
        let mode = ("kafka_handle_error_mode", Literal::Text("dead_letter_queue".to_owned()));
        assert_eq!(written, [mode, skipped]);
        table["data_format"] = json!("Avro");
        let written: Vec<_> = read(&table).unwrap().settings.into_iter().skip(2).collect();
        assert_eq!(written, [("kafka_skip_broken_messages", Literal::Number(1))]);
    }

    #[test]
    fn what_is_no_table_is_told_in_words() {
        for (broken, words) in [
            (json!(1), "`name` is missing"),
            (with("columns", json!({})), "`columns` is not a list"),
            (with("columns", json!([{"name": "id"}])), "in `columns[0]`, `type` is missing"),
            (with("topics", json!([7])), "in `topics[0]`, `name` is missing"),
            (
                with("columns", json!([{"name": "id", "type": "Int8) ENGINE = Memory; SELECT (1"}])),
                "in `columns[0]`, `type` is more than a type",
            ),
            (
                with("topics", json!([{"name": "a\u{1}"}])),
                "in `topics[0]`, `name` has a character that ClickHouse's configuration cannot hold",
            ),
            (
                with("auto_offset_reset", json!("\u{ffff}")),
                "`auto_offset_reset` has a character that ClickHouse's configuration cannot hold",
            ),
            (
                with("materialized_view", json!({"view_name": "v", "engine": "Memory; --"})),
                "in `materialized_view`, `engine` is none of those that a view can have",
            ),
            (with("group_name", Value::Null), "`group_name` is missing"),
            (with("num_consumers", json!(1.5)), "`num_consumers` is neither a text nor a whole number"),
            (with("materialized_view", json!([])), "in `materialized_view`, `view_name` is missing"),
            (
                with("materialized_view", json!({"view_name": "v", "order_by": [1]})),
                "in `materialized_view`, `order_by[0]` is not a text",
            ),
        ] {
            assert_eq!(read(&broken).unwrap_err(), words);
        }
    }
}
