//! Columns from Protobuf schemas, and the columns that ClickHouse infers from the same text.

use crate::calls::columns;
use crate::differences::{PROTOBUF, compare};
use crate::messages;
use crate::oracle::{Column, Oracle};
use serde_json::json;

const FUNCTION: &str = "columns_from_protobuf";
const SEED: u64 = 20_260_802;

const IMPORTS: [&str; 4] = ["duration", "struct", "timestamp", "wrappers"];

fn file(body: &str) -> String {
    let imports = IMPORTS.map(|name| format!("import \"google/protobuf/{name}.proto\";\n"));
    // ClickHouse has no such files, and needs none where nothing in them is used.
    let imports = if body.contains("google.") { imports.concat() } else { String::new() };
    format!("syntax = \"proto3\";\n{imports}message M {{ {body} }}")
}

fn inferred(clickhouse: &mut Oracle, schema: &str) -> Result<Vec<Column>, String> {
    // It remembers schemas by the name of the message.
    clickhouse.ask(&["SYSTEM DROP FORMAT SCHEMA CACHE FOR Protobuf".to_owned()], &[])?;
    let quoted = schema.replace('\\', "\\\\").replace('\'', "\\'");
    let settings = format!(
        "format_schema = '{quoted}', format_schema_source = 'string', format_schema_message_name = 'M'"
    );
    clickhouse.describe(&format!("format(Protobuf, '') SETTINGS {settings}"), &[])
}

#[test]
fn every_type_is_as_inferred_or_a_known_difference() {
    let ours = |body: &str| columns(FUNCTION, &[&file(body), "M"], &[]);
    compare(PROTOBUF, ours, |clickhouse, body| inferred(clickhouse, &file(body)));
}

