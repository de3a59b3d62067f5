//! Two processes on one machine.

use tempfile::TempDir;

use super::*;

/// A process that shares the locks in this folder.
fn process(server: &Server, folder: &TempDir) -> TestEngine {
    let locks = Locks::in_folder(&folder.path().join("locks"), "url");
    Arc::new(Engine::new(server.clone(), TYPE, EAGER, locks, TaskTracker::new()))
}

#[tokio::test(start_paused = true)]
async fn two_processes_take_turns() {
    let server = Server::default();
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (process(&server, &folder), process(&server, &folder));
    // The server itself asserts that their writes do not overlap.
    let (a, b) = tokio::join!(create(&one, "a"), create(&two, "b"));
    assert!(is_done(&a) && is_done(&b));
    assert_eq!(server.log(), "GET, PUT +a, GET, PUT +b");
}

#[tokio::test(start_paused = true)]
async fn a_wait_does_not_keep_the_lock() {
    let server = Server::default().write(Fault::Fails(limited()));
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (process(&server, &folder), process(&server, &folder));
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
async fn a_limit_while_looking_does_not_keep_the_lock() {
    let server = Server::default().write(Fault::LostAnswer);
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (process(&server, &folder), process(&server, &folder));
    let started = Instant::now();
    let other = async {
        sleep(READ + WRITE / 2).await;
        // For the first look of the process that is writing.
        let limited = ReadError::RateLimited { wait: Some(HOUR), message: "slow down".into() };
        let _ = server.clone().read_fails(limited);
        let outcome = create(&two, "b").await;
        (outcome, started.elapsed())
    };
    let (a, (b, after)) = tokio::join!(create(&one, "a"), other);
    // The deadline of the first is over before its second look.
    assert!(matches!(a, Outcome::Unknown(_)), "{a:?}");
    assert!(is_done(&b), "{b:?}");
    assert!(after < Duration::from_secs(5), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn no_folder_for_locks_is_no_obstacle() {
    let server = Server::default();
    let locks = Locks::in_folder(std::path::Path::new("/proc/no/such"), "url");
    let engine: TestEngine = Arc::new(Engine::new(server.clone(), TYPE, EAGER, locks, TaskTracker::new()));
    assert!(is_done(&create(&engine, "a").await));
}
