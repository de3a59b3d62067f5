//! The guides of `docs/guides`, done as they say: their files are written, their commands run, and what they say is
//! printed is looked for in what is printed. `page` describes how a guide says what is what.
//!
//! A guide names things as every other page does, so what it says is translated for the simulator: see [`NAMES`].

mod page;
mod said;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, interval};

use crate::adoption::world;
use crate::harness::{Core, INTEGRATION, Simulator, Terraform, cores, repository};
use page::{Page, Scene, Step};

/// What the documentation calls something, and what the simulator does.
const NAMES: [(&str, &str); 2] =
    [("my-project", "demo"), ("3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f", INTEGRATION)];

/// Within this, ClickHouse has read what is in Kafka. Only what is broken takes as long.
const PATIENCE: Duration = Duration::from_mins(1);

fn folder() -> PathBuf {
    repository().join("docs/guides")
}

fn read(guide: &str) -> Page {
    let text = fs::read_to_string(folder().join(guide).with_extension("md")).expect("a guide is text");
    page::parse(&text).unwrap_or_else(|mistake| panic!("{guide}, {mistake}"))
}

fn translated(text: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, (documented, simulated)| text.replace(documented, simulated))
}

/// Does everything that a guide says, on each Terraform that is new enough.
async fn follow(guide: &str) {
    let page = read(guide);
    for core in cores() {
        for (number, scene) in page.scenes.iter().enumerate() {
            if core.at_least(scene.needs.0, scene.needs.1) && !scene.steps.is_empty() {
                play(scene, &core, &format!("{guide}, scene {number}, {}", core.path.display())).await;
            }
        }
    }
}

async fn play(scene: &Scene, core: &Core, place: &str) {
    let simulator = if scene.asks() { Simulator::with_data_plane().await } else { Simulator::start().await };
    // The official provider cannot be fetched here; one that knows no type of ours stands in for it.
    let terraform = Terraform::beside_official(core).talking_to(&simulator);
    for step in &scene.steps {
        match step {
            Step::Write { name, text } => terraform.write(name, &translated(text)),
            Step::Inhabit => simulator.set_user_config_text(&world::user_config()).await,
            Step::Run { commands, exit, expected } => {
                let output = terraform.shell(&translated(commands), &simulator).await;
                assert_eq!(output.code, *exit, "{place}: {output}");
                let expected: Vec<String> = expected.iter().map(|line| translated(line)).collect();
                let missing = said::missing(&expected, &output.stdout);
                assert_eq!(missing, None, "{place}: {output}");
            }
            Step::Ask { queries, expected } => {
                let (last, first) = queries.split_last().expect("a query");
                for query in first {
                    simulator.query(&translated(query)).await;
                }
                let answer = answer(&simulator, &translated(last), expected).await;
                assert_eq!(said::missing(expected, &answer), None, "{place}: {last}: {answer}");
            }
        }
    }
}

/// Asks until the answer is as expected, since rows arrive in the background, and tells the last answer.
async fn answer(simulator: &Simulator, query: &str, expected: &[String]) -> String {
    let start = Instant::now();
    let mut pause = interval(Duration::from_millis(200));
    loop {
        pause.tick().await;
        let rows = simulator.query(query).await;
        let answer = rows.iter().map(line).collect::<Vec<_>>().join("\n");
        if said::missing(expected, &answer).is_none() || start.elapsed() > PATIENCE {
            return answer;
        }
    }
}

/// A row as ClickHouse's own client prints it, more or less.
fn line(row: &Value) -> String {
    let cells = row.as_array().expect("a row is a list").iter();
    let texts = cells.map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned));
    texts.collect::<Vec<_>>().join(" ")
}

/// A test for each guide, and the list of them.
macro_rules! guides {
    ($($test:ident: $guide:literal,)*) => {
        const GUIDES: &[&str] = &[$($guide),*];
        $(
            #[tokio::test]
            async fn $test() {
                follow($guide).await;
            }
        )*
    };
}

guides! {
    adopting_existing_tables: "adopting-existing-tables",
    columns_from_schemas: "columns-from-schemas",
    concurrency: "concurrency",
    defaults_and_drift: "defaults-and-drift",
    drift_detection: "drift-detection",
    fidelity: "fidelity",
    importing: "importing",
    migrating_from_the_official_provider: "migrating-from-the-official-provider",
    plugin_protocol: "plugin-protocol",
    reading_and_storing: "reading-and-storing",
    troubleshooting: "troubleshooting",
    using_both_providers: "using-both-providers",
}

#[test]
fn every_guide_is_followed() {
    let pages =
        fs::read_dir(folder()).expect("there are guides").map(|entry| entry.expect("an entry").path());
    let mut names: Vec<_> =
        pages.map(|page| page.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, GUIDES, "in order, too");
}

#[tokio::test]
async fn what_guides_show_of_terraform_is_formatted() {
    for core in cores() {
        let terraform = Terraform::offline(&core);
        for guide in GUIDES {
            for (number, block) in read(guide).terraform.iter().enumerate() {
                terraform.write(&format!("{guide}-{number}.tf"), block);
            }
        }
        let output = terraform.run(&["fmt", "-check", "-diff"]).await;
        assert_eq!(output.code, 0, "{output}");
    }
}
