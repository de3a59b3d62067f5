//! The patience of operations, in paused time and without any request.

use std::cell::Cell;

use crate::aiven::{ApiUrl, Settings, Token};

use super::*;

fn api() -> Api {
    let settings = Settings {
        api_url: ApiUrl::parse("http://127.0.0.1:9").unwrap(),
        token: Token::new("secret").unwrap(),
        ca_certificate: None,
        user_agent: "test".to_owned(),
    };
    Api::new(Client::new(settings).unwrap())
}

fn limited(wait: Option<Duration>) -> ReadError {
    ReadError::RateLimited { wait, message: "slow down".to_owned() }
}

#[tokio::test(start_paused = true)]
async fn a_read_waits_as_long_as_the_api_asks() {
    let api = api();
    let (started, attempts) = (Instant::now(), Cell::new(0));
    let answer = api.read(Duration::from_mins(5), |_| {
        attempts.set(attempts.get() + 1);
        let answer =
            if attempts.get() < 3 { Err(limited(Some(Duration::from_secs(28)))) } else { Ok(attempts.get()) };
        async move { answer }
    });
    assert_eq!(answer.await, Ok(3));
    assert_eq!(started.elapsed().as_secs(), 56);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_is_not_asked_for_again() {
    let attempts = Cell::new(0);
    let denied = ReadError::Denied { status: 403, message: "no".to_owned() };
    let answer = api()
        .read(Duration::from_mins(5), |_| {
            attempts.set(attempts.get() + 1);
            let denied = denied.clone();
            async move { Err::<(), _>(denied) }
        })
        .await;
    assert_eq!((answer, attempts.get()), (Err(denied), 1));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_cut_off_tells_what_it_met_before() {
    let (api, attempts) = (api(), Cell::new(0));
    let answer = api.read(Duration::from_secs(20), |_| {
        attempts.set(attempts.get() + 1);
        let is_first = attempts.get() == 1;
        async move { if is_first { Err::<(), _>(limited(None)) } else { std::future::pending().await } }
    });
    assert_eq!(answer.await, Err(limited(None)));
}

#[tokio::test(start_paused = true)]
async fn a_read_does_not_outlast_what_is_allowed() {
    let api = api();
    let started = Instant::now();
    let answer = api.read(Duration::from_secs(20), |_| async { Err::<(), _>(limited(None)) }).await;
    assert_eq!(answer, Err(limited(None)));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let never = api.read(Duration::from_secs(20), |_| std::future::pending::<Result<(), _>>()).await;
    assert!(matches!(never, Err(ReadError::Unavailable { .. })), "{never:?}");
}

#[tokio::test(start_paused = true)]
async fn an_absence_must_be_seen_twice() {
    let missing = || ReadError::NotFound { message: "gone".to_owned() };
    for (answers, expected) in [(2, Err(missing())), (1, Ok(()))] {
        let attempts = Cell::new(0);
        let api = api();
        let answer = api
            .begin(Duration::from_mins(5))
            .read_surely(|_| {
                attempts.set(attempts.get() + 1);
                let answer = if attempts.get() <= answers { Err(missing()) } else { Ok(()) };
                async move { answer }
            })
            .await;
        assert_eq!((answer, attempts.get()), (expected, 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_is_repeated_only_where_nothing_can_have_been_applied() {
    let api = api();
    let attempts = Cell::new(0);
    let operation = api.begin(Duration::from_mins(5));
    let answer = operation.write(|_| {
        attempts.set(attempts.get() + 1);
        let error = match attempts.get() {
            1 => WriteError::RateLimited { wait: None, message: "slow down".to_owned() },
            2 => WriteError::NotSent { reason: "no route".to_owned() },
            _ => WriteError::Unknown { reason: "reset".to_owned() },
        };
        async move { Err::<(), _>(error) }
    });
    assert_eq!(answer.await, Ok(Err(WriteError::Unknown { reason: "reset".to_owned() })));
    assert_eq!(attempts.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn failures_end_patience_and_rate_limits_do_not() {
    let (api, attempts, started) = (api(), Cell::new(0), Instant::now());
    let down = || ReadError::NotSent { reason: "no route".to_owned() };
    let answer = api.read(Duration::from_hours(1), |_| {
        attempts.set(attempts.get() + 1);
        async move { Err::<(), _>(down()) }
    });
    assert_eq!(answer.await, Err(down()));
    assert_eq!((attempts.get(), started.elapsed().as_secs()), (6, 31));

    attempts.set(0);
    let answer = api.read(Duration::from_hours(1), |_| {
        attempts.set(attempts.get() + 1);
        let answer = if attempts.get() < 30 { Err(limited(None)) } else { Ok(()) };
        async move { answer }
    });
    assert_eq!(answer.await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_ends_the_operations_under_way_and_none_later() {
    let api = api();
    let operation = api.begin(Duration::from_hours(1));
    let (ended, ()) = tokio::join!(operation.pause(Duration::from_mins(1)), async { api.interrupt() });
    assert_eq!(ended, Err(Interrupted));

    // It is not forgotten between the steps of the same operation.
    let sent = Cell::new(0);
    let post = |_: &Client| {
        sent.set(sent.get() + 1);
        async { Ok::<_, WriteError>(()) }
    };
    assert_eq!(operation.pause(Duration::ZERO).await, Err(Interrupted));
    assert_eq!((operation.write(post).await, sent.get()), (Err(Interrupted), 0));

    let later = api.begin(Duration::from_hours(1));
    assert_eq!(later.pause(Duration::from_secs(1)).await, Ok(()));
    assert_eq!((later.write(post).await, sent.get()), (Ok(Ok(())), 1));

    let started = Instant::now();
    let answer = api.read(Duration::from_hours(1), |_| async {
        api.interrupt();
        Err::<(), _>(limited(None))
    });
    assert_eq!(answer.await, Err(limited(None)), "an interrupt during a request ends the wait after it");
    assert!(started.elapsed() < FIRST_PAUSE);
}

#[tokio::test(start_paused = true)]
async fn looks_go_on_until_reads_have_caught_up_or_terraform_is_interrupted() {
    let (api, looks) = (api(), Cell::new(0));
    let look = || {
        looks.set(looks.get() + 1);
        let seen = looks.get();
        async move { Ok::<_, ReadError>(seen) }
    };
    let operation = api.begin(Duration::from_hours(1));
    assert_eq!(operation.look_until(|seen| *seen == 3, look).await, Ok(3));
    let started = Instant::now();
    assert_eq!(operation.look_until(|_| false, look).await, Ok(8));
    assert_eq!(started.elapsed().as_secs(), 3);
    api.interrupt();
    assert_eq!(operation.look_until(|_| false, look).await, Ok(9), "the first look is never left out");
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_gone_in_two_reads() {
    for (shown, gone) in [(2, true), (100, false)] {
        let (api, reads) = (api(), Cell::new(0));
        let operation = api.begin(Duration::from_hours(1));
        let answer = operation.is_gone(|_| {
            reads.set(reads.get() + 1);
            let missing = ReadError::NotFound { message: "gone".to_owned() };
            let answer = if reads.get() <= shown { Ok(()) } else { Err(missing) };
            async move { answer }
        });
        assert_eq!(answer.await, Ok(gone));
        assert_eq!(reads.get(), if gone { 4 } else { 5 });
    }
}

#[tokio::test]
async fn types_of_integrations_are_read_once_for_each_project_even_in_vain() {
    let api = api();
    let ask = |project| api.integration_types(project, Duration::from_secs(10));
    // No URL can express these two, so neither is asked for.
    let (first, again) = tokio::join!(ask("."), ask("."));
    assert!(matches!(first.as_ref(), Err(ReadError::Inexpressible { .. })));
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    assert!(!std::sync::Arc::ptr_eq(&first, &ask("..").await));
}
