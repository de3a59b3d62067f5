//! The families of types that ClickHouse 25.8 knows: their names, and what arguments they take. Newer versions know more.

/// What stands between a family's parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Nothing.
    Nothing,
    /// A width that has no effect, or nothing.
    Width,
    /// Up to two arguments that have no effect.
    Digits,
    /// A length that has no effect, or nothing.
    Text,
    /// The number of bytes.
    FixedString,
    /// Precision and scale.
    Decimal,
    /// The scale; the precision is in the name.
    Scale(i128),
    /// A precision or a time zone, or both.
    Moment,
    /// A time zone.
    Zone,
    /// A precision, then a time zone.
    Precise,
    /// Names with numbers.
    Enumeration,
    /// The type of the elements.
    Array,
    /// The type that may be missing.
    Nullable,
    /// The type whose values are numbered.
    LowCardinality,
    /// The types of keys and values.
    Map,
    /// Types, with or without names.
    Tuple,
    /// Types with names.
    Nested,
    /// Types.
    Variant,
    /// `max_types=`
    Dynamic,
    /// Paths with types, parameters and what to skip.
    Json,
    /// The name of a format.
    Object,
    /// A function and the types of its arguments.
    Aggregate,
}

/// Types of one name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Family {
    pub name: &'static str,
    pub rule: Rule,
}

const fn family(name: &'static str, rule: Rule) -> Family {
    Family { name, rule }
}

/// Those whose names must be written exactly so.
const EXACT: &[Family] = &[
    family("AggregateFunction", Rule::Aggregate),
    family("Array", Rule::Array),
    family("BFloat16", Rule::Digits),
    family("Dynamic", Rule::Dynamic),
    family("Enum16", Rule::Enumeration),
    family("Enum8", Rule::Enumeration),
    family("FixedString", Rule::FixedString),
    family("Float32", Rule::Digits),
    family("Float64", Rule::Digits),
    family("IPv4", Rule::Nothing),
    family("IPv6", Rule::Nothing),
    family("Int128", Rule::Width),
    family("Int16", Rule::Width),
    family("Int256", Rule::Width),
    family("Int32", Rule::Width),
    family("Int64", Rule::Width),
    family("Int8", Rule::Width),
    family("IntervalDay", Rule::Nothing),
    family("IntervalHour", Rule::Nothing),
    family("IntervalMicrosecond", Rule::Nothing),
    family("IntervalMillisecond", Rule::Nothing),
    family("IntervalMinute", Rule::Nothing),
    family("IntervalMonth", Rule::Nothing),
    family("IntervalNanosecond", Rule::Nothing),
    family("IntervalQuarter", Rule::Nothing),
    family("IntervalSecond", Rule::Nothing),
    family("IntervalWeek", Rule::Nothing),
    family("IntervalYear", Rule::Nothing),
    family("LineString", Rule::Nothing),
    family("LowCardinality", Rule::LowCardinality),
    family("Map", Rule::Map),
    family("MultiLineString", Rule::Nothing),
    family("MultiPolygon", Rule::Nothing),
    family("Nested", Rule::Nested),
    family("Nothing", Rule::Nothing),
    family("Nullable", Rule::Nullable),
    family("Object", Rule::Object),
    family("Point", Rule::Nothing),
    family("Polygon", Rule::Nothing),
    family("Ring", Rule::Nothing),
    family("SimpleAggregateFunction", Rule::Aggregate),
    family("String", Rule::Text),
    family("Tuple", Rule::Tuple),
    family("UInt128", Rule::Width),
    family("UInt16", Rule::Width),
    family("UInt256", Rule::Width),
    family("UInt32", Rule::Width),
    family("UInt64", Rule::Width),
    family("UInt8", Rule::Width),
    family("UUID", Rule::Nothing),
    family("Variant", Rule::Variant),
];

/// Those whose names may be written in upper and lower case.
const ANY_CASE: &[Family] = &[
    family("Bool", Rule::Nothing),
    family("Date", Rule::Nothing),
    family("Date32", Rule::Nothing),
    family("DateTime", Rule::Moment),
    family("DateTime32", Rule::Zone),
    family("DateTime64", Rule::Precise),
    family("Decimal", Rule::Decimal),
    family("Decimal128", Rule::Scale(38)),
    family("Decimal256", Rule::Scale(76)),
    family("Decimal32", Rule::Scale(9)),
    family("Decimal64", Rule::Scale(18)),
    family("Enum", Rule::Enumeration),
    family("JSON", Rule::Json),
    family("Time", Rule::Moment),
    family("Time64", Rule::Precise),
];

