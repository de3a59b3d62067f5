//! The command line of the simulator: flags in, one line out when it is ready, then serve until told to stop.

use aiven_sim::{Options, start};
use clap::Parser;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::sync::oneshot;

/// A stateful, strict stand-in for the slice of Aiven's API that the provider uses.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Loopback address to listen on; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The token the API accepts
    #[arg(long, default_value = "simulated")]
    token: String,
    /// The project that exists from the start
    #[arg(long, default_value = "demo")]
    project: String,
    /// Begin with services, an endpoint and integrations in the project
    #[arg(long)]
    seed: bool,
    /// Put a real ClickHouse and real Kafka clusters behind the API
    #[arg(long)]
    data_plane: bool,
    /// The Python that has the packages chdb and confluent-kafka
    #[arg(long, default_value = "python3", requires = "data_plane")]
    python: PathBuf,
    /// Exit when standard input closes, so that a test which dies leaves nothing behind
    #[arg(long)]
    exit_with_stdin: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aiven-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { listen, token, project, seed, data_plane, python, exit_with_stdin } = arguments;
    let data_plane = data_plane.then_some(python);
    let stopped = stop_signal()?;
    let running = start(Options { listen, token, project, seed, data_plane }).await?;
    let mut output = io::stdout().lock();
    writeln!(output, "aiven-sim listening on http://{}", running.address)?;
    output.flush()?;
    tokio::select! {
        () = stopped => {}
        () = input_closed(exit_with_stdin) => {}
    }
    Ok(())
}

/// Resolves on an interrupt and, where there is one, a termination signal.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves on an interrupt and, where there is one, a termination signal.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Resolves when standard input ends; never, unless `wanted`.
async fn input_closed(wanted: bool) {
    if !wanted {
        return std::future::pending().await;
    }
    let (closed, wait) = oneshot::channel();
    // A thread of its own: Tokio's would keep the runtime from shutting down while it waits for input.
    std::thread::spawn(move || {
        let mut scratch = [0; 64];
        while matches!(io::stdin().lock().read(&mut scratch), Ok(length) if length > 0) {}
        let _ = closed.send(());
    });
    let _ = wait.await;
}
