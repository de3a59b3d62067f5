//! A client as Terraform is one: over TLS with a certificate on P-521, or over the bare socket.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use super::proto::health::HealthCheckRequest;
use super::proto::health::health_check_response::ServingStatus;
use super::proto::health::health_client::HealthClient;
use super::proto::plugin::Empty;
use super::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use super::proto::plugin::grpc_controller_client::GrpcControllerClient;
use super::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use super::serve::{GRACE, HANDSHAKE_TIMEOUT, serve};
use super::tls::{Tls, TlsError};
use super::*;

/// What go-plugin's client makes for each plugin it starts: a self-signed authority that is its own leaf.
struct ClientIdentity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl ClientIdentity {
    fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }
}

/// A running server, on TCP and over TLS.
struct Server {
    tls: Tls,
    port: u16,
    _task: JoinHandle<()>,
}

impl Server {
    async fn for_client(client: &ClientIdentity) -> Self {
        // rcgen writes PEM only with a feature that nothing else needs.
        let pem = pem(client.certificate.der());
        let tls = Tls::pinned_to(pem.as_bytes()).expect("TLS");
        let listener = Listener::open(&[], &(0..=0), true).await.expect("a port");
        let (_, port) = listener.address().text.rsplit_once(':').expect("a port");
        let port = port.parse().expect("a number");
        let config = Arc::clone(&tls.config);
        let task = tokio::spawn(async move {
            let (end, work) = (CancellationToken::new(), TaskTracker::new());
            let never = std::future::pending();
            serve(listener, Some(config), Routes::default(), never, &end, &work).await;
        });
        Self { tls, port, _task: task }
    }

    async fn connect(
        &self,
        identity: Option<&ClientIdentity>,
        version: &'static SupportedProtocolVersion,
    ) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.tls.certificate.clone()).expect("a root");
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[version])
            .expect("a version")
            .with_root_certificates(roots);
        let mut config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let key = PrivatePkcs8KeyDer::from(identity.key.serialize_der());
                let key = aws_lc_rs::sign::any_ecdsa_type(&PrivateKeyDer::from(key));
                let chain = vec![identity.certificate.der().clone()];
                // Unlike the usual constructor, this one lets a certificate go with a key of another.
                let pair = CertifiedKey::new(chain, key.expect("a key"));
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(pair)))
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Connects and asks whether the plugin is well. With TLS 1.3 a client learns only then that it is refused.
    async fn ask(
        &self,
        identity: Option<&ClientIdentity>,
        version: &'static SupportedProtocolVersion,
    ) -> Result<ServingStatus, Box<dyn std::error::Error>> {
        let stream = self.connect(identity, version).await?;
        Ok(health(channel(stream).await?, "plugin").await?)
    }
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

