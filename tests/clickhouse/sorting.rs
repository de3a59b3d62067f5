//! What ClickHouse lets one sort by, count ages from, and hand to the engines of the MergeTree family: which columns, of
//! which types. We refuse what it refuses whatever its settings are, and warn of what it refuses by default.

use crate::configurations::{Verdict, names, ours, table, view};
use crate::oracle::Oracle;

/// One type of each kind, and what may be around it.
pub const TYPES: [&str; 73] = [
    "String",
    "FixedString(4)",
    "Bool",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Int128",
    "Int256",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "UInt128",
    "UInt256",
    "Float32",
    "Float64",
    "BFloat16",
    "Decimal(9, 2)",
    "Decimal(76, 2)",
    "Date",
    "Date32",
    "DateTime",
    "DateTime('UTC')",
    "DateTime64(0)",
    "DateTime64(3, 'UTC')",
    "DateTime64(9)",
    "Time",
    "Time64(3)",
    "IntervalDay",
    "UUID",
    "IPv4",
    "IPv6",
    "Enum8('a' = 1)",
    "Enum16('a' = 1)",
    "Array(String)",
    "Array(Nullable(String))",
    "Array(UInt64)",
    "Array(JSON)",
    "Array(Dynamic)",
    "Array(LowCardinality(Nullable(String)))",
    "Array(AggregateFunction(count))",
    "Map(String, String)",
    "Map(String, Nullable(String))",
    "Map(String, JSON)",
    "Tuple(String, UInt64)",
    "Tuple(Nullable(String))",
    "Tuple(Array(Nullable(String)))",
    "Tuple(Dynamic)",
    "Point",
    "Ring",
    "JSON",
    "Object('json')",
    "Dynamic",
    "Variant(String, UInt8)",
    "LowCardinality(String)",
    "LowCardinality(FixedString(4))",
    "LowCardinality(Nullable(String))",
    "LowCardinality(Int8)",
    "LowCardinality(UInt8)",
    "LowCardinality(Date)",
    "LowCardinality(DateTime)",
    "LowCardinality(Nullable(DateTime))",
    "Nullable(String)",
    "Nullable(Int8)",
    "Nullable(UInt8)",
    "Nullable(UInt64)",
    "Nullable(Date)",
    "Nullable(DateTime64(3))",
    "AggregateFunction(count)",
    "AggregateFunction(max, UInt64)",
    "SimpleAggregateFunction(anyLast, String)",
    "SimpleAggregateFunction(any, Nullable(String))",
];

/// So that no type is refused by itself.
const TYPES_ALLOWED: [(&str, &str); 4] = [
    ("allow_experimental_object_type", "1"),
    ("allow_suspicious_fixed_string_types", "1"),
    ("allow_suspicious_low_cardinality_types", "1"),
    ("enable_time_time64_type", "1"),
];

/// What else ClickHouse allows for one query but not by default.
const KEYS_ALLOWED: [(&str, &str); 2] =
    [("allow_suspicious_indices", "1"), ("allow_suspicious_primary_key", "1")];

/// A table of the MergeTree family.
#[derive(Clone, Copy)]
struct Target<'text> {
    columns: &'text [(&'text str, &'text str)],
    engine: &'text str,
    parameters: &'text [&'text str],
    order_by: &'text [&'text str],
    ttl: &'text str,
}

const PLAIN: Target<'_> =
    Target { columns: &[], engine: "MergeTree", parameters: &[], order_by: &["k"], ttl: "" };

impl Target<'_> {
    /// Whether ClickHouse makes the table, and if not, whether it does when settings allow whatever they can.
    fn theirs(&self, clickhouse: &mut Oracle) -> Verdict {
        let columns: Vec<_> = self.columns.iter().map(|(name, ty)| format!("`{name}` {ty}")).collect();
        let quoted =
            |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let parameters = match (self.engine, self.parameters) {
            // Several columns to sum are one argument.
            ("SummingMergeTree", [_, _, ..]) => format!("({})", quoted(self.parameters)),
            (_, parameters) => quoted(parameters),
        };
        let create = format!(
            "CREATE TABLE target ({}) ENGINE = {}({parameters}) ORDER BY ({}) {}",
            columns.join(", "),
            self.engine,
            quoted(self.order_by),
            self.ttl
        );
        let lenient = " SETTINGS allow_nullable_key = 1, allow_suspicious_indices = 1, \
                       allow_summing_columns_in_partition_or_order_key = 1";
        let drop = || "DROP TABLE IF EXISTS target".to_owned();
        let strictly = [drop(), set(&TYPES_ALLOWED), defaults(&KEYS_ALLOWED), create.clone()];
        let leniently = [drop(), set(&KEYS_ALLOWED), create + lenient];
        if clickhouse.ask(&strictly, &[]).is_ok() {
            Verdict::Fine
        } else if clickhouse.ask(&leniently, &[]).is_ok() {
            Verdict::Doubtful
        } else {
            Verdict::Wrong
        }
    }

    fn ours(&self) -> Verdict {
        let mut attributes = vec![
            ("order_by", names(self.order_by)),
            ("engine", self.engine.into()),
            ("engine_params", names(self.parameters)),
        ];
        if !self.ttl.is_empty() {
            attributes.extend([("ttl_column", "x".into()), ("ttl_days", 1.into())]);
        }
        ours(&table(self.columns, &[("materialized_view", view(&attributes))]))
    }

    fn agrees(&self, clickhouse: &mut Oracle) -> Verdict {
        let theirs = self.theirs(clickhouse);
        let Self { columns, engine, parameters, order_by, .. } = self;
        assert_eq!(self.ours(), theirs, "{columns:?} {engine}({parameters:?}) ORDER BY {order_by:?}");
        theirs
    }
}

