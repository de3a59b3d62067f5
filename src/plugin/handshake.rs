//! The agreement between Terraform and a plugin: what it puts into our environment, and the one line we answer.
//! Opens no socket and knows no certificate but as bytes.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Set by Terraform and OpenTofu so that a plugin knows who started it. A courtesy to the user, not a secret.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

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
        Self { client_certificate: None, ports: 0..=0, socket_folder: None, answers_multiplexing: false }
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
    pub fn read(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Self, EnvironmentError> {
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
    format!("{CORE_PROTOCOL}|{PROVIDER_PROTOCOL}|{network}|{text}|grpc|{certificate}{multiplexing}\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, EnvironmentError> {
        Environment::read(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    fn address() -> Address {
        Address { network: "unix", text: "/tmp/plugin-x/s".into() }
    }

    #[test]
    fn without_the_cookie_nothing_else_is_read() {
        let wrong = ("TF_PLUGIN_MAGIC_COOKIE", "no");
        assert_eq!(read(&[]), Err(EnvironmentError::NotTerraform));
        assert_eq!(read(&[wrong, ("PLUGIN_MIN_PORT", "x")]), Err(EnvironmentError::NotTerraform));
    }

    #[test]
    fn what_terraform_sets_is_understood() {
        let environment = read(&[
            COOKIE,
            ("PLUGIN_MIN_PORT", "10000"),
            ("PLUGIN_MAX_PORT", "25000"),
            ("PLUGIN_CLIENT_CERT", "pem"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/x"),
            // Any text asks for the field, this one too.
            ("PLUGIN_MULTIPLEX_GRPC", "false"),
        ]);
        let expected = Environment {
            client_certificate: Some(b"pem".to_vec()),
            ports: 10000..=25000,
            socket_folder: Some("/run/x".into()),
            answers_multiplexing: true,
        };
        assert_eq!(environment, Ok(expected));
    }

    #[test]
    fn empty_variables_are_absent_ones() {
        let environment = read(&[
            COOKIE,
            ("PLUGIN_MIN_PORT", ""),
            ("PLUGIN_CLIENT_CERT", ""),
            ("PLUGIN_MULTIPLEX_GRPC", ""),
        ]);
        assert_eq!(environment, Ok(Environment::default()));
    }

    #[test]
    fn impossible_ports_are_refused() {
        let name = "PLUGIN_MAX_PORT";
        let value = OsString::from("70000");
        assert_eq!(read(&[COOKIE, (name, "70000")]), Err(EnvironmentError::Port { name, value }));
        assert_eq!(
            read(&[COOKIE, ("PLUGIN_MIN_PORT", "2"), (name, "1")]),
            Err(EnvironmentError::Ports { minimum: 2, maximum: 1 })
        );
    }

    #[test]
    fn the_line_has_six_fields_and_a_seventh_only_on_request() {
        assert_eq!(line(&address(), None, false), "1|6|unix|/tmp/plugin-x/s|grpc|\n");
        // Base64 of one byte would end in `==` with padding.
        assert_eq!(line(&address(), Some(&[0xfb]), true), "1|6|unix|/tmp/plugin-x/s|grpc|+w|false\n");
    }

    #[test]
    fn the_reattach_line_is_what_terraform_parses() {
        let line = reattach("host/space/name", &address(), 7);
        let json = line
            .strip_prefix("TF_REATTACH_PROVIDERS='")
            .and_then(|rest| rest.strip_suffix("'\n"))
            .expect("a shell assignment");
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(
            value["host/space/name"],
            serde_json::json!({
                "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 7, "Test": true,
                "Addr": {"Network": "unix", "String": "/tmp/plugin-x/s"},
            })
        );
    }

    #[test]
    fn a_human_is_told_what_this_is_and_what_to_do() {
        insta::assert_snapshot!(introduction("terraform.local/community/tiny", "1.2.3"), @r#"
        This is terraform-provider-tiny 1.2.3, a plugin of Terraform and OpenTofu.
        They start it themselves; run by hand it does nothing. To use it, name it in a configuration:

          terraform {
            required_providers {
              tiny = {
                source  = "terraform.local/community/tiny"
                version = "1.2.3"
              }
            }
          }

        To attach Terraform to a process of your own, run it with -debug. For everything else, see --help.
        "#);
    }
}
