//! The agreement between Terraform and a plugin: what it puts into our environment, and the one line we answer.
//! Opens no socket and knows no certificate but as bytes.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Set by Terraform and OpenTofu so that a plugin knows who started it. A courtesy to the user, not a secret.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// Version of go-plugin's own protocol.
const CORE_PROTOCOL: u32 = 1;

/// Version of the provider protocol, the only one we speak. `PLUGIN_PROTOCOL_VERSIONS` is therefore not read:
/// a client which does not offer this one reports the mismatch itself, and better than we could.
const PROVIDER_PROTOCOL: u32 = 6;

/// Printed, on standard error, above the line a developer has to copy.
pub const REATTACH_HELP: &str =
    "The provider is running. To have Terraform use this process, set this variable:\n";

/// What the process that started us asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The client's certificate as PEM, if the connection is to use TLS.
    pub client_certificate: Option<Vec<u8>>,
    /// TCP ports we may listen on; 0 stands for any.
    pub ports: RangeInclusive<u16>,
    /// Where the socket is to be, if not in the temporary folder.
    pub socket_folder: Option<PathBuf>,
    /// Whether the handshake line may say that we do not multiplex. Clients that never ask would take the extra
    /// field for a part of the certificate.
    pub answers_multiplexing: bool,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            client_certificate: None,
            ports: 0..=0,
            socket_folder: None,
            answers_multiplexing: false,
        }
    }
}

/// Why the environment is not one a plugin can run in.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EnvironmentError {
    /// The magic cookie is missing: a human started us.
    #[error("this program is to be started by Terraform")]
    NotTerraform,
    #[error("{name} is not a port number: {value:?}")]
    Port { name: &'static str, value: OsString },
    #[error("PLUGIN_MIN_PORT {minimum} is above PLUGIN_MAX_PORT {maximum}")]
    Ports { minimum: u16, maximum: u16 },
}

impl Environment {
    /// Reads the environment through `variable`. As in go-plugin, an empty variable is an absent one.
    pub fn read(
        variable: impl Fn(&'static str) -> Option<OsString>,
    ) -> Result<Self, EnvironmentError> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        if variable(COOKIE.0).is_none_or(|value| value != COOKIE.1) {
            return Err(EnvironmentError::NotTerraform);
        }
        let port = |name| match variable(name) {
            None => Ok(0),
            Some(value) => value
                .to_str()
                .and_then(|text| text.parse().ok())
                .ok_or(EnvironmentError::Port { name, value }),
        };
        let minimum = port("PLUGIN_MIN_PORT")?;
        let maximum = port("PLUGIN_MAX_PORT")?;
        if minimum > maximum {
            return Err(EnvironmentError::Ports { minimum, maximum });
        }
        Ok(Self {
            // Kept as bytes: text that is not UTF-8 must fail as a certificate later, not pass for "no TLS" here.
            client_certificate: variable("PLUGIN_CLIENT_CERT").map(OsString::into_encoded_bytes),
            ports: minimum..=maximum,
            socket_folder: variable("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            answers_multiplexing: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }
}

/// Where a listener can be reached, in go-plugin's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `unix` or `tcp`.
    pub network: &'static str,
    /// Path of the socket, or `127.0.0.1:PORT`.
    pub text: String,
}

/// The handshake line, its newline included. `certificate` is ours as DER, absent without TLS.
pub fn line(address: &Address, certificate: Option<&[u8]>, answers_multiplexing: bool) -> String {
    let Address { network, text } = address;
    let certificate = certificate.map_or_else(String::new, |der| STANDARD_NO_PAD.encode(der));
    let multiplexing = if answers_multiplexing { "|false" } else { "" };
    format!(
        "{CORE_PROTOCOL}|{PROVIDER_PROTOCOL}|{network}|{text}|grpc|{certificate}{multiplexing}\n"
    )
}

/// The line a developer gives to the shell in which Terraform is to use this process.
pub fn reattach(provider: &str, address: &Address, process: u32) -> String {
    let value = serde_json::json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROVIDER_PROTOCOL,
            "Pid": process,
            // Terraform neither ends nor kills a provider under test.
            "Test": true,
            "Addr": { "Network": address.network, "String": address.text },
        }
    });
    format!("TF_REATTACH_PROVIDERS='{value}'\n")
}

/// What a human reads who runs the program by hand.
pub fn introduction(address: &str, version: &str) -> String {
    let name = address.rsplit('/').next().unwrap_or(address);
    format!(
        r#"This is terraform-provider-{name} {version}, a plugin of Terraform and OpenTofu.
They start it themselves; run by hand it does nothing. To use it, name it in a configuration:

  terraform {{
    required_providers {{
      {name} = {{
        source  = "{address}"
        version = "{version}"
      }}
    }}
  }}

To attach Terraform to a process of your own, run it with -debug. For everything else, see --help.
"#
    )
}
