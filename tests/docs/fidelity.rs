//! The page about what is known of Aiven's API, held against what it names: tests, files, and what the simulator plays.

use std::fs;
use std::path::Path;

/// What a page names that is not there, a line for each.
pub fn mistakes(page: &str, repository: &Path, simulator: &str) -> Vec<String> {
    let mut mistakes = Vec::new();
    for span in code(page) {
        let (path, test) = span.split_once(": ").unwrap_or((span, ""));
        if Path::new(path).extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        match fs::read_to_string(repository.join(path)) {
            Err(error) => mistakes.push(format!("{path}: {error}")),
            Ok(source) if !test.is_empty() && !source.contains(&format!("fn {test}(")) => {
                mistakes.push(format!("{path} has no test `{test}`"));
            }
            Ok(_) => {}
        }
    }
    let played = page.split("Played by ").skip(1).map(|rest| rest.lines().next().unwrap_or_default());
    for name in played.flat_map(code) {
        if !simulator.lines().any(|line| names(line).any(|known| known == name)) {
            mistakes.push(format!("the simulator does not play `{name}`"));
        }
    }
    mistakes
}

/// What is written as code.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What a row of a table explains: the code in its first cell.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let first = line.strip_prefix("| ").and_then(|row| row.split(" | ").next());
    code(first.unwrap_or_default())
}

#[test]
fn what_is_not_there_is_named() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = "| `a` | `tests/docs/fidelity.rs: what_is_not_there_is_named` | Played by `fill`, `fil`. |\n\
                | `tests/docs/fidelity.rs: nothing` | `tests/nowhere.rs` |\n";
    let found = mistakes(page, repository, "| key |\n| `fill`, `shuffle` | how `fil` is |\n");
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "tests/docs/fidelity.rs has no test `nothing`");
    assert!(found[1].starts_with("tests/nowhere.rs: "), "{found:?}");
    assert_eq!(found[2], "the simulator does not play `fil`");
}
