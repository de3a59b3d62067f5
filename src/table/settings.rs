//! The settings of a table and of its materialized view, as Aiven publishes them: one row each.

use std::ops::RangeInclusive;

use serde_json::{Value as Json, json};

use crate::tf::Type;
use crate::tf::checks::{Check, list_of_code};

use super::limits::Limit;

/// One setting.
pub struct Setting {
    /// Its key in JSON, and its attribute.
    pub name: &'static str,
    /// Whether Aiven requires it.
    pub required: bool,
    /// What it may be.
    pub kind: Kind,
    /// The value Aiven documents for a table that does not have it.
    pub default: Documented,
    /// What it does, in Markdown without the closing full stop.
    meaning: &'static str,
}

/// What a setting may be.
pub enum Kind {
    /// A whole number.
    Integer(RangeInclusive<i64>),
    /// A truth value.
    Truth,
    /// One of the values known today.
    Choice(&'static [&'static str]),
    /// Text of so many characters.
    Text(RangeInclusive<usize>),
    /// So many column names.
    Columns(RangeInclusive<usize>),
}

/// A documented default.
#[derive(Clone, Copy)]
pub enum Documented {
    /// No default.
    Nothing,
    /// A whole number.
    Integer(i64),
    /// A truth value.
    Truth(bool),
    /// Text.
    Text(&'static str),
    /// An empty list.
    Empty,
}

impl Setting {
    const fn optional(name: &'static str, kind: Kind, default: Documented, meaning: &'static str) -> Self {
        Self { name, required: false, kind, default, meaning }
    }

    const fn required(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, required: true, kind, default: Documented::Nothing, meaning }
    }

    /// What the documentation says, limits and default included.
    pub fn description(&self) -> String {
        let limits = match &self.kind {
            Kind::Integer(range) => format!(" From `{}` to `{}`.", range.start(), range.end()),
            Kind::Truth => String::new(),
            Kind::Choice(known) => format!(" Known values: {}.", list_of_code(known)),
            Kind::Text(range) => format!(" {} to {} characters.", range.start(), range.end()),
            Kind::Columns(range) => format!(" At most {} columns.", range.end()),
        };
        let default = match self.default {
            Documented::Nothing => String::new(),
            Documented::Empty => " Default is an empty list.".to_owned(),
            _ => format!(" Default is `{}`.", self.default.spelled()),
        };
        format!("{}.{limits}{default}", self.meaning)
    }
}

impl Kind {
    /// The type of the attribute.
    pub fn ty(&self) -> Type {
        match self {
            Self::Integer(_) => Type::Number,
            Self::Truth => Type::Bool,
            Self::Choice(_) | Self::Text(_) => Type::String,
            Self::Columns(_) => Type::list(Type::String),
        }
    }

    /// The limit that Aiven's schema puts on it, if any.
    pub fn limit(&self) -> Option<Limit> {
        match self {
            Self::Integer(range) => Some(Limit::Range(range.clone())),
            Self::Truth => None,
            Self::Choice(known) => Some(Limit::Choice(known)),
            Self::Text(range) => Some(Limit::Characters(range.clone())),
            Self::Columns(range) => Some(Limit::Elements(range.clone())),
        }
    }

    /// What can be checked of a value alone, and offline.
    pub fn checks(&self) -> Vec<Check> {
        self.limit().iter().flat_map(Limit::checks).collect()
    }
}

impl Documented {
    /// The value in JSON, where one is documented.
    pub fn json(self) -> Option<Json> {
        match self {
            Self::Nothing => None,
            Self::Integer(integer) => Some(json!(integer)),
            Self::Truth(truth) => Some(json!(truth)),
            Self::Text(text) => Some(json!(text)),
            Self::Empty => Some(json!([])),
        }
    }

    fn spelled(self) -> String {
        match self {
            Self::Integer(integer) => integer.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Text(text) => text.to_owned(),
            Self::Nothing | Self::Empty => String::new(),
        }
    }
}

/// The documented default at a path of keys: `["materialized_view", "engine"]`.
pub fn documented_default(path: &[&str]) -> Option<Json> {
    let (settings, name) = match path {
        [name] => (TABLE, name),
        [super::VIEW, name] => (VIEW, name),
        _ => return None,
    };
    settings.iter().find(|setting| setting.name == *name).and_then(|setting| setting.default.json())
}

