//! Which columns the formats that take a message as a whole can fill, as ClickHouse has it.

use crate::configurations::{Verdict, names, ours, table, view};
use crate::oracle::{Oracle, structure};
use crate::sorting::TYPES;

fn columns<'text>(types: &[&'text str]) -> Vec<(&'static str, &'text str)> {
    ["a", "b", "c"].into_iter().zip(types.iter().copied()).collect()
}

/// Whether ClickHouse can put a message into columns of these types, and whether it can make a message of them.
fn theirs(clickhouse: &mut Oracle, format: &str, types: &[&str]) -> (bool, bool) {
    let owned: Vec<_> =
        columns(types).iter().map(|(name, ty)| ((*name).to_owned(), (*ty).to_owned())).collect();
    let structure = structure(&owned).replace('\\', "\\\\").replace('\'', "\\'");
    let read = format!("SELECT * FROM format({format}, '{structure}', '{{}}') FORMAT Null");
    let made = format!("SELECT is_output FROM system.formats WHERE name = '{format}'");
    let reads = clickhouse.ask(&[read], &[]).is_ok();
    let writes = clickhouse.ask(&[made], &[]).expect("a format")[0]["is_output"] == 1;
    (reads, writes)
}

#[test]
fn a_message_as_a_whole_goes_into_one_column_of_text() {
    let mut clickhouse = Oracle::get();
    let mut counts = [0; 2];
    for format in ["JSONAsString", "RawBLOB"] {
        let single = TYPES.iter().map(|ty| vec![*ty]);
        let several = [vec!["String", "String"], vec!["String", "UInt8"], vec!["String", "String", "String"]];
        for types in single.chain(several) {
            let (reads, writes) = theirs(&mut clickhouse, format, &types);
            counts[usize::from(reads)] += 1;
            let settings = [("data_format", format.into())];
            let expected = match (reads, writes) {
                (true, _) => Verdict::Fine,
                (false, true) => Verdict::Doubtful,
                (false, false) => Verdict::Wrong,
            };
            assert_eq!(ours(&table(&columns(&types), &settings)), expected, "{format} {types:?}");
            // What a view stores has to be read.
            let settings = [settings[0].clone(), ("materialized_view", view(&[("order_by", names(&[]))]))];
            let expected = if reads { Verdict::Fine } else { Verdict::Wrong };
            assert_eq!(ours(&table(&columns(&types), &settings)), expected, "{format} {types:?}");
        }
    }
    assert_eq!(counts[1], 2 * 6, "of {counts:?}");
}

/// All formats that Aiven offers: of no other does ClickHouse say that it wants one column of text.
#[test]
fn no_other_format_wants_one_column_of_text() {
    let mut clickhouse = Oracle::get();
    for format in [
        "Avro",
        "CSV",
        "JSONCompactEachRow",
        "JSONCompactStringsEachRow",
        "JSONEachRow",
        "JSONStringsEachRow",
        "MsgPack",
        "Parquet",
        "TSKV",
        "TSV",
        "TabSeparated",
    ] {
        let write = format!(
            "INSERT INTO FUNCTION file('file', '{format}', 'a UInt8, b String') SETTINGS \
             engine_file_truncate_on_insert = 1 SELECT 1, 'x'"
        );
        let read = format!("SELECT * FROM file('file', '{format}', 'a UInt8, b String')");
        let rows = clickhouse.ask(&[write, read], &[]).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(rows, [serde_json::json!({"a": 1, "b": "x"})], "{format}");
        let settings = [("data_format", format.into())];
        assert_eq!(ours(&table(&columns(&["UInt8", "String"]), &settings)), Verdict::Fine, "{format}");
    }
}
