//! The engine from outside, against a server in memory, on paused time: what a caller is told, and exactly which
//! requests it costs.

mod server;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use crate::aiven::{ReadError, WriteError};

use super::{Cause, Engine, IntegrationKey, Locks, Operation, Outcome, ReadFailure, Want};
use server::{Fault, READ, Server, Set, WRITE};

const HOUR: Duration = Duration::from_hours(1);

type TestEngine = Arc<Engine<Server, Set>>;

fn engine(server: &Server) -> TestEngine {
    Arc::new(Engine::new(
        server.clone(),
        "kafka",
        Locks::none(),
        TaskTracker::new(),
    ))
}

fn key() -> IntegrationKey {
    IntegrationKey {
        project: "project".into(),
        id: "id".into(),
    }
}

fn set(name: &str, value: u32, prior: Option<u32>) -> Set {
    Set {
        name: name.into(),
        value,
        prior,
    }
}

fn operation(name: &str, want: Want<Set>) -> Operation<Set> {
    Operation {
        name: name.into(),
        want,
        deadline: HOUR,
    }
}

async fn create(engine: &TestEngine, name: &str) -> Outcome {
    engine
        .submit(&key(), operation(name, Want::Create(set(name, 1, None))))
        .await
}

async fn update(engine: &TestEngine, name: &str, prior: u32, value: u32) -> Outcome {
    engine
        .submit(
            &key(),
            operation(name, Want::Update(set(name, value, Some(prior)))),
        )
        .await
}

async fn delete(engine: &TestEngine, name: &str) -> Outcome {
    engine.submit(&key(), operation(name, Want::Delete)).await
}

fn is_done(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Done(_) | Outcome::Deleted)
}

fn not_found() -> ReadError {
    ReadError::NotFound {
        message: "no such integration".into(),
    }
}

