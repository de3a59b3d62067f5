//! ClickHouse with a Kafka beside it, in one process for all tests here. Knows how to ask and to send, and no scenario.

use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

pub use crate::python::Answer;

use crate::python::Python;

static ENGINES: LazyLock<Mutex<Engines>> = LazyLock::new(|| Mutex::new(Engines::start()));

/// The process.
pub struct Engines {
    program: Python,
    /// Where Kafka listens.
    pub bootstrap_servers: String,
}

impl Engines {
    /// The one process. Tests share it, one question at a time; ClickHouse reads from Kafka between the questions, too.
    pub fn get() -> MutexGuard<'static, Self> {
        ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start() -> Self {
        let broker = Path::new(env!("CARGO_MANIFEST_DIR")).join("sim/src/data_plane/broker.py");
        let mut program = Python::start("engines.py", &[broker.as_os_str()]);
        let opened = program.read().expect("the engines run");
        let bootstrap_servers = opened["bootstrap_servers"].as_str().expect("an address").to_owned();
        Self { program, bootstrap_servers }
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
        self.program.ask(question);
        self.program.answer().expect("the engines run, and speak JSON")
    }
}
