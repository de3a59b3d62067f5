//! The body of an error: Aiven's words where the body is Aiven's, a description where it is not.
//!
//! A body is never shown whole. The API's own clients learned that it may hold credentials, and a load
//! balancer's page helps nobody. Knows nothing of statuses.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

/// Longer messages are cut. The longest useful ones list the values of an enumeration.
const LONGEST_MESSAGE: usize = 2_000;

/// What the body of an error says.
#[derive(Debug)]
pub(super) struct Complaint {
    /// The API's words, or a description of a body that is not the API's. One line, bounded, printable.
    pub message: String,
    /// Whether the API itself seems to speak: `errors` is a list of its entries, in either shape on record.
    pub is_the_apis: bool,
    /// The entries of `errors`. Empty unless the body has all of the API's shape: a top-level `message`, and
    /// nothing but objects with `message` and `status` in `errors`. Gateways in front of an API answer with
    /// a `message` alone, so only this much shape is proof of who is speaking.
    pub entries: Vec<Entry>,
}

/// One entry of `errors`.
#[derive(Debug)]
pub(super) struct Entry {
    /// Machine-readable cause. Many of the API's errors have none.
    pub code: Option<String>,
    /// The API's words.
    pub message: String,
    /// HTTP status of this entry.
    pub status: u64,
}

impl Complaint {
    /// Reads the body of an error answer.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let Some(words) = json.as_ref().and_then(words) else {
            let message = foreign(headers, body, json.is_some()).to_owned();
            return Self { message, is_the_apis: false, entries: Vec::new() };
        };
        Self {
            message: printable(&words),
            is_the_apis: json.as_ref().is_some_and(is_the_apis),
            entries: json.as_ref().and_then(entries).unwrap_or_default(),
        }
    }
}

/// The top-level `message`, else what `errors` says. Both shapes of `errors` are on record: objects, strings.
fn words(body: &Value) -> Option<String> {
    if let Some(message) = body.get("message").and_then(Value::as_str).filter(|text| !text.is_empty()) {
        return Some(message.to_owned());
    }
    let said: Vec<&str> = body.get("errors")?.as_array()?.iter().filter_map(said).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Whether `errors` holds entries, and nothing but entries.
fn is_the_apis(body: &Value) -> bool {
    let errors = body.get("errors").and_then(Value::as_array);
    errors.is_some_and(|errors| !errors.is_empty() && errors.iter().all(|entry| said(entry).is_some()))
}

/// The words of one entry.
fn said(entry: &Value) -> Option<&str> {
    entry.as_str().or_else(|| entry.get("message")?.as_str())
}

/// The entries, if the body has all of the API's shape.
fn entries(body: &Value) -> Option<Vec<Entry>> {
    body.get("message")?.as_str()?;
    let entry = |value: &Value| {
        Some(Entry {
            code: value.get("error_code").and_then(Value::as_str).map(str::to_owned),
            message: value.get("message")?.as_str()?.to_owned(),
            status: value.get("status")?.as_u64()?,
        })
    };
    body.get("errors")?.as_array()?.iter().map(entry).collect()
}

/// Names what came instead of the API's answer. The usual causes are a wrong address and a proxy.
fn foreign(headers: &HeaderMap, body: &[u8], is_json: bool) -> &'static str {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_page = content_type.is_some_and(|text| text.to_ascii_lowercase().contains("html"))
        || body.trim_ascii_start().starts_with(b"<");
    if body.trim_ascii().is_empty() {
        "an empty body, not the API's answer; check AIVEN_WEB_URL and proxies"
    } else if is_page {
        "an HTML page, not the API's answer; check AIVEN_WEB_URL and proxies"
    } else if is_json {
        "JSON without the API's `message`; check AIVEN_WEB_URL and proxies"
    } else {
        "a text that is not the API's answer; check AIVEN_WEB_URL and proxies"
    }
}

/// One line without control characters, which could rewrite a terminal, and of bounded length.
pub(super) fn printable(words: &str) -> String {
    let mut line = String::new();
    for (count, character) in words.trim().chars().enumerate() {
        if count == LONGEST_MESSAGE {
            line.push('…');
            break;
        }
        line.push(if character.is_control() { ' ' } else { character });
    }
    line
}
