//! A program of this folder, in the Python that has ClickHouse: a JSON object a line in, one out. It ends when its input
//! does: with us, at the latest. Knows no question.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A program that is running.
pub struct Python {
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    _process: Child,
}

/// Rows, or ClickHouse's words.
pub type Answer = Result<Vec<Value>, String>;

impl Python {
    /// Starts a program, named as in this folder.
    pub fn start(program: &str, arguments: &[&OsStr]) -> Self {
        let python = env::var("CHDB_PYTHON")
            .expect("CHDB_PYTHON is set by `make test`, which installs ClickHouse and Kafka");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clickhouse");
        let mut process = Command::new(python)
            .arg("-B")
            .arg(folder.join(program))
            .args(arguments)
            // Dates are shown in the zone of the machine otherwise.
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let questions = process.stdin.take().expect("its input is piped");
        let answers = BufReader::new(process.stdout.take().expect("its output is piped"));
        Self { questions, answers, _process: process }
    }

    pub fn ask(&mut self, question: &Value) {
        writeln!(self.questions, "{question}").expect("the program listens");
    }

    /// The next line; `None` where the program has ended.
    pub fn read(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the program answers");
        serde_json::from_str(&line).ok()
    }

    /// The next line as the answer to queries.
    pub fn answer(&mut self) -> Option<Answer> {
        let answer = self.read()?;
        Some(match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["rows"].as_array().expect("rows").clone()),
        })
    }
}
