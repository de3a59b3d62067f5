//! Columns from Avro schemas, and the columns that ClickHouse infers from files with the same schema.

use apache_avro::types::Value as Datum;
use apache_avro::{Schema, Writer};
use serde_json::{Value, json};

use crate::calls::columns;
use crate::differences::{AVRO, Inferred, compare};
use crate::oracle::{Answer, Column, Oracle, structure};

const FUNCTION: &str = "columns_from_avro";
const SOURCE: &str = "file('file', 'Avro')";
const SEED: u64 = 20_260_801;

/// A record with one field, `x`, of this type.
fn record(ty: &str) -> String {
    format!(r#"{{"type": "record", "name": "M", "fields": [{{"name": "x", "type": {ty}}}]}}"#)
}

/// A file without records: its header has the schema, and that is all that inference looks at.
fn empty_file(schema: &str) -> Vec<u8> {
    let mut file = b"Obj\x01".to_vec();
    let long = |file: &mut Vec<u8>, number: usize| {
        let mut rest = number << 1;
        while rest >= 0x80 {
            file.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        file.push(rest.to_le_bytes()[0]);
    };
    long(&mut file, 2);
    for text in ["avro.codec", "null", "avro.schema", schema] {
        long(&mut file, text.len());
        file.extend(text.bytes());
    }
    long(&mut file, 0);
    file.extend([7; 16]);
    file
}

fn inferred(clickhouse: &mut Oracle, schema: &str) -> Result<Vec<Column>, String> {
    clickhouse.describe(SOURCE, &empty_file(schema))
}

/// What ClickHouse reads into our columns from a file with these records.
fn loaded(schema: &str, options: &[(&str, &str)], records: &[Value]) -> Vec<Value> {
    let columns = columns(FUNCTION, &[schema], options).expect("columns");
    read_into(&columns, schema, records).expect("it is read")
}

/// What ClickHouse reads into columns from a file with these records.
fn read_into(columns: &[Column], schema: &str, records: &[Value]) -> Answer {
    let parsed = Schema::parse_str(schema).expect("a schema");
    let mut writer = Writer::new(&parsed, Vec::new()).expect("a writer");
    for record in records {
        let datum = Datum::try_from(record.clone()).expect("a datum").resolve(&parsed).expect("it fits");
        writer.append_value(datum).expect("it is written");
    }
    let file = writer.into_inner().expect("a file");
    let quoted = structure(columns).replace('\\', "\\\\").replace('\'', "\\'");
    let query = format!("SELECT * FROM file('file', 'Avro', '{quoted}')");
    Oracle::get().ask(&[query], &file)
}

#[test]
fn every_type_is_as_inferred_or_a_known_difference() {
    let ours = |ty: &str| columns(FUNCTION, &[&record(ty)], &[]);
    compare(AVRO, ours, |clickhouse, ty| inferred(clickhouse, &record(ty)));
}

#[test]
fn generated_schemas_are_as_inferred() {
    let mut clickhouse = Oracle::get();
    let mut refused = 0;
    for seed in 0..300 {
        let schema = Generator { random: fastrand::Rng::with_seed(SEED + seed), names: 0 }.message();
        let theirs = inferred(&mut clickhouse, &schema).unwrap_or_else(|error| panic!("{error}\n{schema}"));
        match columns(FUNCTION, &[&schema], &[]) {
            Ok(ours) => {
                assert_eq!(ours, theirs, "{schema}");
                assert_eq!(clickhouse.table(&ours), Ok(theirs), "{schema}");
            }
            // ClickHouse infers what its own tables refuse, and knows nothing of Aiven's limits.
            Err(message) => {
                refused += 1;
                let is_limit = message.contains("Aiven accepts");
                assert!(is_limit || clickhouse.table(&theirs).is_err(), "{message}\n{schema}");
            }
        }
    }
    assert!(refused < 150, "{refused} of 300 schemas are refused, so little is compared");
}

/// Every two types in one union: what we refuse, a table refuses or cannot be read into, and nothing
/// else.
#[test]
fn unions_are_refused_where_tables_refuse_them() {
    let mut clickhouse = Oracle::get();
    let members: Vec<_> =
        AVRO.iter().filter(|row| row.ours.is_some() && row.inferred == Inferred::Same).collect();
    let members = members.iter().filter(|row| !row.schema.starts_with('['));
    let more = [
        r#"{"type": "array", "items": "long"}"#,
        r#"{"type": "array", "items": "string"}"#,
        r#"{"type": "map", "values": "string"}"#,
        r#"{"type": "record", "name": "O", "fields": [{"name": "b", "type": "long"}]}"#,
        r#"{"type": "record", "name": "P", "fields": [{"name": "b", "type": "string"}]}"#,
        r#"{"type": "enum", "name": "Q", "symbols": ["OLD"]}"#,
        r#"{"type": "fixed", "name": "R", "size": 7}"#,
    ];
    let members: Vec<_> = members.map(|row| row.schema).chain(more).collect();
    let mut compared = 0;
    for (index, one) in members.iter().enumerate() {
        for other in &members[..index] {
            let schema = record(&format!("[{one}, {other}]"));
            // Avro itself knows unions that are none, of two arrays for instance.
            if Schema::parse_str(&schema).is_err() {
                continue;
            }
            let Ok(theirs) = inferred(&mut clickhouse, &schema) else { continue };
            compared += 1;
            match columns(FUNCTION, &[&schema], &[]) {
                Ok(ours) => assert_eq!(clickhouse.table(&theirs), Ok(ours), "{schema}"),
                Err(message) => {
                    let read = format!("SELECT * FROM {SOURCE}");
                    let is_useless = clickhouse.table(&theirs).is_err()
                        || clickhouse.ask(&[read], &empty_file(&schema)).is_err();
                    assert!(is_useless, "{message}\n{schema}");
                }
            }
        }
    }
    assert!(compared > 200, "only {compared} unions were compared");
}

#[test]
fn what_differs_from_inference_keeps_the_data() {
    let field = |name: &str, ty: &str| {
        format!(r#"{{"name": "{name}", "type": {{"type": "long", "logicalType": "{ty}"}}}}"#)
    };
    let fields = [
        field("ms", "local-timestamp-millis"),
        field("us", "local-timestamp-micros"),
        field("ns", "local-timestamp-nanos"),
        field("utc", "timestamp-nanos"),
    ];
    let schema = format!(r#"{{"type": "record", "name": "M", "fields": [{}]}}"#, fields.join(", "));
    let record = json!({"ms": 1_700_000_000_123_i64, "us": 1_700_000_000_123_456_i64,
        "ns": 1_700_000_000_123_456_789_i64, "utc": 1_700_000_000_123_456_789_i64});
    assert_eq!(
        loaded(&schema, &[], &[record]),
        [json!({"ms": "2023-11-14 22:13:20.123", "us": "2023-11-14 22:13:20.123456",
            "ns": "2023-11-14 22:13:20.123456789", "utc": "2023-11-14 22:13:20.123456789"})]
    );
}

/// The order in which producers and `columns` change: a column that the schema of a message lacks is an error, a field
/// that has no column is none.
#[test]
fn a_new_field_may_come_before_its_column_and_not_after() {
    let fields = [r#"{"name": "id", "type": "int"}"#, r#"{"name": "note", "type": ["null", "string"]}"#];
    let schema =
        |fields: &[&str]| format!(r#"{{"type": "record", "name": "M", "fields": [{}]}}"#, fields.join(", "));
    let (old, new) = (schema(&fields[..1]), schema(&fields));
    let columns = |schema: &str| columns(FUNCTION, &[schema], &[]).expect("columns");
    let new_message = [json!({"id": 1, "note": "n"})];
    assert_eq!(read_into(&columns(&old), &new, &new_message), Ok(vec![json!({"id": 1})]));
    let error = read_into(&columns(&new), &old, &[json!({"id": 1})]).unwrap_err();
    assert!(error.contains("Field note not found in Avro schema"), "{error}");
}

/// A record that may be null, in it one that may not, and an array.
const NULLABLE: &str = r#"["null", {"type": "record", "name": "Value", "namespace": "shop", "fields": [
    {"name": "id", "type": "int"},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
    {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [{"name": "note", "type": "string"}]}}]}]"#;

#[test]
fn a_record_that_is_missing_is_not_one_of_zeros() {
    let full = json!({"x": {"id": 0, "tags": ["a"], "inner": {"note": ""}}});
    let none = json!({"x": null});
    assert_eq!(
        loaded(&record(NULLABLE), &[], &[full.clone(), none.clone()]),
        [full.clone(), json!({"x": {"id": null, "tags": [], "inner": {"note": null}}})]
    );
    let flat = |id: Value, tags: Value, note: Value| json!({"x.Value.id": id, "x.Value.tags": tags, "x.Value.inner.note": note});
    assert_eq!(
        loaded(&record(NULLABLE), &[("nested", "flatten")], &[full, none]),
        [flat(json!(0), json!(["a"]), json!("")), flat(json!(null), json!([]), json!(null))]
    );
}

#[test]
fn options_change_what_is_read_and_lose_nothing() {
    let schema = r#"{"type": "record", "name": "M", "fields": [
        {"name": "state", "type": {"type": "enum", "name": "E", "symbols": ["NEW", "PAID"]}},
        {"name": "tree", "type": ["null", "M"]},
        {"name": "inner", "type": {"type": "record", "name": "N", "fields": [{"name": "a", "type": "int"}]}}]}"#;
    let options = [("enums", "string"), ("omit", "tree"), ("nested", "flatten")];
    let record = json!({"state": "PAID", "tree": null, "inner": {"a": 5}});
    assert_eq!(loaded(schema, &options, &[record]), [json!({"state": "PAID", "inner.a": 5})]);
}

