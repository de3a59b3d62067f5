//! Columns from JSON Schemas, and documents of these schemas: nothing is lost on the way through ClickHouse.

use serde_json::{Map, Value, json};

use crate::calls::columns;
use crate::differences::JSON_SCHEMA;
use crate::messages::{BEST_EFFORT, answer, read, read_with};
use crate::oracle::Oracle;

const FUNCTION: &str = "columns_from_json_schema";
const SEED: u64 = 20_260_803;

#[test]
fn every_type_is_as_documented_and_fits_a_table() {
    for (what, property, ty) in JSON_SCHEMA {
        let schema = format!(r#"{{"type": "object", "properties": {{"x": {property}}}, "required": ["x"]}}"#);
        let ours = columns(FUNCTION, &[&schema], &[]);
        match ty {
            Some(ty) => {
                let expected = Ok(vec![("x".to_owned(), (*ty).to_owned())]);
                assert_eq!(ours, expected, "{what}");
                assert_eq!(Oracle::get().table(&ours.expect("columns")), expected, "{what}");
            }
            None => assert!(ours.is_err(), "{what}: {ours:?}"),
        }
    }
}

#[test]
fn generated_documents_are_read_without_loss() {
    for seed in 0..300 {
        let mut generator = Generator { random: fastrand::Rng::with_seed(SEED + seed) };
        let Part { schema, document, row } = generator.object(3);
        let schema = schema.to_string();
        let ours = columns(
            FUNCTION,
            &[&schema],
            &[("untyped", "string"), ("enums", ["enum", "string"][usize::from(seed % 2 == 0)])],
        );
        match ours {
            Ok(ours) => assert_eq!(read(&ours, &document), row, "{schema}\n{document}"),
            Err(message) => assert!(message.contains("Aiven accepts"), "{message}\n{schema}"),
        }
    }
}

#[test]
fn timestamps_with_a_zone_need_the_setting_that_the_page_names() {
    let schema = json!({"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}});
    let columns =
        columns(FUNCTION, &[&schema.to_string()], &[("timestamp_precision", "3")]).expect("columns");
    let message = json!({"at": "2024-02-29T14:00:00.5+02:00"});
    assert_eq!(read(&columns, &message), json!({"at": "2024-02-29 12:00:00.500"}));
}

/// What the guide says is lost. No error tells of it, but where one is named.
#[test]
fn what_no_type_holds_is_changed_as_the_guide_says() {
    let column = |property: Value, options: &[(&str, &str)]| {
        let schema = json!({"properties": {"x": property}, "required": ["x"]});
        columns(FUNCTION, &[&schema.to_string()], options).expect("columns")
    };
    let timestamp = json!({"type": "string", "format": "date-time"});
    let date = json!({"type": "string", "format": "date"});
    let integer = json!({"type": "integer"});
    for (property, value, stored) in [
        (&timestamp, json!("2024-02-29T12:00:00.123456789Z"), json!("2024-02-29 12:00:00.123456")),
        (&timestamp, json!("2299-12-31T23:59:59Z"), json!("2299-12-31 23:59:59.000000")),
        (&timestamp, json!("9999-12-31T23:59:59Z"), json!("2299-12-31 23:59:59.000000")),
        (&timestamp, json!("0001-01-01T00:00:00Z"), json!("1900-01-01 00:00:00.000000")),
        (&date, json!("9999-12-31"), json!("2299-12-31")),
        (&date, json!("0001-01-01"), json!("1900-01-01")),
        (&integer, json!(9_223_372_036_854_775_808_u64), json!(i64::MIN)),
        (&json!({"type": "integer", "format": "int16"}), json!(40_000), json!(-25_536)),
        (&json!({"type": "integer", "maximum": u64::MAX}), json!(u64::MAX), json!(u64::MAX)),
    ] {
        let columns = column(property.clone(), &[]);
        assert_eq!(read(&columns, &json!({"x": value})), json!({"x": stored}), "{columns:?}");
    }
    let exact = column(timestamp, &[("timestamp_precision", "9")]);
    assert_eq!(
        read(&exact, &json!({"x": "2262-04-11T23:47:16.123456789Z"})),
        json!({"x": "2262-04-11 23:47:16.123456789"})
    );
    let error = answer(&exact, &json!({"x": "9999-12-31T23:59:59Z"}), BEST_EFFORT).unwrap_err();
    assert!(error.contains("DECIMAL_OVERFLOW"), "{error}");
    for written in ["1.0", "1e3"] {
        let message = serde_json::from_str(&format!("{{\"x\": {written}}}")).expect("a message");
        let integers = column(integer.clone(), &[]);
        assert!(answer(&integers, &message, BEST_EFFORT).is_err(), "{written}");
    }
}

/// Why the pages say that flattened columns are for flat messages.
#[test]
fn flattened_columns_are_found_in_flat_messages_only() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}}}});
    let columns = columns(FUNCTION, &[&schema.to_string()], &[("nested", "flatten")]).expect("columns");
    assert_eq!(columns, [("a.b".to_owned(), "Nullable(Int64)".to_owned())]);
    assert_eq!(read(&columns, &json!({"a.b": 5})), json!({"a.b": 5}));
    let nested = json!({"a": {"b": 5}});
    assert_eq!(read(&columns, &nested), json!({"a.b": null}));
    assert_eq!(read_with(&columns, &nested, "input_format_import_nested_json = 1"), json!({"a.b": 5}));
}

