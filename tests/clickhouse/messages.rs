//! JSON messages, read by ClickHouse as a Kafka table reads them.

use serde_json::Value;

use crate::oracle::{Answer, Column, Oracle, structure};

/// The table's setting for timestamps with a zone.
pub const BEST_EFFORT: &str = "date_time_input_format = 'best_effort'";

/// What is in the row that ClickHouse makes of a message, with the table's setting for timestamps with a zone.
pub fn read(columns: &[Column], message: &Value) -> Value {
    read_with(columns, message, BEST_EFFORT)
}

/// The same with settings.
pub fn read_with(columns: &[Column], message: &Value, settings: &str) -> Value {
    let rows = answer(columns, message, settings);
    let rows = rows.unwrap_or_else(|error| panic!("{error}\n{columns:?}\n{message}"));
    let [row] = rows.as_slice() else { panic!("{} rows of one message", rows.len()) };
    row.clone()
}

/// What ClickHouse answers to a message, which may be that it cannot read it.
pub fn answer(columns: &[Column], message: &Value, settings: &str) -> Answer {
    let literal = |text: &str| aiven_clickhouse_kafka::clickhouse::quote_string(text);
    let query = format!(
        "SELECT * FROM format(JSONEachRow, {}, {}) SETTINGS {settings}, output_format_json_quote_64bit_integers = 0",
        literal(&structure(columns)),
        literal(&message.to_string()),
    );
    Oracle::get().ask(&[query], &[])
}
