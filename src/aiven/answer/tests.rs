//! Tables: an answer, and what it means to a read and to a write.

use std::time::{Duration, SystemTime};

use http::header::{HeaderName, HeaderValue};

use super::*;

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
    let headers =
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: headers.collect(),
        body: body.as_bytes().to_vec(),
    }
}

/// An error in the API's own shape.
fn aiven(status: u16, code: Option<&str>, message: &str) -> String {
    let mut entry = serde_json::json!({ "message": message, "status": status });
    if let Some(code) = code {
        entry["error_code"] = code.into();
    }
    serde_json::json!({ "errors": [entry], "message": message }).to_string()
}

fn refusal(answer: &Answer) -> Refusal {
    refusal_about(answer, Subject::Integration)
}

fn refusal_about(answer: &Answer, subject: Subject) -> Refusal {
    answer.refusal(subject, SystemTime::UNIX_EPOCH).unwrap()
}

fn meaning(status: u16, message: &str) -> Meaning {
    refusal(&answer(status, &[], &aiven(status, None, message))).meaning
}

#[test]
fn success_is_no_refusal() {
    for status in [200, 201, 204] {
        assert!(answer(status, &[], "").refusal(Subject::Integration, SystemTime::UNIX_EPOCH).is_none());
    }
}

#[test]
fn the_status_decides() {
    for (status, expected) in [
        (304, Meaning::Redirected),
        (307, Meaning::Redirected),
        (400, Meaning::Refused),
        (401, Meaning::Denied),
        (403, Meaning::Denied),
        (404, Meaning::Rejected),
        (405, Meaning::Rejected),
        (408, Meaning::NoVerdict),
        (409, Meaning::Conflict),
        (410, Meaning::Rejected),
        (413, Meaning::Rejected),
        (422, Meaning::Refused),
        (423, Meaning::Conflict),
        (425, Meaning::Rejected),
        (429, Meaning::RateLimited(None)),
        (500, Meaning::NoVerdict),
        (501, Meaning::NoVerdict),
        (502, Meaning::NoVerdict),
        (503, Meaning::NoVerdict),
        (504, Meaning::NoVerdict),
        (999, Meaning::NoVerdict),
    ] {
        assert_eq!(meaning(status, "words"), expected, "{status}");
    }
}

#[test]
fn a_stated_wait_makes_a_503_a_rate_limit() {
    let stated = Meaning::RateLimited(Some(Duration::from_secs(28)));
    assert_eq!(meaning(503, "busy - try again in 28s"), stated);
    assert_eq!(meaning(429, "Rate limit 120 exceeded - try again in 28s"), stated);
    for status in [429, 503] {
        let page = answer(status, &[("retry-after", "28")], "<html>");
        assert_eq!(refusal(&page).meaning, stated);
    }
    // A wait elsewhere is no rate limit.
    assert_eq!(meaning(502, "try again in 28s"), Meaning::NoVerdict);
}

#[test]
fn the_clock_that_is_passed_in_measures_a_date() {
    let limited = answer(429, &[("retry-after", "Thu, 01 Jan 1970 00:01:00 GMT")], "");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(45);
    let refusal = limited.refusal(Subject::Integration, now).unwrap();
    assert_eq!(refusal.meaning, Meaning::RateLimited(Some(Duration::from_secs(15))));
}

