//! What is found wrong with a text, and what would put it right.

use std::ops::Range;

use super::{Problem, Severity};

/// More say no more.
const MOST: usize = 5;

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
    /// Whether a setting of the server makes it none.
    is_setting: bool,
}

impl Finding {
    fn new(severity: Severity, at: usize, message: String, edit: Option<Edit>) -> Self {
        Self { severity, at, message, edit, is_setting: false }
    }
}

/// The findings about one text, in the order in which they were made.
#[derive(Debug)]
pub(super) struct Findings<'text> {
    pub text: &'text str,
    list: Vec<Finding>,
    /// Within a type that is not known nothing is sure.
    muted: usize,
    /// Within the state of an aggregate function ClickHouse looks at no settings.
    states: usize,
}

impl<'text> Findings<'text> {
    pub fn new(text: &'text str) -> Self {
        Self { text, list: Vec::new(), muted: 0, states: 0 }
    }

    pub fn error(&mut self, at: usize, message: impl Into<String>, edit: impl Into<Option<Edit>>) {
        self.add(Finding::new(Severity::Error, at, message.into(), edit.into()));
    }

    pub fn warning(&mut self, at: usize, message: impl Into<String>, edit: impl Into<Option<Edit>>) {
        self.add(Finding::new(Severity::Warning, at, message.into(), edit.into()));
    }

    /// A warning of what ClickHouse refuses unless a setting allows it.
    pub fn setting(&mut self, at: usize, message: impl Into<String>, edit: impl Into<Option<Edit>>) {
        if !self.is_in_state() {
            let finding = Finding::new(Severity::Warning, at, message.into(), edit.into());
            self.add(Finding { is_setting: true, ..finding });
        }
    }

    fn add(&mut self, finding: Finding) {
        if self.muted == 0 {
            self.list.push(finding);
        }
    }

    /// Leaves out what is found meanwhile.
    pub fn muted<T>(&mut self, find: impl FnOnce(&mut Self) -> T) -> T {
        self.muted += 1;
        let found = find(self);
        self.muted -= 1;
        found
    }

    /// Finds within the state of an aggregate function.
    pub fn in_state<T>(&mut self, find: impl FnOnce(&mut Self) -> T) -> T {
        self.states += 1;
        let found = find(self);
        self.states -= 1;
        found
    }

    /// Whether only the type of an aggregate function's argument is looked at.
    pub fn is_in_state(&self) -> bool {
        self.states > 0
    }

    /// Whether nothing is wrong that no setting puts right.
    pub fn is_clean(&self) -> bool {
        self.list.iter().all(|finding| finding.is_setting)
    }

    /// Whether ClickHouse refuses the text.
    pub fn has_error(&self) -> bool {
        self.list.iter().any(|finding| finding.severity == Severity::Error)
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

    /// As problems, each whose edit is part of the suggestion with the suggestion: the first few in the order of the text,
    /// errors before warnings where not all are.
    pub fn into_problems(mut self, suggestion: Option<&str>) -> Vec<Problem> {
        let text = self.text;
        self.list.sort_by_key(|finding| (finding.severity != Severity::Error, finding.at));
        self.list.truncate(MOST);
        self.list.sort_by_key(|finding| finding.at);
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