/// The settings of a table that Aiven documents no default for.
pub fn without_documented_default() -> impl Iterator<Item = &'static str> {
    let undocumented = TABLE.iter().filter(|setting| setting.default.json().is_none());
    undocumented.map(|setting| setting.name)
}

/// How the bytes of a message become rows.
pub const DATA_FORMAT: Setting = Setting::required(
    "data_format",
    Kind::Choice(&[
        "Avro",
        "AvroConfluent",
        "CSV",
        "JSONAsString",
        "JSONCompactEachRow",
        "JSONCompactStringsEachRow",
        "JSONEachRow",
        "JSONStringsEachRow",
        "MsgPack",
        "Parquet",
        "RawBLOB",
        "TSKV",
        "TSV",
        "TabSeparated",
    ]),
    "Format of the messages. `AvroConfluent` needs the Karapace schema registry of an Aiven for Apache Kafka service. \
     `JSONAsString` and `RawBLOB` put a message as a whole into one column of type `String`, and take no other. \
     Aiven documents the default `JSONEachRow` and requires the setting all the same",
);

/// Whose progress through the topics is shared.
pub const GROUP_NAME: Setting = Setting::required(
    "group_name",
    Kind::Text(1..=249),
    "Kafka consumer group. Each message is delivered once per group, so tables that name the same group and topic \
     split the messages between them. Aiven documents the default `clickhouse` and requires the setting all the same",
);

const BILLION: i64 = 1_000_000_000;
const MAX_I32: i64 = 2_147_483_647;

/// The optional settings of a table.
pub const TABLE: &[Setting] = &[
    Setting::optional(
        "auto_offset_reset",
        Kind::Choice(&["beginning", "earliest", "end", "largest", "latest", "smallest"]),
        Documented::Text("earliest"),
        "Where to start reading when the group has no offset yet, or one that is out of range",
    ),
    Setting::optional(
        "auto_offset_reset_by_duration_ms",
        Kind::Integer(0..=MAX_I32),
        Documented::Integer(0),
        "If not zero and the group has no offset yet, start with the messages of the last so many milliseconds; \
         overrides `auto_offset_reset`. Needs ClickHouse 25.8 or later",
    ),
    Setting::optional(
        "date_time_input_format",
        Kind::Choice(&["basic", "best_effort", "best_effort_us"]),
        Documented::Text("basic"),
        "How `DateTime` values are read from text formats",
    ),
    Setting::optional(
        "handle_error_mode",
        Kind::Choice(&["dead_letter_queue", "default", "stream"]),
        Documented::Text("default"),
        "What to do with a message that cannot be read: `default` stops, `stream` puts the error into the virtual \
         columns `_error` and `_raw_message`, `dead_letter_queue` into the table `system.dead_letter_queue` (needs \
         ClickHouse 25.8 or later)",
    ),
    Setting::optional(
        "max_block_size",
        Kind::Integer(0..=BILLION),
        Documented::Integer(0),
        "Most rows collected from polls before they are flushed",
    ),
    Setting::optional(
        "max_rows_per_message",
        Kind::Integer(1..=BILLION),
        Documented::Integer(1),
        "Most rows written into one Kafka message, for row-based formats",
    ),
    Setting::optional(
        "num_consumers",
        Kind::Integer(1..=10),
        Documented::Integer(1),
        "Consumers per table and replica",
    ),
    Setting::optional(
        "poll_max_batch_size",
        Kind::Integer(0..=BILLION),
        Documented::Integer(0),
        "Most messages taken in one poll",
    ),
    Setting::optional(
        "poll_max_timeout_ms",
        Kind::Integer(0..=30_000),
        Documented::Integer(0),
        "Longest wait of one poll, in milliseconds; zero means the server's `stream_flush_interval_ms`, which is 500 \
         unless changed",
    ),
    Setting::optional(
        "producer_batch_num_messages",
        Kind::Integer(1..=1_000_000),
        Documented::Integer(10_000),
        "Most messages in a batch sent to Kafka",
    ),
    Setting::optional(
        "producer_batch_size",
        Kind::Integer(0..=MAX_I32),
        Documented::Nothing,
        "Most bytes in a batch sent to Kafka",
    ),
    Setting::optional(
        "producer_compression_codec",
        Kind::Choice(&["gzip", "lz4", "none", "snappy", "zstd"]),
        Documented::Text("none"),
        "Compression of the batches sent to Kafka",
    ),
    Setting::optional(
        "producer_compression_level",
        Kind::Integer(-1..=12),
        Documented::Integer(-1),
        "Level of that compression: `0` to `9` for `gzip`, `0` to `12` for `lz4`, `0` for `snappy`; `-1` is the \
         codec's own default",
    ),
    Setting::optional(
        "producer_linger_ms",
        Kind::Integer(0..=900_000),
        Documented::Integer(5),
        "How long to wait for more messages before a batch is sent, in milliseconds",
    ),
    Setting::optional(
        "producer_queue_buffering_max_kbytes",
        Kind::Integer(0..=MAX_I32),
        Documented::Nothing,
        "Most kilobytes waiting to be sent to Kafka",
    ),
    Setting::optional(
        "producer_queue_buffering_max_messages",
        Kind::Integer(0..=MAX_I32),
        Documented::Integer(100_000),
        "Most messages waiting to be sent to Kafka",
    ),
    Setting::optional(
        "producer_request_required_acks",
        Kind::Integer(-1..=1000),
        Documented::Integer(-1),
        "How many in-sync replicas must acknowledge a message: `0` none, `-1` all",
    ),
    Setting::optional(
        "skip_broken_messages",
        Kind::Integer(0..=BILLION),
        Documented::Integer(0),
        "Up to so many broken rows of each message are skipped and leave no trace, in formats that are text. Meant \
         for `handle_error_mode` `default`",
    ),
    Setting::optional(
        "thread_per_consumer",
        Kind::Truth,
        Documented::Truth(false),
        "Whether every consumer has a thread of its own instead of sharing one",
    ),
];