async fn channel(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<Channel, tonic::transport::Error> {
    let mut stream = Some(TokioIo::new(stream));
    let connector = tower::service_fn(move |_| {
        let stream = stream.take().ok_or(io::ErrorKind::NotConnected);
        std::future::ready(stream.map_err(io::Error::from))
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await
}

async fn health(channel: Channel, service: &str) -> Result<ServingStatus, Status> {
    let service = service.to_owned();
    let mut client = HealthClient::new(channel);
    let response = client.check(HealthCheckRequest { service }).await?;
    Ok(response.into_inner().status())
}

#[tokio::test]
async fn terraforms_own_certificate_is_accepted_over_http2() {
    let client = ClientIdentity::new();
    let server = Server::for_client(&client).await;
    for version in [&TLS13, &TLS12] {
        let stream = server.connect(Some(&client), version).await.expect("accepted");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let channel = channel(stream).await.expect("HTTP/2");
        assert_eq!(health(channel, "plugin").await.expect("answered"), ServingStatus::Serving);
    }
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let server = Server::for_client(&ClientIdentity::new()).await;
    for version in [&TLS13, &TLS12] {
        assert!(server.ask(None, version).await.is_err());
    }
}

#[tokio::test]
async fn another_certificate_like_terraforms_is_refused() {
    let client = ClientIdentity::new();
    let server = Server::for_client(&client).await;
    for version in [&TLS13, &TLS12] {
        assert!(server.ask(Some(&ClientIdentity::new()), version).await.is_err());
    }
    // And nobody suffers from it.
    assert!(server.ask(Some(&client), &TLS13).await.is_ok());
}

#[tokio::test]
async fn the_right_certificate_without_its_key_is_refused() {
    let client = ClientIdentity::new();
    let server = Server::for_client(&client).await;
    let thief = ClientIdentity {
        certificate: client.certificate,
        key: KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key"),
    };
    for version in [&TLS13, &TLS12] {
        assert!(server.ask(Some(&thief), version).await.is_err());
    }
}

#[tokio::test]
async fn a_client_that_stalls_in_its_handshake_keeps_nobody_waiting() {
    let client = ClientIdentity::new();
    let server = Server::for_client(&client).await;
    let stalled = TcpStream::connect(("127.0.0.1", server.port)).await.expect("a connection");
    let others = async {
        // Refused while the first still stalls: neither may keep the third one out.
        assert!(server.ask(None, &TLS13).await.is_err());
        assert!(server.ask(Some(&client), &TLS13).await.is_ok());
    };
    let in_time = tokio::time::timeout(HANDSHAKE_TIMEOUT / 2, others).await;
    assert!(in_time.is_ok(), "they waited for the first");
    drop(stalled);
}

#[test]
fn a_damaged_client_certificate_is_an_error_not_a_reason_to_do_without() {
    assert!(matches!(Tls::pinned_to(b"-----BEGIN"), Err(TlsError::ClientPem)));
    assert!(matches!(Tls::pinned_to(&[0xff]), Err(TlsError::ClientPem)));
    let junk = pem(b"not a certificate");
    assert!(matches!(Tls::pinned_to(junk.as_bytes()), Err(TlsError::ClientCertificate(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn the_socket_lives_in_a_folder_of_our_own_and_goes_with_it() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().expect("a folder");
    let too_long = parent.path().join("x".repeat(100));
    std::fs::create_dir(&too_long).expect("a folder");
    let folders = [too_long.clone(), parent.path().to_owned()];
    let listener = Listener::open(&folders, &(0..=0), false).await.expect("a socket");

    let socket = PathBuf::from(&listener.address().text);
    let folder = socket.parent().expect("a folder");
    assert_eq!(listener.address().network, "unix");
    assert_eq!(folder.parent(), Some(parent.path()), "not the folder that is too long");
    assert_eq!(std::fs::read_dir(&too_long).expect("a folder").count(), 0);
    let mode = folder.metadata().expect("the folder").permissions().mode();
    assert_eq!(mode & 0o7777, 0o700);

    drop(listener);
    assert!(!folder.exists());
}

#[tokio::test]
async fn without_tls_there_is_no_tcp() {
    let listener = Listener::open(&[], &(0..=0), false).await;
    assert!(matches!(listener, Err(ListenError::Exposed)));
}

#[tokio::test]
async fn a_taken_port_is_passed_over() {
    let taken = Listener::open(&[], &(0..=0), true).await.expect("a port");
    let (_, port) = taken.address().text.rsplit_once(':').expect("a port");
    let port: u16 = port.parse().expect("a number");
    let both_taken = Listener::open(&[], &(port..=port), true).await;
    assert!(matches!(both_taken, Err(ListenError::Tcp { .. })));
    // Port 0 of the range is any free one.
    let (_, other) = (taken, Listener::open(&[], &(0..=port), true).await.expect("a port"));
    assert_eq!(other.address().network, "tcp");
}

#[cfg(unix)]
#[tokio::test]
async fn a_shutdown_is_answered_and_ends_everything() {
    let parent = tempfile::tempdir().expect("a folder");
    let folders = [parent.path().to_owned()];
    let listener = Listener::open(&folders, &(0..=0), false).await.expect("a socket");
    let path = listener.address().text.clone();
    let server = tokio::spawn(async move {
        let (end, work) = (CancellationToken::new(), TaskTracker::new());
        let ended = end.clone().cancelled_owned();
        serve(listener, None, Routes::default(), ended, &end, &work).await;
    });

    // Go's client keeps these two open all the time.
    let stream = UnixStream::connect(&path).await.expect("a connection");
    let first = channel(stream).await.expect("HTTP/2");
    let silent = tokio_stream::pending();
    let broker = GrpcBrokerClient::new(first.clone()).start_stream(silent).await;
    let mut broker = broker.expect("a stream").into_inner();
    let stdio = GrpcStdioClient::new(first.clone()).stream_stdio(()).await;
    let mut stdio = stdio.expect("a stream").into_inner();

    let stream = UnixStream::connect(&path).await.expect("a connection");
    let second = channel(stream).await.expect("HTTP/2");
    assert_eq!(health(second.clone(), "").await.expect("answered"), ServingStatus::Serving);
    let unknown = health(second, "other").await.expect_err("unknown");
    assert_eq!(unknown.code(), Code::NotFound);

    let answer = GrpcControllerClient::new(first).shutdown(Empty {}).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert!(stdio.message().await.expect("no error").is_none());
    assert!(broker.message().await.expect("no error").is_none());
    server.await.expect("no panic");
    assert_eq!(std::fs::read_dir(&parent).expect("a folder").count(), 0);
}

/// How long serving goes on after the end, with `work` to wait for, in virtual time.
async fn time_to_end(work: TaskTracker) -> std::time::Duration {
    let listener = Listener::open(&[], &(0..=0), true).await.expect("a port");
    let begun = tokio::time::Instant::now();
    let end = CancellationToken::new();
    let ended = std::future::ready(());
    let served = serve(listener, None, Routes::default(), ended, &end, &work);
    let patience = GRACE * 10;
    tokio::time::timeout(patience, served).await.expect("an end");
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn an_idle_plugin_ends_at_once() {
    assert!(time_to_end(TaskTracker::new()).await.is_zero());
}

#[tokio::test(start_paused = true)]
async fn changes_in_flight_are_waited_for() {
    let work = TaskTracker::new();
    let task = work.spawn(tokio::time::sleep(GRACE / 3));
    let time = time_to_end(work).await;
    assert!(task.is_finished());
    assert!((GRACE / 3..GRACE).contains(&time), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn but_not_until_terraform_kills_us() {
    let work = TaskTracker::new();
    work.spawn(std::future::pending::<()>());
    let time = time_to_end(work).await;
    assert!((GRACE..std::time::Duration::from_secs(2)).contains(&time), "{time:?}");
}