/// Random schemas without what is known to differ.
struct Generator {
    random: fastrand::Rng,
    names: usize,
}

impl Generator {
    fn message(&mut self) -> String {
        self.record(3, false)
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("T{}", self.names)
    }

    /// Where the record may be null every field may be, so that its fields are nullable one way or the other.
    fn record(&mut self, depth: usize, all_nullable: bool) -> String {
        let name = self.name();
        let count = self.random.usize(1..=5);
        let fields = (0..count).map(|index| {
            let ty = self.field(depth, all_nullable);
            let odd = ["", "_", "Value"][self.random.usize(..3)];
            format!(r#"{{"name": "f{index}{odd}", "type": {ty}}}"#)
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        let namespace = ["", r#""namespace": "a.b", "#][self.random.usize(..2)];
        format!(r#"{{"type": "record", {namespace}"name": "{name}", "fields": [{fields}]}}"#)
    }

    fn field(&mut self, depth: usize, nullable: bool) -> String {
        let nested = depth > 0 && self.random.u8(..3) == 0;
        let ty = match (nested, self.random.u8(..4)) {
            (false, _) => self.scalar(),
            (true, 0) => format!(r#"{{"type": "array", "items": {}}}"#, self.field(depth - 1, false)),
            (true, 1) => format!(r#"{{"type": "map", "values": {}}}"#, self.field(depth - 1, false)),
            (true, 2) => {
                let others = [r#""string""#, r#""double""#, r#""boolean""#, r#""long""#];
                return format!(
                    r#"["null", {}, {}]"#,
                    others[self.random.usize(..2)],
                    others[self.random.usize(2..4)]
                );
            }
            (true, _) => {
                let or_null = nullable || self.random.bool();
                let record = self.record(depth - 1, or_null);
                return if or_null { format!(r#"["null", {record}]"#) } else { record };
            }
        };
        match (nullable || self.random.u8(..3) == 0, self.random.bool()) {
            (true, true) => format!(r#"["null", {ty}]"#),
            (true, false) => format!(r#"[{ty}, "null"]"#),
            (false, _) => ty,
        }
    }

    fn scalar(&mut self) -> String {
        let is_plain = |ty: &str| {
            ["Array", "Map", "Tuple", "Variant", "Nullable"].iter().all(|kind| !ty.starts_with(kind))
        };
        let scalars: Vec<_> = AVRO
            .iter()
            .filter(|row| row.inferred == Inferred::Same && row.ours.is_some_and(is_plain))
            .collect();
        let row = scalars[self.random.usize(..scalars.len())];
        // Avro wants every named type defined once.
        let name = self.name();
        ["E", "F", "D", "U"].iter().fold(row.schema.to_owned(), |schema, old| {
            schema.replace(&format!(r#""name": "{old}""#), &format!(r#""name": "{name}""#))
        })
    }
}
