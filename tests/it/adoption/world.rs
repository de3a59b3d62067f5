//! Eighty tables that somebody else made, by means that care for none of Terraform's habits: odd names, odd spellings
//! of JSON, settings of a later version, defaults spelled out. The same world every time. Knows nothing of how it is
//! adopted.

use serde_json::{Map, Value, json};

use crate::harness::{full_table, minimal_table};

/// How many tables there are.
pub const TABLES: usize = 80;

/// Names that trip up whoever escapes too little or too much: in Terraform's language, in identifiers, in JSON, on
/// the way through a shell. None has more than the 40 characters that Aiven allows.
const ODD_NAMES: [&str; 60] = [
    "events",
    "Events",
    "EVENTS",
    "\"quoted\"",
    "it's",
    "`backticks`",
    "${each.key}",
    "%{ if true }",
    "$${dollars}",
    "%%{percents}",
    "$",
    "%",
    "${",
    "$${",
    "back\\slash",
    "ends in \\",
    "\\n",
    "\\\"",
    "two\nlines",
    "ends in a line\n",
    "carriage\r\nreturn",
    "tab\tstop",
    " leads with a blank",
    "ends in a blank ",
    "two  blanks",
    " ",
    "a/b//c",
    "/",
    "/leads with a slash",
    "ends in a slash/",
    "..",
    ".",
    "100%",
    "%2F",
    "a+b&c=d?e#f",
    "0",
    "007",
    "-1",
    "1e3",
    "null",
    "true",
    "each",
    "this",
    "for",
    "[0]",
    "[\"a\"]",
    "{}",
    "*",
    "<<EOT",
    "# no comment",
    "// no comment",
    "/* no comment */",
    "\u{e9}t\u{e9}",
    "\u{540d}\u{524d}",
    "\u{639}\u{631}\u{628}\u{64a}",
    "\u{1f680}",
    "\u{1f469}\u{200d}\u{1f680} no joke",
    "no\u{a0}break, \u{2028} and \u{feff} too",
    "forty_characters_which_is_all_that_fits_",
    "\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}\u{1f4a1}",
];

/// The names of all tables, in their order.
pub fn names() -> Vec<String> {
    let plain = (0..TABLES - ODD_NAMES.len()).map(|index| format!("plain_{index}"));
    ODD_NAMES.map(str::to_owned).into_iter().chain(plain).collect()
}

/// The whole `user_config`, as text that must not change in a single byte.
pub fn user_config() -> String {
    let tables = tables().into_iter().enumerate();
    let tables: Vec<_> = tables.map(|(index, table)| spelled(&table, index)).collect();
    format!(
        "{{ \"later\" : {{\"precise\": 123456789012345678901234567890.50, \"big\": 1E400}},\n\"tables\":[{}] }}",
        tables.join(" ,\n\t")
    )
}

/// The tables as JSON, before anybody spells them in his own way.
pub fn tables() -> Vec<Value> {
    names().iter().enumerate().map(|(index, name)| table(name, index)).collect()
}

fn table(name: &str, index: usize) -> Value {
    let mut table = match index % 5 {
        0 => with_defaults(),
        1 => full_table("topic"),
        2 => minimal_table("topic"),
        _ => with_some_settings(index),
    };
    table["name"] = json!(name);
    if index.is_multiple_of(3) {
        add_unknown_keys(&mut table);
    }
    match index % 8 {
        // Terraform takes seconds over each table with a hundred topics, so there is one.
        2 => table["columns"] = odd_columns(if index == 2 { 100 } else { 12 }),
        4 => table["topics"] = topics(if index == 4 { 100 } else { 3 }),
        5 => table["group_name"] = json!(format!(" group e\u{301} ${{{index}}} \"%{{x}}\" ")),
        6 => table["data_format"] = json!("FormatOfTomorrow"),
        7 => table["num_consumers"] = Value::Null,
        _ => {}
    }
    table
}

/// The defaults that Aiven documents, each written down as if it were none.
fn with_defaults() -> Value {
    let mut table = minimal_table("topic");
    let defaults = json!({
        "auto_offset_reset": "earliest",
        "auto_offset_reset_by_duration_ms": 0,
        "date_time_input_format": "basic",
        "handle_error_mode": "default",
        "max_block_size": 0,
        "max_rows_per_message": 1,
        "num_consumers": 1,
        "poll_max_batch_size": 0,
        "poll_max_timeout_ms": 0,
        "producer_batch_num_messages": 10_000,
        "producer_compression_codec": "none",
        "producer_compression_level": -1,
        "producer_linger_ms": 5,
        "producer_queue_buffering_max_messages": 100_000,
        "producer_request_required_acks": -1,
        "skip_broken_messages": 0,
        "thread_per_consumer": false,
        "materialized_view": {
            "view_name": "stored",
            "order_by": [],
            "database_name": "default",
            "engine": "MergeTree",
            "engine_params": [],
        },
    });
    members(&mut table).extend(defaults.as_object().cloned().unwrap_or_default());
    table
}

