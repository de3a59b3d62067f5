//! What becomes in ClickHouse of a table that the integration has. With `wait_for_table` that is waited for: ClickHouse is
//! asked through the API, often at first, together with all who wait for tables of the same database.
//!
//! That a table is there proves that it was created, not that a change of it was taken over: of that, only the
//! integration's status tells, which is read again between two questions.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::api::{self, Api, Query, ReadError};
use crate::clickhouse::quote_string;
use crate::engine::{Engine, Snapshot, Status, Store};
use crate::session::Session;
use crate::tf::Diagnostics;

use super::edit::TableEdit;
use super::located::{Located, database_name};
use super::refusal::{Refusal, refusal, words};
use super::verdict::{self, Verb};

/// The pause after the first question. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After how long an error that was there before the table was written is taken to be about the table as it is now. How
/// fast Aiven brings a status up to date is not public.
const BELIEVED: Duration = Duration::from_secs(30);
/// How long the first question may take where the write has used up the time: an answer is worth more than the claim that
/// there is none.
const FIRST_QUESTION: Duration = Duration::from_secs(5);

/// An edit that the integration has been seen to have.
pub struct Shown {
    /// What was done.
    pub verb: Verb,
    /// Where it was seen.
    pub snapshot: Arc<Snapshot>,
    /// How the integration fared just before, if that is known.
    pub status_before: Option<Arc<Status>>,
}

impl Shown {
    /// Says what is wrong with the table in ClickHouse, after a wait if there is something to wait with.
    pub async fn in_clickhouse<S: Store>(
        &self,
        session: &Session<Engine<S, TableEdit>>,
        located: &Located,
        waiting: Option<&Waiting<'_>>,
        diagnostics: &mut Diagnostics,
    ) {
        let (table, before) = (&located.table, self.status_before.as_deref());
        let Some(waiting) = waiting else {
            if let Some(refusal) = refusal(&self.snapshot, &table.name, before) {
                verdict::warn_of_refusal(&refusal, self.verb, table, diagnostics);
            }
            return;
        };
        let Some(engine) = session.open(diagnostics) else { return };
        if let Err(why) = waiting.wait(&engine, located, &self.snapshot, before).await {
            verdict::report_not_ready(&why, self.verb, table, diagnostics);
        }
    }
}

/// Why a table is not known to be in ClickHouse. It is in the integration all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotReady {
    /// The integration's status says what is wrong with it.
    Refused(String),
    /// The time is over.
    Late {
        /// How long ClickHouse was asked.
        waited: Duration,
        /// What the integration's status says, if anything.
        words: Option<String>,
        /// What the last question met, if not an answer.
        trouble: Option<ReadError>,
    },
    /// Terraform was interrupted.
    Interrupted,
    /// The time is over, and ClickHouse has not answered once.
    Unanswered {
        /// What the last question met, if anything.
        trouble: Option<ReadError>,
    },
    /// ClickHouse cannot be asked: asking again would not help.
    Unasked(ReadError),
    /// The API does not say where the tables of the integration are.
    Nowhere,
}

/// An operation that ends when ClickHouse has the table. It begins before the table is written, so that it hears of every
/// interrupt since and knows what is left of the time.
pub struct Waiting<'api> {
    api: &'api Api,
    operation: api::Operation<'api>,
}

impl<'api> Waiting<'api> {
    /// Begins an operation that may take so long.
    pub fn begin(api: &'api Api, allowed: Duration) -> Self {
        Self { api, operation: api.begin(allowed) }
    }

    /// Waits until ClickHouse has the table of this snapshot, and the integration's status has nothing against it.
    async fn wait<S: Store>(
        &self,
        engine: &Engine<S, TableEdit>,
        located: &Located,
        snapshot: &Arc<Snapshot>,
        before: Option<&Status>,
    ) -> Result<(), NotReady> {
        let query = tables_of(located, snapshot).ok_or(NotReady::Nowhere)?;
        let ask = || async {
            let answer = self.api.query(&query).await;
            answer.as_ref().as_ref().map_err(Clone::clone).map(|rows| {
                rows.iter()
                    .any(|row| row.first().and_then(|name| name.as_str()) == Some(&*located.table.name))
            })
        };
        let look = || async { engine.read(&located.integration, self.operation.left()).await.ok() };
        let judge = |snapshot: &Snapshot| Seen::of(snapshot, &located.table.name, before);
        let poll = poll(self.operation.left(), judge(snapshot), ask, || async {
            look().await.map(|snapshot| judge(&snapshot))
        });
        self.operation.unless_interrupted(poll).await.unwrap_or(Err(NotReady::Interrupted))
    }
}