/// Documents of schemas in which several speak of one place.
#[test]
fn what_several_schemas_declare_is_read_without_loss() {
    let schema = json!({
        "$defs": {"base": {"properties": {"id": {"type": "integer"}, "note": {"type": ["string", "null"]}}}},
        "$ref": "#/$defs/base",
        "properties": {"kind": {"enum": ["card", "bank"]}, "order": {"properties": {"at": {"type": "string"}}}},
        "allOf": [
            {"properties": {"order": {"properties": {"count": {"type": "integer"}}}}},
            {"required": ["id", "note", "kind"]},
        ],
        "oneOf": [
            {"properties": {"kind": {"const": "card"}, "card": {"type": "string"}}, "required": ["card"]},
            {"properties": {"kind": {"const": "bank"}, "iban": {"type": "string"}}, "required": ["iban"]},
        ],
        "if": {"properties": {"kind": {"const": "card"}}},
        "then": {"properties": {"expires": {"type": "string", "format": "date"}}},
        "dependentSchemas": {"iban": {"properties": {"bic": {"type": "string"}}}},
    });
    let columns = columns(FUNCTION, &[&schema.to_string()], &[]).expect("columns");
    assert_eq!(Oracle::get().table(&columns).as_ref(), Ok(&columns));
    for (message, row) in [
        (
            json!({"id": 1, "note": null, "kind": "card", "card": "4", "expires": "2030-01-31", "order": {"at": "x", "count": 2}}),
            json!({"id": 1, "note": null, "kind": "card", "card": "4", "expires": "2030-01-31",
                "order": {"at": "x", "count": 2}, "iban": null, "bic": null}),
        ),
        (
            json!({"id": 2, "note": "", "kind": "bank", "iban": "", "bic": "B"}),
            json!({"id": 2, "note": "", "kind": "bank", "iban": "", "bic": "B",
                "order": {"at": null, "count": null}, "card": null, "expires": null}),
        ),
    ] {
        assert_eq!(read(&columns, &message), row);
    }
}

/// A schema, a document of it, and what must come back.
struct Part {
    schema: Value,
    document: Value,
    row: Value,
}

struct Generator {
    random: fastrand::Rng,
}

impl Generator {
    fn object(&mut self, depth: usize) -> Part {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let (mut document, mut row) = (Map::new(), Map::new());
        for index in 0..self.random.usize(1..=6) {
            let name = format!(
                "{}{index}",
                ["a", "a b", "ä", "A_", "x-y", "it's", "back\\slash`"][self.random.usize(..7)]
            );
            let part = self.value(depth);
            let is_required = self.random.bool();
            if is_required {
                required.push(name.clone());
            }
            if is_required || self.random.bool() {
                document.insert(name.clone(), part.document);
                row.insert(name.clone(), part.row);
            } else {
                row.insert(name.clone(), nothing(&part.row));
            }
            properties.insert(name, part.schema);
        }
        let schema = self.spread(properties, &required);
        Part { schema, document: Value::Object(document), row: Value::Object(row) }
    }

