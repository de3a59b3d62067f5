//! Reads, shared among all who ask.

use super::*;

#[tokio::test(start_paused = true)]
async fn readers_share_one_request() {
    let server = Server::default().with("a", 1);
    let engine = engine(&server);
    // The first reader goes away; the others get what he asked for.
    let key = key();
    let first = timeout(READ / 2, engine.read(&key, HOUR));
    let (first, others) = tokio::join!(first, join_all((0..400).map(|_| engine.read(&key, HOUR))));
    assert!(first.is_err());
    assert!(others.iter().all(|read| read.as_ref().unwrap().document.get("a").unwrap().is_some()));
    assert_eq!(server.log(), "GET");
    engine.read(&key, HOUR).await.unwrap();
    assert_eq!(server.log(), "GET", "a planning process reads no more often than every ten seconds");
    sleep(Duration::from_secs(10)).await;
    engine.read(&key, HOUR).await.unwrap();
    assert_eq!(server.log(), "GET, GET");
    create(&engine, "b").await;
    let read = engine.read(&key, HOUR).await.unwrap();
    assert!(read.document.get("b").unwrap().is_some(), "an applying process always reads");
}

#[tokio::test(start_paused = true)]
async fn a_reader_never_gets_what_our_own_write_has_outdated() {
    let server = Server::default();
    let engine = engine(&server);
    let key = key();
    let early = async {
        // Served before the write is applied, delivered after its acknowledgement.
        sleep(WRITE + READ / 2).await;
        engine.read(&key, HOUR).await.unwrap()
    };
    let late = async {
        assert!(is_done(&create(&engine, "a").await));
        engine.read(&key, HOUR).await.unwrap()
    };
    let (early, late) = tokio::join!(early, late);
    assert!(early.document.get("a").unwrap().is_none(), "the scene is not as intended");
    assert!(late.document.get("a").unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn only_a_second_not_found_means_gone() {
    let server = Server::default().read_fails(not_found());
    assert!(engine(&server).read(&key(), HOUR).await.is_ok());
    let server = Server::default().read_fails(not_found()).read_fails(not_found());
    let engine = engine(&server);
    let key = key();
    let (one, two) = tokio::join!(engine.read(&key, HOUR), engine.read(&key, HOUR));
    let gone = Err(ReadFailure::Gone { message: "no such integration".into() });
    assert_eq!((one, two), (gone.clone(), gone));
    assert_eq!(server.log(), "GET, GET");
}

#[tokio::test(start_paused = true)]
async fn failures_to_read_are_shared_and_denials_not_repeated() {
    let server = Server::default().read_fails(ReadError::Denied { status: 401, message: "no".into() });
    let engine = engine(&server);
    let key = key();
    let (one, two) = tokio::join!(engine.read(&key, HOUR), engine.read(&key, HOUR));
    let denied = Err(ReadFailure::Failed(Cause::Denied { message: "no".into() }));
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
async fn a_request_that_fails_is_repeated_five_times() {
    let down = || ReadError::Unavailable { reason: "down".into() };
    let failing = |times| (0..times).fold(Server::default(), |server, _| server.read_fails(down()));
    let server = failing(5);
    let started = Instant::now();
    assert!(engine(&server).read(&key(), HOUR).await.is_ok());
    let pauses = Duration::from_secs(1 + 2 + 4 + 8 + 16);
    let taken = started.elapsed().checked_sub(READ * 6).unwrap();
    assert!((pauses..=pauses * 5 / 4).contains(&taken), "{taken:?}");
    let server = failing(6);
    let engine = engine(&server);
    let unavailable = Err(ReadFailure::Failed(Cause::Unavailable { reason: "down".into() }));
    assert_eq!(engine.read(&key(), HOUR).await, unavailable);
    assert_eq!(server.log(), "GET, GET, GET, GET, GET, GET");
    // The next reader has patience of his own.
    let _ = server.clone().read_fails(down());
    assert!(engine.read(&key(), HOUR).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn only_not_found_twice_in_a_row_means_gone() {
    let down = ReadError::Unavailable { reason: "down".into() };
    let server = Server::default().read_fails(not_found()).read_fails(down).read_fails(not_found());
    assert!(engine(&server).read(&key(), HOUR).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_waited_out_however_often_it_comes() {
    let limited = ReadError::RateLimited { wait: Some(Duration::from_secs(28)), message: "slow down".into() };
    let server = (0..9).fold(Server::default(), |server, _| server.read_fails(limited.clone()));
    let started = Instant::now();
    assert!(engine(&server).read(&key(), HOUR).await.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(9 * 28));
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_runs_out_of_time_is_told_of_the_setback() {
    let down = || ReadError::Unavailable { reason: "down".into() };
    let server = (0..3).fold(Server::default(), |server, _| server.read_fails(down()));
    let engine = engine(&server);
    let failure = engine.read(&key(), READ * 2).await.unwrap_err();
    let expected = "the time for this operation is over; before that: the API gave no usable answer: down";
    assert_eq!(failure.to_string(), expected);
    // Nobody waits any more, so after the pause under way nobody asks again.
    sleep(HOUR).await;
    assert_eq!(server.log(), "GET, GET");
}
