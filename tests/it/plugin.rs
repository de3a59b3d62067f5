//! The shipped program as Terraform starts and ends it, up to the first request. What it serves is not looked at.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "the panic of a test is its report")]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};

use crate::harness::repository;
use proto::grpc_controller_client::GrpcControllerClient;

#[allow(clippy::pedantic, missing_docs, reason = "generated")]
mod proto {
    tonic::include_proto!("plugin");
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_terraform-provider-aiven-clickhouse-kafka");

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The program with an environment of nothing but a temporary folder of its own.
fn program(folder: &TempDir) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn is_empty(folder: &TempDir) -> bool {
    let mut entries = std::fs::read_dir(folder.path()).expect("a folder");
    entries.next().is_none()
}

/// A process that has said where it listens.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    /// The first line of standard output.
    line: String,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        Self { child, output, line }
    }

    fn socket(&self) -> PathBuf {
        PathBuf::from(self.line.split('|').nth(3).expect("an address"))
    }

    fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// The exit status, once the process has ended without saying anything more.
    fn end(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "", "standard output carries one line only");
        self.child.wait().expect("an exit status")
    }
}

fn signal(name: &str, process: u32) {
    let status = Command::new("kill").args(["-s", name, &process.to_string()]).status();
    assert!(status.expect("kill runs").success());
}

async fn connect(socket: &Path) -> Channel {
    let socket = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { tokio::net::UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    let endpoint = Endpoint::from_static("http://localhost");
    let channel = endpoint.connect_with_connector(connector).await;
    channel.expect("a connection")
}

#[test]
fn run_by_hand_it_explains_itself_and_fails() {
    let folder = folder();
    let output = program(&folder).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).expect("text");
    for part in ["required_providers", "source  = ", "-debug", "--help"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(is_empty(&folder));
}

#[test]
fn without_a_certificate_it_listens_on_a_socket_only_its_user_can_reach() {
    let folder = folder();
    let plugin = Running::start(program(&folder).env(COOKIE.0, COOKIE.1));
    let socket = plugin.socket();
    assert_eq!(plugin.line, format!("1|6|unix|{}|grpc|\n", socket.display()));
    let around = socket.parent().expect("a folder");
    assert_eq!(around.parent(), Some(folder.path()));
    let mode = around.metadata().expect("the folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);

    plugin.signal("TERM");
    assert_eq!(plugin.end().code(), Some(0));
    assert!(is_empty(&folder));
}

#[test]
fn the_manifest_of_the_registry_names_the_protocol_of_the_handshake() {
    let folder = folder();
    let plugin = Running::start(program(&folder).env(COOKIE.0, COOKIE.1));
    let protocol = plugin.line.split('|').nth(1).expect("a version").to_owned();
    plugin.signal("TERM");
    plugin.end();

    let manifest = std::fs::read_to_string(repository().join("terraform-registry-manifest.json"));
    let manifest: Value = serde_json::from_str(&manifest.expect("there is one")).expect("it is JSON");
    let expected = json!({"version": 1, "metadata": {"protocol_versions": [format!("{protocol}.0")]}});
    assert_eq!(manifest, expected);
}

#[test]
fn with_a_certificate_it_answers_with_its_own() {
    use base64::Engine as _;
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).expect("a key");
    let parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let certificate = parameters.self_signed(&key).expect("a certificate");
    let text = base64::engine::general_purpose::STANDARD.encode(certificate.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");

    let folder = folder();
    let plugin = Running::start(
        program(&folder).envs([COOKIE, ("PLUGIN_MULTIPLEX_GRPC", "true")]).env("PLUGIN_CLIENT_CERT", pem),
    );
    let fields: Vec<&str> = plugin.line.trim_end().split('|').collect();
    assert_eq!(fields.len(), 7);
    assert_eq!((fields[4], fields[6]), ("grpc", "false"));
    let der = base64::engine::general_purpose::STANDARD_NO_PAD.decode(fields[5]);
    let der = rustls::pki_types::CertificateDer::from(der.expect("base64 without padding"));
    assert!(rustls::server::ParsedCertificate::try_from(&der).is_ok());

    plugin.signal("TERM");
    assert_eq!(plugin.end().code(), Some(0));
}

#[test]
fn a_damaged_certificate_stops_it_before_it_listens() {
    let folder = folder();
    let output = program(&folder)
        .envs([COOKIE, ("PLUGIN_CLIENT_CERT", "-----BEGIN CERT")])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("PLUGIN_CLIENT_CERT"), "{text}");
    assert!(is_empty(&folder));
}

#[tokio::test]
async fn a_shutdown_ends_it_and_an_interrupt_does_not() {
    let folder = folder();
    let plugin = Running::start(program(&folder).env(COOKIE.0, COOKIE.1));
    // A terminal sends this to Terraform and to all its plugins; by default it would end them.
    plugin.signal("INT");
    let channel = connect(&plugin.socket()).await;
    let answer = GrpcControllerClient::new(channel).shutdown(proto::Empty {}).await;
    assert!(answer.is_ok(), "{answer:?}");
    let status = plugin.end();
    assert_eq!((status.code(), status.signal()), (Some(0), None));
    assert!(is_empty(&folder));
}

#[test]
fn it_does_not_outlive_terraform() {
    let folder = folder();
    // The shell stands for Terraform: it starts the plugin and is killed without a chance to shut it down.
    let mut command = Command::new("sh");
    command
        .args(["-c", "\"$PROGRAM\" & wait"])
        .env("PROGRAM", PROGRAM)
        .env("TMPDIR", folder.path())
        .envs([COOKIE])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let terraform = Running::start(&mut command);
    assert!(terraform.socket().exists());
    terraform.signal("KILL");
    // Standard output ends only when the plugin, which inherited it, has ended too.
    assert_eq!(terraform.end().signal(), Some(9));
    assert!(is_empty(&folder));
}

#[tokio::test]
async fn a_developer_attaches_as_often_as_they_like_and_ends_it_with_an_interrupt() {
    let folder = folder();
    let plugin = Running::start(program(&folder).arg("-debug"));
    let json = plugin.line.strip_prefix("TF_REATTACH_PROVIDERS='");
    let json = json.and_then(|rest| rest.strip_suffix("'\n")).expect("an assignment");
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let (_, entry) = value.as_object().and_then(|map| map.iter().next()).expect("one provider");
    assert_eq!(entry["Pid"], plugin.child.id());
    let socket = entry["Addr"]["String"].as_str().expect("a path");

    // Terraform first only looks whether somebody listens.
    drop(tokio::net::UnixStream::connect(socket).await.expect("a connection"));
    let _first = connect(Path::new(socket)).await;
    let _second = connect(Path::new(socket)).await;
    plugin.signal("INT");
    assert_eq!(plugin.end().code(), Some(0));
    assert!(is_empty(&folder));
}
