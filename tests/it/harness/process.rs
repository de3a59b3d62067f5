//! A program that is being run, and what it said. Bounded: a program that hangs fails its test. Knows nothing of
//! what the program is.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Far longer than any command takes, so that only one that hangs is stopped by it.
const LIMIT: Duration = Duration::from_mins(3);

/// What a program that has ended leaves behind.
#[derive(Debug)]
pub struct Output {
    command: String,
    /// The exit code; -1 when a signal ended the program.
    pub code: i32,
    /// Everything on standard output.
    pub stdout: String,
    /// Everything on standard error.
    pub stderr: String,
}

impl Output {
    /// Asserts that the program succeeded.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self}");
        self
    }

    /// Asserts that the program reported a failure by itself.
    #[track_caller]
    pub fn failed(self) -> Self {
        assert_eq!(self.code, 1, "{self}");
        self
    }
}

impl Output {
    /// What was said to the user about errors, as running text: Terraform breaks lines and draws a bar beside them.
    pub fn message(&self) -> String {
        let text: String =
            self.stderr.chars().map(|letter| if "│╷╵".contains(letter) { ' ' } else { letter }).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The errors and warnings of a Terraform that was asked for `-json`. The warning that the provider is not an
    /// installed one is the harness's own doing.
    pub fn diagnostics(&self) -> Vec<String> {
        let lines = self.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["type"] == "diagnostic")
            .filter(|line| line["diagnostic"]["summary"] != "Provider development overrides are in effect")
            .map(|line| format!("{}\n{}", line["@message"], line["diagnostic"]["detail"]))
            .collect()
    }

    /// Asserts that the user was told each of `parts`.
    #[track_caller]
    pub fn tells(self, parts: &[&str]) -> Self {
        let message = self.message();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in: {message}\n{self}");
        }
        self
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "`{}` exited with {}\n----- stdout -----\n{}\n----- stderr -----\n{}",
            self.command, self.code, self.stdout, self.stderr
        )
    }
}

/// A program that has been started and leads a process group, as a command typed in a terminal does.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    /// What was read of standard output before the end.
    said: String,
}

impl Running {
    /// Starts `program`, whose environment is exactly `environment`.
    pub fn start(
        program: &Path,
        arguments: &[&str],
        folder: &Path,
        environment: &[(String, String)],
    ) -> Self {
        Self::start_with_input(program, arguments, folder, environment, Stdio::null())
    }

    /// The same, with a standard input, which the program's own children inherit.
    pub fn start_with_input(
        program: &Path,
        arguments: &[&str],
        folder: &Path,
        environment: &[(String, String)],
        input: Stdio,
    ) -> Self {
        let command = format!("{} {}", program.display(), arguments.join(" "));
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("`{command}` does not start: {error}"));
        Self { command, child, said: String::new() }
    }

    /// Waits until a line with `text` appears on standard output.
    pub async fn wait_until_it_says(&mut self, text: &str) {
        let output = self.child.stdout.as_mut().expect("standard output is piped");
        let start = self.said.len();
        // Byte by byte, so that nothing behind the line is taken from what `output` collects.
        let read = async {
            while !self.said[start..]
                .split_inclusive('\n')
                .any(|line| line.ends_with('\n') && line.contains(text))
            {
                let byte = output.read_u8().await;
                self.said
                    .push(byte.unwrap_or_else(|_| panic!("it never said `{text}`: {}", self.said)).into());
            }
        };
        timeout(LIMIT, read).await.unwrap_or_else(|_| panic!("`{}` does not say `{text}`", self.command));
    }

    /// Waits for the end.
    pub async fn output(self) -> Output {
        let output = timeout(LIMIT, self.child.wait_with_output())
            .await
            .unwrap_or_else(|_| panic!("`{}` did not end within {LIMIT:?}", self.command))
            .unwrap_or_else(|error| panic!("`{}`: {error}", self.command));
        Output {
            command: self.command,
            code: output.status.code().unwrap_or(-1),
            stdout: self.said + &String::from_utf8_lossy(&output.stdout),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What Ctrl-C does: the terminal sends SIGINT to the whole group, providers included.
    pub async fn interrupt(&self) {
        signal("-INT", &format!("-{}", self.identifier())).await;
    }

    /// Ends the program's own child processes the hard way. Under Terraform those are its providers.
    pub async fn kill_children(&self) {
        let tasks = format!("/proc/{}/task", self.identifier());
        let children: Vec<String> = std::fs::read_dir(tasks)
            .expect("a running process has threads")
            .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok())
            .flat_map(|children| children.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        assert!(!children.is_empty(), "`{}` has no child process to kill", self.command);
        for child in children {
            signal("-KILL", &child).await;
        }
    }

    /// Ends the program itself the hard way, and nothing else.
    pub async fn kill(&self) {
        signal("-KILL", &self.identifier().to_string()).await;
    }

    fn identifier(&self) -> u32 {
        self.child.id().expect("the program has not been waited for")
    }
}

// By way of the shell's command, because a system call would need unsafe code.
async fn signal(name: &str, target: &str) {
    let status =
        Command::new("kill").args([name, "--", target]).status().await.expect("kill is a program everywhere");
    assert!(status.success(), "no process {target} to send {name} to");
}