/// Other names, in any case, by the family they stand for.
const ALIASES: &[(&str, &[&str])] = &[
    ("Bool", &["BOOLEAN"]),
    ("DateTime", &["TIMESTAMP"]),
    ("Decimal", &["DEC", "FIXED", "NUMERIC"]),
    ("FixedString", &["BINARY"]),
    ("Float32", &["FLOAT", "REAL", "SINGLE"]),
    ("Float64", &["DOUBLE", "DOUBLE PRECISION"]),
    ("IPv4", &["INET4"]),
    ("IPv6", &["INET6"]),
    ("Int16", &["SMALLINT", "SMALLINT SIGNED"]),
    ("Int32", &["INT", "INT SIGNED", "INTEGER", "INTEGER SIGNED", "MEDIUMINT", "MEDIUMINT SIGNED"]),
    ("Int64", &["BIGINT", "BIGINT SIGNED", "SIGNED"]),
    ("Int8", &["BYTE", "INT1", "INT1 SIGNED", "TINYINT", "TINYINT SIGNED"]),
    (
        "String",
        &[
            "BINARY LARGE OBJECT",
            "BINARY VARYING",
            "BLOB",
            "BYTEA",
            "CHAR",
            "CHAR LARGE OBJECT",
            "CHAR VARYING",
            "CHARACTER",
            "CHARACTER LARGE OBJECT",
            "CHARACTER VARYING",
            "CLOB",
            "GEOMETRY",
            "LONGBLOB",
            "LONGTEXT",
            "MEDIUMBLOB",
            "MEDIUMTEXT",
            "NATIONAL CHAR",
            "NATIONAL CHAR VARYING",
            "NATIONAL CHARACTER",
            "NATIONAL CHARACTER LARGE OBJECT",
            "NATIONAL CHARACTER VARYING",
            "NCHAR",
            "NCHAR LARGE OBJECT",
            "NCHAR VARYING",
            "NVARCHAR",
            "TEXT",
            "TINYBLOB",
            "TINYTEXT",
            "VARBINARY",
            "VARCHAR",
            "VARCHAR2",
        ],
    ),
    ("UInt16", &["SMALLINT UNSIGNED", "YEAR"]),
    ("UInt32", &["INT UNSIGNED", "INTEGER UNSIGNED", "MEDIUMINT UNSIGNED"]),
    ("UInt64", &["BIGINT UNSIGNED", "BIT", "SET", "UNSIGNED"]),
    ("UInt8", &["INT1 UNSIGNED", "TINYINT UNSIGNED"]),
];

/// The family of this name or alias.
pub(super) fn find(name: &str) -> Option<&'static Family> {
    let is_named = |family: &&Family| family.name.eq_ignore_ascii_case(name);
    EXACT.iter().find(|family| family.name == name).or_else(|| ANY_CASE.iter().find(is_named)).or_else(|| {
        let names = |aliases: &[&str]| aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name));
        let (stands_for, _) = ALIASES.iter().find(|(_, aliases)| names(aliases))?;
        named(stands_for)
    })
}

/// The family whose name this is but for upper and lower case, which matter to ClickHouse here.
pub(super) fn slip(name: &str) -> Option<&'static Family> {
    EXACT.iter().find(|family| family.name.eq_ignore_ascii_case(name))
}

fn named(name: &str) -> Option<&'static Family> {
    EXACT.iter().chain(ANY_CASE).find(|family| family.name == name)
}

/// What other databases, programming languages and hurried people call a type.
const FOREIGN: [(&str, &str); 22] = [
    ("str", "String"),
    ("uint", "UInt32"),
    ("long", "Int64"),
    ("short", "Int16"),
    ("float16", "BFloat16"),
    ("bigserial", "Int64"),
    ("serial", "Int32"),
    ("int2", "Int16"),
    ("int4", "Int32"),
    ("number", "Decimal"),
    ("money", "Decimal(18, 2)"),
    ("datetime2", "DateTime64"),
    ("timestamptz", "DateTime"),
    ("timestamp64", "DateTime64"),
    ("jsonb", "JSON"),
    ("guid", "UUID"),
    ("uniqueidentifier", "UUID"),
    ("list", "Array"),
    ("struct", "Tuple"),
    ("record", "Tuple"),
    ("dict", "Map"),
    ("bytes", "String"),
];

