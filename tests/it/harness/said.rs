//! What Terraform says about a configuration, word for word and at which line. Knows no resource.

use serde_json::Value;

use super::setup::{Core, cores, newest_core};
use super::terraform::Terraform;

/// One message: its text, and the line it points at.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Message {
    text: String,
    place: String,
}

async fn messages(core: &Core, configuration: &str) -> Vec<Message> {
    let terraform = Terraform::offline(core);
    terraform.configure(configuration);
    let output = terraform.run(&["validate", "-json"]).await;
    let answer: Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"));
    of(answer["diagnostics"].as_array().map_or(&[], Vec::as_slice))
}

/// The messages of Terraform's diagnostics, sorted.
fn of(diagnostics: &[Value]) -> Vec<Message> {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let mut messages: Vec<_> = diagnostics
        .iter()
        .filter(|each| each["summary"] != "Provider development overrides are in effect")
        .map(|each| Message {
            text: [&each["severity"], &each["summary"], &each["detail"]].map(text).join("\n"),
            place: format!(
                "{} line {}: {}",
                text(&each["range"]["filename"]),
                each["range"]["start"]["line"],
                text(&each["snippet"]["code"])
            ),
        })
        .collect();
    messages.sort();
    messages
}

/// What `terraform validate` says about a configuration. All Terraforms must say the same; the places are those that the
/// newest one names, because older ones do not follow a path into a nested attribute and point at another line. Which
/// attribute is meant is therefore in the text as well.
pub async fn said(configuration: &str) -> String {
    let newest = messages(&newest_core(), configuration).await;
    let texts = |messages: &[Message]| messages.iter().map(|each| each.text.clone()).collect::<Vec<_>>();
    for core in cores() {
        assert_eq!(texts(&messages(&core, configuration).await), texts(&newest), "{}", core.path.display());
    }
    in_lines(&newest)
}

/// What Terraform says when it plans or applies, with the exit code of the command.
pub async fn said_by(terraform: &Terraform, command: &[&str]) -> (i32, String) {
    let output = terraform.run(&[command, &["-json"]].concat()).await;
    let lines = output.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let diagnostics = lines.filter(|line| line["type"] == "diagnostic");
    let diagnostics: Vec<_> = diagnostics.map(|line| line["diagnostic"].clone()).collect();
    (output.code, in_lines(&of(&diagnostics)))
}

fn in_lines(messages: &[Message]) -> String {
    messages.iter().map(|each| format!("{}\n  {}\n", each.text, each.place)).collect::<Vec<_>>().join("\n")
}
