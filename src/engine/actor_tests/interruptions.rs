//! Stops, deadlines, and callers who go away.

use super::*;

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
        assert_eq!(matches!(outcome, Outcome::Unknown(_)), wait > Duration::ZERO, "{outcome:?}");
        assert_eq!(matches!(outcome, Outcome::Stopped), wait == Duration::ZERO, "{outcome:?}");
        assert_eq!(server.log(), log);
        // A stop is for good, but no obstacle to a refresh; nor to an edit by another engine.
        assert_eq!(create(&engine, "b").await, Outcome::Stopped);
        let elsewhere = IntegrationKey { id: "elsewhere".into(), ..key() };
        let operation = operation("b", Want::Create(set("b", 1, None)));
        assert_eq!(engine.submit(&elsewhere, operation).await.outcome, Outcome::Stopped);
        assert!(engine.read(&key(), HOUR).await.is_ok());
        assert_eq!(server.log(), format!("{log}, GET"));
        assert!(is_done(&create(&super::engine(&server), "b").await));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_sees_the_write_under_way_through() {
    let server = Server::default();
    let writes = TaskTracker::new();
    let engine: TestEngine =
        Arc::new(Engine::new(server.clone(), TYPE, EAGER, Locks::none(), writes.clone()));
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
    let operation = Operation { deadline, ..operation("a", Want::Create(set("a", 1, None))) };
    let outcome = engine.submit(&key(), operation).await.outcome;
    assert_eq!(outcome, Outcome::Unknown(Cause::Expired { setback: None }));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_during_a_wait_names_what_was_waited_for() {
    let server = Server::default().write(Fault::Fails(limited()));
    let engine = engine(&server);
    let deadline = Duration::from_secs(10);
    let operation = Operation { deadline, ..operation("a", Want::Create(set("a", 1, None))) };
    let Outcome::NotApplied(cause) = engine.submit(&key(), operation).await.outcome else {
        panic!("applied?")
    };
    assert_eq!(
        cause.to_string(),
        "the time for this operation is over; before that: rate limited: slow down"
    );
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_dropped_ends_what_is_under_way() {
    let server = Server::default();
    let engine = engine(&server);
    assert!(timeout(READ / 2, create(&engine, "a")).await.is_err());
    drop(engine);
    sleep(HOUR).await;
    assert_eq!(server.value("a"), Some(1));
    assert_eq!(server.log(), "GET, PUT +a");
}

#[tokio::test(start_paused = true)]
async fn a_search_that_nobody_waits_for_any_more_keeps_nobody_waiting() {
    let server = Server::default().write(Fault::LostRequest);
    let engine = engine(&server);
    let started = Instant::now();
    // During the pause before the first look.
    let deadline = READ + WRITE + READ;
    let short = Operation { deadline, ..operation("a", Want::Create(set("a", 1, None))) };
    let queued = async {
        sleep(READ + WRITE / 2).await;
        create(&engine, "b").await
    };
    let key = key();
    let (a, b) = tokio::join!(engine.submit(&key, short), queued);
    assert!(matches!(a.outcome, Outcome::Unknown(_)), "{a:?}");
    assert!(is_done(&b), "{b:?}");
    assert_eq!(server.log(), "GET, PUT +a, GET, PUT +b");
    // Whoever had `a` might have come back with more.
    assert_eq!(started.elapsed(), deadline + Duration::from_millis(500) + READ + WRITE);
}
