//! A stateful, strict stand-in for the slice of Aiven's API that the provider uses.
//!
//! * [`routes`]: the API, one file per noun; on [`state`], the projects, services and integrations.
//! * [`document`], [`rendering`]: a `user_config` as raw text, and how an answer may show it.
//! * [`schema`], [`validation`], [`python`]: the published rules and the words of their refusals.
//! * [`data_plane`]: the real engines that stand behind it on request.
//! * [`traffic`], [`faults`], [`broken_answers`], [`parking`], [`rate_limit`], [`connection`]: what can go
//!   wrong on the way.
//! * [`control`], [`settings`], [`request_log`]: how a test drives and watches it.
//!
//! The provider is never mentioned: the simulator must not learn what its tests expect.

pub mod broken_answers;
pub mod connection;
pub mod control;
pub mod data_plane;
pub mod document;
pub mod errors;
pub mod faults;
pub mod parking;
pub mod python;
pub mod rate_limit;
pub mod rendering;
pub mod request_log;
pub mod routes;
pub mod schema;
pub mod seed;
pub mod settings;
pub mod simulator;
pub mod state;
pub mod traffic;
pub mod validation;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use connection::{Connection, ResettableListener};
use data_plane::NoEngine;
use simulator::{Shared, Simulator};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What a simulator starts with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; a loopback address. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The one token the API accepts.
    pub token: String,
    /// The project that exists from the start.
    pub project: String,
    /// Whether that project begins with the services and integrations of [`seed`].
    pub seed: bool,
    /// The Python that carries real engines behind the API; without one there are no engines.
    pub data_plane: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: "simulated".to_owned(),
            project: "demo".to_owned(),
            seed: true,
            data_plane: None,
        }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its tokens and its control API protect nothing, so no other machine may reach it.
    #[error("refusing to listen on {0}: only loopback addresses are allowed")]
    NotLoopback(SocketAddr),
    /// The address cannot be had.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The real engines cannot be had.
    #[error(transparent)]
    DataPlane(#[from] NoEngine),
}

/// A simulator that is running. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    /// Where it listens, with the port that was picked.
    pub address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

/// Starts a simulator on the current Tokio runtime.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let wanted = options.listen;
    if !wanted.ip().is_loopback() {
        return Err(StartError::NotLoopback(wanted));
    }
    let listener = TcpListener::bind(wanted).await.map_err(|error| StartError::Listen(wanted, error))?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(wanted, error))?;
    let (stop, stopped) = oneshot::channel::<()>();
    let service = router(Simulator::start(options).await?);
    let server = axum::serve(
        ResettableListener(listener),
        service.into_make_service_with_connect_info::<Connection>(),
    )
    .with_graceful_shutdown(async {
        // Resolves when `Running` is dropped.
        let _ = stopped.await;
    });
    tokio::spawn(server.into_future());
    Ok(Running { address, _stop: stop })
}

fn router(simulator: Shared) -> Router {
    let api = routes::routes(simulator.data_plane.is_some())
        // The last layer is the outermost: faults come before the token is looked at, as a proxy's do.
        .layer(from_fn_with_state(Arc::clone(&simulator), traffic::authenticate))
        .layer(from_fn_with_state(Arc::clone(&simulator), traffic::pass));
    api.merge(control::routes()).layer(DefaultBodyLimit::disable()).with_state(simulator)
}
