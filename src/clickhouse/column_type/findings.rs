//! What is found wrong with a text, and what would put it right.

use std::ops::Range;

use super::{Problem, Severity};

/// Another text in the place of some bytes.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

#[derive(Debug)]
struct Finding {
    severity: Severity,
    at: usize,
    message: String,
    edit: Option<Edit>,
}

/// The findings about one text, in the order in which they were made.
#[derive(Debug)]
pub(super) struct Findings<'text> {
    pub text: &'text str,
    list: Vec<Finding>,
    /// Within a type that is not known nothing is sure.
    muted: usize,
    /// Within the state of an aggregate function ClickHouse does not look at its settings.
    unlimited: usize,
}

impl<'text> Findings<'text> {
    pub fn new(text: &'text str) -> Self {
        Self { text, list: Vec::new(), muted: 0, unlimited: 0 }
    }

    pub fn error(&mut self, at: usize, message: impl Into<String>, edit: impl Into<Option<Edit>>) {
        self.add(Severity::Error, at, message.into(), edit.into());
    }

    pub fn warning(&mut self, at: usize, message: impl Into<String>, edit: impl Into<Option<Edit>>) {
        self.add(Severity::Warning, at, message.into(), edit.into());
    }

    /// What ClickHouse refuses unless a setting allows it.
    pub fn setting(&mut self, at: usize, message: impl Into<String>, edit: impl Into<Option<Edit>>) {
        if self.unlimited == 0 {
            self.warning(at, message, edit);
        }
    }

    /// Finds what is wrong whatever the settings.
    pub fn unlimited<T>(&mut self, find: impl FnOnce(&mut Self) -> T) -> T {
        self.unlimited += 1;
        let found = find(self);
        self.unlimited -= 1;
        found
    }

    fn add(&mut self, severity: Severity, at: usize, message: String, edit: Option<Edit>) {
        if self.muted == 0 {
            self.list.push(Finding { severity, at, message, edit });
        }
    }

    /// Leaves out what is found meanwhile.
    pub fn muted<T>(&mut self, find: impl FnOnce(&mut Self) -> T) -> T {
        self.muted += 1;
        let found = find(self);
        self.muted -= 1;
        found
    }

    /// Whether ClickHouse refuses the text.
    pub fn has_error(&self) -> bool {
        self.list.iter().any(|finding| finding.severity == Severity::Error)
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The text with all edits made; of two that touch the same place, the one made first.
    pub fn edited(&self) -> Option<String> {
        let mut edits: Vec<&Edit> = Vec::new();
        for edit in self.list.iter().filter_map(|finding| finding.edit.as_ref()) {
            if edits
                .iter()
                .all(|other| edit.range.end <= other.range.start || other.range.end <= edit.range.start)
            {
                edits.push(edit);
            }
        }
        if edits.is_empty() {
            return None;
        }
        edits.sort_by_key(|edit| edit.range.start);
        let mut edited = String::new();
        let mut at = 0;
        for edit in edits {
            edited.push_str(&self.text[at..edit.range.start]);
            edited.push_str(&edit.text);
            at = edit.range.end;
        }
        edited.push_str(&self.text[at..]);
        Some(edited)
    }

    /// As problems, each whose edit is part of the suggestion with the suggestion.
    pub fn into_problems(self, suggestion: Option<&str>) -> Vec<Problem> {
        let text = self.text;
        let problem = |finding: Finding| Problem {
            severity: finding.severity,
            position: position(text, finding.at),
            message: finding.message,
            suggestion: finding.edit.and(suggestion).map(str::to_owned),
        };
        self.list.into_iter().map(problem).collect()
    }
}

/// The character that begins at this byte, counted from 1.
pub(super) fn position(text: &str, at: usize) -> usize {
    text[..at].chars().count() + 1
}
