//! Storms: four Terraforms at once, each with a state and 25 tables of its own, on one integration that holds tables
//! of strangers, too. However their requests fall, no table is lost, nothing of the strangers' changes, and nobody is
//! told of an error that was none.
//!
//! One run of each belongs to the tests; `make storm` makes ten, and prints a line about each.

mod history;

use std::env;
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Output, Simulator, Terraform, cores, minimal_table, names, resource};
use history::History;

const TERRAFORMS: usize = 4;
const TABLES: usize = 25;
/// How much of the request log is shown of a storm in which something went wrong.
const TAIL: usize = 60;

/// The tables of strangers, spelled as no serializer would spell them.
const STRANGERS: [&str; 2] = [
    r#"{ "name":"th\u0065irs", "columns": [{"type":"UInt64","name":"id" }], "topics":[ {"name":"a\u002db"} ], "data_format":"CSV", "group_name":"theirs","num_consumers":1 , "unheard_of": 123456789012345678901234567890.10 }"#,
    r#"{"group_name":"theirs","data_format":"JSONEachRow","topics":[{"name":"t"}],"columns":[{"name":"id","type":"String"}],"name":"theirs, too"}"#,
];

#[tokio::test]
async fn four_terraforms_of_one_user() {
    Storm { title: "one lock for all", shares_the_lock: true, faults: Vec::new() }.rage().await;
}

#[tokio::test]
async fn four_terraforms_on_machines_of_their_own() {
    Storm { title: "a lock for each", shares_the_lock: false, faults: Vec::new() }.rage().await;
}

#[tokio::test]
async fn four_terraforms_on_machines_of_their_own_and_an_api_that_fails() {
    let limit = "Rate limit 120 exceeded - try again in 1s";
    let faults = vec![
        json!({"percent": 3, "fault": {"kind": "status", "code": 500}}),
        json!({"percent": 2, "fault": {"kind": "status", "code": 500, "applied": true}}),
        json!({"percent": 2, "method": "PUT", "fault": {"kind": "reset_after"}}),
        json!({"percent": 2, "fault": {"kind": "status", "code": 429, "body": {"message": limit}}}),
    ];
    Storm { title: "a lock for each, and faults", shares_the_lock: false, faults }.rage().await;
}

/// What the four meet.
struct Storm {
    title: &'static str,
    shares_the_lock: bool,
    faults: Vec<Value>,
}

/// What one of the four manages.
struct Party {
    terraform: Terraform,
    tables: Vec<Value>,
}

/// A command that all ran at once.
struct Wave {
    outputs: Vec<Output>,
    seconds: f64,
    history: History,
}

impl Storm {
    /// As many runs as are asked for; what went wrong in any of them is told at the end.
    async fn rage(&self) {
        let mut reports = Vec::new();
        for seed in 1..=runs() {
            if let Err(report) = self.run(seed).await {
                say(&format!("{}, run {seed}: FAILED", self.title));
                reports.push(report);
            }
        }
        assert!(reports.is_empty(), "\n{}", reports.join("\n\n"));
    }

