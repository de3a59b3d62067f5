//! What the user is told: errors and warnings, each with the attribute it is about.
//!
//! A diagnostic ends up in CI logs. Nothing secret may be put into one: no token, no header, no request body.

use super::path::Path;
use super::proto;

/// Whether Terraform goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation went on; the user should know.
    Warning,
}

/// One message to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether Terraform goes on.
    pub severity: Severity,
    /// What is wrong, in one line without a full stop.
    pub summary: String,
    /// Why, and what to do next.
    pub detail: String,
    /// The attribute it is about; empty for the whole resource.
    pub path: Path,
}

/// The messages of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds an error about the whole object.
    pub fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.error_at(Path::default(), summary, detail);
    }

    /// Adds an error about one attribute.
    pub fn error_at(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Severity::Error, path, summary.into(), detail.into());
    }

    /// Adds a warning about the whole object.
    pub fn warning(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.warning_at(Path::default(), summary, detail);
    }

    /// Adds a warning about one attribute.
    pub fn warning_at(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Severity::Warning, path, summary.into(), detail.into());
    }

    /// Whether anything here makes Terraform stop.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Adds all of `others`.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// The messages, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The messages in the protocol's form.
    pub fn into_messages(self) -> Vec<proto::Diagnostic> {
        self.0.into_iter().map(Into::into).collect()
    }

    fn push(&mut self, severity: Severity, path: Path, summary: String, detail: String) {
        self.0.push(Diagnostic { severity, summary, detail, path });
    }
}

impl From<Diagnostic> for proto::Diagnostic {
    fn from(diagnostic: Diagnostic) -> Self {
        let severity = match diagnostic.severity {
            Severity::Error => proto::diagnostic::Severity::Error,
            Severity::Warning => proto::diagnostic::Severity::Warning,
        };
        Self {
            severity: severity.into(),
            attribute: (!diagnostic.path.is_empty()).then(|| (&diagnostic.path).into()),
            summary: diagnostic.summary,
            detail: diagnostic.detail,
        }
    }
}
