//! When two JSON values mean the same, whatever their spelling.

use serde_json::{Number, Value};

/// Whether two values mean the same: numbers by exact decimal value (`1e2`, `100` and `100.0` are one number,
/// and a 30-digit integer is not rounded first), strings decoded, objects regardless of key order, arrays in order.
pub fn json_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => number_equal(left, right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| json_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| json_equal(left, right)))
        }
        (left, right) => left == right,
    }
}

fn number_equal(left: &Number, right: &Number) -> bool {
    let (left, right) = (left.to_string(), right.to_string());
    match (Decimal::parse(&left), Decimal::parse(&right)) {
        (Some(left), Some(right)) => left == right,
        // An exponent beyond an i64: equal only as written.
        _ => left == right,
    }
}

/// `± digits × 10^exponent`, with neither leading nor trailing zeros in `digits`; zero has none at all.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let trimmed = digits.trim_end_matches('0');
        if trimmed.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let dropped = i64::try_from(digits.len() - trimmed.len()).ok()?;
        let fraction = i64::try_from(fraction.len()).ok()?;
        let exponent = exponent.parse::<i64>().ok()?.checked_sub(fraction)?.checked_add(dropped)?;
        Some(Self { negative, digits: trimmed.trim_start_matches('0').to_owned(), exponent })
    }
}
