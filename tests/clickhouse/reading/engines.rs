//! ClickHouse with a Kafka beside it, in one process for all tests here. Knows how to ask and to send, and no scenario.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

static ENGINES: LazyLock<Mutex<Engines>> = LazyLock::new(|| Mutex::new(Engines::start()));

/// The process, which ends when its input does: with us, at the latest.
pub struct Engines {
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Where Kafka listens.
    pub bootstrap_servers: String,
    _process: Child,
}

/// Rows, or ClickHouse's words.
pub type Answer = Result<Vec<Value>, String>;

impl Engines {
    /// The one process. Tests share it, one question at a time; ClickHouse reads from Kafka between the questions, too.
    pub fn get() -> MutexGuard<'static, Self> {
        ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start() -> Self {
        let python = env::var("CHDB_PYTHON")
            .expect("CHDB_PYTHON is set by `make test`, which installs ClickHouse and Kafka");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut process = Command::new(python)
            .arg(repository.join("tests/clickhouse/reading/engines.py"))
            .arg(repository.join("sim/src/data_plane/broker.py"))
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let questions = process.stdin.take().expect("its input is piped");
        let answers = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut engines = Self { questions, answers, bootstrap_servers: String::new(), _process: process };
        let opened = engines.read();
        let address = opened["bootstrap_servers"].as_str().expect("an address");
        address.clone_into(&mut engines.bootstrap_servers);
        engines
    }

    /// Runs the queries one after the other, and returns the rows of the last.
    pub fn ask(&mut self, queries: &[String]) -> Answer {
        self.answer_to(&json!({"queries": queries}))
    }

    /// Puts messages into a topic of two partitions; they are there when this returns.
    pub fn send(&mut self, topic: &str, partition: u32, messages: &[&str]) {
        self.answer_to(&json!({"topic": topic, "partition": partition, "messages": messages}))
            .expect("they are sent");
    }

    fn answer_to(&mut self, question: &Value) -> Answer {
        writeln!(self.questions, "{question}").expect("the engines listen");
        let answer = self.read();
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["rows"].as_array().expect("rows").clone()),
        }
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the engines answer");
        serde_json::from_str(&line).expect("the engines run, and speak JSON")
    }
}
