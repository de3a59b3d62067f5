//! What ClickHouse makes of a single JSON value, by the keywords beside its `type`. Knows nothing of references.

use serde_json::{Number, Value};

use crate::clickhouse::DataType;

use super::super::options::{Enums, Options};

/// A value of type `string`.
pub fn string(schema: &Value, options: &Options) -> DataType {
    if options.enums == Enums::Enum
        && let Some(numbered) = numbered(schema)
    {
        return DataType::Enum(numbered);
    }
    match schema["format"].as_str() {
        Some("date-time") => DataType::DateTime64(options.timestamp_precision),
        Some("date") => DataType::Date32,
        Some("uuid") => DataType::Uuid,
        Some("ipv4") => DataType::Ipv4,
        Some("ipv6") => DataType::Ipv6,
        _ => DataType::String,
    }
}

/// The texts of `enum` or `const`, if they are all texts.
fn numbered(schema: &Value) -> Option<Vec<(String, i16)>> {
    let listed = schema["enum"]
        .as_array()
        .map_or_else(|| schema.get("const").into_iter().collect(), |all| all.iter().collect::<Vec<_>>());
    let mut texts: Vec<&str> = Vec::new();
    for value in listed.into_iter().filter(|value| !value.is_null()) {
        let text = value.as_str()?;
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let each = texts.into_iter().zip(0_u32..);
    let numbered: Option<Vec<_>> =
        each.map(|(text, number)| Some((text.to_owned(), i16::try_from(number).ok()?))).collect();
    numbered.filter(|numbered| !numbered.is_empty())
}

/// A value of type `number`.
pub fn number(schema: &Value) -> DataType {
    DataType::Float(if schema["format"] == "float" { 32 } else { 64 })
}

/// A value of type `integer`: as `format` says in the words of OpenAPI, and else of 64 bits, or more where `minimum` or
/// `maximum` say so.
pub fn integer(schema: &Value) -> DataType {
    match schema["format"].as_str().unwrap_or_default() {
        "int8" => return DataType::Int(8),
        "int16" => return DataType::Int(16),
        "int32" => return DataType::Int(32),
        "int64" => return DataType::Int(64),
        "uint8" => return DataType::UInt(8),
        "uint16" => return DataType::UInt(16),
        "uint32" => return DataType::UInt(32),
        "uint64" => return DataType::UInt(64),
        _ => {}
    }
    let limit = |keywords: [&str; 2]| keywords.iter().find_map(|keyword| whole(schema[keyword].as_number()?));
    let least = limit(["minimum", "exclusiveMinimum"]);
    let most = limit(["maximum", "exclusiveMaximum"]).unwrap_or(0);
    match least {
        Some(least) if least >= 0 => DataType::UInt(if u64::try_from(most).is_ok() { 64 } else { 256 }),
        least => {
            let fits = |limit: i128| i64::try_from(limit).is_ok();
            DataType::Int(if fits(least.unwrap_or(0)) && fits(most) { 64 } else { 256 })
        }
    }
}

/// A limit; one too large for 128 bits is as good as the largest of them.
fn whole(number: &Number) -> Option<i128> {
    let text = number.to_string();
    let digits = text.split(['.', 'e', 'E']).next()?;
    let is_plain = digits.len() == text.len();
    match digits.parse() {
        Ok(whole) if is_plain => Some(whole),
        // `1e3` and `10.0` are whole, too, and so rare that an estimate does.
        _ => number.as_f64().map(estimate),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "such a cast saturates, which is what is wanted")]
fn estimate(number: f64) -> i128 {
    number as i128
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn integers_are_as_wide_as_their_limits() {
        for (schema, expected) in [
            ("{}", "Int64"),
            (r#"{"minimum": 0}"#, "UInt64"),
            (r#"{"exclusiveMinimum": 0, "maximum": 18446744073709551615}"#, "UInt64"),
            (r#"{"minimum": 0, "maximum": 18446744073709551616}"#, "UInt256"),
            (r#"{"minimum": -9223372036854775808}"#, "Int64"),
            (r#"{"minimum": -9223372036854775809}"#, "Int256"),
            (r#"{"maximum": 1e30}"#, "Int256"),
            (r#"{"minimum": -1, "maximum": 10.0}"#, "Int64"),
            (r#"{"format": "int32", "minimum": 0}"#, "Int32"),
            (r#"{"format": "uint8"}"#, "UInt8"),
        ] {
            assert_eq!(integer(&serde_json::from_str(schema).unwrap()).to_string(), expected, "{schema}");
        }
    }

    #[test]
    fn only_texts_make_an_enum() {
        let options = Options { enums: Enums::Enum, ..Options::default() };
        for (schema, expected) in [
            (json!({"enum": ["b", "a", null, "b"]}), "Enum8('b' = 0, 'a' = 1)"),
            (json!({"const": "only"}), "Enum8('only' = 0)"),
            (json!({"enum": ["a", 1]}), "String"),
            (json!({}), "String"),
        ] {
            assert_eq!(string(&schema, &options).to_string(), expected, "{schema}");
        }
    }
}
