//! The Kafka behind a simulator, as its clients see it: by the quickstart's script `messages`, which a reader of the
//! documentation would use. Knows no table.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::interval;

use super::process::Running;
use super::setup::{engines_python, repository};
use super::simulator::Simulator;

/// So many that some are always on their way, and so few that Kafka's memory holds them all.
const BETWEEN_MESSAGES: Duration = Duration::from_millis(20);

/// The Kafka service of a simulator that has a data plane.
#[derive(Debug)]
pub struct Kafka {
    environment: Vec<(String, String)>,
}

/// Messages that keep flowing into a topic.
#[derive(Debug)]
pub struct Stream {
    stopped: Arc<AtomicBool>,
    sender: JoinHandle<u64>,
}

impl Kafka {
    /// Asks the API where it is, as `avn service get` does.
    pub async fn of(simulator: &Simulator) -> Self {
        let answer = simulator.ask("service/kafka").await;
        let servers = answer["service"]["service_uri"].as_str().expect("the service says where it is");
        Self { environment: vec![("BOOTSTRAP_SERVERS".to_owned(), servers.to_owned())] }
    }

    /// All messages of a topic.
    pub async fn read(&self, topic: &str) -> Vec<String> {
        let arguments = [&script(), "read", topic];
        let output =
            Running::start(&engines_python(), &arguments, Path::new("/"), &self.environment).output();
        output.await.succeeded().stdout.lines().map(str::to_owned).collect()
    }

    /// Sends `message(1)`, `message(2)` and so on, until the stream is stopped.
    pub fn stream(&self, topic: &str, message: fn(u64) -> String) -> Stream {
        let mut process = Command::new(engines_python())
            .args([&script(), "send", topic])
            .env_clear()
            .envs(self.environment.clone())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a Python starts");
        let stopped = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&stopped);
        let sender = tokio::spawn(async move {
            let mut input = process.stdin.take().expect("its input is piped");
            let mut confirmations =
                BufReader::new(process.stdout.take().expect("its output is piped")).lines();
            let mut pace = interval(BETWEEN_MESSAGES);
            let mut sent = 0;
            while !ends.load(Ordering::Relaxed) {
                let line = format!("{}\n", message(sent + 1));
                input.write_all(line.as_bytes()).await.expect("it reads");
                let confirmation = confirmations.next_line().await.expect("it prints text");
                confirmation.expect("Kafka takes the message");
                sent += 1;
                pace.tick().await;
            }
            drop(input);
            assert!(process.wait().await.expect("it ends").success());
            sent
        });
        Stream { stopped, sender }
    }
}

impl Stream {
    /// Ends it, and says how many messages Kafka has confirmed.
    pub async fn stop(self) -> u64 {
        self.stopped.store(true, Ordering::Relaxed);
        self.sender.await.expect("every message was sent")
    }
}

fn script() -> String {
    repository().join("examples/quickstart/messages").display().to_string()
}