/// A third of the settings, another third for each index.
fn with_some_settings(index: usize) -> Value {
    let mut table = full_table("topic");
    let minimal = minimal_table("topic");
    let mut position = index;
    members(&mut table).retain(|key, _| {
        position += 1;
        minimal.get(key).is_some() || position.is_multiple_of(3)
    });
    if let Some(Value::Object(view)) = table.get_mut("materialized_view") {
        // These three make sense only together.
        view.retain(|key, _| !key.contains("ttl"));
    }
    table
}

/// What a later version of the API may know, wherever there is room for it.
fn add_unknown_keys(table: &mut Value) {
    let huge: Value = serde_json::from_str("-1.50E400").expect("a number of any size");
    let later = json!({"deep": [{"er": huge, "null": null}], "number": 10});
    for pointer in ["", "/columns/0", "/topics/0", "/materialized_view"] {
        if let Some(object) = table.pointer_mut(pointer).and_then(Value::as_object_mut) {
            object.insert("of_a_later_version".to_owned(), later.clone());
        }
    }
}

fn topics(count: usize) -> Value {
    (0..count).map(|number| json!({"name": format!("topic.{number}")})).collect()
}

/// So many columns, some of them hard to write.
fn odd_columns(count: usize) -> Value {
    let odd = [
        ("id", "UInt64"),
        ("at", "DateTime"),
        ("sign", "Int8"),
        ("before.id", "Nullable(UInt64)"),
        ("0", "Enum8('a\"b' = 1, 'c\\'d' = 2, '${e}' = 3)"),
        ("%{ x }", "Tuple(a String, `b c` Array(DateTime64(3, 'Europe/Berlin')))"),
        // Two ways to write one letter; Terraform knows only the composed one.
        ("e\u{301}", "String"),
        ("two\nlines", "LowCardinality(\n  String\n)"),
    ];
    let odd = odd.map(|(name, ty)| json!({"name": name, "type": ty})).into_iter();
    let plain = (odd.len()..count).map(|number| json!({"name": format!("column {number}"), "type": "Int8"}));
    odd.chain(plain).collect()
}

fn members(table: &mut Value) -> &mut Map<String, Value> {
    table.as_object_mut().expect("a table is an object")
}

/// The text of a value in one of four hands: terse; airy, with the keys the other way round; with blanks in odd
/// places and numbers that end in zeros; with exponents and escapes.
fn spelled(value: &Value, hand: usize) -> String {
    let (open, between, colon, close) = [
        ("", ",", ":", ""),
        ("\n  ", ",\n  ", ": ", "\n"),
        ("\t", " , ", "\r\n:\t", "  "),
        (" ", ",", " :", ""),
    ][hand % 4];
    match value {
        Value::Object(members) => {
            let mut each: Vec<_> = members
                .iter()
                .map(|(key, value)| format!("{}{colon}{}", text(key, hand), spelled(value, hand)))
                .collect();
            if hand % 4 == 1 {
                each.reverse();
            }
            format!("{{{open}{}{close}}}", each.join(between))
        }
        Value::Array(items) => {
            let each: Vec<_> = items.iter().map(|item| spelled(item, hand)).collect();
            format!("[{open}{}{close}]", each.join(between))
        }
        Value::String(value) => text(value, hand),
        Value::Number(number) if number.is_i64() => match hand % 4 {
            2 => format!("{number}.00"),
            3 => format!("{number}E+0"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// A text or a key; the last hand escapes every other character, which is a matter of taste in JSON.
fn text(value: &str, hand: usize) -> String {
    if hand % 4 != 3 {
        return Value::from(value).to_string();
    }
    let letters = value.chars().enumerate().map(|(index, letter)| match u32::from(letter) {
        code if index % 2 == 1 && code < 0x1_0000 => format!("\\u{code:04x}"),
        _ => {
            let quoted = Value::from(letter.to_string()).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
    });
    format!("\"{}\"", letters.collect::<String>())
}
