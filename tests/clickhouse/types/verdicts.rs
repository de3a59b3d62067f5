//! ClickHouse's verdicts on texts that stand where a table has the type of a column. Knows what to ask and how to read
//! the answers, and nothing of what we say.
//!
//! The table is one of the engine Kafka, without a broker: nothing is read from it. It has another column besides, since
//! no table has only columns that are computed. What is in parentheses ends on a line of its own, or else a comment at
//! the end of a text would comment them out, too.

use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;

use crate::oracle::{Answer, Oracle};

const KAFKA: &str = "Kafka SETTINGS kafka_broker_list = '127.0.0.1:1', kafka_topic_list = 't', kafka_group_name = 'g', \
                     kafka_format = 'JSONEachRow'";

/// Every setting that allows more types; and those that leave types as they are, where ClickHouse would store others, or
/// would show them in several lines.
const GENEROUS: [(&str, &str); 7] = [
    ("allow_experimental_object_type", "1"),
    ("allow_suspicious_fixed_string_types", "1"),
    ("allow_suspicious_low_cardinality_types", "1"),
    ("allow_suspicious_variant_types", "1"),
    ("enable_time_time64_type", "1"),
    ("flatten_nested", "0"),
    ("print_pretty_type_names", "0"),
];

/// The same as they are unless they are set.
static USUAL: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| GENEROUS.iter().map(|(name, _)| (*name, "DEFAULT")).collect());

/// Some texts crash ClickHouse, which is a verdict as well; the tests of anything else have another process.
static ORACLE: LazyLock<Mutex<Oracle>> = LazyLock::new(|| Mutex::new(Oracle::start()));

/// What ClickHouse makes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A column of a Kafka table.
    Accepted(Column),
    /// The same, though only once a setting allows it.
    Allowed(Column),
    /// A column of another engine's table; and what ClickHouse has against it in a Kafka table.
    Elsewhere(Column, String),
    /// No column at all, whatever the settings, or more than one; and why.
    Refused(String),
}

/// A column, as ClickHouse describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// ClickHouse's own spelling of the type.
    pub ty: String,
    /// Whether anything follows the type: a default, a comment, a codec, a lifetime.
    pub has_clause: bool,
}

impl Verdict {
    /// The column, under whatever circumstances ClickHouse makes one.
    pub fn column(&self) -> Option<&Column> {
        match self {
            Self::Accepted(column) | Self::Allowed(column) | Self::Elsewhere(column, _) => Some(column),
            Self::Refused(_) => None,
        }
    }
}

/// The verdicts on texts, in their order.
pub fn ask(texts: &[&str]) -> Vec<Verdict> {
    let mut clickhouse = ORACLE.lock().unwrap_or_else(PoisonError::into_inner);
    let generous = columns(&mut clickhouse, texts, KAFKA);
    let those = |is_ok: bool| -> Vec<_> {
        let answers = texts.iter().zip(&generous);
        answers.filter(|(_, answer)| answer.is_ok() == is_ok).map(|(text, _)| *text).collect()
    };
    let mut usual = made(&mut clickhouse, &those(true), KAFKA, &USUAL).into_iter();
    let mut elsewhere = columns(&mut clickhouse, &those(false), "Memory").into_iter();
    let verdict = |answer| match answer {
        Ok(column) => match usual.next().expect("an answer") {
            Ok(_) => Verdict::Accepted(column),
            Err(_) => Verdict::Allowed(column),
        },
        Err(complaint) => match elsewhere.next().expect("an answer") {
            Ok(column) => Verdict::Elsewhere(column, complaint),
            Err(_) => Verdict::Refused(complaint),
        },
    };
    generous.into_iter().map(verdict).collect()
}

/// What ClickHouse has against each text in a Kafka table, when every setting allows it.
pub fn complaints(texts: &[&str]) -> Vec<Option<String>> {
    let mut clickhouse = ORACLE.lock().unwrap_or_else(PoisonError::into_inner);
    columns(&mut clickhouse, texts, KAFKA).into_iter().map(Result::err).collect()
}

/// What becomes of a table for each text.
fn made(clickhouse: &mut Oracle, texts: &[&str], engine: &str, settings: &[(&str, &str)]) -> Vec<Answer> {
    let mut first = vec!["CREATE DATABASE IF NOT EXISTS types ENGINE = Memory".to_owned()];
    first.extend(settings.iter().map(|(name, value)| format!("SET {name} = {value}")));
    let question = |text: &&str| {
        vec![
            "DROP TABLE IF EXISTS types.probe".to_owned(),
            format!("CREATE TABLE types.probe (other Int8, c {text}\n) ENGINE = {engine}"),
            "DESCRIBE TABLE types.probe".to_owned(),
        ]
    };
    clickhouse.ask_each(&first, &texts.iter().map(question).collect::<Vec<_>>())
}

/// The one column that each text makes.
fn columns(clickhouse: &mut Oracle, texts: &[&str], engine: &str) -> Vec<Result<Column, String>> {
    let column = |answer: Answer| match answer {
        Ok(rows) => match rows.as_slice() {
            [_, column] => Ok(described(column)),
            columns => Err(format!("{} columns", columns.len() - 1)),
        },
        Err(complaint) => Err(shortened(&complaint)),
    };
    made(clickhouse, texts, engine, &GENEROUS).into_iter().map(column).collect()
}

fn described(row: &Value) -> Column {
    let text = |key: &str| row[key].as_str().expect("a text");
    let clauses = ["default_type", "default_expression", "comment", "codec_expression", "ttl_expression"];
    Column { ty: text("type").to_owned(), has_clause: clauses.iter().any(|key| !text(key).is_empty()) }
}

/// A complaint without its code, and without the query that a complaint about syntax repeats.
fn shortened(complaint: &str) -> String {
    let complaint = complaint.split_once("DB::Exception: ").map_or(complaint, |(_, complaint)| complaint);
    match complaint.split_once(": failed at position") {
        Some((start, _)) => start.to_owned(),
        None => complaint.replace('\n', " "),
    }
}
