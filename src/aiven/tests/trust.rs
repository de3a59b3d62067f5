//! Whom the client trusts: certificate authorities, TLS failures and proxies.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::super::transport::Limits;
use super::super::{Client, ClientError, Settings, WriteError};
use super::server::{Reply, Server};
use super::{FOUND, client, limits, settings};

/// A certificate authority nobody knows, as PEM, and a server certified by it.
fn private_authority() -> (String, TlsAcceptor) {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        BASE64_STANDARD.encode(authority.der())
    );
    (pem, TlsAcceptor::from(Arc::new(config)))
}

fn with_authorities(url: &str, path: &Path) -> Settings {
    Settings { ca_certificate: Some(path.to_owned()), ..settings(url) }
}

#[tokio::test]
async fn an_own_authority_is_trusted_only_when_named() {
    let (pem, tls) = private_authority();
    let server = Server::start_with(Some(tls), vec![Reply::json(200, FOUND); 2]).await;
    let url = format!("https://127.0.0.1:{}", server.port);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();

    let trusting = Client::with_limits(with_authorities(&url, file.path()), limits()).unwrap();
    trusting.integration("p", "i").await.unwrap();
    trusting.update_integration("p", "i", "{}").await.unwrap();

    let (other, _) = private_authority();
    std::fs::write(file.path(), other).unwrap();
    let doubting = Client::with_limits(with_authorities(&url, file.path()), limits()).unwrap();
    let error = doubting.update_integration("p", "i", "{}").await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent { reason } if reason.contains("certificate")), "{error:?}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_unusable_file_of_authorities_is_named() {
    let url = "https://api.aiven.io";
    let missing = Client::new(with_authorities(url, Path::new("/no/such/file"))).unwrap_err();
    assert!(matches!(missing, ClientError::CertificateUnreadable { .. }));

    let file = tempfile::NamedTempFile::new().unwrap();
    let path: PathBuf = file.path().to_owned();
    let create = || Client::new(with_authorities(url, &path)).unwrap_err();
    for text in ["", "hello", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(create(), ClientError::CertificateNotPem { path: path.clone() }, "{text}");
    }
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n").unwrap();
    let refused = create();
    assert!(matches!(refused, ClientError::CertificateRefused { .. }), "{refused:?}");
    for error in [missing, refused] {
        assert!(error.to_string().contains("AIVEN_CA_CERT"), "{error}");
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let limits = Limits { connect: Duration::from_millis(50), ..limits() };
    let client = Client::with_limits(settings(&url), limits).unwrap();
    let error = client.update_integration("p", "i", "{}").await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_does_not_grow_old_while_it_connects() {
    // Takes connections in, and says nothing in their TLS handshake.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = client(&url);
    let started = tokio::time::Instant::now();
    let error = client.update_integration("p", "i", "{}").await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent { .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

/// An ordinary test, which the next one also runs in a process with proxy variables.
#[tokio::test]
async fn a_loopback_address_is_read() {
    let server = Server::start([Reply::json(200, FOUND)]).await;
    client(&server.url()).integration("p", "i").await.unwrap();
}

#[test]
fn a_loopback_address_is_never_read_through_a_proxy() {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "aiven::tests::trust::a_loopback_address_is_read"])
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, &address)))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        // hyper-util ignores HTTP_PROXY where this suggests a CGI script.
        .env_remove("REQUEST_METHOD")
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("1 passed"), "{report}");
    let refused = proxy.accept().unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::WouldBlock, "the proxy was asked");
}
