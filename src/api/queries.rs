//! Queries of ClickHouse that many wait for at once: whoever wants the same answer shares one request. Knows nothing of
//! what is asked.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;
use tokio::time::{Duration, sleep};

use super::Api;
use crate::aiven::{ReadError, Rows};

/// How long a query waits for others who want the same: those who are answered by one request come at nearly the same
/// time.
const GATHERING: Duration = Duration::from_millis(50);
/// The most time for one query, attempts and pauses included. Whoever waits less long goes away before.
const ALLOWED: Duration = Duration::from_mins(1);

/// A question to ClickHouse, which must only read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// The project of the service.
    pub project: String,
    /// The ClickHouse service.
    pub service: String,
    /// The database in which names without one are looked up.
    pub database: String,
    /// The text of the query.
    pub statement: String,
}

/// What came of a query.
pub type QueryAnswer = Arc<Result<Rows, ReadError>>;

type Shared = Arc<OnceCell<QueryAnswer>>;

/// The queries that have not been sent yet, and may be joined.
#[derive(Debug, Default)]
pub struct Queries {
    // Held for a look-up, never across an await.
    unsent: Mutex<HashMap<Query, Shared>>,
}

impl Queries {
    /// The answer to a query that is sent from now on: to one that waits to be sent, or to another.
    async fn ask<F>(&self, query: &Query, send: impl Fn() -> F) -> QueryAnswer
    where
        F: Future<Output = Result<Rows, ReadError>>,
    {
        let shared = Arc::clone(self.unsent().entry(query.clone()).or_default());
        // Whoever comes first sends it. If that one goes away, another of those who wait does it all again.
        let send = || async {
            sleep(GATHERING).await;
            self.close(query, &shared);
            Arc::new(send().await)
        };
        Arc::clone(shared.get_or_init(send).await)
    }

    /// Whoever comes from now on needs another answer.
    fn close(&self, query: &Query, shared: &Shared) {
        let mut unsent = self.unsent();
        if unsent.get(query).is_some_and(|other| Arc::ptr_eq(other, shared)) {
            unsent.remove(query);
        }
    }

    fn unsent(&self) -> MutexGuard<'_, HashMap<Query, Shared>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Api {
    /// Asks ClickHouse, together with whoever wants to know the same at the moment. The answer is never one to a query
    /// that was sent before this call.
    pub async fn query(&self, query: &Query) -> QueryAnswer {
        let Query { project, service, database, statement } = query;
        let send = || self.read(ALLOWED, |client| client.query(project, service, database, statement));
        self.queries.ask(query, send).await
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;
    use tokio::time::{Instant, timeout};

    use super::*;

    /// How long the server takes.
    const TAKES: Duration = Duration::from_secs(1);

    fn query() -> Query {
        let text = |text: &str| text.to_owned();
        Query { project: text("p"), service: text("s"), database: text("d"), statement: text("SELECT 1") }
    }

    /// A server that counts the queries it is sent, and answers each with its number.
    #[derive(Default)]
    struct Server {
        queries: Queries,
        sent: Cell<u64>,
    }

    impl Server {
        async fn ask(&self) -> Option<u64> {
            let send = || async {
                self.sent.set(self.sent.get() + 1);
                let number = self.sent.get();
                sleep(TAKES).await;
                Ok(vec![vec![json!(number)]])
            };
            let answer = self.queries.ask(&query(), send).await;
            answer.as_ref().as_ref().ok()?[0][0].as_u64()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_come_together_share_a_query() {
        let server = Server::default();
        let later = async {
            sleep(GATHERING / 2).await;
            server.ask().await
        };
        assert_eq!(tokio::join!(server.ask(), server.ask(), later), (Some(1), Some(1), Some(1)));
        assert_eq!(server.sent.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_query_that_has_been_sent_is_not_joined() {
        let server = Server::default();
        let later = async {
            sleep(GATHERING + TAKES / 2).await;
            server.ask().await
        };
        assert_eq!(tokio::join!(server.ask(), later), (Some(1), Some(2)));
        assert_eq!(server.ask().await, Some(3), "an answer is for those who waited for it");
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_away_takes_nobodys_answer_along() {
        for patience in [GATHERING / 2, GATHERING + TAKES / 2] {
            let server = Server::default();
            let started = Instant::now();
            let (gone, answer) = tokio::join!(timeout(patience, server.ask()), server.ask());
            assert!(gone.is_err());
            assert_eq!(answer, Some(server.sent.get()));
            assert_eq!(started.elapsed(), patience + GATHERING + TAKES);
        }
        let server = Server::default();
        assert!(timeout(GATHERING / 2, server.ask()).await.is_err());
        assert_eq!(server.ask().await, Some(1));
    }
}
