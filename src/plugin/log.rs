//! Logs in the form Terraform reads from a plugin's standard error: hclog's, one JSON object a line.
//! Writes events as they are given; keeping secrets out of them is the business of the types they are made of.
//!
//! Terraform filters what it reads by the same variables as we do; filtering here saves writing what nobody sees.
//! It reads `@message`, `@level` and `@timestamp` without a check of their type, so a line with a number there would
//! crash Terraform: these are always strings, and no text from elsewhere is ever passed on as a line.

use std::fmt::Debug;
use std::io::{self, Write as _};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Terraform cuts lines at 64 KiB and then reads the pieces as debug output.
const LONGEST_LINE: usize = 60 * 1024;

/// Room for the longest single value, so that one cannot push out the rest.
const LONGEST_VALUE: usize = 16 * 1024;

/// The one format of time Terraform accepts, with exactly six digits of a second's fraction.
const TIMESTAMP: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// Sends this process's events to standard error from now on, if `variable` asks for logs at all.
pub fn install(variable: impl Fn(&'static str) -> Option<String>) {
    let level = level(variable);
    if level == LevelFilter::OFF {
        return;
    }
    // Standard error has no buffer: this is one write a line, so lines of several threads do not mix.
    let write = |line: &[u8]| drop(io::stderr().lock().write_all(line));
    let subscriber = tracing_subscriber::registry().with(Hclog { level, write });
    // Fails if there is a subscriber already, which then stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The level asked for by `TF_LOG_PROVIDER`, else by `TF_LOG`. As in Terraform, an unknown level means everything.
fn level(variable: impl Fn(&'static str) -> Option<String>) -> LevelFilter {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let Some(name) = set("TF_LOG_PROVIDER").or_else(|| set("TF_LOG")) else {
        return LevelFilter::OFF;
    };
    match name.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// Turns events into lines and gives each to `write` as a whole.
struct Hclog<W> {
    level: LevelFilter,
    write: W,
}

impl<S: Subscriber, W: Fn(&[u8]) + 'static> Layer<S> for Hclog<W> {
    /// Of libraries only warnings are of interest: at lower levels HTTP/2 and TLS drown everything else.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let ours = metadata.target().starts_with(env!("CARGO_CRATE_NAME"));
        let level = if ours { self.level } else { self.level.min(LevelFilter::WARN) };
        *metadata.level() <= level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        (self.write)(&line(event.metadata(), OffsetDateTime::now_utc(), &fields));
    }
}

/// What an event says, in its order.
#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, Value)>,
}

impl Fields {
    fn push(&mut self, field: &Field, value: impl Into<Value>) {
        self.others.push((field.name(), value.into()));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.push(field, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value);
    }
}

/// One line, its newline included, of at most [`LONGEST_LINE`] bytes. Long values are cut; fields that find no room
/// are left out.
fn line(metadata: &Metadata<'_>, time: OffsetDateTime, fields: &Fields) -> Vec<u8> {
    let time = time.format(TIMESTAMP).unwrap_or_default();
    let mut line = String::from("{\"@level\":");
    line += &quoted(level_name(*metadata.level()));
    for (key, text) in
        [("@timestamp", time.as_str()), ("@module", metadata.target()), ("@message", &fields.message)]
    {
        line.push_str(&member(key, &quoted(text)));
    }
    for (key, value) in &fields.others {
        let value = match value {
            Value::String(text) => quoted(text),
            other => other.to_string(),
        };
        let member = member(key, &value);
        if line.len() + member.len() + "}\n".len() <= LONGEST_LINE {
            line.push_str(&member);
        }
    }
    line += "}\n";
    line.into_bytes()
}

fn member(key: &str, json: &str) -> String {
    format!(",{}:{json}", quoted(key))
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// `text` as a JSON string of at most [`LONGEST_VALUE`] bytes.
fn quoted(text: &str) -> String {
    let mut room = LONGEST_VALUE - "\"…\"".len();
    let cut = text.char_indices().find(|(_, character)| {
        let size = match character {
            // As `\u001f`, the longest escape there is.
            '\0'..='\x1f' => 6,
            '"' | '\\' => 2,
            other => other.len_utf8(),
        };
        let fits = size <= room;
        room = room.saturating_sub(size);
        !fits
    });
    match cut {
        Some((end, _)) => Value::from(format!("{}…", &text[..end])).to_string(),
        None => Value::from(text).to_string(),
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