    async fn run(&self, seed: usize) -> Result<(), String> {
        let simulator = Simulator::start().await;
        let strangers = format!(r#"{{"tables":[{}]}}"#, STRANGERS.join(","));
        simulator.set_user_config_text(&strangers).await;
        simulator.set(json!({"latency_ms": 100, "jitter_ms": 100, "random_seed": seed})).await;
        let shared = tempfile::tempdir().expect("a folder");
        let parties = self.parties(&simulator, &shared.path().display().to_string());

        let creation = self.at_once("apply", &parties, &simulator).await;
        let mut problems = creation.false_alarms();
        problems.extend(creation.what_is_wrong_with(&parties, &simulator).await);
        if self.shares_the_lock && creation.history.least_growth() < Some(1) {
            problems.push("a write was not built on the one before it".to_owned());
        }
        self.judge(seed, &problems, &creation)?;

        let destruction = self.at_once("destroy", &parties, &simulator).await;
        let mut problems = destruction.false_alarms();
        if simulator.user_config().await != strangers {
            problems.push(format!(
                "what is left is not what was there before: {}",
                simulator.user_config().await
            ));
        }
        self.judge(seed, &problems, &destruction)?;

        say(&format!("{}, run {seed}: created {creation}; destroyed {destruction}", self.title));
        Ok(())
    }

    /// Four Terraforms, each with a home of its own, and so a lock of its own unless `shared` is everybody's cache.
    fn parties(&self, simulator: &Simulator, shared: &str) -> Vec<Party> {
        let cores = cores();
        let party = |(number, core)| {
            let names: Vec<_> = (0..TABLES).map(|table| format!("table_{number}_{table}")).collect();
            let every = format!("for_each = toset({})", json!(names));
            let terraform =
                Terraform::new(core, simulator, &resource("all", &minimal_table("${each.key}"), &every))
                    .settling();
            let terraform =
                if self.shares_the_lock { terraform.with("XDG_CACHE_HOME", shared) } else { terraform };
            Party { terraform, tables: names.iter().map(|name| minimal_table(name)).collect() }
        };
        cores.iter().cycle().take(TERRAFORMS).enumerate().map(party).collect()
    }

    /// All run the same command at the same time, and meet the faults.
    async fn at_once(&self, command: &str, parties: &[Party], simulator: &Simulator) -> Wave {
        let before = names(&simulator.tables().await);
        simulator.clear_log().await;
        for fault in &self.faults {
            simulator.add_fault(fault.clone()).await;
        }
        let begun = Instant::now();
        let arguments = [command, "-auto-approve", "-json"];
        let outputs = join_all(parties.iter().map(|party| party.terraform.run(&arguments))).await;
        let seconds = begun.elapsed().as_secs_f64();
        simulator.clear_faults().await;
        Wave { outputs, seconds, history: History::new(simulator.log().await, before) }
    }

    /// What a maintainer needs to understand the problems, if there are any.
    fn judge(&self, seed: usize, problems: &[String], wave: &Wave) -> Result<(), String> {
        if problems.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{}, random_seed {seed}, {wave}:\n- {}\nthe last requests, in order of arrival:\n{}",
            self.title,
            problems.join("\n- "),
            wave.history.tail(TAIL)
        ))
    }
}

impl Wave {
    /// All that the users were told was wrong.
    fn false_alarms(&self) -> Vec<String> {
        let told = |(number, output): (usize, &Output)| {
            let diagnostics = output.diagnostics();
            if output.code != 0 && diagnostics.is_empty() {
                return vec![format!("Terraform {number}: {output}")];
            }
            diagnostics.iter().map(|text| format!("Terraform {number}: {text}")).collect()
        };
        self.outputs.iter().enumerate().flat_map(told).collect()
    }

    /// Tables that are not as their configuration says, or not as they were; plans that are not empty.
    async fn what_is_wrong_with(&self, parties: &[Party], simulator: &Simulator) -> Vec<String> {
        let mut problems = Vec::new();
        let text = simulator.user_config().await;
        for stranger in STRANGERS.iter().filter(|stranger| !text.contains(**stranger)) {
            problems.push(format!("this table of a stranger has changed: {stranger}"));
        }
        let tables = simulator.tables().await;
        let tables = tables.as_array().cloned().unwrap_or_default();
        let expected = STRANGERS.len() + TERRAFORMS * TABLES;
        if tables.len() != expected {
            problems.push(format!("there are {} tables instead of {expected}", tables.len()));
        }
        for table in parties.iter().flat_map(|party| &party.tables) {
            if !tables.contains(table) {
                let name = table["name"].as_str().unwrap_or_default();
                problems.push(format!("`{name}` is not as configured: {}", self.history.course(name)));
            }
        }
        let plan = ["plan", "-detailed-exitcode"];
        let plans = join_all(parties.iter().map(|party| party.terraform.run(&plan))).await;
        for (number, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.code != 0) {
            let summary = plan.stdout.lines().find(|line| line.starts_with("Plan:")).unwrap_or(&plan.stderr);
            problems.push(format!("the plan of Terraform {number} is not empty: {summary}"));
        }
        problems
    }
}

impl std::fmt::Display for Wave {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let history = &self.history;
        write!(
            formatter,
            "in {:.1} s ({} reads, {} writes, {} faults, {} times undone)",
            self.seconds,
            history.reads(),
            history.writes(),
            history.faults(),
            history.undone()
        )
    }
}

/// How many runs there are of each storm.
fn runs() -> usize {
    env::var("STORM_RUNS").map_or(1, |runs| runs.parse().expect("STORM_RUNS is a number"))
}

#[expect(
    clippy::print_stdout,
    reason = "the report of `make storm`; the test runner keeps it back otherwise"
)]
fn say(line: &str) {
    println!("    {line}");
}
