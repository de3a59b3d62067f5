//! Reads: what is sent, what is attempted again, and what bounds an answer.

use std::time::Duration;

use super::super::transport::Limits;
use super::super::{Client, ReadError};
use super::server::{Reply, Server};
use super::{FOUND, TOKEN, client, limits, settings};

#[tokio::test]
async fn a_read_sends_who_asks_and_what_for() {
    let server = Server::start([Reply::json(200, FOUND)]).await;
    let integration = client(&server.url()).integration("p/q", "i d").await.unwrap();
    assert_eq!(integration.user_config.get(), r#"{"tables":[ ]}"#);

    let requests = server.requests();
    let text = &requests[0].text;
    assert!(text.starts_with("GET /v1/project/p%2Fq/integration/i%20d HTTP/1.1\r\n"), "{text}");
    assert!(text.contains(&format!("authorization: aivenv1 {TOKEN}\r\n")), "{text}");
    assert!(text.contains("user-agent: provider/1.2.3\r\n"), "{text}");
    assert!(text.contains("accept: application/json\r\n"), "{text}");
}

#[tokio::test]
async fn a_list_names_the_service_and_keeps_candidates_out() {
    let body = r#"{"service_integrations":[{"service_integration_id":null},{"service_integration_id":"a"}]}"#;
    let server = Server::start([Reply::json(200, body)]).await;
    let found = client(&server.url()).integrations_of_service("p", "my kafka").await.unwrap();
    assert_eq!(found.len(), 1);
    let requests = server.requests();
    assert!(requests[0].text.starts_with("GET /v1/project/p/service/my%20kafka/integration HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_query_is_asked_again_like_any_read() {
    let found = Reply::json(200, r#"{"data":[["a"]]}"#);
    let server = Server::start([Reply::Reset, Reply::json(502, "{}"), found]).await;
    let rows = client(&server.url()).query("p", "my clickhouse", "system", "SELECT 'a'").await.unwrap();
    assert_eq!(rows, [[serde_json::json!("a")]]);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        let text = &request.text;
        assert!(
            text.starts_with("POST /v1/project/p/service/my%20clickhouse/clickhouse/query HTTP/1.1\r\n"),
            "{text}"
        );
        assert!(text.contains("content-type: application/json\r\n"), "{text}");
        assert!(text.ends_with(r#"{"database":"system","query":"SELECT 'a'"}"#), "{text}");
    }
}

#[tokio::test]
async fn what_clickhouse_refuses_is_told_in_its_words() {
    let words = "Code: 60. DB::Exception: Unknown table";
    let body = format!(r#"{{"errors":[{{"message":"{words}","status":400}}],"message":"{words}"}}"#);
    let server = Server::start([Reply::json(400, &body)]).await;
    let error = client(&server.url()).query("p", "s", "system", "SELECT 1").await.unwrap_err();
    assert_eq!(error, ReadError::Refused { status: 400, message: words.to_owned() });
}

#[tokio::test]
async fn reads_share_a_connection() {
    let server = Server::start([Reply::json(200, FOUND), Reply::json(200, FOUND)]).await;
    let client = client(&server.url());
    client.integration("p", "i").await.unwrap();
    client.clone().integration("p", "i").await.unwrap();
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0]);
}

#[tokio::test]
async fn a_fault_or_a_5xx_is_attempted_again_up_to_three_times() {
    let truncated = Reply::Cut("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_owned());
    let page = Reply::with(502, "content-type: text/html\r\n", "<html>Bad Gateway");
    for fault in [Reply::Reset, Reply::Cut(String::new()), truncated, page, Reply::json(408, "{}")] {
        let server = Server::start([fault.clone(), fault.clone(), Reply::json(200, FOUND)]).await;
        client(&server.url()).integration("p", "i").await.unwrap();

        let server =
            Server::start([fault.clone(), fault.clone(), fault.clone(), Reply::json(200, FOUND)]).await;
        let error = client(&server.url()).integration("p", "i").await.unwrap_err();
        assert!(matches!(error, ReadError::Unavailable { .. }), "{fault:?}: {error:?}");
        assert_eq!(server.requests().len(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_verdict_is_final() {
    let limited = r#"{"message":"try again in 28s"}"#;
    for (reply, expected) in [
        (Reply::json(400, r#"{"message":"m"}"#), "Refused"),
        (Reply::json(401, r#"{"message":"m"}"#), "Denied"),
        (Reply::json(404, "<html>"), "Refused"),
        (Reply::json(429, limited), "RateLimited"),
        (Reply::json(503, limited), "RateLimited"),
        (Reply::with(302, "location: https://elsewhere.example/x\r\n", ""), "Refused"),
        (Reply::json(200, "<html>"), "Unavailable"),
        (Reply::json(200, r#"{"error":"locked"}"#), "Unavailable"),
    ] {
        let server = Server::start([reply.clone(), Reply::json(200, FOUND)]).await;
        let error = client(&server.url()).integration("p", "i").await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{reply:?}: {error:?}");
        assert_eq!(server.requests().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_definite_not_found_is_told_from_any_other() {
    let body = r#"{"errors":[{"error_code":"service_integration_not_found","message":"m","status":404}],"message":"m"}"#;
    let server = Server::start([Reply::json(404, body), Reply::json(404, r#"{"message":"m"}"#)]).await;
    let client = client(&server.url());
    let message = "m".to_owned();
    let gone = ReadError::NotFound { message: message.clone() };
    assert_eq!(client.integration("p", "i").await.unwrap_err(), gone);
    let refused = ReadError::Refused { status: 404, message };
    assert_eq!(client.integration("p", "i").await.unwrap_err(), refused);
}

#[tokio::test]
async fn an_answer_is_bounded_whatever_its_length_claims() {
    let endless =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned() + &"8\r\n[[[[[[[[\r\n".repeat(200);
    let claimed = format!("HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n{}", "[".repeat(1_001));
    for text in [endless, claimed] {
        let server = Server::start([Reply::Send(text)]).await;
        let limits = Limits { answer: 1_000, pauses: Vec::new(), ..limits() };
        let client = Client::with_limits(settings(&server.url()), limits).unwrap();
        let reason = client.integration("p", "i").await.unwrap_err().to_string();
        assert!(reason.contains("larger than 1000 bytes"), "{reason}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up_on() {
    let server = Server::start([Reply::Silence]).await;
    let limits = Limits { read: Duration::from_millis(50), pauses: Vec::new(), ..limits() };
    let client = Client::with_limits(settings(&server.url()), limits).unwrap();
    let error = client.integration("p", "i").await.unwrap_err();
    let reason = "no complete answer in time".to_owned();
    assert_eq!(error, ReadError::Unavailable { reason });
}

#[tokio::test]
async fn a_closed_port_is_not_sent() {
    // Bound and dropped, so nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = client(&format!("http://127.0.0.1:{port}")).integration("p", "i").await.unwrap_err();
    assert!(matches!(&error, ReadError::NotSent { reason } if reason.contains("refused")), "{error:?}");
}

#[tokio::test]
async fn a_name_that_no_url_expresses_is_not_sent() {
    let server = Server::start([Reply::json(200, FOUND)]).await;
    let error = client(&server.url()).integration("..", "i").await.unwrap_err();
    assert!(matches!(error, ReadError::Inexpressible { .. }));
    assert!(server.requests().is_empty());
}
