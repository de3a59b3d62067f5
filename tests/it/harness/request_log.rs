//! What the simulator was asked, in order of arrival. Knows nothing of why.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::simulator::Simulator;

/// A request as it arrived.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// Counts up in order of arrival.
    pub sequence: u64,
    /// GET, PUT and so on.
    pub method: String,
    /// Where to, without the query.
    pub path: String,
    /// What the API decided, even if no answer arrived; none while nothing took place.
    pub status: Option<u16>,
    /// When that was, since the simulator was started.
    pub effect_microseconds: Option<u64>,
    /// The kind of the fault it met.
    pub fault: Option<String>,
    /// The text that was sent.
    pub body: String,
}

impl Request {
    /// How many tables a write left in the integration.
    pub fn tables(&self) -> usize {
        self.table_names().len()
    }

    /// The names of the tables that a write left in the integration.
    pub fn table_names(&self) -> Vec<String> {
        let body: Value = serde_json::from_str(&self.body).expect("a write is JSON");
        names(&body["user_config"]["tables"])
    }

    /// Whether this asks for a change.
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }
}

/// All requests so far.
#[derive(Debug, Deserialize)]
pub struct RequestLog {
    /// In order of arrival.
    pub requests: Vec<Request>,
}

impl RequestLog {
    /// The writes, in order.
    pub fn writes(&self) -> Vec<&Request> {
        self.requests.iter().filter(|request| request.writes()).collect()
    }

    /// What became of each write.
    pub fn write_statuses(&self) -> Vec<Option<u16>> {
        self.writes().iter().map(|request| request.status).collect()
    }

    /// Asserts that every write was made upon a read of its own: none was repeated as it was.
    #[track_caller]
    pub fn assert_each_write_follows_a_read(&self) {
        let first = self.requests.first();
        assert!(first.is_none_or(|request| !request.writes()), "{self:#?}");
        for pair in self.requests.windows(2) {
            assert!(!(pair[0].writes() && pair[1].writes()), "{self:#?}");
        }
    }
}

/// The names in an array of tables, in its order.
pub fn names(tables: &Value) -> Vec<String> {
    let tables = tables.as_array().into_iter().flatten();
    tables.map(|table| table["name"].as_str().expect("a table has a name").to_owned()).collect()
}

impl Simulator {
    /// The requests so far, in full.
    pub async fn log(&self) -> RequestLog {
        let log = self.control(Method::GET, "requests", Value::Null).await;
        serde_json::from_str(&log).expect("the log is as its README says")
    }

    /// Forgets the requests so far.
    pub async fn clear_log(&self) {
        self.control(Method::DELETE, "requests", Value::Null).await;
    }

    /// Takes all faults back.
    pub async fn clear_faults(&self) {
        self.control(Method::DELETE, "faults", Value::Null).await;
    }

    /// Lets the writes take effect that a `delay_apply` fault has put off.
    pub async fn apply_delayed(&self) {
        self.control(Method::POST, "apply_delayed", json!({})).await;
    }
}