fn set(settings: &[(&str, &str)]) -> String {
    let each = settings.iter().map(|(name, value)| format!("{name} = {value}"));
    format!("SET {}", each.collect::<Vec<_>>().join(", "))
}

fn defaults(settings: &[(&'static str, &str)]) -> String {
    set(&settings.iter().map(|(name, _)| (*name, "DEFAULT")).collect::<Vec<_>>())
}

/// Leaves the session, which others share, as it was.
fn restore(clickhouse: &mut Oracle) {
    let queries =
        ["DROP TABLE IF EXISTS target".to_owned(), defaults(&TYPES_ALLOWED), defaults(&KEYS_ALLOWED)];
    clickhouse.ask(&queries, &[]).expect("settings have defaults");
}

/// How many of the types are fine, doubtful and wrong, where each is agreed on.
fn agreed(target: impl Fn(&[(&str, &str)], &mut Oracle) -> Verdict) -> [usize; 3] {
    let mut clickhouse = Oracle::get();
    let mut counts = [0; 3];
    for ty in TYPES {
        let columns = [("k", "UInt8"), ("x", ty), ("s", "Int8"), ("v", "UInt64")];
        counts[target(&columns, &mut clickhouse) as usize] += 1;
    }
    restore(&mut clickhouse);
    counts
}

#[test]
fn sorting_keys() {
    let counts =
        agreed(|columns, clickhouse| Target { columns, order_by: &["k", "x"], ..PLAIN }.agrees(clickhouse));
    assert_eq!(counts, [47, 15, 11]);
}

#[test]
fn columns_that_engines_take() {
    let uses: [(&str, &[&str]); 7] = [
        ("CollapsingMergeTree", &["x"]),
        ("VersionedCollapsingMergeTree", &["x", "v"]),
        ("VersionedCollapsingMergeTree", &["s", "x"]),
        ("ReplacingMergeTree", &["x"]),
        ("ReplacingMergeTree", &["v", "x"]),
        ("SummingMergeTree", &["x"]),
        ("SummingMergeTree", &["v", "x"]),
    ];
    let counts = uses.map(|(engine, parameters)| {
        agreed(|columns, clickhouse| Target { columns, engine, parameters, ..PLAIN }.agrees(clickhouse))
    });
    let types = [[1, 0, 72], [1, 0, 72], [29, 0, 44], [29, 0, 44], [2, 0, 71], [73, 0, 0], [73, 0, 0]];
    assert_eq!(counts, types);
}

#[test]
fn how_many_columns_engines_take_and_sorting_keys_have() {
    const COLUMNS: &[(&str, &str)] = &[
        ("k", "UInt8"),
        ("s", "Int8"),
        ("v", "UInt64"),
        ("d", "UInt8"),
        ("t", "Tuple(a UInt8)"),
        ("n", "Nested(a UInt8)"),
    ];
    const ENGINES: [&str; 6] = [
        "AggregatingMergeTree",
        "CollapsingMergeTree",
        "MergeTree",
        "ReplacingMergeTree",
        "SummingMergeTree",
        "VersionedCollapsingMergeTree",
    ];
    const PARAMETERS: &[&[&str]] = &[
        &[],
        &["s"],
        &["v"],
        &["d"],
        &["s", "v"],
        &["v", "s"],
        &["v", "d"],
        &["s", "s"],
        &["d", "d"],
        &["s", "v", "d"],
        &["v", "d", "v"],
    ];
    const KEYS: &[&[&str]] =
        &[&[], &["k"], &["k", "k"], &["k", "s"], &["v", "k"], &["k", "v", "k"], &["d"], &["t.a"], &["n.a"]];
    let mut clickhouse = Oracle::get();
    let mut counts = [0; 3];
    for engine in ENGINES {
        for parameters in PARAMETERS {
            for order_by in KEYS {
                let target = Target { columns: COLUMNS, engine, parameters, order_by, ttl: "" };
                counts[target.agrees(&mut clickhouse) as usize] += 1;
            }
        }
    }
    restore(&mut clickhouse);
    assert_eq!(counts, [107, 46, 441]);
}

/// ClickHouse counts from text, too, but Aiven documents a `Date` or `DateTime`.
const TEXT: [&str; 3] = ["String", "LowCardinality(String)", "SimpleAggregateFunction(anyLast, String)"];

/// How Aiven writes the expression is not published: only what fails in all of these forms is wrong for certain.
#[test]
fn columns_that_an_age_is_counted_from() {
    let counts = agreed(|columns, clickhouse| {
        let theirs = ["x", "toDateTime(x)", "toDate(x)"].map(|moment| {
            let ttl = format!("TTL {moment} + INTERVAL 1 DAY DELETE");
            Target { columns, ttl: &ttl, ..PLAIN }.theirs(clickhouse)
        });
        let ours = Target { columns, ttl: "TTL", ..PLAIN }.ours();
        let expected = match theirs {
            [Verdict::Fine, ..] if TEXT.contains(&columns[1].1) => return ours,
            [Verdict::Fine, ..] => Verdict::Fine,
            theirs if theirs.contains(&Verdict::Fine) => Verdict::Doubtful,
            _ => Verdict::Wrong,
        };
        assert_eq!(ours, expected, "{:?}", columns[1]);
        expected
    });
    assert_eq!(counts, [7, 52, 14]);
}
