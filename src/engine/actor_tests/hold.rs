//! The hold: the last answer waits, and what was taken away is put back meanwhile.

use super::*;

/// What a settled document takes.
const SETTLE: Duration = Duration::from_secs(3);
/// When the answer to a lone write is there.
const WRITTEN: Duration = READ.saturating_add(WRITE);
/// Some moment of the hold after it.
const DURING_THE_HOLD: Duration = WRITTEN.saturating_add(Duration::from_secs(1));

fn holding(server: &Server) -> TestEngine {
    Arc::new(Engine::new(server.clone(), TYPE, Policy::default(), Locks::none(), TaskTracker::new()))
}

async fn submit(engine: &TestEngine, name: &str, want: Want<Set>) -> Answer {
    engine.submit(&key(), operation(name, want)).await
}

fn creation(name: &str) -> Want<Set> {
    Want::Create(set(name, 1, None))
}

/// The answer to a lone create of `a`, during whose hold this happens.
async fn created_while(server: &Server, happens: impl FnOnce(&TestEngine)) -> Answer {
    let engine = holding(server);
    let meanwhile = async {
        sleep(DURING_THE_HOLD).await;
        happens(&engine);
    };
    tokio::join!(submit(&engine, "a", creation("a")), meanwhile).0
}

#[tokio::test(start_paused = true)]
async fn a_lone_edit_is_looked_at_once_more() {
    let server = Server::default();
    let started = Instant::now();
    let answer = submit(&holding(&server), "a", creation("a")).await;
    assert!(is_done(&answer.outcome) && answer.caveat.is_none(), "{answer:?}");
    assert_eq!(server.log(), "GET, PUT +a, GET");
    assert_eq!(started.elapsed(), READ + WRITE + SETTLE + READ);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_written_is_not_held() {
    let server = Server::default().with("a", 1);
    let answer = submit(&holding(&server), "a", creation("a")).await;
    assert!(matches!(answer.outcome, Outcome::Exists(_)), "{answer:?}");
    assert_eq!(server.log(), "GET");
}

#[tokio::test(start_paused = true)]
async fn one_answer_of_a_batch_waits_and_the_next_batch_relieves_it() {
    let server = Server::default();
    let engine = holding(&server);
    let started = Instant::now();
    let timed = async |name: &str| {
        let answer = submit(&engine, name, creation(name)).await;
        assert!(is_done(&answer.outcome) && answer.caveat.is_none(), "{answer:?}");
        started.elapsed()
    };
    let second_wave = async {
        sleep(DURING_THE_HOLD).await;
        timed("d").await
    };
    let (a, b, c, d) = tokio::join!(timed("a"), timed("b"), timed("c"), second_wave);
    let mut first = [a, b, c];
    first.sort_unstable();
    assert_eq!(first, [WRITTEN, WRITTEN, DURING_THE_HOLD]);
    // Two more might have come back with `d`.
    let for_others = Duration::from_millis(500);
    assert_eq!(d, DURING_THE_HOLD + for_others + WRITTEN + SETTLE + READ);
    assert_eq!(server.log(), "GET, PUT +a +b +c, GET, PUT +d, GET");
}

#[tokio::test(start_paused = true)]
async fn what_an_older_document_takes_away_is_put_back() {
    let server = Server::default().with("old", 1);
    let engine = holding(&server);
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(|tables| *tables = [("old".to_owned(), 1), ("theirs".to_owned(), 5)].into());
    };
    let edits = async {
        tokio::join!(
            submit(&engine, "a", creation("a")),
            submit(&engine, "old", Want::Update(set("old", 2, Some(1))))
        )
    };
    let ((a, old), ()) = tokio::join!(edits, rival);
    assert!(is_done(&a.outcome) && is_done(&old.outcome), "{a:?} {old:?}");
    assert_eq!((&a.caveat, &old.caveat), (&None, &None));
    assert_eq!([server.value("a"), server.value("old"), server.value("theirs")], [Some(1), Some(2), Some(5)]);
    assert_eq!(server.log(), "GET, PUT +a ~old, GET, GET, PUT +a ~old, GET");
}

