//! The text of a JSON Schema, with the order of its properties. Knows of keywords nothing but that one.

use indexmap::IndexMap;
use serde_json::value::RawValue;
use serde_json::{Error, Value};

/// Beside every `properties`, the names in it as they follow each other in the text. Objects of serde_json are sorted,
/// and a switch for the whole program would be the only other way. Keywords that no specification knows are allowed,
/// and nobody writes this one.
const ORDER: &str = "\u{0}order";

/// Reads the text; the order of properties is kept for [`properties`].
pub fn parse(text: &str) -> Result<Value, Error> {
    // The whole first: this one knows lines and columns, and how deep a document may be.
    serde_json::from_str::<Value>(text)?;
    ordered(serde_json::from_str(text)?)
}

/// The properties of a schema in the order of the text.
pub fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let names = schema[ORDER].as_array().into_iter().flatten().filter_map(Value::as_str);
    names.filter_map(|name| Some((name, schema["properties"].get(name)?)))
}

fn ordered(raw: &RawValue) -> Result<Value, Error> {
    match raw.get().as_bytes().first() {
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(raw.get())?;
            elements.into_iter().map(ordered).collect()
        }
        Some(b'{') => {
            let members: IndexMap<String, &RawValue> = serde_json::from_str(raw.get())?;
            let mut object = serde_json::Map::new();
            if let Some(properties) = members.get("properties")
                && let Ok(properties) = serde_json::from_str::<IndexMap<String, &RawValue>>(properties.get())
            {
                let names: Value = properties.into_keys().collect();
                object.insert(ORDER.to_owned(), names);
            }
            for (name, member) in members {
                object.insert(name, ordered(member)?);
            }
            Ok(Value::Object(object))
        }
        _ => serde_json::from_str(raw.get()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_keep_the_order_of_the_text() {
        let text =
            r#" { "properties" : {"z": {"properties": {"b": {}, "a": true}}, "properties": {}, "a": {}}} "#;
        let schema = parse(text).unwrap();
        let names = |schema| properties(schema).map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(&schema), ["z", "properties", "a"]);
        assert_eq!(names(&schema["properties"]["z"]), ["b", "a"]);
        assert_eq!(names(&schema["properties"]["a"]), [""; 0]);
    }

    #[test]
    fn what_is_no_json_is_refused_by_line() {
        assert_eq!(parse("{\n  \"a\": ,\n}").unwrap_err().to_string(), "expected value at line 2 column 8");
        assert!(parse(&"[".repeat(1_000_000)).is_err());
    }
}
