//! Values from a state file, where Terraform keeps them as JSON.
//!
//! A state may be older than this provider and older than this Terraform: attributes may be missing, numbers
//! and truth values may be quoted. All of that is read; attributes this version does not have are refused by
//! name, since dropping one silently could hide a downgrade.

use serde_json::Value as Json;

use super::msgpack::CodecError;
use super::number::Number;
use super::path::Path;
use super::types::Type;
use super::value::{Attributes, Value};

/// Reads the JSON text of a value of type `ty`.
pub fn decode(json: &[u8], ty: &Type) -> Result<Value, CodecError> {
    let json = serde_json::from_slice(json).map_err(|error| {
        CodecError::new(&Path::default(), format!("the state is not valid JSON: {error}"))
    })?;
    read(&json, ty, &Path::default())
}

fn read(json: &Json, ty: &Type, path: &Path) -> Result<Value, CodecError> {
    let wrong = |what: &str| CodecError::new(path, format!("is not {what}"));
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
        (Type::Bool, Json::String(text)) => text.parse().map(Value::Bool).map_err(|_| wrong("a truth value")),
        (Type::Number, Json::Number(number)) => read_number(&number.to_string(), path),
        (Type::Number, Json::String(text)) => read_number(text, path),
        (Type::String, Json::String(text)) => Ok(Value::string(text)),
        (Type::String, Json::Number(number)) => Ok(Value::string(number.to_string())),
        (Type::String, Json::Bool(truth)) => Ok(Value::string(truth.to_string())),
        (Type::List(element), Json::Array(items)) => Ok(Value::List(read_elements(items, element, path)?)),
        (Type::Set(element), Json::Array(items)) => Ok(Value::set(read_elements(items, element, path)?)),
        (Type::Tuple(types), Json::Array(items)) if types.len() == items.len() => {
            let each = items.iter().zip(types).enumerate();
            let elements = each.map(|(index, (item, ty))| read(item, ty, &path.index(index)));
            Ok(Value::List(elements.collect::<Result<_, _>>()?))
        }
        (Type::Map(element), Json::Object(members)) => {
            let each =
                members.iter().map(|(key, item)| Ok((key.clone(), read(item, element, &path.key(key))?)));
            Ok(Value::Map(each.collect::<Result<_, CodecError>>()?))
        }
        (Type::Object(types), Json::Object(members)) => {
            if let Some(stranger) = members.keys().find(|name| !types.contains_key(*name)) {
                return Err(CodecError::new(
                    &path.join(stranger),
                    "is not known to this version of the provider; the state may have been written by a newer one",
                ));
            }
            let each = types.iter().map(|(name, ty)| {
                let member = members.get(name).unwrap_or(&Json::Null);
                Ok((name.clone(), read(member, ty, &path.join(name))?))
            });
            Ok(Value::Object(each.collect::<Result<Attributes, CodecError>>()?))
        }
        (Type::Dynamic, Json::Object(members)) => {
            let ty = members.get("type").and_then(|notation| Type::from_json(notation).ok());
            let ty = ty.ok_or_else(|| wrong("a value that says its type"))?;
            let value = read(members.get("value").unwrap_or(&Json::Null), &ty, path)?;
            Ok(Value::Dynamic(Box::new((ty, value))))
        }
        _ => Err(wrong(&format!("of type {}", ty.to_json()))),
    }
}

fn read_elements(items: &[Json], element: &Type, path: &Path) -> Result<Vec<Value>, CodecError> {
    items.iter().enumerate().map(|(index, item)| read(item, element, &path.index(index))).collect()
}

fn read_number(text: &str, path: &Path) -> Result<Value, CodecError> {
    Number::parse(text).map(Value::Number).map_err(|error| CodecError::new(path, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Type {
        Type::object([
            ("name", Type::String),
            ("rows", Type::Number),
            ("threads", Type::Bool),
            ("columns", Type::list(Type::object([("name", Type::String), ("type", Type::String)]))),
            ("topics", Type::set(Type::String)),
        ])
    }

    #[test]
    fn an_old_state_is_read() {
        let json = br#"{
            "name": 7, "rows": "12", "threads": "true",
            "columns": [{"name": "id"}], "topics": ["b", "a", "b"]
        }"#;
        let expected = Value::object([
            ("name", "7".into()),
            ("rows", 12.into()),
            ("threads", true.into()),
            ("columns", Value::List(vec![Value::object([("name", "id".into()), ("type", Value::Null)])])),
            ("topics", Value::set(["a".into(), "b".into()])),
        ]);
        assert_eq!(decode(json, &table()).unwrap(), expected);
    }

    #[test]
    fn long_numbers_keep_every_digit() {
        let digits = "123456789012345678901234567890";
        let value = decode(digits.as_bytes(), &Type::Number).unwrap();
        assert_eq!(value, Value::Number(Number::Decimal(digits.into())));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_path() {
        for (json, message) in [
            (&br#"{"columns": [{"name": []}]}"#[..], "columns[0].name: is not of type \"string\""),
            (br#"{"rows": "many"}"#, "rows: `many` is not a decimal number of at most 4096 digits"),
            (br#"{"threads": "perhaps"}"#, "threads: is not a truth value"),
        ] {
            assert_eq!(decode(json, &table()).unwrap_err().to_string(), message);
        }
        assert!(
            decode(br#"{"colour": 1}"#, &table())
                .unwrap_err()
                .to_string()
                .starts_with("colour: is not known")
        );
        assert!(decode(b"{", &table()).is_err());
    }
}
