//! The program itself: its one line, its refusals and its end.

use crate::simulator::{Answer, KAFKA, answer, python, table};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn program(arguments: &[&str]) -> Child {
    program_in(Path::new("."), &std::env::temp_dir(), arguments)
}

/// The program in a folder, with another one for what is temporary.
fn program_in(folder: &Path, temporary: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_aiven-sim"))
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", temporary)
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

/// The program with engines, and a client of it.
#[cfg(unix)]
struct WithEngines {
    child: Child,
    /// Where it runs.
    folder: PathBuf,
    /// Where it keeps what is not to outlive it.
    temporary: PathBuf,
    address: String,
    client: reqwest::Client,
}

#[cfg(unix)]
impl WithEngines {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("aiven-sim-test-{}", uuid::Uuid::new_v4()));
        let temporary = folder.join("temporary");
        fs::create_dir_all(&temporary).unwrap();
        // Names of modules that Python brings along; whoever imports these ends.
        for module in ["select.py", "json.py", "ctypes.py"] {
            fs::write(folder.join(module), "raise SystemExit('a stranger was imported')").unwrap();
        }
        let python = python();
        let arguments = ["--seed", "--exit-with-stdin", "--data-plane", "--python", python.to_str().unwrap()];
        let mut child = program_in(&folder, &temporary, &arguments);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("aiven-sim listening on ").unwrap().to_owned();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, folder, temporary, address, client }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.client.request(method, format!("{}/v1/project/demo/{path}", self.address));
        let request = request.header("authorization", "aivenv1 simulated").body(body.to_string());
        answer(request).await.unwrap()
    }

    async fn query(&self, query: &str) -> Answer {
        let body = json!({"database": "default", "query": query});
        self.send(Method::POST, "service/clickhouse/clickhouse/query", &body).await
    }

    async fn rows(&self, query: &str) -> Value {
        self.query(query).await.json()["data"].clone()
    }

    async fn create_topic(&self, topic: &str) -> Answer {
        let body = json!({"topic_name": topic, "partitions": 3});
        self.send(Method::POST, "service/kafka/topic", &body).await
    }

    /// The process that watches over ClickHouse, that of ClickHouse, and that of Kafka.
    fn engines(&self) -> [String; 3] {
        let started = children(&self.child.id().to_string());
        let (supervisors, kafkas): (Vec<_>, Vec<_>) =
            started.into_iter().partition(|process| !children(process).is_empty());
        let [supervisor] = <[String; 1]>::try_from(supervisors).unwrap();
        let [kafka] = <[String; 1]>::try_from(kafkas).unwrap();
        let [clickhouse] = <[String; 1]>::try_from(children(&supervisor)).unwrap();
        [supervisor, clickhouse, kafka]
    }
}

#[cfg(unix)]
fn kill(process: &str) {
    assert!(Command::new("kill").args(["-9", process]).status().unwrap().success());
}

#[cfg(unix)]
fn is_there(process: &str) -> bool {
    Command::new("ps").args(["-p", process]).output().unwrap().status.success()
}

#[cfg(unix)]
#[tokio::test]
async fn a_clickhouse_that_dies_is_replaced_and_whatever_happens_nothing_is_left_behind() {
    let mut aiven = WithEngines::start();
    aiven.rows("CREATE TABLE kept (a Int8) ENGINE = MergeTree ORDER BY a").await;
    // It tells everyone around ClickHouse to end.
    aiven.query("SYSTEM SHUTDOWN").await;

    let [supervisor, clickhouse, kafka] = aiven.engines();
    kill(&clickhouse);
    let successors = || children(&supervisor);
    await_that("nothing takes its place", || successors().iter().any(|process| *process != clickhouse));
    // Nobody was told of it, and nobody's answer is another's.
    assert_eq!(aiven.rows("EXISTS kept").await, json!([[1]]));
    assert_eq!(aiven.rows("SELECT 2").await, json!([[2]]));
    let mut engines = successors();
    engines.extend([supervisor, clickhouse, kafka]);

    // Without any chance to tell its engines.
    aiven.child.kill().unwrap();
    aiven.child.wait().unwrap();
    await_that("something is left", || {
        fs::read_dir(&aiven.temporary).unwrap().count() == 0
            && !engines.iter().any(|process| is_there(process))
    });
    fs::remove_dir_all(&aiven.folder).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn engines_that_end_for_good_are_followed_by_others_with_the_same_tables() {
    let mut aiven = WithEngines::start();
    assert_eq!(aiven.create_topic("made").await.status, 200);
    let path = format!("integration/{KAFKA}");
    let written = json!({"user_config": {"tables": [table("stays")]}});
    aiven.send(Method::PUT, &path, &written).await;
    let servers = "SELECT extract(engine_full, 'kafka_broker_list = .([0-9.:]+)') FROM system.tables \
                   WHERE (database, name) = ('service_kafka', 'stays')";
    let first = aiven.rows(servers).await;

    let [_, _, kafka] = aiven.engines();
    kill(&kafka);
    // The write itself is what finds out.
    assert_eq!(aiven.create_topic("late").await.status, 200);
    let second = aiven.rows(servers).await;
    assert_ne!(second, first);
    let service = aiven.send(Method::GET, "service/kafka", &json!({})).await.json();
    assert_eq!(second, json!([[service["service"]["service_uri"]]]));
    let address = second[0][0].as_str().unwrap();
    let partitions = "import confluent_kafka as k, sys\n\
                      topics = k.Producer({'bootstrap.servers': sys.argv[1]}).list_topics(timeout=60).topics\n\
                      print([len(topics[name].partitions) for name in ('made', 'late')])";
    let output = Command::new(python()).args(["-c", partitions, address]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "[3, 3]\n");

    let [supervisor, clickhouse, _] = aiven.engines();
    kill(&supervisor);
    await_that("ClickHouse outlives its supervisor", || !is_there(&clickhouse));
    let lost = aiven.query("SELECT 1").await;
    assert_eq!((lost.status, lost.message()), (400, "ClickHouse ended unexpectedly".to_owned()));
    assert_eq!(aiven.rows(servers).await, second);

    drop(aiven.child.stdin.take());
    assert!(aiven.child.wait().unwrap().success());
    fs::remove_dir_all(&aiven.folder).unwrap();
}
