//! What is said about the type of a column. What is wrong with it is found elsewhere.

use crate::clickhouse::{Problem, Severity, examine};
use crate::tf::checks::Check;
use crate::tf::{Diagnostics, Path};

use super::limits::COLUMN_TYPE;

/// Longer types are cut short in a summary.
const SHORT: usize = 40;

/// A type that ClickHouse does not refuse.
pub fn check() -> Check {
    Check::new(|value, path, diagnostics| {
        // Text that is empty or too long is wrong for its length, which is said elsewhere.
        let is_of_this_length = |text: &&str| !text.is_empty() && !COLUMN_TYPE.is_exceeded(value);
        let Some(text) = value.as_str().filter(is_of_this_length) else { return };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_wrong_length_is_not_looked_at() {
        let problems = |text: String| {
            let mut diagnostics = Diagnostics::default();
            check().run(&text.as_str().into(), &Path::attribute("type"), &mut diagnostics);
            diagnostics.iter().count()
        };
        let wrong = |length: usize| format!("Array({}", "x".repeat(length - "Array(".len()));
        assert_eq!(problems(String::new()), 0);
        assert!(problems(wrong(1000)) > 0);
        assert_eq!(problems(wrong(1001)), 0);
    }
}
