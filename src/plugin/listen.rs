//! The socket Terraform connects to: a unix socket in a folder only we can enter or, where there are none, a TCP port
//! on loopback. Knows nothing of TLS but whether there is any.

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

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
    Tcp { ports: RangeInclusive<u16>, source: io::Error },
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

/// Where a socket may go, best place first: the folder the client wishes for, the temporary folder of the user, and
/// the system's, whose path is short enough for a socket's address.
pub fn folders(environment: &Environment) -> Vec<PathBuf> {
    let wish = environment.socket_folder.iter().cloned();
    wish.chain([std::env::temp_dir(), PathBuf::from("/tmp")]).collect()
}

impl Listener {
    /// Listens in the first of `folders` that can hold a socket, else on one of `ports` if `tcp_allowed`.
    pub async fn open(
        folders: &[PathBuf],
        ports: &RangeInclusive<u16>,
        tcp_allowed: bool,
    ) -> Result<Self, ListenError> {
        for folder in folders {
            match Self::unix(folder) {
                Ok(listener) => return Ok(listener),
                Err(error) => {
                    let folder = folder.display();
                    tracing::debug!(%folder, %error, "no unix socket in this folder");
                }
            }
        }
        if tcp_allowed { Self::tcp(ports).await } else { Err(ListenError::Exposed) }
    }

    /// Listens in a fresh folder inside `parent`. Fails, among others, if the path is longer than the about hundred
    /// bytes an address of a unix socket has.
    #[cfg(unix)]
    fn unix(parent: &Path) -> io::Result<Self> {
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
            address: Address { network: "unix", text },
            _folder: Some(folder),
        })
    }

    /// Go's plugins do not use unix sockets on Windows either.
    #[cfg(not(unix))]
    fn unix(_: &Path) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Listens on the first free port of `ports`.
    async fn tcp(ports: &RangeInclusive<u16>) -> Result<Self, ListenError> {
        let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
        for port in ports.clone() {
            result = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
            if result.is_ok() {
                break;
            }
        }
        let bound = result.and_then(|socket| Ok((socket.local_addr()?, socket)));
        let (address, socket) = bound.map_err(|source| ListenError::Tcp { ports: ports.clone(), source })?;
        Ok(Self {
            socket: Socket::Tcp(socket),
            address: Address { network: "tcp", text: address.to_string() },
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
