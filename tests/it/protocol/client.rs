//! A client of the plugin protocol that is none of ours: generated stubs, a TLS of its own, a handshake read by hand.
//! It drives the release binary as Terraform does, down to the kind of key.

use std::process::Stdio;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

use super::proto::provider_client::ProviderClient;
use crate::harness::{Simulator, TOKEN, provider_binary};

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// A key with its certificate.
pub struct Credentials {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Credentials {
    /// A new pair, of the kind Terraform makes.
    pub fn new() -> Self {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).expect("a name");
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).expect("a certificate").der().clone();
        Self { certificate, key: PrivatePkcs8KeyDer::from(key.serialize_der()).into() }
    }

    fn pem(&self) -> String {
        let text = STANDARD.encode(&self.certificate);
        let lines: Vec<&str> =
            (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}

/// A provider process that talks to nobody but the holder of `credentials`.
pub struct Plugin {
    credentials: Credentials,
    socket: String,
    certificate: CertificateDer<'static>,
    // Held, so that all of it ends with the test.
    _folder: TempDir,
    _output: BufReader<ChildStdout>,
    _process: Child,
}

impl Plugin {
    /// Starts the provider with credentials for `simulator`.
    pub async fn start(simulator: &Simulator) -> Self {
        let credentials = Credentials::new();
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(provider_binary())
            .env_clear()
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_CLIENT_CERT", credentials.pem())
            .env("TMPDIR", folder.path())
            .env("AIVEN_WEB_URL", simulator.url())
            .env("AIVEN_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the provider starts");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).await.expect("a line");
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        let [core, version, network, socket, wire, certificate] = fields[..] else {
            panic!("not a handshake: {line}");
        };
        assert_eq!((core, version, network, wire), ("1", "6", "unix", "grpc"));
        let certificate = STANDARD_NO_PAD.decode(certificate).expect("base64 without padding").into();
        let socket = socket.to_owned();
        Self { credentials, socket, certificate, _folder: folder, _output: output, _process: process }
    }

    /// Connects as the one client there may be.
    pub async fn connect(&self) -> Client {
        let connected = self.connect_as(Some(&self.credentials)).await;
        ProviderClient::new(connected.expect("the pinned certificate is accepted"))
    }

    /// Connects with a certificate or without any, and asks whether anybody answers.
    pub async fn connect_as(&self, credentials: Option<&Credentials>) -> Result<Channel, tonic::Status> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots);
        let mut config = match credentials {
            Some(credentials) => builder
                .with_client_auth_cert(vec![credentials.certificate.clone()], credentials.key.clone_key())
                .expect("a key for the certificate"),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let (tls, socket) = (TlsConnector::from(Arc::new(config)), self.socket.clone());
        let connector = tower::service_fn(move |_| {
            let (tls, socket) = (tls.clone(), socket.clone());
            async move {
                let name = ServerName::try_from("localhost").expect("a name");
                tls.connect(name, UnixStream::connect(socket).await?).await.map(TokioIo::new)
            }
        });
        // Lazily, because TLS 1.3 reports a refused certificate only after the client believes to be connected.
        let channel = Endpoint::from_static("http://localhost").connect_with_connector_lazy(connector);
        let mut client = ProviderClient::new(channel.clone());
        client.get_functions(super::proto::get_functions::Request {}).await.map(|_| channel)
    }
}

/// The generated stub.
pub type Client = ProviderClient<Channel>;
