//! Settings of the table that contradict each other.

use crate::tf::{Diagnostics, Path, Value};

pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    compression(config, diagnostics);
    broken_messages(config, diagnostics);
}

fn compression(config: &Value, diagnostics: &mut Diagnostics) {
    let level = config.get("producer_compression_level").as_i64();
    let highest = match config.get("producer_compression_codec").as_str() {
        Some("gzip") => 9,
        Some("lz4") => 12,
        Some("snappy") => 0,
        _ => return,
    };
    let Some(level) = level.filter(|level| *level > highest) else { return };
    let codec = config.get("producer_compression_codec").as_str().unwrap_or_default();
    let allowed = if highest == 0 { "`0`".to_owned() } else { format!("`0` to `{highest}`") };
    diagnostics.error_at(
        Path::attribute("producer_compression_level"),
        format!("`{codec}` has no compression level {level}"),
        format!(
            "`producer_compression_level` may be {allowed} with this codec; `-1` is the codec's own default."
        ),
    );
}

/// A message that is skipped leaves no trace, and one whose error is kept is not skipped. ClickHouse 25.8 skips first: its
/// parser tolerates so many broken rows in each message, and only what it then still refuses is an error to keep. Seen
/// for `stream`, in `tests/clickhouse/reading`.
fn broken_messages(config: &Value, diagnostics: &mut Diagnostics) {
    let skipped = config.get("skip_broken_messages").as_i64();
    let Some(mode @ ("dead_letter_queue" | "stream")) = config.get("handle_error_mode").as_str() else {
        return;
    };
    if skipped.is_some_and(|count| count > 0) {
        diagnostics.warning_at(
            Path::attribute("skip_broken_messages"),
            format!("`skip_broken_messages` contradicts `handle_error_mode` `{mode}`"),
            format!(
                "ClickHouse skips first: messages with up to so many broken rows leave no trace, and `{mode}` keeps \
                 only those with more. Remove `skip_broken_messages`, or set `handle_error_mode` to `default`."
            ),
        );
    }
}
