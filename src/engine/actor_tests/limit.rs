//! A rate limit counts a token's requests, whatever they are for.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_limit_met_by_one_document_pauses_all() {
    let server = Server::default().write(Fault::Fails(limited()));
    let engine = engine(&server);
    let elsewhere = IntegrationKey { id: "elsewhere".into(), ..key() };
    let started = Instant::now();
    let reading = async {
        sleep(READ + WRITE * 2).await;
        engine.read(&elsewhere, HOUR).await.unwrap();
        started.elapsed()
    };
    let (a, read) = tokio::join!(create(&engine, "a"), reading);
    assert!(is_done(&a));
    assert_eq!(read, READ + WRITE + Duration::from_secs(28) + READ);
}

#[tokio::test(start_paused = true)]
async fn a_plan_does_not_grow_old_during_a_limit() {
    let server = Server::default();
    let engine = engine(&server);
    let elsewhere = IntegrationKey { id: "elsewhere".into(), ..key() };
    let limit = async {
        sleep(READ / 2).await;
        let wait = Some(Duration::from_secs(28));
        let _ = server.clone().read_fails(ReadError::RateLimited { wait, message: "slow down".into() });
        engine.read(&elsewhere, HOUR).await.unwrap();
    };
    let creating = async {
        // Its read returns after the other's limit is known.
        sleep(READ).await;
        create(&engine, "a").await
    };
    let (a, ()) = tokio::join!(creating, limit);
    assert!(is_done(&a));
    assert_eq!(server.log().matches("PUT").count(), 1, "{}", server.log());
}

#[tokio::test(start_paused = true)]
async fn whoever_runs_out_of_time_during_a_limit_is_told_of_it() {
    let server = Server::default().write(Fault::Fails(limited()));
    let engine = engine(&server);
    let elsewhere = IntegrationKey { id: "elsewhere".into(), ..key() };
    let waiting = async {
        sleep(READ + WRITE * 2).await;
        let short = Operation { deadline: WRITE, ..operation("b", Want::Create(set("b", 1, None))) };
        let edit = engine.submit(&elsewhere, short).await.outcome;
        let read = engine.read(&elsewhere, WRITE).await.unwrap_err();
        (edit, read.to_string())
    };
    let (_, (edit, read)) = tokio::join!(create(&engine, "a"), waiting);
    let Outcome::NotApplied(cause) = edit else { panic!("{edit:?}") };
    assert_eq!(cause.to_string(), read);
    assert_eq!(read, "the time for this operation is over; before that: rate limited: slow down");
}
