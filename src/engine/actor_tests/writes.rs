//! What edits cost and what they are told.

use super::*;

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
    assert!([&a, &b, &c, &d].into_iter().all(is_done), "{a:?} {b:?} {c:?} {d:?}");
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
async fn who_comes_back_with_more_is_waited_for() {
    let server = Server::default();
    let engine = engine(&server);
    // As with a Terraform that takes its time between the end of one table and the beginning of the next.
    let worker = async |slowness: Duration, first: &str, second: &str| {
        assert!(is_done(&create(&engine, first).await));
        sleep(slowness).await;
        assert!(is_done(&create(&engine, second).await));
    };
    let slow = READ * 2;
    tokio::join!(worker(slow, "a", "d"), worker(slow * 2, "b", "e"), worker(slow * 3, "c", "f"));
    assert_eq!(server.log(), "GET, PUT +a +b +c, GET, PUT +d +e +f");
}

#[tokio::test(start_paused = true)]
async fn who_does_not_come_back_is_not_waited_for_long() {
    let server = Server::default();
    let engine = engine(&server);
    tokio::join!(create(&engine, "a"), create(&engine, "b"));
    let started = Instant::now();
    assert!(is_done(&create(&engine, "c").await));
    assert_eq!(started.elapsed(), Duration::from_millis(500) + READ + WRITE);
    let started = Instant::now();
    assert!(is_done(&create(&engine, "d").await));
    assert_eq!(started.elapsed(), READ + WRITE);
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
    let started = Instant::now();
    assert!(is_done(&create(&engine(&server), "a").await));
    assert_eq!(server.log(), "GET, PUT +a, GET");
    assert_eq!(started.elapsed(), READ + WRITE + READ, "no request is on its way, so none is waited for");
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_without_effect_is_not_believed() {
    let server = Server::default().write(Fault::Ignored);
    assert_eq!(create(&engine(&server), "a").await, Outcome::Contended);
    assert_eq!(server.log(), "GET, PUT +a, GET, GET, GET, GET");
}

#[tokio::test(start_paused = true)]
async fn a_rejected_request_fails_the_batch_without_halving() {
    let error = WriteError::Rejected { status: 413, message: "too large".into() };
    let server = Server::default().write(Fault::Fails(error));
    let engine = engine(&server);
    let (a, b) = tokio::join!(create(&engine, "a"), create(&engine, "b"));
    let rejected = Outcome::NotApplied(Cause::Rejected { message: "too large".into() });
    assert_eq!((a, b), (rejected.clone(), rejected));
    assert_eq!(server.log(), "GET, PUT +a +b");
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
async fn a_rate_limit_is_no_reason_to_give_up() {
    let server = (0..9).fold(Server::default(), |server, _| server.write(Fault::Fails(limited())));
    assert!(is_done(&create(&engine(&server), "a").await));
    assert_eq!(server.log(), ["GET, PUT +a"; 10].join(", "));
}

#[tokio::test(start_paused = true)]
async fn denied_access_ends_a_batch_at_once() {
    let denied = WriteError::Denied { status: 403, message: "no".into() };
    let server = Server::default().write(Fault::Fails(denied));
    let engine = engine(&server);
    let (a, b) = tokio::join!(create(&engine, "a"), create(&engine, "b"));
    let expected = Outcome::NotApplied(Cause::Denied { message: "no".into() });
    assert_eq!((a, b), (expected.clone(), expected));
    assert_eq!(server.log(), "GET, PUT +a +b");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_stays_is_told_as_such() {
    let conflict = || Fault::Fails(WriteError::Conflict { status: 409, message: "busy".into() });
    let server = (0..6).fold(Server::default(), |server, _| server.write(conflict()));
    let outcome = create(&engine(&server), "a").await;
    assert_eq!(outcome, Outcome::NotApplied(Cause::Conflict { message: "busy".into() }));
}

#[tokio::test(start_paused = true)]
async fn a_refused_table_fails_alone() {
    let server = Server::default();
    let engine = engine(&server);
    let names = ["a", "b", "bad", "c", "d", "e", "f", "g", "h", "i"];
    let outcomes = join_all(names.map(|name| create(&engine, name))).await;
    for (name, outcome) in names.iter().zip(outcomes) {
        let refused = Outcome::Refused { message: "bad table".into() };
        assert_eq!(outcome == refused, *name == "bad", "{name}: {outcome:?}");
    }
    // Nobody asks for the fate of `bad` twice once `a` and `b` are proved innocent.
    assert!(server.log().matches("PUT").count() <= 7, "{}", server.log());
}

#[tokio::test(start_paused = true)]
async fn another_type_is_never_written() {
    let server = Server::default().of_type("logs");
    let outcome = create(&engine(&server), "a").await;
    assert_eq!(outcome, Outcome::NotApplied(Cause::WrongType { found: "logs".into() }));
    assert_eq!(server.log(), "GET");
}

#[tokio::test(start_paused = true)]
async fn absence_is_believed_the_second_time_and_a_create_waits_for_more() {
    let server = (0..10).fold(Server::default(), |server, _| server.read_fails(not_found()));
    let engine = engine(&server);
    let started = Instant::now();
    let (deleted, missing) = tokio::join!(delete(&engine, "a"), update(&engine, "b", 1, 2));
    assert_eq!((deleted, missing), (Outcome::Deleted, Outcome::Missing));
    assert!(started.elapsed() >= Duration::from_secs(1));
    sleep(HOUR).await;
    assert_eq!(server.log(), "GET, GET", "nobody waits for more");
    let started = Instant::now();
    let gone = Outcome::NotApplied(Cause::Gone { message: "no such integration".into() });
    assert_eq!(create(&engine, "c").await, gone);
    assert!(started.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn an_integration_that_appears_late_is_no_obstacle() {
    let server = (0..3).fold(Server::default(), |server, _| server.read_fails(not_found()));
    assert!(is_done(&create(&engine(&server), "a").await));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_is_repeated_five_times_for_all_who_wait() {
    let down = || ReadError::Unavailable { reason: "down".into() };
    let failing = |times| (0..times).fold(Server::default(), |server, _| server.read_fails(down()));
    assert!(is_done(&create(&engine(&failing(5)), "a").await));
    let server = failing(6);
    let engine = engine(&server);
    let outcomes = tokio::join!(create(&engine, "a"), delete(&engine, "b"));
    let unavailable = Outcome::NotApplied(Cause::Unavailable { reason: "down".into() });
    assert_eq!(outcomes, (unavailable.clone(), unavailable));
    assert_eq!(server.log(), "GET, GET, GET, GET, GET, GET");
    assert!(is_done(&create(&engine, "c").await), "the next edit has patience of its own");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_limited_is_repeated_and_one_that_is_denied_is_not() {
    let limited = ReadError::RateLimited { wait: Some(Duration::from_secs(28)), message: "slow down".into() };
    let server = (0..9).fold(Server::default(), |server, _| server.read_fails(limited.clone()));
    let started = Instant::now();
    assert!(is_done(&create(&engine(&server), "a").await));
    assert!(started.elapsed() >= Duration::from_secs(9 * 28), "a limit is no reason to give up");
    let server = Server::default().read_fails(ReadError::Denied { status: 403, message: "no".into() });
    let denied = Outcome::NotApplied(Cause::Denied { message: "no".into() });
    assert_eq!(create(&engine(&server), "a").await, denied);
    assert_eq!(server.log(), "GET");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_stays_may_be_the_fault_of_one() {
    let conflict = || Fault::Fails(WriteError::Conflict { status: 409, message: "busy".into() });
    let server = (0..6).fold(Server::default(), |server, _| server.write(conflict()));
    let engine = engine(&server);
    let (a, b) = tokio::join!(create(&engine, "a"), create(&engine, "b"));
    assert!(is_done(&a) && is_done(&b), "{a:?} {b:?}");
    assert_eq!(server.log(), format!("{}GET, PUT +a, GET, PUT +b", "GET, PUT +a +b, ".repeat(6)));

    // Each half has to answer for itself: that the first one passes does not prove the other guilty.
    let server = (0..7).fold(Server::default(), |server, _| server.write(conflict()));
    let engine = super::engine(&server);
    let (a, b) = tokio::join!(create(&engine, "a"), create(&engine, "b"));
    assert_eq!(a, Outcome::NotApplied(Cause::Conflict { message: "busy".into() }));
    assert!(is_done(&b), "{b:?}");
}

#[tokio::test(start_paused = true)]
async fn looks_for_a_lost_write_come_after_ever_longer_pauses() {
    let server = Server::default().write(Fault::Ignored);
    let started = Instant::now();
    assert_eq!(create(&engine(&server), "a").await, Outcome::Contended);
    let pauses = Duration::from_millis(500 + 1000 + 2000 + 4000);
    let requests = READ + WRITE + READ * 4;
    assert!(started.elapsed() >= pauses + requests && started.elapsed() <= pauses * 5 / 4 + requests);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_is_denied_ends_the_search() {
    let server = Server::default().write(Fault::LostAnswer);
    let engine = engine(&server);
    let denied = async {
        sleep(READ + WRITE / 2).await;
        drop(server.clone().read_fails(ReadError::Denied { status: 401, message: "no".into() }));
    };
    let (outcome, ()) = tokio::join!(create(&engine, "a"), denied);
    assert_eq!(outcome, Outcome::Unknown(Cause::Unavailable { reason: "reset".into() }));
    assert_eq!(server.log(), "GET, PUT +a, GET");
}

#[tokio::test(start_paused = true)]
async fn absence_in_the_middle_of_a_search_settles_what_removes_and_nothing_else() {
    let server = ["d", "e", "f"].into_iter().fold(Server::default(), |server, name| server.with(name, 1));
    let engine = engine(&server);
    let vanishes = async {
        sleep(READ + WRITE / 2).await;
        drop(server.clone().read_fails(not_found()).read_fails(not_found()));
    };
    let edits = async {
        let deletions = join_all(["d", "e", "f"].map(|name| delete(&engine, name)));
        tokio::join!(deletions, create(&engine, "bad"))
    };
    let ((deleted, refused), ()) = tokio::join!(edits, vanishes);
    assert_eq!(deleted, [Outcome::Deleted, Outcome::Deleted, Outcome::Deleted]);
    assert_eq!(refused, Outcome::Refused { message: "bad table".into() });
    assert_eq!(server.log(), "GET, PUT +bad -d -e -f, GET, GET, GET, PUT +bad");
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_waits_for_nobody() {
    let server = Server::default();
    let policy = Policy { batch: 1, ..EAGER };
    let engine: TestEngine =
        Arc::new(Engine::new(server.clone(), TYPE, policy, Locks::none(), TaskTracker::new()));
    let started = Instant::now();
    let (a, b) = tokio::join!(create(&engine, "a"), create(&engine, "b"));
    assert!(is_done(&a) && is_done(&b));
    assert_eq!(server.log(), "GET, PUT +a, GET, PUT +b");
    assert_eq!(started.elapsed(), (READ + WRITE) * 2);
}
