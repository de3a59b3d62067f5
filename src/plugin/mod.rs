//! Speaking go-plugin: being started by Terraform, saying where we listen, serving, and ending on time.
//! Never mentions Aiven, and knows of Terraform only what every plugin has to: how it starts and ends one.
//!
//! A process of ours lives like this: `handshake` reads what Terraform put into the environment, `tls` makes the
//! certificates' end of it, `listen` opens the socket, one line goes to standard output, and `serve` answers
//! requests until `lifetime` says that it is over. `log` and `panics` write to standard error, which Terraform reads.
//!
//! Two limits belong to the gRPC service itself and are set where it is built: messages of up to 256 MiB both ways
//! (tonic's default of 4 MiB refuses large states), and no timeout, for Terraform has none and an apply may be long.

mod connection;
mod handshake;
mod lifetime;
mod listen;
mod log;
mod panics;
mod proto;
mod serve;
mod services;
mod tls;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::process::ExitCode;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use handshake::{Environment, EnvironmentError};
use listen::{ListenError, Listener};

/// Threads that answer requests. Requests mostly wait for a remote API; each thread costs start-up time and memory.
const WORKERS: usize = 2;

/// What this plugin is, for the lines it says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Plugin {
    /// Source address as in `required_providers`: `HOST/NAMESPACE/TYPE`.
    pub address: &'static str,
    /// Version of the provider, without a leading `v`.
    pub version: &'static str,
}

/// What this plugin serves.
pub struct Services {
    /// The provider's own gRPC services; those of go-plugin are added to them.
    pub routes: Routes,
    /// Tasks that change something remote. They outlive the request that began them, and the process waits for them
    /// before it ends: up to 1.5 s after a shutdown, since Terraform kills us at 2 s, and without limit after a
    /// signal or if Terraform itself has died.
    pub work: TaskTracker,
    /// Called once when the end has come: what is under way is seen through, and nothing more is begun.
    pub stop: Stop,
}

/// How the plugin is told to begin nothing more.
pub type Stop = Box<dyn FnOnce() + Send>;

/// Who started the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Terraform or OpenTofu, which also end it.
    Terraform,
    /// A developer, who attaches Terraform through `TF_REATTACH_PROVIDERS` and ends the process with Ctrl-C.
    Debug,
}

/// Why serving never began.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error("cannot set up TLS with the process that started this plugin: {0}")]
    Tls(#[from] tls::TlsError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] io::Error),
    #[error("cannot tell standard output where this plugin listens: {0}")]
    Handshake(#[source] io::Error),
}

/// Serves until Terraform says that it is over, and returns the exit code of the process.
///
/// `services` is called once, within the runtime and after the handshake: what it does costs every command of
/// Terraform its time three to five times.
pub fn run(plugin: Plugin, mode: Mode, services: impl FnOnce() -> Services) -> ExitCode {
    match start(plugin, mode, services) {
        Ok(()) => ExitCode::SUCCESS,
        Err(StartError::Environment(EnvironmentError::NotTerraform)) => {
            complain(&handshake::introduction(plugin.address, plugin.version));
            ExitCode::FAILURE
        }
        Err(error) => {
            complain(&format!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn start(plugin: Plugin, mode: Mode, services: impl FnOnce() -> Services) -> Result<(), StartError> {
    let environment = match mode {
        Mode::Terraform => Environment::read(std::env::var_os)?,
        Mode::Debug => Environment::default(),
    };
    log::install(|name| std::env::var(name).ok());
    panics::install();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(StartError::Runtime)?;
    let outcome = runtime.block_on(host(plugin, mode, environment, services));
    // Whatever still runs had its time; dropping the runtime would wait for it.
    runtime.shutdown_background();
    outcome
}

async fn host(
    plugin: Plugin,
    mode: Mode,
    environment: Environment,
    services: impl FnOnce() -> Services,
) -> Result<(), StartError> {
    // First of all: from here on a Ctrl-C in the user's terminal no longer kills an apply.
    let signals = lifetime::Signals::catch().map_err(StartError::Runtime)?;
    let parent_death = lifetime::parent_death(mode);
    let tls = match &environment.client_certificate {
        Some(certificate) => Some(tls::Tls::pinned_to(certificate)?),
        None => None,
    };
    // Reattaching knows no TLS. A developer's own machine is no place for other users' processes anyway.
    let tcp_allowed = tls.is_some() || mode == Mode::Debug;
    let folders = listen::folders(&environment);
    let listener = Listener::open(&folders, &environment.ports, tcp_allowed).await?;
    let line = match mode {
        Mode::Terraform => handshake::line(
            listener.address(),
            tls.as_ref().map(|tls| tls.certificate.as_ref()),
            environment.answers_multiplexing,
        ),
        Mode::Debug => {
            complain(handshake::REATTACH_HELP);
            handshake::reattach(plugin.address, listener.address(), std::process::id())
        }
    };
    // The listener already queues connections, so Terraform can come while the services are being built.
    announce(&line).map_err(StartError::Handshake)?;
    tracing::debug!(version = plugin.version, "listening");

    let Services { routes, work, stop } = services();
    let end = CancellationToken::new();
    let ended = lifetime::ended(mode, signals.ending(mode), parent_death, end.clone(), stop, work.clone());
    serve::serve(listener, tls.map(|tls| tls.config), routes, ended, &end, &work).await;
    Ok(())
}

/// The only thing ever written to standard output while serving.
fn announce(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(line.as_bytes())?;
    output.flush()
}

/// Unlike `eprintln!`, does not panic when nobody reads.
fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