fn limited() -> WriteError {
    WriteError::RateLimited {
        wait: Some(Duration::from_secs(28)),
        message: "slow down".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn edits_at_once_share_one_write() {
    let server = Server::default().with("old", 1).with("gone", 1);
    let engine = engine(&server);
    let (a, b, c, d) = tokio::join!(
        create(&engine, "a"),
        create(&engine, "b"),
        update(&engine, "old", 1, 2),
        delete(&engine, "gone")
    );
    assert!(
        [&a, &b, &c, &d].into_iter().all(is_done),
        "{a:?} {b:?} {c:?} {d:?}"
    );
    assert_eq!(server.log(), "GET, PUT +a +b ~old -gone");
}

#[tokio::test(start_paused = true)]
async fn edits_during_a_read_join_and_edits_during_a_write_wait() {
    let server = Server::default();
    let engine = engine(&server);
    let late = |after: Duration, name: &'static str| {
        let engine = Arc::clone(&engine);
        async move {
            sleep(after).await;
            create(&engine, name).await
        }
    };
    let (a, b, c, d) = tokio::join!(
        create(&engine, "a"),
        late(READ / 2, "b"),
        late(READ + WRITE / 2, "c"),
        late(READ * 2, "d")
    );
    assert!([&a, &b, &c, &d].into_iter().all(is_done));
    assert_eq!(server.log(), "GET, PUT +a +b, GET, PUT +c +d");
}

#[tokio::test(start_paused = true)]
async fn edits_of_one_name_take_their_turns() {
    let server = Server::default();
    let engine = engine(&server);
    let (a, b) = tokio::join!(create(&engine, "a"), delete(&engine, "a"));
    assert!(is_done(&a) && is_done(&b));
    assert_eq!(server.log(), "GET, PUT +a, GET, PUT -a");
}

#[tokio::test(start_paused = true)]
async fn what_needs_no_write_sends_none() {
    let server = Server::default().with("a", 2).with("b", 3);
    let engine = engine(&server);
    let (done, exists, missing, drifted, deleted) = tokio::join!(
        update(&engine, "a", 1, 2),
        create(&engine, "b"),
        update(&engine, "c", 1, 2),
        update(&engine, "b", 1, 2),
        delete(&engine, "d")
    );
    assert!(matches!(done, Outcome::Done(_)));
    assert!(matches!(exists, Outcome::Exists(_)));
    assert_eq!(missing, Outcome::Missing);
    assert!(matches!(drifted, Outcome::Drifted(_)));
    assert_eq!(deleted, Outcome::Deleted);
    // Two edits of `b` take turns, hence the second read.
    assert_eq!(server.log(), "GET, GET");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_up() {
    let server = Server::default().write(Fault::LostAnswer);
    let outcome = create(&engine(&server), "a").await;
    assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
    assert_eq!(server.log(), "GET, PUT +a, GET");
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_planned_again() {
    let server = Server::default().write(Fault::LostRequest);
    assert!(is_done(&create(&engine(&server), "a").await));
    assert_eq!(server.log(), "GET, PUT +a, GET, GET, GET, GET, GET, PUT +a");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_changed_nothing_is_looked_up() {
    let server = Server::default().write(Fault::Unchanged);
    assert!(is_done(&create(&engine(&server), "a").await));
    assert_eq!(server.log(), "GET, PUT +a, GET");
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_without_effect_is_not_believed() {
    let server = Server::default().write(Fault::Ignored);
    assert_eq!(create(&engine(&server), "a").await, Outcome::Contended);
    assert_eq!(server.log(), "GET, PUT +a, GET, GET, GET, GET");
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_waited_out() {
    let server = Server::default().write(Fault::Fails(limited()));
    let started = Instant::now();
    assert!(is_done(&create(&engine(&server), "a").await));
    assert!(started.elapsed() >= Duration::from_secs(28));
    assert_eq!(server.log(), "GET, PUT +a, GET, PUT +a");
}

#[tokio::test(start_paused = true)]
async fn denied_access_ends_a_batch_at_once() {
    let denied = WriteError::Denied {
        status: 403,
        message: "no".into(),
    };
    let server = Server::default().write(Fault::Fails(denied));
    let engine = engine(&server);
    let (a, b) = tokio::join!(create(&engine, "a"), create(&engine, "b"));
    let expected = Outcome::NotApplied(Cause::Denied {
        message: "no".into(),
    });
    assert_eq!((a, b), (expected.clone(), expected));
    assert_eq!(server.log(), "GET, PUT +a +b");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_stays_is_told_as_such() {
    let conflict = || {
        Fault::Fails(WriteError::Conflict {
            status: 409,
            message: "busy".into(),
        })
    };
    let server = (0..6).fold(Server::default(), |server, _| server.write(conflict()));
    let outcome = create(&engine(&server), "a").await;
    assert_eq!(
        outcome,
        Outcome::NotApplied(Cause::Conflict {
            message: "busy".into()
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_table_fails_alone() {
    let server = Server::default();
    let engine = engine(&server);
    let names = ["a", "b", "bad", "c", "d", "e", "f", "g", "h", "i"];
    let outcomes = join_all(names.map(|name| create(&engine, name))).await;
    for (name, outcome) in names.iter().zip(outcomes) {
        let refused = Outcome::Refused {
            message: "bad table".into(),
        };
        assert_eq!(outcome == refused, *name == "bad", "{name}: {outcome:?}");
    }
    // Nobody asks for the fate of `bad` twice once `a` and `b` are proved innocent.
    assert!(server.log().matches("PUT").count() <= 7, "{}", server.log());
}

#[tokio::test(start_paused = true)]
async fn another_type_is_never_written() {
    let server = Server::default().of_type("logs");
    let outcome = create(&engine(&server), "a").await;
    assert_eq!(
        outcome,
        Outcome::NotApplied(Cause::WrongType {
            found: "logs".into()
        })
    );
    assert_eq!(server.log(), "GET");
}

#[tokio::test(start_paused = true)]
async fn absence_is_believed_the_second_time_and_a_create_waits_for_more() {
    let server = (0..10).fold(Server::default(), |server, _| {
        server.read_fails(not_found())
    });
    let engine = engine(&server);
    let started = Instant::now();
    let (deleted, missing) = tokio::join!(delete(&engine, "a"), update(&engine, "b", 1, 2));
    assert_eq!((deleted, missing), (Outcome::Deleted, Outcome::Missing));
    assert_eq!(server.log(), "GET, GET");
    assert!(started.elapsed() >= Duration::from_secs(1));
    let started = Instant::now();
    let gone = Outcome::NotApplied(Cause::Gone {
        message: "no such integration".into(),
    });
    assert_eq!(create(&engine, "c").await, gone);
    assert!(started.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn an_integration_that_appears_late_is_no_obstacle() {
    let server = (0..3).fold(Server::default(), |server, _| {
        server.read_fails(not_found())
    });
    assert!(is_done(&create(&engine(&server), "a").await));
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_answered_at_once_in_every_wait() {
    // While reading; while waiting out a limit; while looking for a lost write.
    let limited = Server::default().write(Fault::Fails(limited()));
    let lost = Server::default().write(Fault::LostRequest);
    let cases = [
        (Server::default(), READ / 2, Duration::ZERO, "GET"),
        (limited, READ + WRITE * 2, Duration::ZERO, "GET, PUT +a"),
        (lost, READ + WRITE + READ, READ, "GET, PUT +a, GET"),
    ];
    for (server, after, wait, log) in cases {
        let engine = engine(&server);
        let creating = tokio::spawn({
            let engine = Arc::clone(&engine);
            async move { create(&engine, "a").await }
        });
        sleep(after).await;
        let stopped = Instant::now();
        engine.stop();
        let outcome = creating.await.unwrap();
        assert!(stopped.elapsed() <= wait, "{log}: {:?}", stopped.elapsed());
        assert_eq!(
            matches!(outcome, Outcome::Unknown(_)),
            wait > Duration::ZERO,
            "{outcome:?}"
        );
        assert_eq!(
            matches!(outcome, Outcome::Stopped),
            wait == Duration::ZERO,
            "{outcome:?}"
        );
        assert_eq!(server.log(), log);
        // The engine is not spent.
        assert!(is_done(&create(&engine, "b").await));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_sees_the_write_under_way_through() {
    let server = Server::default();
    let writes = TaskTracker::new();
    let engine: TestEngine = Arc::new(Engine::new(
        server.clone(),
        "kafka",
        Locks::none(),
        writes.clone(),
    ));
    let stopping = async {
        sleep(READ + WRITE / 2).await;
        assert!(!writes.is_empty(), "a write is under way");
        let queued = create(&engine, "b");
        let stop = async { engine.stop() };
        tokio::join!(biased; queued, stop).0
    };
    let (first, second) = tokio::join!(create(&engine, "a"), stopping);
    assert!(is_done(&first));
    assert_eq!(second, Outcome::Stopped);
    assert_eq!(server.log(), "GET, PUT +a");
    assert!(writes.is_empty(), "nothing keeps the process alive");
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_edit_is_carried_out() {
    let server = Server::default();
    let engine = engine(&server);
    assert!(timeout(READ / 2, create(&engine, "a")).await.is_err());
    assert!(is_done(&create(&engine, "b").await));
    assert_eq!(server.value("a"), Some(1));
    assert_eq!(server.log(), "GET, PUT +a +b");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_during_a_write_leaves_the_truth_unknown() {
    let server = Server::default();
    let engine = engine(&server);
    let deadline = READ + WRITE / 2;
    let operation = Operation {
        deadline,
        ..operation("a", Want::Create(set("a", 1, None)))
    };
    let outcome = engine.submit(&key(), operation).await;
    assert_eq!(outcome, Outcome::Unknown(Cause::Expired { setback: None }));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_during_a_wait_names_what_was_waited_for() {
    let server = Server::default().write(Fault::Fails(limited()));
    let engine = engine(&server);
    let deadline = Duration::from_secs(10);
    let operation = Operation {
        deadline,
        ..operation("a", Want::Create(set("a", 1, None)))
    };
    let Outcome::NotApplied(cause) = engine.submit(&key(), operation).await else {
        panic!("applied?")
    };
    assert_eq!(
        cause.to_string(),
        "the time for this operation is over; before that: rate limited: slow down"
    );
}

#[tokio::test(start_paused = true)]
async fn readers_share_one_request() {
    let server = Server::default().with("a", 1);
    let engine = engine(&server);
    // The first reader goes away; the others get what he asked for.
    let key = key();
    let first = timeout(READ / 2, engine.read(&key, HOUR));
    let (first, others) = tokio::join!(first, join_all((0..400).map(|_| engine.read(&key, HOUR))));
    assert!(first.is_err());
    assert!(
        others
            .iter()
            .all(|read| read.as_ref().unwrap().document.get("a").unwrap().is_some())
    );
    assert_eq!(server.log(), "GET");
    engine.read(&key, HOUR).await.unwrap();
    assert_eq!(
        server.log(),
        "GET",
        "a planning process reads no more often than every ten seconds"
    );
    sleep(Duration::from_secs(10)).await;
    engine.read(&key, HOUR).await.unwrap();
    assert_eq!(server.log(), "GET, GET");
    create(&engine, "b").await;
    let read = engine.read(&key, HOUR).await.unwrap();
    assert!(
        read.document.get("b").unwrap().is_some(),
        "an applying process always reads"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_never_gets_what_our_own_write_has_outdated() {
    let server = Server::default();
    let engine = engine(&server);
    let key = key();
    let early = async {
        // Served before the write is applied, delivered after its acknowledgement.
        sleep(READ + WRITE - READ / 2).await;
        engine.read(&key, HOUR).await.unwrap()
    };
    let late = async {
        assert!(is_done(&create(&engine, "a").await));
        engine.read(&key, HOUR).await.unwrap()
    };
    let (early, late) = tokio::join!(early, late);
    assert!(
        early.document.get("a").unwrap().is_none(),
        "the scene is not as intended"
    );
    assert!(late.document.get("a").unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn only_a_second_not_found_means_gone() {
    let server = Server::default().read_fails(not_found());
    assert!(engine(&server).read(&key(), HOUR).await.is_ok());
    let server = Server::default()
        .read_fails(not_found())
        .read_fails(not_found());
    let engine = engine(&server);
    let key = key();
    let (one, two) = tokio::join!(engine.read(&key, HOUR), engine.read(&key, HOUR));
    let gone = Err(ReadFailure::Gone {
        message: "no such integration".into(),
    });
    assert_eq!((one, two), (gone.clone(), gone));
    assert_eq!(server.log(), "GET, GET");
}

#[tokio::test(start_paused = true)]
async fn failures_to_read_are_shared_and_denials_not_repeated() {
    let server = Server::default().read_fails(ReadError::Denied {
        status: 401,
        message: "no".into(),
    });
    let engine = engine(&server);
    let key = key();
    let (one, two) = tokio::join!(engine.read(&key, HOUR), engine.read(&key, HOUR));
    let denied = Err(ReadFailure::Failed(Cause::Denied {
        message: "no".into(),
    }));
    assert_eq!((one, two), (denied.clone(), denied));
    assert_eq!(server.log(), "GET");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_reads() {
    let server = Server::default();
    let engine = engine(&server);
    let key = key();
    let stop = async { engine.stop() };
    let (read, ()) = tokio::join!(biased; engine.read(&key, HOUR), stop);
    assert_eq!(read, Err(ReadFailure::Failed(Cause::Stopped)));
    assert!(engine.read(&key, HOUR).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn two_processes_take_turns() {
    let server = Server::default();
    let folder = tempfile::tempdir().unwrap();
    let process = || -> TestEngine {
        let locks = Locks::in_folder(&folder.path().join("locks"), "url");
        Arc::new(Engine::new(
            server.clone(),
            "kafka",
            locks,
            TaskTracker::new(),
        ))
    };
    let (one, two) = (process(), process());
    // The server itself asserts that their writes do not overlap.
    let (a, b) = tokio::join!(create(&one, "a"), create(&two, "b"));
    assert!(is_done(&a) && is_done(&b));
    assert_eq!(server.log(), "GET, PUT +a, GET, PUT +b");
}

#[tokio::test(start_paused = true)]
async fn a_wait_does_not_keep_the_lock() {
    let server = Server::default().write(Fault::Fails(limited()));
    let folder = tempfile::tempdir().unwrap();
    let process = || -> TestEngine {
        let locks = Locks::in_folder(&folder.path().join("locks"), "url");
        Arc::new(Engine::new(
            server.clone(),
            "kafka",
            locks,
            TaskTracker::new(),
        ))
    };
    let (one, two) = (process(), process());
    let started = Instant::now();
    let other = async {
        let outcome = create(&two, "b").await;
        (outcome, started.elapsed())
    };
    let (a, (b, after)) = tokio::join!(create(&one, "a"), other);
    assert!(is_done(&a) && is_done(&b));
    assert!(after < Duration::from_secs(5), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn no_folder_for_locks_is_no_obstacle() {
    let server = Server::default();
    let locks = Locks::in_folder(std::path::Path::new("/proc/no/such"), "url");
    let engine: TestEngine = Arc::new(Engine::new(
        server.clone(),
        "kafka",
        locks,
        TaskTracker::new(),
    ));
    assert!(is_done(&create(&engine, "a").await));
}
