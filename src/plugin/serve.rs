//! Accepting connections, serving them, and stopping in time. Knows nothing of why it is over.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, stream};
use rustls::ServerConfig;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;
use tonic::transport::Server;

use super::connection::Connection;
use super::listen::Listener;
use super::services;

/// How long the end may take. Terraform kills a plugin two seconds after it asked it to shut down.
pub const GRACE: Duration = Duration::from_millis(1500);

/// How long a client may take for its part of the TLS handshake.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait after a failure to accept, which is mostly a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `routes` and go-plugin's services on `listener` until `ended` returns. Then cancels `end`, and returns when
/// all requests are answered and all of `work` is done, or after [`GRACE`].
pub async fn serve(
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    routes: Routes,
    ended: impl Future<Output = ()>,
    end: &CancellationToken,
    work: &TaskTracker,
) {
    let routes = services::add_to(routes, end);
    // Graceful: no new connections, but the answer to the shutdown itself gets out. The streams that would keep a
    // connection open for ever are our own, and they end with `end`.
    let server = Server::builder()
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming(listener, tls), end.cancelled());
    let finish = async {
        ended.await;
        end.cancel();
        work.close();
        work.wait().await;
    };
    let all = async {
        let (outcome, ()) = tokio::join!(server, finish);
        if let Err(error) = outcome {
            tracing::error!(%error, "the server failed");
        }
    };
    let too_late = async {
        end.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = all => {}
        () = too_late => tracing::warn!("ending although requests are unanswered or changes unfinished"),
    }
}

/// The connections that may send requests: those that got through TLS, if there is any.
///
/// Each handshake has a task of its own, so that a client which stalls keeps nobody else waiting.
fn incoming(
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
) -> impl Stream<Item = Result<Connection, Infallible>> {
    let acceptor = tls.map(TlsAcceptor::from);
    let handshakes = JoinSet::new();
    stream::unfold((listener, acceptor, handshakes), |(listener, acceptor, mut handshakes)| async move {
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(connection) => {
                        handshakes.spawn(secure(acceptor.clone(), connection));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                Some(secured) = handshakes.join_next() => {
                    if let Ok(Some(connection)) = secured {
                        return Some((Ok(connection), (listener, acceptor, handshakes)));
                    }
                }
            }
        }
    })
}

/// The connection as requests see it, unless its client is not the one we know.
async fn secure(acceptor: Option<TlsAcceptor>, connection: Connection) -> Option<Connection> {
    let Some(acceptor) = acceptor else {
        return Some(connection);
    };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(connection)).await {
        Ok(Ok(stream)) => Some(Connection::new(stream)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "refused a connection");
            None
        }
        Err(_) => {
            tracing::warn!("a connection timed out during its TLS handshake");
            None
        }
    }
}
