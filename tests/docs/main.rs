//! The provider's reference pages in `docs/`, rendered from its schemas and from `examples/`, and the rules that the
//! schemas keep. The pages have the shape that readers know from the registry, that of HashiCorp's tfplugindocs.
//!
//! `make docs` writes the pages; the test here fails as long as a page is not what it would write. The renderer knows
//! the provider by its public traits only: whatever is registered there gets its page. Guides are written by hand; one
//! of them has to list every message, and another names tests, which must exist.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's panic is its report")]

mod examples;
mod fidelity;
mod folder;
mod markdown;
mod messages;
mod pages;
mod rules;
mod schema_section;

use std::path::Path;

use aiven_clickhouse_kafka::provider::{ADDRESS, AivenClickhouseKafka};
use tokio_util::task::TaskTracker;

use examples::Examples;
use pages::Publication;

fn provider() -> AivenClickhouseKafka {
    AivenClickhouseKafka::new(TaskTracker::new())
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_pages_are_what_the_schemas_say() {
    let name = ADDRESS.rsplit('/').next().expect("an address has a last part");
    let publication = Publication { name, examples: Examples::in_folder(&repository().join("examples")) };
    let pages = publication.pages(&provider());
    let documentation = repository().join("docs");
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        folder::write(&documentation, &pages);
    }
    let differences = folder::differences(&documentation, &pages);
    assert!(differences.is_empty(), "run `make docs`:\n{}", differences.join("\n"));
}

#[test]
fn the_schemas_keep_the_rules() {
    let broken = rules::broken(&provider());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_message_is_in_the_guide_to_troubleshooting() {
    let guide = repository().join("docs/guides/troubleshooting.md");
    let guide = std::fs::read_to_string(guide).expect("there is one");
    let messages = messages::of_the_provider(&repository().join("src"));
    assert!(messages.len() > 50, "they were found");
    let missing = messages.iter().filter(|(message, _)| !guide.contains(message.as_str()));
    let missing: Vec<_> = missing.map(|(message, path)| format!("{message} ({})", path.display())).collect();
    assert!(missing.is_empty(), "troubleshooting.md does not have:\n{}", missing.join("\n"));
}

#[test]
fn what_the_page_on_fidelity_names_is_there() {
    let text = |path: &str| std::fs::read_to_string(repository().join(path)).expect("a page");
    let mistakes = fidelity::mistakes(&text("docs/guides/fidelity.md"), repository(), &text("sim/README.md"));
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}
