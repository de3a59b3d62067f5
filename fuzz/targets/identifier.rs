//! Any text as the name of a table or of an integration: what parses prints, and prints as what it was. Knows
//! nothing of how a name is used.

#![no_main]

use aiven_clickhouse_kafka::table::{IntegrationReference, TableId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    table(text);
    integration(text);
});

fn table(text: &str) {
    let Ok(id) = TableId::parse(text) else { return };
    let printed = id.to_string();
    assert_eq!(TableId::parse(&printed).as_ref(), Ok(&id));
    assert_eq!(TableId::new(&id.project, &id.integration, &id.name).as_ref(), Ok(&id));
    assert_usual(&id.integration);
    // Nothing is lost but the letter case of the integration.
    let integration = id.project.len() + 1..id.project.len() + 1 + id.integration.len();
    assert_eq!(printed[..integration.start], text[..integration.start]);
    assert_eq!(printed[integration.clone()], text[integration.clone()].to_ascii_lowercase());
    assert_eq!(printed[integration.end..], text[integration.end..]);
}

fn integration(text: &str) {
    let Ok(reference) = IntegrationReference::parse(text) else { return };
    let printed = reference.to_string();
    assert_usual(&printed);
    let alone = IntegrationReference { project: None, ..reference.clone() };
    assert_eq!(IntegrationReference::parse(&printed), Ok(alone));
    let long = reference.project.as_ref().map_or(printed.clone(), |project| format!("{project}/{printed}"));
    assert_eq!(IntegrationReference::parse(&long).as_ref(), Ok(&reference));
    assert_eq!(long.to_ascii_lowercase(), text.to_ascii_lowercase());
}

/// The one spelling of a UUID: 32 digits in lower case, in groups.
fn assert_usual(uuid: &str) {
    let groups: Vec<usize> = uuid.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12], "{uuid}");
    assert!(uuid.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')), "{uuid}");
}
