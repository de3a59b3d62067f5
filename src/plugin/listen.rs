//! The socket Terraform connects to: a unix socket in a folder only we can enter or, where there are none, a TCP port
//! on loopback. Knows nothing of TLS but whether there is any.

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use tempfile::TempDir;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::connection::Connection;
use super::handshake::{Address, Environment};

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error("cannot listen on a port of 127.0.0.1 from {} to {}: {source}", ports.start(), ports.end())]
    Tcp {
        ports: RangeInclusive<u16>,
        source: io::Error,
    },
    /// Any local user could connect.
    #[error(
        "refusing to listen on a TCP port without TLS, and no folder can hold a unix socket. \
         Point TMPDIR at a folder with a short path, or unset TF_DISABLE_PLUGIN_TLS"
    )]
    Exposed,
}

/// A listening socket. Dropping it removes the socket and its folder.
pub struct Listener {
    socket: Socket,
    address: Address,
    _folder: Option<TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Listens on the first folder that can hold a socket, else on TCP, but never on TCP without TLS.
    pub async fn open(environment: &Environment, tls: bool) -> Result<Self, ListenError> {
        if let Some(listener) = Self::unix(environment) {
            return Ok(listener);
        }
        if !tls {
            return Err(ListenError::Exposed);
        }
        Self::tcp(&environment.ports).await
    }

    /// Like [`Self::open`], for a developer's own machine: reattaching knows no TLS.
    pub async fn open_for_debugging(environment: &Environment) -> Result<Self, ListenError> {
        match Self::unix(environment) {
            Some(listener) => Ok(listener),
            None => Self::tcp(&environment.ports).await,
        }
    }

    #[cfg(unix)]
    fn unix(environment: &Environment) -> Option<Self> {
        use std::path::PathBuf;
        let temporary = [std::env::temp_dir(), PathBuf::from("/tmp")];
        let mut folders = environment.socket_folder.iter().chain(&temporary);
        folders.find_map(|folder| {
            Self::unix_in(folder)
                .inspect_err(|error| {
                    let folder = folder.display();
                    tracing::warn!(%folder, %error, "cannot listen in this folder");
                })
                .ok()
        })
    }

    #[cfg(not(unix))]
    fn unix(_: &Environment) -> Option<Self> {
        None
    }

    /// Listens in a fresh folder inside `parent`. Fails, among others, if the path is longer than the about hundred
    /// bytes an address of a unix socket has.
    #[cfg(unix)]
    pub fn unix_in(parent: &std::path::Path) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::Builder::new()
            .prefix("plugin-")
            // The folder guards the socket: not every system heeds the permissions of a socket itself.
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir_in(parent)?;
        let path = folder.path().join("s");
        let text = path
            .to_str()
            .filter(|text| !text.contains(['|', '\n']))
            .ok_or_else(|| io::Error::other("the handshake line cannot carry this path"))?
            .to_owned();
        Ok(Self {
            socket: Socket::Unix(UnixListener::bind(&path)?),
            address: Address {
                network: "unix",
                text,
            },
            _folder: Some(folder),
        })
    }

    /// Listens on the first free port of `ports`.
    pub async fn tcp(ports: &RangeInclusive<u16>) -> Result<Self, ListenError> {
        let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
        for port in ports.clone() {
            result = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
            if result.is_ok() {
                break;
            }
        }
        let bound = result.and_then(|socket| Ok((socket.local_addr()?, socket)));
        let (address, socket) = bound.map_err(|source| ListenError::Tcp {
            ports: ports.clone(),
            source,
        })?;
        Ok(Self {
            socket: Socket::Tcp(socket),
            address: Address {
                network: "tcp",
                text: address.to_string(),
            },
            _folder: None,
        })
    }

    /// Where clients find the socket.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The next client. Dropping the future loses none.
    pub async fn accept(&self) -> io::Result<Connection> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(socket) => Ok(Connection::new(socket.accept().await?.0)),
            Socket::Tcp(socket) => {
                let (stream, _) = socket.accept().await?;
                // Else a small answer waits some 40 ms for the acknowledgment of the one before it.
                stream.set_nodelay(true)?;
                Ok(Connection::new(stream))
            }
        }
    }
}
