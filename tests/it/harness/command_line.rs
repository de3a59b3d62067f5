//! The provider's binary as a user types it, without Terraform. Knows none of its commands.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;

use super::process::{Output, Running};
use super::setup::provider_binary;
use super::simulator::{Simulator, TOKEN};

/// The binary with an environment of its own.
#[derive(Debug)]
pub struct CommandLine {
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl CommandLine {
    /// Nothing in the environment but a home.
    pub fn offline() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let environment = vec![("HOME".to_owned(), home.path().display().to_string())];
        Self { home, environment }
    }

    /// With a token, and the address of `simulator`.
    pub fn new(simulator: &Simulator) -> Self {
        Self::offline().with("AIVEN_WEB_URL", simulator.url()).with("AIVEN_TOKEN", TOKEN)
    }

    /// The same, with an environment variable set or replaced.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.environment.retain(|(name, _)| name != variable);
        self.environment.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// Runs it to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        Running::start(&provider_binary(), arguments, self.home.path(), &self.environment).output().await
    }

    /// Runs it to its end with `output` as its standard output: the exit code, and what it said on standard error.
    pub async fn run_into(&self, output: Stdio, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(provider_binary());
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment.clone())
            .stdin(Stdio::null())
            .stdout(output);
        let ended = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("it starts");
        let ended = ended.wait_with_output().await.expect("it ends");
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    }
}
