//! Mutual TLS with the one process that started us: it learns our certificate from the handshake line, we learn its
//! from the environment, and neither trusts anything else. Keeps other local users away from a configured provider,
//! which holds credentials.

use std::sync::Arc;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};

/// The name Go's client expects in our certificate, whatever the transport.
const SERVER_NAME: &str = "localhost";

/// Our end of the connection.
pub struct Tls {
    /// Our certificate, for the handshake line.
    pub certificate: CertificateDer<'static>,
    /// Accepts the pinned client and nobody else.
    pub config: Arc<ServerConfig>,
}

/// Why there is no TLS. Serving without it instead would open the provider to everybody.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("PLUGIN_CLIENT_CERT holds no certificate in PEM form")]
    ClientPem,
    #[error("PLUGIN_CLIENT_CERT holds a damaged certificate")]
    ClientCertificate(#[source] rustls::Error),
    #[error("cannot make a certificate: {0}")]
    OwnCertificate(#[from] rcgen::Error),
    #[error("{0}")]
    Configuration(#[from] rustls::Error),
}

impl Tls {
    /// Makes a key and a certificate for this process and pins the client to `client`, one certificate as PEM.
    pub fn pinned_to(client: &[u8]) -> Result<Self, TlsError> {
        let client = CertificateDer::from_pem_slice(client).map_err(|_| TlsError::ClientPem)?;
        ParsedCertificate::try_from(&client).map_err(TlsError::ClientCertificate)?;

        // rcgen's default is P-256, the fastest curve that Go accepts, and a validity no clock falls out of.
        let key = KeyPair::generate()?;
        let mut parameters = CertificateParams::new([SERVER_NAME.to_owned()])?;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = parameters.self_signed(&key)?.der().clone();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));

        // aws-lc, because Terraform's key is on P-521, which ring cannot verify: Go would then send no certificate.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(Pinned { client, provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.clone()], key)?;
        // Go's gRPC refuses a server that does not select HTTP/2 by name.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { certificate, config: Arc::new(config) })
    }
}

/// Accepts one certificate, byte for byte. The stock verifier cannot: Terraform's certificate is an authority and a
/// leaf at once, which path validation rejects. The signature over the handshake still proves possession of the key.
#[derive(Debug)]
struct Pinned {
    client: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Pinned {
    fn client_auth_mandatory(&self) -> bool {
        true
    }

    /// Empty, for then the client offers whatever certificate it has.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if intermediates.is_empty() && *end_entity == self.client {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
