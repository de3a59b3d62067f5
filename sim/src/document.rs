//! One `user_config` as the JSON text a client wrote, so that what is answered later is what was sent:
//! number spellings, key order and inner white space included.
//! Knows nothing of schemas, of HTTP, or of what a key means.

use indexmap::IndexMap;
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON document kept as text.
///
/// It is an object whenever it came in by the API. The control API may set any JSON value, so nothing here
/// relies on it.
#[derive(Clone, Debug)]
pub struct Document(Box<RawValue>);

impl Document {
    /// The empty object.
    pub fn empty() -> Self {
        Self::object(&[])
    }

    /// Takes any JSON text. White space around it is dropped, all other bytes are kept.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text).map(Self)
    }

    /// Wraps text that a larger document held.
    pub fn from_raw(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The text in the form serde embeds verbatim in an answer.
    pub fn raw(&self) -> &RawValue {
        &self.0
    }

    /// The decoded value, `null` if it cannot be decoded. Numbers keep their spelling.
    pub fn value(&self) -> Value {
        self.decoded().unwrap_or(Value::Null)
    }

    /// The decoded value. Half a surrogate pair and very deep nesting are JSON that cannot be decoded.
    pub fn decoded(&self) -> serde_json::Result<Value> {
        serde_json::from_str(self.text())
    }

    /// Writes the keys of `submitted` over this document's keys; a value is replaced whole, arrays included.
    ///
    /// Where nothing of the old document survives the submitted text is kept as it is, spaces and all.
    #[must_use]
    pub fn merged(&self, submitted: &Self) -> Self {
        let (Some(old), Some(new)) = (self.keys(), submitted.keys()) else {
            return submitted.clone();
        };
        if old.keys().all(|key| new.contains_key(key)) {
            return submitted.clone();
        }
        let mut pairs = old;
        pairs.extend(new);
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.get())).collect();
        Self::object(&pairs)
    }

    /// Whether both mean the same JSON: key order is ignored and numbers compare by value.
    pub fn same_as(&self, other: &Self) -> bool {
        same(&self.value(), &other.value())
    }

    fn keys(&self) -> Option<IndexMap<String, Box<RawValue>>> {
        serde_json::from_str(self.text()).ok()
    }

    fn object(pairs: &[(&str, &str)]) -> Self {
        let fields: Vec<_> =
            pairs.iter().map(|(key, text)| format!("{}:{text}", Value::from(*key))).collect();
        let text = format!("{{{}}}", fields.join(","));
        // Cannot fail: every value was parsed when it came in.
        Self(RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => same_number(&left.to_string(), &right.to_string()),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

/// Integers compare exactly at any length; a spelling with a point or an exponent compares as a float,
/// which is how Python, the language of the real service, sees `1`, `1.0` and `1e0`.
fn same_number(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    let is_integer = |text: &str| !text.contains(['.', 'e', 'E']);
    if is_integer(left) && is_integer(right) {
        return false;
    }
    matches!((left.parse::<f64>(), right.parse::<f64>()), (Ok(left), Ok(right)) if left.total_cmp(&right).is_eq())
}

#[cfg(test)]
mod tests {
    use super::Document;

    fn document(text: &str) -> Document {
        Document::parse(text).unwrap()
    }

    #[test]
    fn text_survives_byte_for_byte() {
        let text = r#"{ "tables" : [ {"n":1e2,  "é\u00e9\/":12345678901234567890123456789.0} ] }"#;
        assert_eq!(document(text).text(), text);
        assert_eq!(document(r#"{"tables":[1]}"#).merged(&document(text)).text(), text);
    }

    #[test]
    fn a_key_that_was_not_sent_is_kept() {
        let merged = document(r#"{"a": [1, 2], "b": 1.0}"#).merged(&document(r#"{"a":[3]}"#));
        assert_eq!(merged.text(), r#"{"a":[3],"b":1.0}"#);
    }

    #[test]
    fn sameness_ignores_spelling_and_key_order_but_not_array_order() {
        assert!(document(r#"{"a":1e2,"b":[]}"#).same_as(&document(r#"{"b":[],"a":100}"#)));
        assert!(!document("[1,2]").same_as(&document("[2,1]")));
        assert!(!document("9007199254740993").same_as(&document("9007199254740992")));
    }
}
