//! A text, what we say of it and what ClickHouse says; and where we say too much or too little. Knows no type.

use aiven_clickhouse_kafka::clickhouse::{ColumnType, Problem, Severity, examine, same_type};

use super::differences::{Difference, SILENT, WARNED};
use super::verdicts::Verdict;

/// A text, and what is said of it.
pub struct Case {
    pub text: String,
    pub ours: Vec<Problem>,
    pub verdict: Verdict,
}

impl Case {
    pub fn new(text: String, verdict: Verdict) -> Self {
        Self { ours: examine(&text), text, verdict }
    }

    /// The worst that we say.
    pub fn severity(&self) -> Option<Severity> {
        let has = |severity| self.ours.iter().any(|problem| problem.severity == severity);
        [Severity::Error, Severity::Warning].into_iter().find(|severity| has(*severity))
    }

    /// ClickHouse's spelling of the type, if it is one and nothing besides.
    pub fn plain(&self) -> Option<&str> {
        let column = self.verdict.column().filter(|column| !column.has_clause)?;
        let is_warned = self.ours.iter().any(|problem| Difference::of(WARNED, &problem.message).is_some());
        (!is_warned).then_some(&column.ty)
    }

    /// Where the two differ as they may.
    pub fn differences(&self) -> Vec<&'static Difference> {
        match &self.verdict {
            Verdict::Elsewhere(_, complaint) | Verdict::Refused(complaint) if self.ours.is_empty() => {
                Difference::of(SILENT, complaint).into_iter().collect()
            }
            Verdict::Accepted(_) => {
                self.ours.iter().filter_map(|problem| Difference::of(WARNED, &problem.message)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Where they differ as they may not.
    pub fn faults(&self) -> Vec<String> {
        [self.verdict_fault(), self.spelling_fault(), self.position_fault()].into_iter().flatten().collect()
    }

    fn verdict_fault(&self) -> Option<String> {
        match (&self.verdict, self.severity()) {
            (Verdict::Refused(_), Some(_)) | (Verdict::Accepted(_) | Verdict::Allowed(..), None) => None,
            (Verdict::Refused(complaint) | Verdict::Elsewhere(_, complaint), None) => {
                let is_meant = Difference::of(SILENT, complaint).is_some();
                (!is_meant).then(|| format!("is nothing to us; ClickHouse says: {complaint}"))
            }
            (_, Some(Severity::Error)) => {
                Some(format!("is an error for us, but none for ClickHouse: {}", self.messages()))
            }
            (Verdict::Accepted(column), Some(Severity::Warning)) => {
                let is_meant = |problem: &Problem| Difference::of(WARNED, &problem.message).is_some();
                let is_fine = column.has_clause || self.ours.iter().all(is_meant);
                (!is_fine)
                    .then(|| format!("is a warning for us, and nothing to ClickHouse: {}", self.messages()))
            }
            (_, Some(Severity::Warning)) => None,
        }
    }

    /// The text and ClickHouse's own are spellings of one type, of one family.
    fn spelling_fault(&self) -> Option<String> {
        let spelling = self.plain()?;
        let family = |text: &str| ColumnType::parse(text)?.family().map(str::to_owned);
        let (ours, theirs) = (family(&self.text), family(spelling));
        if !same_type(&self.text, spelling) || !same_type(spelling, &self.text) {
            Some(format!("is another type for us than {spelling}"))
        } else if ours.is_none() || ours != theirs {
            Some(format!("is of the family {ours:?} for us; {spelling} of {theirs:?}"))
        } else {
            None
        }
    }

    /// A position is that of a character, or the end.
    fn position_fault(&self) -> Option<String> {
        let end = self.text.chars().count() + 1;
        let wrong = self.ours.iter().find(|problem| !(1..=end).contains(&problem.position))?;
        Some(format!("has no character {}: {}", wrong.position, wrong.message))
    }

    fn messages(&self) -> String {
        let message = |problem: &Problem| format!("{} (at {})", problem.message, problem.position);
        self.ours.iter().map(message).collect::<Vec<_>>().join("; ")
    }
}
