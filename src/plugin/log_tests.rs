//! The lines Terraform gets to read.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;

/// What `log` writes at `level`, line by line.
fn written(level: LevelFilter, log: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let write = move |line: &[u8]| {
        let line = String::from_utf8(line.to_vec()).expect("UTF-8");
        sink.lock().expect("no panic").push(line);
    };
    let subscriber = tracing_subscriber::registry().with(Hclog { level, write });
    tracing::subscriber::with_default(subscriber, log);
    lines.lock().expect("no panic").clone()
}

fn parsed(line: &str) -> Value {
    let line = line.strip_suffix('\n').expect("a whole line");
    assert!(!line.contains('\n'), "one line: {line}");
    serde_json::from_str(line).expect("JSON")
}

#[test]
fn an_event_is_one_json_line_with_its_fields_as_keys() {
    let lines = written(LevelFilter::TRACE, || {
        tracing::info!(table = "a\"b\nc", count = 3, ok = true, "two\nlines");
    });
    let mut record = parsed(&lines[0]);
    let time = record["@timestamp"].take();
    assert_eq!(
        record,
        json!({
            "@level": "info", "@message": "two\nlines", "@module": module_path!(), "@timestamp": null,
            "table": "a\"b\nc", "count": 3, "ok": true,
        })
    );
    let time = time.as_str().expect("a string");
    assert_eq!(time.len(), "2006-01-02T15:04:05.000000Z".len(), "{time}");
}

#[test]
fn the_time_has_six_digits_even_if_they_are_zeros() {
    let time = OffsetDateTime::UNIX_EPOCH.format(TIMESTAMP);
    assert_eq!(time.expect("a time"), "1970-01-01T00:00:00.000000Z");
}

#[test]
fn what_terraform_takes_for_granted_is_always_a_string() {
    let lines = written(LevelFilter::TRACE, || tracing::warn!(only = 1));
    let record = parsed(&lines[0]);
    for key in ["@level", "@message", "@timestamp"] {
        assert!(record[key].is_string(), "{key} in {record}");
    }
}

#[test]
fn lower_levels_and_the_chatter_of_libraries_are_left_out() {
    let log = || {
        tracing::debug!("ours");
        tracing::info!("ours");
        tracing::info!(target: "h2::codec", "theirs");
        tracing::warn!(target: "h2::codec", "theirs");
    };
    let said = |level| -> Vec<String> {
        let lines = written(level, log);
        lines
            .iter()
            .map(|line| {
                let record = parsed(line);
                format!("{} {}", record["@level"], record["@message"])
            })
            .collect()
    };
    assert_eq!(said(LevelFilter::INFO), [r#""info" "ours""#, r#""warn" "theirs""#]);
    assert_eq!(said(LevelFilter::ERROR), [""; 0]);
}

#[test]
fn no_line_is_longer_than_terraform_reads() {
    let lines = written(LevelFilter::TRACE, || {
        // Each of these bytes takes six in JSON.
        let long = "\u{1}".repeat(100_000);
        tracing::error!(a = long, b = long, c = long, d = long, e = "short", "{long}");
    });
    assert!(lines[0].len() <= LONGEST_LINE, "{} bytes", lines[0].len());
    let record = parsed(&lines[0]);
    assert!(record["@message"].as_str().is_some_and(|text| text.ends_with('…')));
    assert!(record["a"].is_string() && record["d"].is_null());
    assert_eq!(record["e"], "short");
}

#[test]
fn a_value_of_the_greatest_length_is_not_cut() {
    let fits = "é".repeat((LONGEST_VALUE - 5) / 2);
    assert_eq!(quoted(&fits), format!("\"{fits}\""));
    assert!(quoted(&format!("{fits}éé")).ends_with("…\""));
}

#[test]
fn the_level_is_the_providers_else_terraforms() {
    let level = |variables: &[(&str, &str)]| {
        level(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(level(&[]), LevelFilter::OFF);
    assert_eq!(level(&[("TF_LOG", "info")]), LevelFilter::INFO);
    assert_eq!(level(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "off")]), LevelFilter::OFF);
    assert_eq!(level(&[("TF_LOG", "WARN"), ("TF_LOG_PROVIDER", "")]), LevelFilter::WARN);
}
