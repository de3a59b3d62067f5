//! How long the API asks its caller to wait, where it says so. Pure: the clock is passed in.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// The longest wait that is believed. The only rate limit on record counts requests of about a minute, so
/// a longer wait is a mistake somewhere; the caller's own timeout stays the real bound.
const LONGEST: Duration = Duration::from_mins(5);

/// The wait that an answer states: in `Retry-After`, as seconds or as a date, else in the message
/// ("Rate limit 120 exceeded - try again in 28s"). The header is not on record for Aiven, proxies send it.
pub(super) fn stated(headers: &HeaderMap, message: &str, now: SystemTime) -> Option<Duration> {
    let header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    header
        .and_then(|text| in_header(text.trim(), now))
        .or_else(|| in_message(message))
        .map(|wait| wait.min(LONGEST))
}

/// A date already past means no wait.
fn in_header(text: &str, now: SystemTime) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too long for an integer is a wait all the same; the cap makes it a sane one.
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Reads "try again in 1m30s": numbers with units, added up, until something else follows.
fn in_message(message: &str) -> Option<Duration> {
    const INTRODUCTION: &str = "try again in ";
    // Lowering ASCII alone keeps byte positions.
    let message = message.to_ascii_lowercase();
    let start = message.find(INTRODUCTION)? + INTRODUCTION.len();
    let mut rest = message.get(start..)?.trim_start();
    let mut total = None;
    while let Some((part, behind)) = leading_part(rest) {
        total = Some(total.unwrap_or(Duration::ZERO).saturating_add(part));
        rest = behind;
    }
    total
}

/// The first number with its unit, and the text behind them.
fn leading_part(text: &str) -> Option<(Duration, &str)> {
    let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let (number, behind) = text.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let behind = behind.trim_start();
    let letters = behind.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(behind.len());
    let (unit, behind) = behind.split_at(letters);
    let seconds = match unit {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        _ => return None,
    };
    let wait = Duration::try_from_secs_f64(number * seconds).unwrap_or(Duration::MAX);
    Some((wait, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday, 06 Nov 1994 08:49:37 GMT, the example date of the HTTP specification.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn from_header(text: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        stated(&headers, "", now())
    }

    #[test]
    fn the_header_counts_seconds_or_names_a_date() {
        for (text, seconds) in [
            ("28", Some(28)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("86400", Some(300)),
            ("99999999999999999999999", Some(300)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(from_header(text), seconds.map(Duration::from_secs), "{text:?}");
        }
    }

    #[test]
    fn the_message_is_read_where_no_header_helps() {
        for (text, milliseconds) in [
            ("Rate limit 120 exceeded - try again in 28s", Some(28_000)),
            ("Try again in 500ms.", Some(500)),
            ("try again in 2m", Some(120_000)),
            ("try again in 1m30s, please", Some(90_000)),
            ("try again in 1.5 seconds", Some(1_500)),
            ("try again in 9999m", Some(300_000)),
            ("try again in 1.2.3s", None),
            ("try again in 28", None),
            ("try again in 3 parsecs", None),
            ("try again in ", None),
            ("Rate limit 120 exceeded", None),
        ] {
            let expected = milliseconds.map(Duration::from_millis);
            assert_eq!(stated(&HeaderMap::new(), text, now()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_readable_header_wins_over_the_message() {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, "7".parse().unwrap())]);
        let message = "try again in 28s";
        assert_eq!(stated(&headers, message, now()), Some(Duration::from_secs(7)));
        let headers = HeaderMap::from_iter([(RETRY_AFTER, "soon".parse().unwrap())]);
        assert_eq!(stated(&headers, message, now()), Some(Duration::from_secs(28)));
    }
}
