//! Queries of a ClickHouse service by way of the API, and the answers they arrive in. Knows nothing of what is asked.

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Subject;
use super::integration::{complain, unreadable};
use super::{Client, ReadError};

/// The rows of a result, each with a value for each column.
pub type Rows = Vec<Vec<Value>>;

impl Client {
    /// Asks ClickHouse. `statement` must be one that only reads, for it may be sent more than once. What ClickHouse
    /// refuses is [`ReadError::Refused`] in its words; the permission that this takes, `service:data:write`, is another
    /// than that to read and write integrations.
    pub async fn query(
        &self,
        project: &str,
        service: &str,
        database: &str,
        statement: &str,
    ) -> Result<Rows, ReadError> {
        let url = self.url(&["project", project, "service", service, "clickhouse", "query"])?;
        let body = json!({"database": database, "query": statement}).to_string();
        let answer = self.ask(url, &body, Subject::Service).await?;
        rows(&answer.body).map_err(|reason| self.unreadable(reason))
    }
}

#[derive(Deserialize)]
struct QueryResult {
    error: Option<Value>,
    data: Option<Rows>,
}

fn rows(body: &[u8]) -> Result<Rows, String> {
    let answer: QueryResult = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    complain(answer.error.as_ref())?;
    answer.data.ok_or_else(|| "the answer holds no `data`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_whatever_else_there_is() {
        let body =
            br#"{"meta": [{"name": "name", "type": "String"}], "data": [["a"], ["b"]], "summary": {}}"#;
        assert_eq!(rows(body).unwrap(), [[json!("a")], [json!("b")]]);
        assert_eq!(rows(br#"{"data": []}"#).unwrap(), Rows::new());
    }

    #[test]
    fn what_holds_no_rows_is_unreadable() {
        for body in ["{}", "[]", "<html>", r#"{"data": {}}"#, r#"{"data": [1]}"#] {
            assert!(rows(body.as_bytes()).is_err(), "{body}");
        }
        assert!(rows(br#"{"data": [], "error": "oops"}"#).unwrap_err().contains("oops"));
    }
}
