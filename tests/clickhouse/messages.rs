//! JSON messages, read by ClickHouse as a Kafka table reads them.

use serde_json::Value;

use crate::oracle::{Column, Oracle, structure};

/// What is in the row that ClickHouse makes of a message, with the table's setting for timestamps with a zone.
pub fn read(columns: &[Column], message: &Value) -> Value {
    read_with(columns, message, "date_time_input_format = 'best_effort'")
}

/// The same with settings.
pub fn read_with(columns: &[Column], message: &Value, settings: &str) -> Value {
    let literal = |text: &str| aiven_clickhouse_kafka::clickhouse::quote_string(text);
    let query = format!(
        "SELECT * FROM format(JSONEachRow, {}, {}) SETTINGS {settings}, output_format_json_quote_64bit_integers = 0",
        literal(&structure(columns)),
        literal(&message.to_string()),
    );
    let rows = Oracle::get().ask(&[query], &[]);
    let rows = rows.unwrap_or_else(|error| panic!("{error}\n{columns:?}\n{message}"));
    let [row] = rows.as_slice() else { panic!("{} rows of one message", rows.len()) };
    row.clone()
}