/// The question which tables there are in the integration's database.
fn tables_of(located: &Located, snapshot: &Snapshot) -> Option<Query> {
    let database = database_name(&snapshot.facts);
    Some(Query {
        project: located.integration.project.clone(),
        service: snapshot.facts.destination_service.clone()?,
        // Every ClickHouse has it; no name in the statement is looked up in it.
        database: "default".to_owned(),
        statement: format!(
            "SELECT name FROM system.tables WHERE database = {}",
            quote_string(database.as_str()?)
        ),
    })
}

/// What an integration's status says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Seen {
    /// Of this table.
    refusal: Option<Refusal>,
    /// Of anything.
    words: Option<String>,
}

impl Seen {
    fn of(snapshot: &Snapshot, table: &str, before: Option<&Status>) -> Self {
        let words =
            snapshot.facts.status.as_ref().map(|status| {
                words([&status.description].into_iter().chain(&status.errors).map(String::as_str))
            });
        Self { refusal: refusal(snapshot, table, before), words: words.filter(|words| !words.is_empty()) }
    }
}

/// Asks whether the table is there until it is, or until something speaks against it. `look` reads the status again.
async fn poll<A, L>(
    allowed: Duration,
    mut seen: Seen,
    ask: impl Fn() -> A,
    look: impl Fn() -> L,
) -> Result<(), NotReady>
where
    A: Future<Output = Result<bool, ReadError>>,
    L: Future<Output = Option<Seen>>,
{
    let began = Instant::now();
    let left = || allowed.saturating_sub(began.elapsed());
    let mut pause = FIRST_PAUSE;
    let mut patience = left().max(FIRST_QUESTION);
    let mut is_answered = false;
    let mut trouble = None;
    loop {
        if let Some(Refusal { words, is_new }) = &seen.refusal
            && (*is_new || began.elapsed() >= BELIEVED)
        {
            return Err(NotReady::Refused(words.clone()));
        }
        let is_there = match timeout(patience, ask()).await {
            Ok(Ok(is_there)) => {
                (is_answered, trouble) = (true, None);
                is_there
            }
            Ok(Err(error)) if is_for_good(&error) => return Err(NotReady::Unasked(error)),
            Ok(Err(error)) => {
                trouble = Some(error);
                false
            }
            Err(_) => false,
        };
        if is_there && seen.refusal.is_none() {
            return Ok(());
        }
        if left() <= FIRST_PAUSE {
            return Err(match seen.refusal {
                Some(refusal) => NotReady::Refused(refusal.words),
                None if is_answered => NotReady::Late { waited: began.elapsed(), words: seen.words, trouble },
                None => NotReady::Unanswered { trouble },
            });
        }
        // More often again towards the end, lest a table that appears then is missed.
        tokio::time::sleep(pause.min(left() / 2)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        // Without another look, what was seen last stands.
        seen = look().await.unwrap_or(seen);
        patience = left();
    }
}

/// Whether another question would meet the same. ClickHouse's refusal of the question is none of these: a server that
/// starts, or that has too much to do, refuses as well.
fn is_for_good(error: &ReadError) -> bool {
    matches!(error, ReadError::Denied { .. } | ReadError::NotFound { .. } | ReadError::Inexpressible { .. })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// ClickHouse as it is asked and the status as it is read, by the time since the beginning.
    async fn wait(
        allowed: Duration,
        appears: Option<Duration>,
        status: impl Fn(Duration) -> Seen,
    ) -> (Result<(), NotReady>, u32, Duration) {
        let (began, asked) = (Instant::now(), Cell::new(0));
        let ask = || async {
            asked.set(asked.get() + 1);
            Ok(appears.is_some_and(|appears| began.elapsed() >= appears))
        };
        let look = || async { Some(status(began.elapsed())) };
        let outcome = poll(allowed, status(Duration::ZERO), ask, look).await;
        (outcome, asked.get(), began.elapsed())
    }

    fn nothing(_: Duration) -> Seen {
        Seen::default()
    }

    fn refused(is_new: bool) -> Seen {
        Seen { refusal: Some(Refusal { words: "no".to_owned(), is_new }), words: Some("no".to_owned()) }
    }

    const LONG: Duration = Duration::from_mins(20);

    #[tokio::test(start_paused = true)]
    async fn a_table_that_is_there_takes_one_question() {
        assert_eq!(wait(LONG, Some(Duration::ZERO), nothing).await, (Ok(()), 1, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_table_is_asked_for_more_and_more_seldom() {
        let (outcome, asked, took) = wait(LONG, Some(Duration::from_mins(1)), nothing).await;
        assert_eq!((outcome, asked), (Ok(()), 17));
        assert!(took < Duration::from_mins(1) + LONGEST_PAUSE, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_table_that_does_not_appear_in_time_is_late() {
        let (outcome, _, took) = wait(Duration::from_secs(3), None, nothing).await;
        assert_eq!(outcome, Err(NotReady::Late { waited: took, words: None, trouble: None }));
        assert!(took <= Duration::from_secs(3), "{took:?}");
        let hangs = poll(Duration::from_secs(3), Seen::default(), std::future::pending, || async { None });
        assert_eq!(hangs.await, Err(NotReady::Unanswered { trouble: None }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_the_wait_whenever_it_comes() {
        let refusal = Err(NotReady::Refused("no".to_owned()));
        let at_once = wait(LONG, Some(Duration::ZERO), |_| refused(true)).await;
        assert_eq!(at_once, (refusal.clone(), 0, Duration::ZERO));
        let after = Duration::from_secs(2);
        let later = |at| if at < after { Seen::default() } else { refused(true) };
        let (outcome, _, took) = wait(LONG, None, later).await;
        assert_eq!(outcome, refusal);
        assert!(took < after * 2, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_of_before_may_be_the_old_one() {
        let refusal = Err(NotReady::Refused("no".to_owned()));
        // It goes, and then the table has been taken over.
        let after = Duration::from_secs(10);
        let goes = |at| if at < after { refused(false) } else { Seen::default() };
        let (outcome, _, took) = wait(LONG, Some(Duration::ZERO), goes).await;
        assert_eq!(outcome, Ok(()));
        assert!(took >= after, "{took:?}");
        // It stays, and is believed after a while, or when the time is over.
        let (outcome, _, took) = wait(LONG, Some(Duration::ZERO), |_| refused(false)).await;
        assert_eq!(outcome, refusal);
        assert!(took >= BELIEVED && took < BELIEVED + LONGEST_PAUSE, "{took:?}");
        let (outcome, _, took) = wait(after, Some(Duration::ZERO), |_| refused(false)).await;
        assert_eq!(outcome, refusal);
        assert!(took <= after, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_may_not_ask_is_told_at_once() {
        let denied = ReadError::Denied { status: 403, message: "no".to_owned() };
        let ask = || async { Err(denied.clone()) };
        let outcome = poll(LONG, Seen::default(), ask, || async { None }).await;
        assert_eq!(outcome, Err(NotReady::Unasked(denied.clone())));
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_waited_out_and_told_if_it_does_not() {
        let message = || "no".to_owned();
        for trouble in [
            ReadError::RateLimited { wait: None, message: message() },
            ReadError::NotSent { reason: message() },
            ReadError::Unavailable { reason: message() },
            ReadError::Refused { status: 400, message: message() },
        ] {
            let (began, allowed) = (Instant::now(), Duration::from_mins(1));
            let met = |until: Duration| {
                let trouble = trouble.clone();
                move || {
                    let passed = began.elapsed() >= until;
                    let answer = if passed { Ok(true) } else { Err(trouble.clone()) };
                    async { answer }
                }
            };
            let none = || async { None };
            assert_eq!(poll(allowed, Seen::default(), met(allowed / 2), none).await, Ok(()));
            let outcome = poll(allowed, Seen::default(), met(LONG), none).await;
            assert_eq!(outcome, Err(NotReady::Unanswered { trouble: Some(trouble) }));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_question_is_asked_however_little_time_is_left() {
        assert_eq!(wait(Duration::ZERO, Some(Duration::ZERO), nothing).await, (Ok(()), 1, Duration::ZERO));
        let (outcome, asked, _) = wait(Duration::ZERO, None, nothing).await;
        assert_eq!(outcome, Err(NotReady::Late { waited: Duration::ZERO, words: None, trouble: None }));
        assert_eq!(asked, 1);
        let began = Instant::now();
        let hangs = poll(Duration::ZERO, Seen::default(), std::future::pending, || async { None });
        assert_eq!(hangs.await, Err(NotReady::Unanswered { trouble: None }));
        assert_eq!(began.elapsed(), FIRST_QUESTION);
    }
}