#[test]
fn an_unchanged_document_is_known_by_its_words_under_any_4xx() {
    for status in [400, 403, 404, 409, 422, 429] {
        assert_eq!(meaning(status, "User config not changed"), Meaning::Unchanged, "{status}");
    }
    assert_eq!(meaning(400, "Invalid: USER CONFIG NOT CHANGED."), Meaning::Unchanged);
    assert_eq!(meaning(500, "User config not changed"), Meaning::NoVerdict);
    let strings = answer(409, &[], r#"{"errors":["User config not changed"]}"#);
    assert_eq!(refusal(&strings).meaning, Meaning::Unchanged);
}

#[test]
fn a_definite_not_found_speaks_of_the_thing_asked_for() {
    use Subject::{Endpoint, Integration, Project, Service};

    let found_gone = |subject, code, message| {
        let body = aiven(404, code, message);
        refusal_about(&answer(404, &[], &body), subject).meaning == Meaning::NotFound
    };
    for (subject, code, message, expected) in [
        (Integration, Some("service_integration_not_found"), "gone", true),
        (Integration, None, "Service integration not found", true),
        (Integration, None, "Integration 4d4e does not exist", true),
        (Integration, Some("service_not_found"), "Service integration not found", false),
        (Integration, Some("project_not_found"), "Project does not exist", false),
        (Integration, None, "Service integration not found in project p", false),
        (Integration, None, "Service 'kafka' of the service integration does not exist", false),
        (Integration, None, "404: Not Found", false),
        (Service, Some("service_not_found"), "gone", true),
        (Service, Some("service_does_not_exist"), "gone", true),
        (Service, None, "Service 'test-foo' does not exist", true),
        (Service, Some("project_not_found"), "gone", false),
        (Service, None, "Project 'p' does not exist", false),
        (Service, None, "404: Not Found", false),
        (Service, Some("service_integration_not_found"), "gone", false),
        (Endpoint, Some("service_integration_endpoint_not_found"), "gone", true),
        (Endpoint, None, "Service integration endpoint not found", true),
        (Endpoint, Some("service_integration_not_found"), "gone", false),
        (Endpoint, None, "API endpoint not found", false),
        (Endpoint, None, "Integration endpoint not found in project p", false),
        (Integration, Some("service_integration_endpoint_not_found"), "gone", false),
        (Integration, None, "Service integration endpoint not found", false),
        (Project, Some("project_not_found"), "gone", false),
        (Project, None, "Project does not exist", false),
    ] {
        assert_eq!(found_gone(subject, code, message), expected, "{subject:?} {code:?} {message}");
    }
}

#[test]
fn a_404_of_another_shape_is_never_definite() {
    let words = "Service integration not found";
    for body in [
        "<html>Service integration not found</html>".to_owned(),
        words.to_owned(),
        String::new(),
        format!(r#"{{"message":"{words}"}}"#),
        format!(r#"{{"message":"{words}","errors":[]}}"#),
        format!(r#"{{"message":"{words}","errors":["{words}"]}}"#),
        format!(r#"{{"message":"{words}","errors":[{{"message":"{words}"}}]}}"#),
        format!(r#"{{"message":"{words}","errors":[{{"message":"{words}","status":403}}]}}"#),
        format!(r#"{{"message":"{words}","errors":[{{"message":"{words}","status":404}},{{"title":"x"}}]}}"#),
        format!(r#"{{"errors":[{{"message":"{words}","status":404}}]}}"#),
    ] {
        assert_eq!(refusal(&answer(404, &[], &body)).meaning, Meaning::Rejected, "{body}");
    }
    // Nor is the right body under another status.
    let body = aiven(404, Some("service_integration_not_found"), words);
    assert_eq!(refusal(&answer(400, &[], &body)).meaning, Meaning::Refused);
}

#[test]
fn only_the_api_itself_refuses_a_document() {
    for (body, expected) in [
        (r#"{"errors":[{"message":"m","status":400}],"message":"m"}"#, Meaning::Refused),
        (r#"{"errors":["m"]}"#, Meaning::Refused),
        (r#"{"message":"m"}"#, Meaning::Rejected),
        (r#"{"message":"m","errors":[]}"#, Meaning::Rejected),
        (r#"{"message":"m","errors":[{"title":"x"}]}"#, Meaning::Rejected),
        ("<html>Bad Request", Meaning::Rejected),
        ("", Meaning::Rejected),
    ] {
        for status in [400, 422] {
            assert_eq!(refusal(&answer(status, &[], body)).meaning, expected, "{status} {body}");
        }
    }
}

#[test]
fn the_message_is_the_apis_own_or_a_description() {
    let html = [("content-type", "text/html; charset=utf-8")];
    for (headers, body, expected) in [
        (&[][..], r#"{"errors":[{"message":"inner","status":400}],"message":"outer"}"#, "outer"),
        (&[], r#"{"errors":[{"message":"one"},{"message":"two"}]}"#, "one; two"),
        (&[], r#"{"errors":["one","two"]}"#, "one; two"),
        (&[], r#"{"message":" line\nfeed\u001b[2J "}"#, "line feed [2J"),
        (&html, "hunter2", "an HTML page, not the API's answer; check AIVEN_WEB_URL and proxies"),
        (
            &[],
            "\n<!doctype html>hunter2",
            "an HTML page, not the API's answer; check AIVEN_WEB_URL and proxies",
        ),
        (&[], r#"{"detail":"hunter2"}"#, "JSON without the API's `message`; check AIVEN_WEB_URL and proxies"),
        (
            &[],
            r#"{"message":{"x":"hunter2"}}"#,
            "JSON without the API's `message`; check AIVEN_WEB_URL and proxies",
        ),
        (&[], "hunter2", "a text that is not the API's answer; check AIVEN_WEB_URL and proxies"),
        (&[], " \n", "an empty body, not the API's answer; check AIVEN_WEB_URL and proxies"),
    ] {
        assert_eq!(refusal(&answer(400, headers, body)).message, expected, "{body}");
    }
}

#[test]
fn a_long_message_is_cut() {
    let body = aiven(400, None, &"ä".repeat(10_000));
    assert_eq!(refusal(&answer(400, &[], &body)).message.chars().count(), 2_001);
}

#[test]
fn a_redirect_names_the_host_and_nothing_else() {
    for (location, expected) in [
        ("https://login.example/a?token=hunter2", "`login.example`"),
        ("https://me:hunter2@login.example/", "`login.example`"),
        ("/elsewhere?hunter2", "another path of the same host"),
    ] {
        let message = refusal(&answer(302, &[("location", location)], "hunter2")).message;
        assert!(message.contains(expected) && !message.contains("hunter2"), "{message}");
    }
    assert!(refusal(&answer(302, &[], "")).message.contains("another path"));
}

#[test]
fn each_meaning_becomes_an_error_of_a_read_and_of_a_write() {
    let refusal = |meaning| Refusal { meaning, message: "words".to_owned(), status: 499 };
    let message = || "words".to_owned();
    let reason = || "HTTP 499: words".to_owned();
    let (status, wait) = (499, Some(Duration::from_secs(1)));
    let refused = || ReadError::Refused { status, message: message() };
    let unavailable = || ReadError::Unavailable { reason: reason() };
    let unknown = || WriteError::Unknown { reason: reason() };
    for (meaning, read, write) in [
        (
            Meaning::NotFound,
            ReadError::NotFound { message: message() },
            WriteError::NotFound { message: message() },
        ),
        (Meaning::Unchanged, refused(), WriteError::Unchanged { message: message() }),
        (
            Meaning::Denied,
            ReadError::Denied { status, message: message() },
            WriteError::Denied { status, message: message() },
        ),
        (
            Meaning::RateLimited(wait),
            ReadError::RateLimited { wait, message: message() },
            WriteError::RateLimited { wait, message: message() },
        ),
        (Meaning::Conflict, refused(), WriteError::Conflict { status, message: message() }),
        (Meaning::Refused, refused(), WriteError::Refused { status, message: message() }),
        (Meaning::Rejected, refused(), WriteError::Rejected { status, message: message() }),
        (Meaning::Redirected, refused(), unknown()),
        (Meaning::NoVerdict, unavailable(), unknown()),
    ] {
        assert_eq!(refusal(meaning).of_read(), read);
        assert_eq!(refusal(meaning).of_write(), write);
    }
}
