//! Any text as the type of a column: whatever it is, something can be said of it, and what parses prints as itself. Knows
//! no type.

#![no_main]

use aiven_clickhouse_kafka::clickhouse::{ColumnType, Severity, examine, same_type};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    assert!(same_type(text, text));
    let problems = examine(text);
    let end = text.chars().count() + 1;
    for problem in &problems {
        assert!((1..=end).contains(&problem.position), "{problem:?}");
        if let Some(suggestion) = &problem.suggestion {
            assert_ne!(suggestion, text);
            assert!(!has_error(suggestion), "{suggestion}");
        }
    }
    let Some(ty) = ColumnType::parse(text) else { return };
    // Of what is no type for ClickHouse, no spelling is its own; and its bytes need not be text.
    if has_error(text) || text.contains('\\') || text.contains('\'') {
        return;
    }
    let normal = ty.normal();
    let again = ColumnType::parse(&normal).map(|ty| ty.normal());
    if ty.family().is_some() && problems.is_empty() {
        assert_eq!(again.as_deref(), Some(normal.as_str()), "{text}");
        assert!(same_type(text, &normal), "{text} {normal}");
    }
});

fn has_error(text: &str) -> bool {
    examine(text).iter().any(|problem| problem.severity == Severity::Error)
}
