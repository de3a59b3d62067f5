//! Vectors are what Terraform's own encoder writes, observed on 1.5 and 1.15.

use proptest::prelude::*;

use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

#[test]
fn both_directions_match_terraform() {
    let text = || Type::String;
    for (hex, ty, value) in [
        ("00", Type::Number, 0.into()),
        ("ff", Type::Number, (-1).into()),
        ("7f", Type::Number, 127.into()),
        ("cc80", Type::Number, 128.into()),
        ("d0df", Type::Number, (-33).into()),
        ("ce00010000", Type::Number, 65536.into()),
        ("cf0000000100000000", Type::Number, (1_i64 << 32).into()),
        ("cf0020000000000001", Type::Number, ((1_i64 << 53) + 1).into()),
        ("cf7fffffffffffffff", Type::Number, i64::MAX.into()),
        ("d38000000000000000", Type::Number, i64::MIN.into()),
        ("a3302e31", Type::Number, number("0.1")),
        ("b339323233333732303336383534373735383038", Type::Number, number("9223372036854775808")),
        ("a2c3a9", text(), "e\u{301}".into()),
        ("c2", Type::Bool, false.into()),
        ("c3", Type::Bool, true.into()),
        ("c0", text(), Value::Null),
        ("d40000", text(), Value::Unknown),
        ("92a161c0", Type::list(text()), Value::List(vec!["a".into(), Value::Null])),
        ("92a161a162", Type::set(text()), Value::set(["b".into(), "a".into(), "b".into()])),
        (
            "82a16102a16201",
            Type::map(Type::Number),
            Value::Map([("a".into(), 2.into()), ("b".into(), 1.into())].into()),
        ),
        (
            "82a161c0a162a178",
            Type::object([("a", Type::Bool), ("b", text())]),
            Value::object([("a", Value::Null), ("b", "x".into())]),
        ),
        ("92a16101", Type::Tuple(vec![text(), Type::Number]), Value::List(vec!["a".into(), 1.into()])),
        ("92c40822737472696e6722a178", Type::Dynamic, Value::Dynamic(Box::new((text(), "x".into())))),
        ("92c40822737472696e6722c0", Type::Dynamic, Value::Dynamic(Box::new((text(), Value::Null)))),
        ("c0", Type::Dynamic, Value::Null),
        ("d40000", Type::Dynamic, Value::Unknown),
    ] {
        assert_eq!(decode(&bytes(hex), &ty).unwrap(), value, "decoding {hex}");
        assert_eq!(encode(&value, &ty).unwrap(), bytes(hex), "encoding {value:?}");
    }
}

#[test]
fn other_spellings_of_the_same_value_are_read() {
    for (hex, ty, value) in [
        ("cb3ff8000000000000", Type::Number, number("1.5")),
        ("ca3fc00000", Type::Number, number("1.5")),
        ("cb43e0000000000000", Type::Number, number("9223372036854775808")),
        ("cf8000000000000000", Type::Number, number("9223372036854775808")),
        ("a431653230", Type::Number, number("100000000000000000000")),
        ("c40178", Type::String, "x".into()),
        ("", Type::String, Value::Null),
        ("c2ff", Type::Bool, false.into()),
        ("c70000", Type::String, Value::Unknown),
        ("c7030c8101c2", Type::String, Value::Unknown),
        ("c700050c", Type::list(Type::Bool), Value::Unknown),
    ] {
        assert_eq!(decode(&bytes(hex), &ty).unwrap(), value, "decoding {hex}");
    }
    let short = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    assert_eq!(
        decode(&bytes("81a161c3"), &short).unwrap(),
        Value::object([("a", true.into()), ("b", Value::Null)])
    );
}

#[test]
fn what_does_not_fit_is_refused_with_its_path() {
    let columns = Type::object([("columns", Type::list(Type::object([("type", Type::String)])))]);
    let error = decode(&bytes("81a7636f6c756d6e739181a47479706507"), &columns).unwrap_err();
    assert_eq!(error.to_string(), "columns[0].type: is not text");
    for (hex, ty) in [
        ("a178", Type::Bool),
        ("c3", Type::Number),
        ("cb7ff8000000000000", Type::Number),
        ("cb7ff0000000000000", Type::Number),
        ("a3307831", Type::Number),
        ("a2c328", Type::String),
        ("dbffffffff78", Type::String),
        ("ddffffffff", Type::list(Type::Bool)),
        ("81a17ac3", Type::object([("a", Type::Bool)])),
        ("91a161", Type::Tuple(vec![Type::String, Type::Bool])),
    ] {
        assert!(decode(&bytes(hex), &ty).is_err(), "{hex} was accepted");
    }
    assert!(encode(&"x".into(), &Type::Number).is_err());
    assert!(encode(&Value::object([("b", Value::Null)]), &Type::object([("a", Type::Bool)])).is_err());
}

#[test]
fn bottomless_nesting_is_refused() {
    let notation = r#"["list","dynamic"]"#;
    let one_level =
        [vec![0x92, 0xc4, u8::try_from(notation.len()).unwrap()], notation.into(), vec![0x91]].concat();
    assert!(
        decode(&one_level.repeat(10_000), &Type::Dynamic)
            .unwrap_err()
            .to_string()
            .contains("nested too deeply")
    );
}

/// A type together with a value of it.
fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(|truth| (Type::Bool, truth.into())),
        any::<i64>().prop_map(|integer| (Type::Number, integer.into())),
        any::<f64>()
            .prop_filter_map("finite", |float| Number::from_f64(float).ok())
            .prop_map(|decimal| (Type::Number, Value::Number(decimal))),
        ".{0,40}".prop_map(|text| (Type::String, Value::string(text))),
        Just((Type::String, Value::Null)),
        Just((Type::Bool, Value::Unknown)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            (inner.clone(), 0..4_usize)
                .prop_map(|((ty, value), n)| (Type::list(ty), Value::List(vec![value; n]))),
            inner.clone().prop_map(|(ty, value)| (Type::set(ty), Value::set([value]))),
            (inner.clone(), "[a-z]{1,4}")
                .prop_map(|((ty, value), key)| { (Type::map(ty), Value::Map([(key, value)].into())) }),
            prop::collection::btree_map("[a-z]{1,6}", inner.clone(), 0..5).prop_map(|attributes| {
                let types = attributes.iter().map(|(name, (ty, _))| (name.clone(), ty.clone()));
                let values = attributes.iter().map(|(name, (_, value))| (name.clone(), value.clone()));
                (Type::object(types), Value::object(values))
            }),
            inner.prop_map(|(ty, value)| (Type::Dynamic, Value::Dynamic(Box::new((ty, value))))),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_survives_the_wire((ty, value) in typed_value()) {
        // A null or unknown of dynamic type travels without its type unless it is wrapped, as above.
        prop_assert_eq!(decode(&encode(&value, &ty).unwrap(), &ty).unwrap(), value);
    }

    #[test]
    fn no_bytes_bring_the_decoder_down(noise: Vec<u8>, (ty, value) in typed_value(), cut: prop::sample::Index) {
        let _ = decode(&noise, &ty);
        let mut damaged = encode(&value, &ty).unwrap();
        let position = cut.index(damaged.len());
        damaged[position] ^= 0x55;
        let _ = decode(&damaged, &ty);
        damaged.truncate(position);
        let _ = decode(&damaged, &ty);
    }
}
