//! What is said about the type of a column. What is wrong with it is found elsewhere.

use crate::clickhouse::{Problem, Severity, examine};
use crate::tf::checks::Check;
use crate::tf::{Diagnostics, Path};

/// Longer types are cut short in a summary.
const SHORT: usize = 40;

/// A type that ClickHouse does not refuse.
pub fn check() -> Check {
    Check::new(|value, path, diagnostics| {
        // No text at all is too short, which is said already.
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return };
        for problem in examine(text) {
            report(text, &problem, path, diagnostics);
        }
    })
}

fn report(text: &str, problem: &Problem, path: &Path, diagnostics: &mut Diagnostics) {
    let short = shortened(text);
    let mut detail = format!("At character {} of `{path}`: {}.", problem.position, problem.message);
    if let Some(meant) = &problem.suggestion {
        detail.push_str(&format!(" Did you mean `{meant}`?"));
    }
    match problem.severity {
        Severity::Error => {
            diagnostics.error_at(path.clone(), format!("`{short}` is not a ClickHouse type"), detail);
        }
        Severity::Warning => {
            diagnostics.warning_at(path.clone(), format!("ClickHouse may refuse the type `{short}`"), detail);
        }
    }
}

/// In one line, and not too long.
fn shortened(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= SHORT {
        return line;
    }
    let start: String = line.chars().take(SHORT - 1).collect();
    format!("{start}…")
}
