//! Python's `repr` of a JSON value, because the real service's validation messages are those of Python's
//! jsonschema library: "None is not of type 'string'".

use serde_json::Value;

/// A quoted value longer than this many characters is cut. Assumed: a real message may be longer.
const LONGEST: usize = 200;

/// The value as Python would print it, cut to a readable length.
pub fn repr(value: &Value) -> String {
    let full = uncut(value);
    if full.chars().count() <= LONGEST {
        return full;
    }
    full.chars().take(LONGEST).chain("...".chars()).collect()
}

/// A list of strings as Python would print it.
pub fn repr_all(values: &[&str]) -> String {
    let items: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", items.join(", "))
}

fn uncut(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(uncut).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(key, value)| format!("{}: {}", quoted(key), uncut(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
    // Python prefers single quotes and changes over only to avoid escaping them.
    if escaped.contains('\'') && !escaped.contains('"') {
        format!("\"{escaped}\"")
    } else {
        format!("'{}'", escaped.replace('\'', "\\'"))
    }
}

#[cfg(test)]
mod tests {
    use super::repr;
    use serde_json::json;

    #[test]
    fn values_print_as_python_prints_them() {
        let value = json!({"a": [null, true, 1, "it's", "x\ny"]});
        assert_eq!(repr(&value), r#"{'a': [None, True, 1, "it's", 'x\ny']}"#);
    }
}