    /// What one schema says, said by one or by several that hold at once.
    fn spread(&mut self, properties: Map<String, Value>, required: &[String]) -> Value {
        match self.random.u8(..4) {
            0 => json!({"allOf": [{"type": "object", "properties": properties}, {"required": required}]}),
            1 => {
                let (some, others): (Map<_, _>, Map<_, _>) =
                    properties.into_iter().partition(|_| self.random.bool());
                json!({"type": "object", "properties": some, "required": required,
                    "anyOf": [{"properties": others}, {"minProperties": 1}]})
            }
            2 => {
                // The type of every property by one, and by the other that it is there.
                let again: Map<_, _> = properties.keys().map(|name| (name.clone(), json!({}))).collect();
                json!({"properties": properties, "allOf": [{"properties": again, "required": required}]})
            }
            _ => json!({"type": "object", "properties": properties, "required": required}),
        }
    }

    fn value(&mut self, depth: usize) -> Part {
        if depth > 0 && self.random.u8(..3) == 0 {
            return match self.random.u8(..4) {
                0 => {
                    let element = self.value(depth - 1);
                    Part {
                        schema: json!({"type": "array", "items": element.schema}),
                        document: json!([element.document]),
                        row: json!([element.row]),
                    }
                }
                1 => {
                    let value = self.value(depth - 1);
                    Part {
                        schema: json!({"type": "object", "additionalProperties": value.schema}),
                        document: json!({"some key": value.document}),
                        row: json!({"some key": value.row}),
                    }
                }
                _ => self.object(depth - 1),
            };
        }
        let mut part = self.scalar();
        if self.random.u8(..4) == 0 {
            part.schema = match self.random.u8(..3) {
                0 => json!({"anyOf": [part.schema, {"type": "null"}]}),
                1 => json!({"oneOf": [{"const": null}, part.schema]}),
                _ => json!({"allOf": [part.schema], "nullable": true}),
            };
            if self.random.bool() {
                (part.document, part.row) = (Value::Null, Value::Null);
            }
        }
        part
    }

    fn scalar(&mut self) -> Part {
        let same = |schema, value: Value| Part { schema, document: value.clone(), row: value };
        let text = |format: &str| json!({"type": "string", "format": format});
        let read_as =
            |schema, document: &str, row: &str| Part { schema, document: document.into(), row: row.into() };
        match self.random.u8(..13) {
            0 => same(json!({"type": "integer"}), self.random.i64(..).into()),
            1 => same(json!({"type": "integer", "minimum": 0}), self.random.u64(..).into()),
            2 => same(json!({"type": "integer", "format": "int16"}), self.random.i16(..).into()),
            3 => {
                same(json!({"type": "number"}), json!(f64::from(self.random.i32(..)) / 1024.0 + 1.0 / 2048.0))
            }
            4 => same(json!({"type": "boolean"}), self.random.bool().into()),
            5 => same(json!({"type": "string"}), json!("quote \" ' back \\ line \n ä 😀")),
            6 => same(
                json!({"enum": ["new", "it's", "back\\slash"]}),
                json!(["new", "it's", "back\\slash"][self.random.usize(..3)]),
            ),
            7 => read_as(text("date-time"), "2024-02-29T23:59:59.123456-01:30", "2024-03-01 01:29:59.123456"),
            8 => read_as(text("date"), "1969-07-20", "1969-07-20"),
            9 => read_as(
                text("uuid"),
                "3F2C8E4A-1B5D-4C7E-9A0F-6D2B8C4E1A7F",
                "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f",
            ),
            10 => read_as(text("ipv4"), "192.0.2.1", "192.0.2.1"),
            11 => read_as(text("ipv6"), "2001:db8::1", "2001:db8::1"),
            _ => Part {
                schema: json!({"type": ["object", "string"]}),
                document: json!({"any": [1, "two"]}),
                row: json!("{\"any\":[1,\"two\"]}"),
            },
        }
    }
}

/// What comes back where the document has nothing: there is no null array, map or tuple.
fn nothing(value: &Value) -> Value {
    match value {
        Value::Array(_) => json!([]),
        Value::Object(members) if members.contains_key("some key") => json!({}),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), nothing(value))).collect()
        }
        _ => Value::Null,
    }
}