/// Without what is known to differ everywhere: `Nullable`, and `Bool` for what is inferred as `UInt8`.
fn without_known_differences(ty: &str) -> String {
    let ty = ty.replace("Bool", "UInt8");
    let Some((before, rest)) = ty.split_once("Nullable(") else { return ty };
    let mut depth = 1;
    let end = rest.find(|letter| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    let (inner, after) = rest.split_at(end.expect("brackets match"));
    without_known_differences(&format!("{before}{inner}{}", &after[1..]))
}

#[test]
fn generated_schemas_are_as_inferred() {
    let mut clickhouse = Oracle::get();
    let mut compared = 0;
    for seed in 0..300 {
        let schema = Generator { random: fastrand::Rng::with_seed(SEED + seed), names: 0 }.file();
        let theirs = inferred(&mut clickhouse, &schema).unwrap_or_else(|error| panic!("{error}\n{schema}"));
        match columns(FUNCTION, &[&schema, "M"], &[("names", "proto")]) {
            Ok(ours) => {
                let stripped = ours.iter().map(|(name, ty)| (name.clone(), without_known_differences(ty)));
                assert_eq!(stripped.collect::<Vec<_>>(), theirs, "{schema}");
                assert_eq!(clickhouse.table(&ours), Ok(ours), "{schema}");
                compared += 1;
            }
            Err(message) => assert!(message.contains("Aiven accepts"), "{message}\n{schema}"),
        }
    }
    assert!(compared > 250, "only {compared} of 300 schemas were compared");
}

/// What a program writes that maps such a message to JSON.
#[test]
fn messages_in_the_json_mapping_are_read_without_loss() {
    let schema = file(
        "int64 order_id = 1; uint64 big_number = 2; google.protobuf.Timestamp created_at = 3; bytes raw = 4; \
         google.protobuf.Int64Value limit = 5; google.protobuf.BoolValue unset = 6; State state = 7; \
         map<bool, string> flags = 8; map<int32, Item> items = 9; repeated Item lines = 10; optional double rate = 11; \
         google.protobuf.Duration took = 12; Item missing = 13; oneof way { string by_name = 14; int32 by_number = 15; } \
         google.protobuf.Struct extra = 16; bool done = 17; Item named = 18 [json_name = \"renamed\"]; \
         enum State { STATE_UNKNOWN = 0; STATE_PAID = 1; } message Item { string sku = 1; uint32 count = 2; }",
    );
    let message = json!({
        "orderId": "-9007199254740993", "bigNumber": "18446744073709551615",
        "createdAt": "2024-02-29T12:00:00.000000001Z", "raw": "AAE=", "limit": "5", "state": "STATE_PAID",
        "flags": {"true": "x"}, "items": {"-5": {"sku": "a", "count": 1}}, "lines": [{"sku": "b"}], "rate": 0.5,
        "took": "3.5s", "byName": "n", "extra": {"any": [1]}, "renamed": {"sku": "c", "count": 2},
    });
    let expected = json!({
        "orderId": -9_007_199_254_740_993_i64, "bigNumber": u64::MAX,
        "createdAt": "2024-02-29 12:00:00.000000001", "raw": "AAE=", "limit": 5, "unset": null, "state": "STATE_PAID",
        "flags": {"true": "x"}, "items": {"-5": {"sku": "a", "count": 1}}, "lines": [{"sku": "b", "count": 0}],
        "rate": 0.5, "took": "3.5s", "missing": {"sku": "", "count": 0}, "byName": "n", "byNumber": null,
        "extra": "{\"any\":[1]}", "done": false, "renamed": {"sku": "c", "count": 2},
    });
    let columns = columns(FUNCTION, &[&schema, "M"], &[("untyped", "string"), ("timestamp_precision", "9")])
        .expect("columns");
    assert_eq!(messages::read(&columns, &message), expected);
}

/// Random schemas without what makes inference refuse or rename.
struct Generator {
    random: fastrand::Rng,
    names: usize,
}

impl Generator {
    fn file(&mut self) -> String {
        format!("syntax = \"proto3\";\n{}", self.message("M", 3))
    }

    fn message(&mut self, name: &str, depth: usize) -> String {
        // Of a message with a single field, inference makes no tuple.
        let count = self.random.usize(2..=6);
        let mut order: Vec<_> = (1..=count).collect();
        // The order of the text counts, not that of the numbers.
        self.random.shuffle(&mut order);
        let fields: String = order.into_iter().map(|number| self.field(number, depth)).collect();
        format!("message {name} {{ {fields}}}\n")
    }

    fn field(&mut self, number: usize, depth: usize) -> String {
        let name = ["plain", "snake_case", "camelCase", "WITH_2_numbers"][self.random.usize(..4)];
        let name = format!("{name}_{number}");
        let is_message = depth > 0 && self.random.u8(..4) == 0;
        let (ty, definition) = if is_message || self.random.u8(..6) == 0 {
            self.names += 1;
            let ty = format!("T{}", self.names);
            let definition = if is_message {
                self.message(&ty, depth - 1)
            } else {
                let second = [1, 127, 128, 32_767][self.random.usize(..4)];
                format!("enum {ty} {{ {ty}_ZERO = 0; {ty}_OTHER = {second}; }}\n")
            };
            (ty, definition)
        } else {
            (self.scalar().to_owned(), String::new())
        };
        let field = match self.random.u8(..6) {
            0 => format!("repeated {ty} {name} = {number};"),
            1 => {
                let key = ["string", "int32", "uint64", "sint64", "fixed32"][self.random.usize(..5)];
                format!("map<{key}, {ty}> {name} = {number};")
            }
            2 => format!("optional {ty} {name} = {number};"),
            3 => format!("oneof {name}_choice {{ {ty} {name} = {number}; }}"),
            _ => format!("{ty} {name} = {number};"),
        };
        format!("{definition}{field} ")
    }

    fn scalar(&mut self) -> &'static str {
        const SCALARS: [&str; 15] = [
            "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32",
            "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
        ];
        SCALARS[self.random.usize(..SCALARS.len())]
    }
}
