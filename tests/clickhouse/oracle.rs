//! ClickHouse, as the Python package chdb, in one process for all tests here. Knows how to ask, and no question.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

pub use crate::python::Answer;

use crate::python::Python;

static ORACLE: LazyLock<Mutex<Oracle>> = LazyLock::new(|| Mutex::new(Oracle::start()));

/// The process.
pub struct Oracle {
    program: Python,
}

/// What is wrong with a question that ClickHouse did not survive.
pub const CRASHED: &str = "ClickHouse crashed";

/// A column as ClickHouse describes it.
pub type Column = (String, String);

impl Oracle {
    /// The one process. Tests share it, one question at a time.
    pub fn get() -> MutexGuard<'static, Self> {
        ORACLE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another process. Where ClickHouse may crash, nobody else should depend on it.
    pub fn start() -> Self {
        Self { program: Python::start("answer.py", &[]) }
    }

    /// Runs the queries one after the other, and returns the rows of the last.
    pub fn ask(&mut self, queries: &[String], file: &[u8]) -> Answer {
        let question = json!({"queries": queries, "file": BASE64_STANDARD.encode(file)});
        self.program.ask(&question);
        self.program.answer().unwrap_or_else(|| panic!("no answer to {question}"))
    }

    /// The same for each of many lists of queries, which is faster, after some that are for all of them. One that ends
    /// the process is answered by [`CRASHED`], and another process goes on.
    pub fn ask_each(&mut self, first: &[String], questions: &[Vec<String>]) -> Vec<Answer> {
        let mut answers = Vec::new();
        while let Some(rest) = questions.get(answers.len()..).filter(|rest| !rest.is_empty()) {
            self.ask(first, &[]).expect("ClickHouse is set up");
            self.program.ask(&json!({"each": rest}));
            answers.extend(rest.iter().map_while(|_| self.program.answer()));
            if answers.len() < questions.len() {
                answers.push(Err(CRASHED.to_owned()));
                *self = Self::start();
            }
        }
        answers
    }

    /// The columns of a query's source: `file(…)`, `format(…)`.
    pub fn describe(&mut self, source: &str, file: &[u8]) -> Result<Vec<Column>, String> {
        let rows = self.ask(&[format!("DESCRIBE TABLE {source}")], file)?;
        Ok(rows.iter().map(described).collect())
    }

    /// Makes a table of these columns, and says how ClickHouse spells their types.
    pub fn table(&mut self, columns: &[Column]) -> Result<Vec<Column>, String> {
        let create = format!("CREATE TABLE probe ({}) ENGINE = Memory", structure(columns));
        let drop = "DROP TABLE IF EXISTS probe".to_owned();
        let rows = self.ask(&[drop, create, "DESCRIBE TABLE probe".to_owned()], &[])?;
        Ok(rows.iter().map(described).collect())
    }
}

/// Columns as they are written in `CREATE TABLE`.
pub fn structure(columns: &[Column]) -> String {
    let quote = aiven_clickhouse_kafka::clickhouse::quote_identifier;
    columns.iter().map(|(name, ty)| format!("{} {ty}", quote(name))).collect::<Vec<_>>().join(", ")
}

/// Long tuples are spread over lines; that is no difference.
fn described(row: &Value) -> Column {
    let text = |key: &str| row[key].as_str().expect("a text").to_owned();
    let ty = text("type").lines().map(str::trim_start).collect::<Vec<_>>().join(" ");
    (text("name"), ty.replace("( ", "("))
}
