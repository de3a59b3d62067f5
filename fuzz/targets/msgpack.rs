//! Any bytes as a value of some type: what decodes must encode, and decode to the same value. Knows nothing of
//! schemas.

#![no_main]

use std::sync::LazyLock;

use aiven_clickhouse_kafka::tf::{Type, Value, decode, encode};
use libfuzzer_sys::fuzz_target;

/// The first byte of an input chooses among these. The last one brings its own type along, so that any type can
/// be reached; the others need no luck to get there.
static TYPES: LazyLock<[Type; 7]> = LazyLock::new(|| {
    let column = || Type::object([("name", Type::String), ("type", Type::String)]);
    let table = [
        ("id", Type::String),
        ("columns", Type::list(column())),
        ("topics", Type::set(Type::object([("name", Type::String)]))),
        ("poll_max_timeout_ms", Type::Number),
        ("thread_per_consumer", Type::Bool),
        ("timeouts", Type::object([("create", Type::String)])),
    ];
    [
        Type::object(table),
        Type::set(Type::set(Type::Number)),
        Type::map(Type::list(Type::String)),
        Type::Tuple(vec![Type::Bool, Type::Dynamic, Type::map(Type::Dynamic)]),
        Type::Number,
        Type::list(Type::Dynamic),
        Type::Dynamic,
    ]
});

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let ty = &TYPES[usize::from(*choice) % TYPES.len()];
    let Ok(value) = decode(bytes, ty) else { return };
    let encoded = encode(&value, ty).expect("what was decoded fits its type");
    assert_eq!(decode(&encoded, ty).as_ref(), Ok(&value));
    assert_canonical(&value, ty);
});

/// What the product compares with `==` must have one spelling: text in its normal form, sets in their order.
fn assert_canonical(value: &Value, ty: &Type) {
    let parts: Vec<(&Value, &Type)> = match (value, ty) {
        (Value::Null | Value::Unknown, _)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number) => Vec::new(),
        (Value::String(text), Type::String) => {
            assert_eq!(value, &Value::string(text));
            Vec::new()
        }
        (Value::Set(elements), Type::Set(ty)) => {
            assert_eq!(value, &Value::set(elements.iter().rev().cloned()));
            elements.iter().map(|element| (element, &**ty)).collect()
        }
        (Value::List(elements), Type::List(ty)) => elements.iter().map(|element| (element, &**ty)).collect(),
        (Value::Map(elements), Type::Map(ty)) => elements.values().map(|element| (element, &**ty)).collect(),
        (Value::List(elements), Type::Tuple(types)) => {
            assert_eq!(elements.len(), types.len());
            elements.iter().zip(types).collect()
        }
        (Value::Object(attributes), Type::Object(types)) => {
            assert!(attributes.keys().eq(types.keys()), "an object carries every attribute");
            attributes.values().zip(types.values()).collect()
        }
        (Value::Dynamic(inner), Type::Dynamic) => vec![(&inner.1, &inner.0)],
        _ => panic!("{value:?} is not of type {}", ty.to_json()),
    };
    for (value, ty) in parts {
        assert_canonical(value, ty);
    }
}
