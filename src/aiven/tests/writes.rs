//! Writes: sent at most once, and what a missing answer means.

use std::time::Duration;

use super::super::transport::Limits;
use super::super::{Client, WriteError};
use super::server::{Reply, Server};
use super::{FOUND, client, limits, settings};

#[tokio::test]
async fn a_write_sends_the_document_as_it_is() {
    let document = r#"{ "tables" : [ {"n":1e2,"u":"\u00e9\/"} ] }"#;
    let server = Server::start([Reply::json(200, FOUND)]).await;
    let integration = client(&server.url()).update_integration("p", "i", document).await.unwrap();
    assert_eq!(integration.id, "i");
    let requests = server.requests();
    let (head, body) = requests[0].text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("PUT /v1/project/p/integration/i HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, format!(r#"{{"user_config":{document}}}"#));
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_becomes_of_it() {
    let page = Reply::with(502, "content-type: text/html\r\n", "<html>");
    let truncated = Reply::Cut("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_owned());
    let moved = |status| Reply::with(status, "location: /v1/elsewhere\r\n", "");
    for (reply, expected) in [
        (Reply::Reset, "Unknown"),
        (Reply::Cut(String::new()), "Unknown"),
        (truncated, "Unknown"),
        (page, "Unknown"),
        (moved(307), "Unknown"),
        (moved(308), "Unknown"),
        (Reply::json(200, "<html>"), "Unknown"),
        (Reply::json(200, ""), "Unknown"),
        (Reply::json(200, r#"{"error":"locked"}"#), "Unknown"),
        (Reply::json(408, "{}"), "Unknown"),
        (Reply::json(503, "{}"), "Unknown"),
        (Reply::with(503, "retry-after: 1\r\n", ""), "RateLimited"),
        (Reply::with(429, "retry-after: 1\r\n", ""), "RateLimited"),
        (Reply::json(409, r#"{"message":"m"}"#), "Conflict"),
        (Reply::json(400, r#"{"errors":[{"message":"m","status":400}],"message":"m"}"#), "Refused"),
        (Reply::json(413, r#"{"errors":[{"message":"m","status":413}],"message":"m"}"#), "Rejected"),
        (Reply::json(400, r#"{"message":"m"}"#), "Rejected"),
        (Reply::json(400, r#"{"message":"User config not changed"}"#), "Unchanged"),
        (Reply::json(403, r#"{"message":"m"}"#), "Denied"),
    ] {
        // A second sending would be answered with success.
        let server = Server::start([reply.clone(), Reply::json(200, FOUND)]).await;
        let error = client(&server.url()).update_integration("p", "i", "{}").await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{reply:?}: {error:?}");
        assert_eq!(server.requests().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_write_never_uses_a_connection_again() {
    let server = Server::start(vec![Reply::json(200, FOUND); 4]).await;
    let client = client(&server.url());
    client.integration("p", "i").await.unwrap();
    client.update_integration("p", "i", "{}").await.unwrap();
    client.update_integration("p", "i", "{}").await.unwrap();
    client.integration("p", "i").await.unwrap();
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 1, 2, 0]);
}

#[tokio::test]
async fn a_write_without_an_answer_in_time_may_have_been_applied() {
    let server = Server::start([Reply::Silence]).await;
    let limits = Limits { write: Duration::from_millis(50), ..limits() };
    let client = Client::with_limits(settings(&server.url()), limits).unwrap();
    let error = client.update_integration("p", "i", "{}").await.unwrap_err();
    let reason = "no complete answer in time".to_owned();
    assert_eq!(error, WriteError::Unknown { reason });
}

#[tokio::test]
async fn a_write_that_finds_nobody_was_not_sent() {
    // Bound and dropped, so nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = client(&format!("http://127.0.0.1:{port}"));
    let error = client.update_integration("p", "i", "{}").await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent { reason } if reason.contains("refused")), "{error:?}");
}
