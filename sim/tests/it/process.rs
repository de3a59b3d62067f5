//! The program itself: its one line, its refusals and its end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

fn program(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_aiven-sim"))
        .args(arguments)
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