#[tokio::test(start_paused = true)]
async fn what_an_older_document_brings_back_is_removed_again() {
    let server = Server::default().with("gone", 1);
    let engine = holding(&server);
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(|tables| {
            tables.insert("gone".to_owned(), 1);
        });
    };
    let (answer, ()) = tokio::join!(submit(&engine, "gone", Want::Delete), rival);
    assert_eq!(answer, Answer::of(Outcome::Deleted));
    assert_eq!(server.value("gone"), None);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_edits_afterwards_is_left_to_them_and_told() {
    let server = Server::default();
    let answer = created_while(&server, |_| {
        server.edit(|tables| {
            tables.insert("a".into(), 9);
        });
    })
    .await;
    assert_eq!(answer, Answer::of(Outcome::Contended));
    assert_eq!(server.value("a"), Some(9));

    // Of an edit that has been answered already, the last one is told.
    let server = Server::default();
    let engine = holding(&server);
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(|tables| {
            tables.insert("a".into(), 9);
        });
    };
    let edits =
        async { tokio::join!(submit(&engine, "a", creation("a")), submit(&engine, "b", creation("b"))) };
    let ((a, b), ()) = tokio::join!(edits, rival);
    assert!(is_done(&a.outcome) && is_done(&b.outcome), "{a:?} {b:?}");
    let lost = vec![Loss { name: "a".into(), why: Why::Overtaken }];
    assert_eq!((a.caveat, b.caveat), (None, Some(Caveat { unchecked: None, lost })));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_put_back_is_told() {
    let server = Server::default();
    let engine = holding(&server);
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(BTreeMap::clear);
        let denied = WriteError::Denied { status: 403, message: "no".into() };
        let _ = server.clone().write(Fault::Fails(denied));
    };
    let edits =
        async { tokio::join!(submit(&engine, "a", creation("a")), submit(&engine, "b", creation("b"))) };
    let ((a, b), ()) = tokio::join!(edits, rival);
    assert!(is_done(&a.outcome), "{a:?}");
    assert_eq!(b.outcome, Outcome::Contended);
    let why = Why::NotRestored(Cause::Denied { message: "no".into() });
    assert_eq!(b.caveat.unwrap().lost, [Loss { name: "a".into(), why }]);
}

#[tokio::test(start_paused = true)]
async fn others_at_work_are_worth_another_look() {
    let server = Server::default();
    let started = Instant::now();
    let answer = created_while(&server, |_| {
        server.edit(|tables| {
            tables.insert("theirs".into(), 1);
        });
    })
    .await;
    assert!(is_done(&answer.outcome));
    assert_eq!(server.log(), "GET, PUT +a, GET, GET");
    assert_eq!(started.elapsed(), READ + WRITE + (SETTLE + READ) * 2);

    // One other look and no more, or those who never rest would keep everybody waiting.
    let server = Server::default();
    let restless = async {
        for number in 0..6_u8 {
            sleep(SETTLE / 2).await;
            server.edit(|tables| tables.extend([(format!("theirs {number}"), 1)]));
        }
    };
    let engine = holding(&server);
    let (answer, ()) = tokio::join!(submit(&engine, "a", creation("a")), restless);
    assert!(is_done(&answer.outcome) && answer.caveat.is_none(), "{answer:?}");
    assert_eq!(server.log(), "GET, PUT +a, GET, GET");
}

