//! The program itself: its one line, its refusals and its end.

use crate::simulator::{answer, python};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn program(arguments: &[&str]) -> Child {
    program_in(&std::env::temp_dir(), arguments)
}

/// The program with another place for temporary folders.
fn program_in(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_aiven-sim"))
        .args(arguments)
        .env("TMPDIR", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn it_says_where_it_listens_and_ends_with_its_input() {
    let mut child = program(&["--seed", "--token", "secret", "--exit-with-stdin"]);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let port = line.strip_prefix("aiven-sim listening on http://127.0.0.1:").unwrap();
    assert!(port.trim_end().parse::<u16>().unwrap() > 0);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_when_told_to_terminate() {
    let mut child = program(&["--exit-with-stdin"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn it_refuses_to_be_reached_from_elsewhere() {
    let output = program(&["--listen", "0.0.0.0:0"]).wait_with_output().unwrap();
    assert!(!output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "aiven-sim: refusing to listen on 0.0.0.0:0: only loopback addresses are allowed\n"
    );
}

#[test]
fn a_missing_engine_keeps_it_from_starting_and_is_named() {
    let folder = std::env::temp_dir().join(format!("aiven-sim-test-{}", uuid::Uuid::new_v4()));
    // A Python without any packages, whatever else is installed.
    let made = Command::new(python()).args(["-m", "venv", "--without-pip"]).arg(&folder).status().unwrap();
    assert!(made.success());
    let bare = folder.join("bin/python");
    for (python, words) in [
        (bare.to_str().unwrap(), "No module named 'chdb'"),
        ("/nonexistent/python", "No such file or directory"),
    ] {
        let output = program(&["--data-plane", "--python", python]).wait_with_output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(complaint.starts_with("aiven-sim: ClickHouse does not start with the Python"), "{complaint}");
        assert!(complaint.contains(words), "{complaint}");
        assert!(complaint.ends_with("pip install chdb==4.0.2 confluent-kafka==2.16.1\n"), "{complaint}");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// The processes that a process has started.
#[cfg(unix)]
fn children(process: &str) -> Vec<String> {
    let listed = Command::new("pgrep").args(["-P", process]).output().unwrap();
    String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[cfg(unix)]
fn await_that(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_mins(1), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_clickhouse_that_dies_is_replaced_and_whatever_happens_nothing_is_left_behind() {
    let folder = std::env::temp_dir().join(format!("aiven-sim-test-{}", uuid::Uuid::new_v4()));
    fs::create_dir(&folder).unwrap();
    let python = python();
    let arguments = ["--seed", "--exit-with-stdin", "--data-plane", "--python", python.to_str().unwrap()];
    let mut child = program_in(&folder, &arguments);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("aiven-sim listening on ").unwrap().to_owned();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let query = async |query: &str| {
        let url = format!("{address}/v1/project/demo/service/clickhouse/clickhouse/query");
        let body = serde_json::json!({"database": "default", "query": query}).to_string();
        answer(client.post(url).header("authorization", "aivenv1 simulated").body(body)).await.unwrap().json()
    };
    query("CREATE TABLE kept (a Int8) ENGINE = MergeTree ORDER BY a").await;

    // It tells everyone around ClickHouse to end.
    query("SYSTEM SHUTDOWN").await;

    let mut engines = children(&child.id().to_string());
    let of_supervisor: Vec<_> = engines.iter().flat_map(|engine| children(engine)).collect();
    let [clickhouse] = &of_supervisor[..] else { panic!("{of_supervisor:?}") };
    assert!(Command::new("kill").args(["-9", clickhouse]).status().unwrap().success());
    let successors = || engines.iter().flat_map(|engine| children(engine)).collect::<Vec<_>>();
    await_that("nothing takes its place", || successors().iter().any(|process| process != clickhouse));
    // Nobody was told of it, and nobody's answer is another's.
    assert_eq!(query("EXISTS kept").await["data"], serde_json::json!([[1]]));
    assert_eq!(query("SELECT 2").await["data"], serde_json::json!([[2]]));
    engines.extend(successors());

    // Without any chance to tell its engines.
    child.kill().unwrap();
    child.wait().unwrap();
    let there =
        |process: &String| Command::new("ps").args(["-p", process]).output().unwrap().status.success();
    await_that("something is left", || {
        fs::read_dir(&folder).unwrap().count() == 0 && !engines.iter().any(there)
    });
    fs::remove_dir(&folder).unwrap();
}
