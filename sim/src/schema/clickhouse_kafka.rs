//! The rules of a `clickhouse_kafka` integration's `user_config`.
//! Names, limits and defaults are facts of Aiven's published schema; the fills nobody documents are the
//! defaults that schema carried until September 2025.

use super::{Kind, Property};

/// The whole `user_config`.
pub const USER_CONFIG: Kind =
    Kind::Object(&[
        Property::new("tables", Kind::List { maximum: 400, of: &Kind::Object(TABLE) }).default("[]")
    ]);

const TABLE: &[Property] = &[
    Property::new("name", Kind::text(1, 40)).required(),
    Property::new("columns", Kind::List { maximum: 100, of: &Kind::Object(COLUMN) }).required(),
    Property::new("topics", Kind::List { maximum: 100, of: &Kind::Object(TOPIC) }).required(),
    Property::new("data_format", Kind::Choice(DATA_FORMATS)).required().default(r#""JSONEachRow""#),
    Property::new("group_name", Kind::text(1, 249)).required().default(r#""clickhouse""#),
    Property::new(
        "auto_offset_reset",
        Kind::Choice(&["beginning", "earliest", "end", "largest", "latest", "smallest"]),
    )
    .default(r#""earliest""#),
    Property::new("auto_offset_reset_by_duration_ms", Kind::integer(0, 2_147_483_647)).default("0"),
    Property::new("date_time_input_format", Kind::Choice(&["basic", "best_effort", "best_effort_us"]))
        .default(r#""basic""#),
    Property::new("handle_error_mode", Kind::Choice(&["dead_letter_queue", "default", "stream"]))
        .default(r#""default""#),
    Property::new("max_block_size", Kind::integer(0, 1_000_000_000)).default("0"),
    Property::new("max_rows_per_message", Kind::integer(1, 1_000_000_000)).default("1"),
    Property::new("num_consumers", Kind::integer(1, 10)).default("1"),
    Property::new("poll_max_batch_size", Kind::integer(0, 1_000_000_000)).default("0"),
    Property::new("poll_max_timeout_ms", Kind::integer(0, 30_000)).default("0"),
    Property::new("skip_broken_messages", Kind::integer(0, 1_000_000_000)).default("0"),
    Property::new("thread_per_consumer", Kind::Boolean).default("false"),
    Property::new("producer_batch_num_messages", Kind::integer(1, 1_000_000)).default("10000"),
    Property::new("producer_batch_size", Kind::integer(0, 2_147_483_647)).undocumented("1000000"),
    Property::new("producer_compression_codec", Kind::Choice(&["gzip", "lz4", "none", "snappy", "zstd"]))
        .default(r#""none""#),
    Property::new("producer_compression_level", Kind::integer(-1, 12)).default("-1"),
    Property::new("producer_linger_ms", Kind::integer(0, 900_000)).default("5"),
    Property::new("producer_queue_buffering_max_kbytes", Kind::integer(0, 2_147_483_647))
        .undocumented("1048576"),
    Property::new("producer_queue_buffering_max_messages", Kind::integer(0, 2_147_483_647)).default("100000"),
    Property::new("producer_request_required_acks", Kind::integer(-1, 1000)).default("-1"),
    Property::new("materialized_view", Kind::Object(MATERIALIZED_VIEW)),
];

const COLUMN: &[Property] = &[
    Property::new("name", Kind::text(1, 40)).required(),
    Property::new("type", Kind::text(1, 1000)).required(),
];

const TOPIC: &[Property] = &[Property::new(
    "name",
    Kind::Text {
        minimum: 1,
        maximum: 249,
        pattern: Some((
            r"^(?!\.$|\.\.$)[-_.A-Za-z0-9]+$",
            "Must consist of alpha-numeric characters, underscores, dashes or dots, max 249 characters",
        )),
    },
)
.required()];

/// The engines that the table behind a view can have.
pub const VIEW_ENGINES: &[&str] = &[
    "AggregatingMergeTree",
    "CollapsingMergeTree",
    "MergeTree",
    "ReplacingMergeTree",
    "SummingMergeTree",
    "VersionedCollapsingMergeTree",
];

const MATERIALIZED_VIEW: &[Property] = &[
    Property::new("view_name", Kind::text(1, 40)).required(),
    Property::new("order_by", Kind::List { maximum: 100, of: &Kind::text(1, 40) }).required(),
    Property::new("database_name", Kind::text(1, 40)).default(r#""default""#),
    Property::new("engine", Kind::Choice(VIEW_ENGINES)).default(r#""MergeTree""#),
    Property::new("engine_params", Kind::List { maximum: 10, of: &Kind::text(1, 40) }).default("[]"),
    Property::new("ttl_column", Kind::text(1, 40)),
    Property::new("ttl_days", Kind::integer(1, 36_500)).needs("ttl_column"),
    Property::new("local_disk_ttl_days", Kind::integer(1, 36_500)).needs("ttl_column"),
];

const DATA_FORMATS: &[&str] = &[
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
];