#[tokio::test(start_paused = true)]
async fn a_stop_and_a_deadline_end_a_hold_with_a_word_of_warning() {
    let server = Server::default();
    let started = Instant::now();
    let answer = created_while(&server, |engine| engine.stop()).await;
    assert_eq!(started.elapsed(), DURING_THE_HOLD);
    assert!(is_done(&answer.outcome), "{answer:?}");
    assert_eq!(answer.caveat, Some(Caveat { unchecked: Some(Cause::Stopped), lost: vec![] }));

    let server = Server::default();
    let short = Operation { deadline: DURING_THE_HOLD, ..operation("a", creation("a")) };
    let answer = holding(&server).submit(&key(), short).await;
    assert!(is_done(&answer.outcome), "{answer:?}");
    let unchecked = Some(Cause::Expired { setback: None });
    assert_eq!(answer.caveat, Some(Caveat { unchecked, lost: vec![] }));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_is_repeated_unless_it_is_denied() {
    let down = || ReadError::Unavailable { reason: "down".into() };
    let server = Server::default();
    let started = Instant::now();
    let answer = created_while(&server, |_| drop(server.clone().read_fails(down()).read_fails(down()))).await;
    assert!(is_done(&answer.outcome) && answer.caveat.is_none(), "{answer:?}");
    assert_eq!(server.log(), "GET, PUT +a, GET, GET, GET");
    assert!(started.elapsed() >= WRITTEN + SETTLE + READ * 3 + Duration::from_secs(1 + 2));

    let server = Server::default();
    let denied = ReadError::Denied { status: 401, message: "no".into() };
    let answer = created_while(&server, |_| drop(server.clone().read_fails(denied))).await;
    assert!(is_done(&answer.outcome), "{answer:?}");
    let unchecked = Some(Cause::Denied { message: "no".into() });
    assert_eq!(answer.caveat, Some(Caveat { unchecked, lost: vec![] }));

    let server = Server::default();
    let answer = created_while(&server, |_| drop(server.clone().read_fails(not_found()))).await;
    assert!(is_done(&answer.outcome) && answer.caveat.is_none(), "one absence proves nothing: {answer:?}");

    let server = Server::default();
    let twice = |_: &TestEngine| drop(server.clone().read_fails(not_found()).read_fails(not_found()));
    let answer = created_while(&server, twice).await;
    assert!(is_done(&answer.outcome), "{answer:?}");
    let unchecked = Some(Cause::Gone { message: "no such integration".into() });
    assert_eq!(answer.caveat, Some(Caveat { unchecked, lost: vec![] }));
    assert_eq!(server.log(), "GET, PUT +a, GET, GET");

    let server = Server::default();
    let limited = ReadError::RateLimited { wait: Some(Duration::from_secs(28)), message: "slow down".into() };
    let started = Instant::now();
    let answer = created_while(&server, |_| drop(server.clone().read_fails(limited))).await;
    assert!(is_done(&answer.outcome) && answer.caveat.is_none(), "{answer:?}");
    assert!(started.elapsed() >= WRITTEN + SETTLE + Duration::from_secs(28));
}

#[tokio::test(start_paused = true)]
async fn a_stale_read_is_not_planned_on() {
    let server = Server::default();
    let engine = engine(&server);
    server.lags();
    let first = create(&engine, "a").await;
    assert!(is_done(&first));
    // Served from before the first write.
    server.edit(BTreeMap::clear);
    server.lags();
    server.edit(|tables| {
        tables.insert("a".into(), 1);
    });
    assert!(is_done(&create(&engine, "b").await));
    assert_eq!(server.log(), "GET, PUT +a, GET, GET, PUT +b");
}

#[tokio::test(start_paused = true)]
async fn nothing_more_is_put_back_after_the_last_answer() {
    // Whatever is drawn for the pause before the write that restores, that write has begun by then, and the one of its
    // first half is not over yet.
    let deadline = WRITTEN + SETTLE + Duration::from_millis(1250);
    for seed in 0..8 {
        fastrand::seed(seed);
        let server = Server::default();
        let engine = holding(&server);
        let rival = async {
            sleep(DURING_THE_HOLD).await;
            server.edit(BTreeMap::clear);
            // For the write that restores: so its halves are tried one after the other.
            let refused = WriteError::Refused { status: 400, message: "no".into() };
            let _ = server.clone().write(Fault::Fails(refused));
        };
        let started = Instant::now();
        let creating = async |name: &str| {
            engine.submit(&key(), Operation { deadline, ..operation(name, creation(name)) }).await
        };
        let (a, b, ()) = tokio::join!(creating("a"), creating("b"), rival);
        assert!(is_done(&a.outcome) && a.caveat.is_none(), "{a:?}");
        // It was the last to be answered, so it is told of everything that is not as it should be, itself included.
        assert_eq!(b.outcome, Outcome::Contended);
        let caveat = b.caveat.unwrap();
        assert!(caveat.unchecked.is_some());
        assert!(caveat.lost.iter().any(|loss| loss.name == "a"), "{caveat:?}");
        assert_eq!(started.elapsed(), deadline);
        sleep(HOUR).await;
        assert_eq!(server.value("b"), None, "{}", server.log());
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_read_lacks_is_asked_for_as_long_as_a_document_takes_to_settle() {
    // Whatever is drawn for the pauses.
    for seed in 0..8 {
        fastrand::seed(seed);
        let server = Server::default();
        let engine = engine(&server);
        assert!(is_done(&create(&engine, "a").await));
        server.edit(BTreeMap::clear);
        let started = Instant::now();
        assert!(is_done(&create(&engine, "b").await));
        assert_eq!(server.tables().len(), 2);
        assert_eq!(server.log(), "GET, PUT +a, GET, GET, GET, GET, GET, GET, PUT +a, GET, PUT +b");
        let pauses = started.elapsed().checked_sub(READ * 7 + WRITE * 2).unwrap();
        let longest = SETTLE * 5 / 4 + Duration::from_millis(500);
        assert!((SETTLE..longest).contains(&pauses), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_look_that_ends_a_hold_decides_what_was_not_known() {
    for (fault, is_there) in [(Fault::LostAnswer, true), (Fault::LostRequest, false)] {
        let server = Server::default().write(fault);
        let denied = async {
            sleep(READ + WRITE / 2).await;
            // For the look after the lost answer.
            drop(server.clone().read_fails(ReadError::Denied { status: 401, message: "no".into() }));
        };
        let engine = holding(&server);
        let (answer, ()) = tokio::join!(submit(&engine, "a", creation("a")), denied);
        // Two looks, because no answer of a write shows what there was before the first.
        assert_eq!(server.log(), "GET, PUT +a, GET, GET, GET");
        assert_eq!(is_done(&answer.outcome), is_there, "{answer:?}");
        assert_eq!(matches!(answer.outcome, Outcome::Unknown(_)), !is_there, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_needed_no_write_is_not_put_back() {
    let server = Server::default().with("old", 2);
    let engine = holding(&server);
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(|tables| tables.retain(|name, _| name != "old"));
    };
    let edits = async {
        tokio::join!(
            submit(&engine, "old", Want::Update(set("old", 2, Some(1)))),
            submit(&engine, "a", creation("a"))
        )
    };
    let ((old, a), ()) = tokio::join!(edits, rival);
    assert!(is_done(&old.outcome) && is_done(&a.outcome), "{old:?} {a:?}");
    assert_eq!((&old.caveat, &a.caveat), (&None, &None));
    assert_eq!(server.value("old"), None);
}

#[tokio::test(start_paused = true)]
async fn a_restoration_that_fails_for_now_is_tried_for_as_long_as_somebody_waits() {
    let server = Server::default();
    let engine = holding(&server);
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(BTreeMap::clear);
        // More than the attempts that a batch is worth, so it is halved on the way.
        for _ in 0..20 {
            let conflict = WriteError::Conflict { status: 409, message: "busy".into() };
            let _ = server.clone().write(Fault::Fails(conflict));
        }
    };
    let edits =
        async { tokio::join!(submit(&engine, "a", creation("a")), submit(&engine, "b", creation("b"))) };
    let ((a, b), ()) = tokio::join!(edits, rival);
    assert!(is_done(&a.outcome) && is_done(&b.outcome), "{a:?} {b:?}");
    assert_eq!((a.caveat, b.caveat), (None, None));
    assert_eq!((server.value("a"), server.value("b")), (Some(1), Some(1)));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_said_of_a_look_where_nothing_was_acknowledged() {
    let server = Server::default().write(Fault::LostRequest);
    let engine = holding(&server);
    let stop = async {
        sleep(WRITTEN + READ).await;
        engine.stop();
    };
    let (answer, ()) = tokio::join!(submit(&engine, "a", creation("a")), stop);
    assert!(matches!(answer.outcome, Outcome::Unknown(_)), "{answer:?}");
    assert_eq!(answer.caveat, None);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_expected_of_a_name_whose_last_edit_nobody_knows_the_fate_of() {
    let server = Server::default().with("a", 1);
    let engine = holding(&server);
    let started = submit(&engine, "a", Want::Update(set("a", 2, Some(1))));
    let deletion = async {
        sleep(DURING_THE_HOLD).await;
        let _ = server.clone().write(Fault::LostAnswer);
        let short =
            Operation { deadline: Duration::from_millis(500) + WRITTEN, ..operation("a", Want::Delete) };
        engine.submit(&key(), short).await
    };
    let (updated, deleted) = tokio::join!(started, deletion);
    assert!(is_done(&updated.outcome) && updated.caveat.is_none(), "{updated:?}");
    assert!(matches!(deleted.outcome, Outcome::Unknown(_)), "{deleted:?}");
    let last = submit(&engine, "b", creation("b")).await;
    assert!(is_done(&last.outcome) && last.caveat.is_none(), "nobody took anything away: {last:?}");
    assert_eq!(server.value("a"), None, "it was deleted after all, and nobody put it back: {}", server.log());
}

#[tokio::test(start_paused = true)]
async fn what_ran_out_of_time_in_flight_is_looked_after_like_the_rest() {
    let server = Server::default();
    let (engine, place) = (holding(&server), key());
    let rival = async {
        sleep(DURING_THE_HOLD).await;
        server.edit(BTreeMap::clear);
    };
    let short = Operation { deadline: READ + WRITE / 2, ..operation("a", creation("a")) };
    let edits = async { tokio::join!(engine.submit(&place, short), submit(&engine, "b", creation("b"))) };
    let ((a, b), ()) = tokio::join!(edits, rival);
    assert!(matches!(a.outcome, Outcome::Unknown(_)), "{a:?}");
    assert!(is_done(&b.outcome) && b.caveat.is_none(), "{b:?}");
    assert_eq!((server.value("a"), server.value("b")), (Some(1), Some(1)));
}
