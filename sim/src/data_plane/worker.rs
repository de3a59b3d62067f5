//! A Python program beside the simulator that answers one JSON object a line by one JSON object a line. It ends when
//! its input does: with the simulator, however that ends. Knows nothing of what is asked.

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long an answer may take. Only a program that hangs needs as much.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long a program may take to end after its input.
const LEAVE: Duration = Duration::from_secs(10);

/// How much of what a program complains about is kept, in bytes.
const COMPLAINTS: usize = 4096;

/// Python looks for modules in the folder it is started in, where anything may lie.
const NO_MODULES_HERE: &str = "import sys; sys.path[:] = filter(None, sys.path)\n";

/// A program that is running, or ended without being asked to.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    /// `None` once it has ended.
    requests: Option<ChildStdin>,
    /// `None` once it has ended.
    answers: Option<Lines<BufReader<ChildStdout>>>,
    complaints: Option<JoinHandle<String>>,
}

/// A program did not answer, and does not run any more.
#[derive(Debug, thiserror::Error)]
#[error("{}", if *hung { "took longer than a minute" } else { "ended unexpectedly" })]
pub struct Ended {
    /// Whether it ended because it did not answer in time.
    pub hung: bool,
    /// The end of what it wrote to its standard error.
    pub complaints: String,
}

impl Worker {
    /// Starts the text of a program with arguments. Whether it is of any use, its first answer tells.
    pub fn start(python: &Path, program: &str, arguments: &[&str]) -> Result<Self, Ended> {
        let mut command = Command::new(python);
        // What ClickHouse is told to shut down with, SYSTEM SHUTDOWN, is a signal to its whole group.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command
            .args(["-X", "utf8", "-c"])
            .arg(format!("{NO_MODULES_HERE}{program}"))
            .args(arguments)
            // Dates would be shown in the zone of the machine otherwise.
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Ended::at_start(format!("{}: {error}", python.display())))?;
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(requests), Some(answers), Some(errors)) = pipes else {
            return Err(Ended::at_start("it has no input and output".to_owned()));
        };
        let answers = BufReader::new(answers).lines();
        Ok(Self {
            process,
            requests: Some(requests),
            answers: Some(answers),
            complaints: Some(tokio::spawn(listen(errors))),
        })
    }

    /// Asks, and waits for the answer. A future that is dropped halfway leaves a worker that answers the wrong question.
    pub async fn ask<A: DeserializeOwned>(&mut self, request: &Value) -> Result<A, Ended> {
        let answer = timeout(PATIENCE, self.exchange(request)).await;
        let hung = answer.is_err();
        match answer.ok().flatten().and_then(|line| serde_json::from_str(&line).ok()) {
            Some(answer) => Ok(answer),
            None => Err(self.end(hung).await),
        }
    }

    async fn exchange(&mut self, request: &Value) -> Option<String> {
        let requests = self.requests.as_mut()?;
        requests.write_all(format!("{request}\n").as_bytes()).await.ok()?;
        requests.flush().await.ok()?;
        self.answers.as_mut()?.next_line().await.ok()?
    }

    /// Sees to it that a program which does not answer is no more.
    async fn end(&mut self, hung: bool) -> Ended {
        // It may have ended by itself. If not, it does now, and takes its leave: nothing keeps it, not even an answer
        // that nobody reads.
        drop((self.requests.take(), self.answers.take()));
        if timeout(LEAVE, self.process.wait()).await.is_err() {
            let _ = self.process.kill().await;
        }
        let complaints = match self.complaints.take() {
            Some(complaints) => complaints.await.unwrap_or_default(),
            None => String::new(),
        };
        let complaints = if complaints.is_empty() { "it said nothing".to_owned() } else { complaints };
        Ended { hung, complaints }
    }
}

impl Ended {
    fn at_start(complaints: String) -> Self {
        Self { hung: false, complaints }
    }
}

/// The end of what a program complains about, once it has ended.
async fn listen(mut errors: ChildStderr) -> String {
    let (mut kept, mut buffer) = (Vec::new(), [0; 1024]);
    while let Ok(length @ 1..) = errors.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..length]);
        let surplus = kept.len().saturating_sub(COMPLAINTS);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}