/// The name that an unknown one was probably meant to be.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    // Fewer would make a `Foo` of every `Foe`.
    const SIMILAR_ENOUGH: f64 = 0.88;
    let lower = name.to_ascii_lowercase();
    // Of what, it does not say.
    if lower == "interval" {
        return None;
    }
    if let Some((_, meant)) = FOREIGN.iter().find(|(foreign, _)| *foreign == lower) {
        return Some(meant);
    }
    // Not `INT8 SIGNED`, which is no alias of what it says.
    if let Some((integer, "signed" | "unsigned")) = lower.split_once(' ')
        && let Some(bits) = integer.trim_start_matches('u').strip_prefix("int")
    {
        let start = if lower.ends_with("unsigned") { "UInt" } else { "Int" };
        return EXACT.iter().map(|family| family.name).find(|name| name.strip_prefix(start) == Some(bits));
    }
    if let Some(numbered) = nearest_width(&lower) {
        return Some(numbered);
    }
    let names = EXACT.iter().chain(ANY_CASE).map(|family| family.name);
    let aliases = ALIASES.iter().flat_map(|(_, aliases)| aliases.iter().copied());
    // A family's own name wins over an alias as near.
    let mut nearest = None;
    let mut highest = SIMILAR_ENOUGH;
    for known in names.chain(aliases) {
        let score = strsim::jaro_winkler(&lower, &known.to_ascii_lowercase());
        if score > highest {
            (nearest, highest) = (Some(known), score);
        }
    }
    nearest
}

/// Of families that differ by a number, the smallest that is not smaller, or else the largest: `Int256` of `Int512`.
fn nearest_width(name: &str) -> Option<&'static str> {
    let parts = |name: &str| {
        let start = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let width = name[start.len()..].parse::<u32>().ok()?;
        Some((start.to_ascii_lowercase(), width))
    };
    let (start, width) = parts(name)?;
    let start = if start == "double" { "float".to_owned() } else { start };
    let is_integer = ["int", "uint", "float", "decimal"].contains(&start.as_str());
    let names = EXACT.iter().chain(ANY_CASE).map(|family| family.name).filter(|_| is_integer);
    let same = names.filter_map(|name| Some((parts(name).filter(|(other, _)| *other == start)?.1, name)));
    let same: Vec<_> = same.collect();
    let wide = same.iter().filter(|(other, _)| *other >= width).min();
    // Digits in another order are a slip of the hand.
    let digits = |number: u32| {
        let mut digits = number.to_string().into_bytes();
        digits.sort_unstable();
        digits
    };
    let swapped = same.iter().find(|(other, _)| digits(*other) == digits(width));
    swapped.or(wide).or_else(|| same.iter().max()).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_clickhouse_finds_them() {
        for (name, found) in [
            ("Int8", Some("Int8")),
            ("int8", None),
            ("datetime64", Some("DateTime64")),
            ("bigint", Some("Int64")),
            ("Double Precision", Some("Float64")),
            ("national character large object", Some("String")),
            ("ENUM", Some("Enum")),
            ("ENUM8", None),
            ("string", None),
            ("uuid", None),
            ("", None),
        ] {
            assert_eq!(find(name).map(|family| family.name), found, "{name}");
        }
    }

    #[test]
    fn every_alias_stands_for_a_family() {
        for (family, _) in ALIASES {
            assert!(named(family).is_some(), "{family}");
        }
    }

    #[test]
    fn slips_are_near_what_was_meant() {
        for (name, meant) in [
            ("Sting", Some("String")),
            ("Str", Some("String")),
            ("string", Some("String")),
            ("Datetime46", Some("DateTime64")),
            ("Nulable", Some("Nullable")),
            ("UINT32 UNSIGNED", Some("UInt32")),
            ("INT8 SIGNED", Some("Int8")),
            ("LowCardinalty", Some("LowCardinality")),
            ("Geography", None),
            ("Blurb", None),
            ("Int512", Some("Int256")),
            ("Int24", Some("Int32")),
            ("UInt46", Some("UInt64")),
            ("Decimal512", Some("Decimal256")),
            ("Double64", Some("Float64")),
            ("Interval", None),
        ] {
            assert_eq!(nearest(name), meant, "{name}");
        }
    }
}
