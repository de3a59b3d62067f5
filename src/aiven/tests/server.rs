//! A server that plays a list of replies, one per request, and remembers what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the server does with a request it has read to its end.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Sends the text and keeps the connection.
    Send(String),
    /// Sends the text and closes the connection.
    Cut(String),
    /// Resets the connection.
    Reset,
    /// Says nothing and keeps the connection.
    Silence,
}

impl Reply {
    pub fn json(status: u16, body: &str) -> Self {
        Self::with(status, "content-type: application/json\r\n", body)
    }

    pub fn with(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Send(format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\n\r\n{body}"))
    }
}

/// A request as it came, and the number of the connection it came on, counted from 0.
#[derive(Debug, Clone)]
pub struct Request {
    pub connection: usize,
    pub text: String,
}

pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start_with(None, replies).await
    }

    pub async fn start_with(tls: Option<TlsAcceptor>, replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect()));
        let seen = requests.clone();
        tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let (tls, replies, seen) = (tls.clone(), replies.clone(), seen.clone());
                tokio::spawn(async move {
                    if let Some(tls) = tls {
                        // A client that does not trust us ends the handshake; that is its right.
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, connection, &replies, &seen).await;
                        }
                    } else if let Some(stream) = serve(stream, connection, &replies, &seen).await {
                        // Dropped without lingering, the socket resets the connection.
                        stream.set_zero_linger().unwrap();
                    }
                });
            }
        });
        Self { port, requests }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// Answers the requests of one connection. Gives the stream back where it is to be reset.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    connection: usize,
    replies: &Mutex<VecDeque<Reply>>,
    seen: &Mutex<Vec<Request>>,
) -> Option<S> {
    while let Some(text) = read_request(&mut stream).await {
        seen.lock().unwrap().push(Request { connection, text });
        let reply = replies.lock().unwrap().pop_front();
        match reply {
            Some(Reply::Send(text)) => stream.write_all(text.as_bytes()).await.unwrap(),
            Some(Reply::Cut(text)) => {
                stream.write_all(text.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
                return None;
            }
            Some(Reply::Reset) => return Some(stream),
            Some(Reply::Silence) => std::future::pending().await,
            None => return None,
        }
    }
    None
}

/// Reads one request with its body. `None` when the client is gone.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        text.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(text.clone()).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some(head + &String::from_utf8(body).unwrap())
}