/// The settings of a materialized view.
pub const VIEW: &[Setting] = &[
    Setting::required("view_name", Kind::Text(1..=40), "Name of the view"),
    Setting::required(
        "order_by",
        Kind::Columns(0..=100),
        "Columns of the sorting key of the target table, which is its primary index as well. They must not be \
         `Nullable`, nor hold JSON or values of varying types",
    ),
    Setting::optional(
        "database_name",
        Kind::Text(1..=40),
        Documented::Text("default"),
        "Database of the view. It must not be the integration's own, which is not replicated and may be dropped; \
         Aiven reserves names with `service_` and `endpoint_` for such databases",
    ),
    Setting::optional(
        "engine",
        Kind::Choice(&[
            "AggregatingMergeTree",
            "CollapsingMergeTree",
            "MergeTree",
            "ReplacingMergeTree",
            "SummingMergeTree",
            "VersionedCollapsingMergeTree",
        ]),
        Documented::Text("MergeTree"),
        "Engine of the target table",
    ),
    Setting::optional(
        "engine_params",
        Kind::Columns(0..=10),
        Documented::Empty,
        "Columns that the engine takes as arguments. `CollapsingMergeTree` takes the sign, an `Int8`; \
         `VersionedCollapsingMergeTree` the sign and the version, a number or a time; `ReplacingMergeTree` the version \
         and whether a row is deleted, a `UInt8`, or only the first, or none; `SummingMergeTree` the columns to sum, by \
         default all that are numbers; the others none",
    ),
    Setting::optional(
        "ttl_column",
        Kind::Text(1..=40),
        Documented::Nothing,
        "Column of a `Date` or `DateTime` type from which the age of a row is counted",
    ),
    Setting::optional(
        "ttl_days",
        Kind::Integer(1..=36_500),
        Documented::Nothing,
        "Days after which a row is deleted. Needs `ttl_column`",
    ),
    Setting::optional(
        "local_disk_ttl_days",
        Kind::Integer(1..=36_500),
        Documented::Nothing,
        "Days after which a row is moved from the local disk to tiered storage, fewer than `ttl_days`. Needs `ttl_column`",
    ),
];
