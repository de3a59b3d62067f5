//! The text of a column's type, as a user writes it: what it means to ClickHouse, and what is wrong with it.
//!
//! ClickHouse 25.8 was asked for everything said here, and the tests ask it again. What it refuses whatever its settings
//! is an error; what depends on a setting, and what a newer version may know, is a warning at most.

mod aggregate;
mod arguments;
mod composite;
mod enumeration;
mod family;
mod findings;
mod json;
mod meaning;
mod moment;
mod null;
mod parser;
mod repair;
mod scalar;
mod token;
mod tree;
mod vocabulary;

#[cfg(test)]
mod tests;

use findings::{Edit, Findings, position};
use tree::{Node, Rest, Tree};

use super::quote::identifier;

/// Whether ClickHouse is known to refuse a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It is, whatever its settings.
    Error,
    /// It may, depending on its version or settings.
    Warning,
}

/// Something wrong with the text of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether ClickHouse is known to refuse it.
    pub severity: Severity,
    /// The character of the text at which it shows, counted from 1.
    pub position: usize,
    /// What is wrong, as a sentence without its full stop.
    pub message: String,
    /// The whole type as it was probably meant.
    pub suggestion: Option<String>,
}

/// A type, parsed, with its parts in ClickHouse's own spelling and order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnType {
    name: String,
    family: Option<&'static str>,
    /// Arguments that are no types, as they are printed before the types.
    before: Vec<String>,
    /// The names of the types, where they have names.
    names: Vec<String>,
    inner: Vec<ColumnType>,
    /// Arguments that are printed after the types.
    after: Vec<String>,
}

impl ColumnType {
    /// Parses a type; `None` where it is malformed, or says more than a type: a clause or another column follows it.
    pub fn parse(text: &str) -> Option<Self> {
        let tree = parser::parse(text).ok()?;
        let says_more = matches!(tree.rest, Rest::Column(..));
        typed(&tree, &mut Findings::new(text)).filter(|_| !says_more)
    }

    /// ClickHouse's own name of the outermost type, also of an alias: `Int64` of `BIGINT`. `None` where it is not known.
    pub fn family(&self) -> Option<&str> {
        self.family
    }

    /// The types it is made of, in order: that of the elements of an `Array`, those of the keys and values of a `Map`.
    pub fn inner(&self) -> &[Self] {
        &self.inner
    }

    /// The type as ClickHouse spells it.
    pub fn normal(&self) -> String {
        let mut text = String::new();
        self.print(&mut text);
        text
    }

    fn print(&self, text: &mut String) {
        text.push_str(&self.name);
        let is_empty = self.before.is_empty() && self.inner.is_empty() && self.after.is_empty();
        if is_empty && self.family != Some("Tuple") {
            return;
        }
        text.push('(');
        let mut separator = "";
        for argument in &self.before {
            text.push_str(separator);
            text.push_str(argument);
            separator = ", ";
        }
        for (index, inner) in self.inner.iter().enumerate() {
            text.push_str(separator);
            if let Some(name) = self.names.get(index) {
                text.push_str(&identifier(name));
                text.push(' ');
            }
            inner.print(text);
            separator = ", ";
        }
        for argument in &self.after {
            text.push_str(separator);
            text.push_str(argument);
            separator = ", ";
        }
        text.push(')');
    }

    fn known(family: &'static str) -> Self {
        Self { family: Some(family), ..Self::unknown(family) }
    }

    fn unknown(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            family: None,
            before: Vec::new(),
            names: Vec::new(),
            inner: Vec::new(),
            after: Vec::new(),
        }
    }
}

/// What is wrong with the text of a type.
pub fn examine(text: &str) -> Vec<Problem> {
    let tree = match parser::parse(text) {
        Ok(tree) => tree,
        Err(failure) => {
            let severity = if failure.is_too_deep { Severity::Warning } else { Severity::Error };
            let suggestion = if failure.is_too_deep { None } else { repair::repaired(text, &failure) };
            let position = position(text, failure.at);
            return vec![Problem { severity, position, message: failure.message, suggestion }];
        }
    };
    let mut findings = Findings::new(text);
    typed(&tree, &mut findings);
    let suggestion = findings.edited().filter(|edited| repair::is_sound(edited));
    findings.into_problems(suggestion.as_deref().map(str::trim))
}

/// Whether two texts are spellings of one type.
pub fn same_type(one: &str, other: &str) -> bool {
    one == other || matches!((well_formed(one), well_formed(other)), (Some(one), Some(other)) if one == other)
}

/// The type, if ClickHouse is not known to refuse the text and it says no more than a type.
fn well_formed(text: &str) -> Option<ColumnType> {
    let tree = parser::parse(text).ok()?;
    let mut findings = Findings::new(text);
    let ty = typed(&tree, &mut findings)?;
    (!findings.has_error() && !matches!(tree.rest, Rest::Column(..)) && tree.open_comment.is_none())
        .then_some(ty)
}

/// `NULL` after a type means the same as `Nullable` around it.
fn null(ty: &mut ColumnType, node: &Node, without: Edit, findings: &mut Findings<'_>) {
    if ty.is("Nullable") {
        findings.error(node.range.end, "`NULL` cannot follow `Nullable`", without);
    } else if let Some((family, may_change)) = ty.refuses_null() {
        let message = format!("`NULL` cannot follow `{family}`");
        if may_change || family == "LowCardinality" {
            findings.warning(node.range.end, message, without);
        } else {
            findings.error(node.range.end, message, without);
        }
    } else {
        let inner = std::mem::replace(ty, ColumnType::known("Nullable"));
        ty.inner.push(inner);
    }
}

const ENDED_BY_COMMA: &str = "the comma ends the column, and begins another one";

/// What a tree means, with what follows the type.
fn typed(tree: &Tree, findings: &mut Findings<'_>) -> Option<ColumnType> {
    let end = findings.text.len();
    let Some(node) = &tree.node else {
        if let Rest::Column(word, at) = tree.rest {
            findings.warning(at, format!("`{word}` stands where the type belongs"), None);
        }
        return None;
    };
    let mut ty = meaning::of(node, findings);
    if ty.is_nothing() {
        findings.error(node.range.start, "a table cannot have columns of type `Nothing`", None);
    }
    if ty.has_column_of_nothing() {
        let message =
            "ClickHouse refuses columns of type `Nothing` in `Nested` unless `flatten_nested` is off";
        findings.setting(node.range.start, message, None);
    }
    let without_rest = Edit { range: node.range.end..end, text: String::new() };
    match tree.rest {
        Rest::NotNull if ty.is("Nullable") => {
            findings.error(node.range.end, "`NOT NULL` cannot follow `Nullable`", without_rest);
        }
        Rest::Nothing | Rest::NotNull => {}
        Rest::Null => null(&mut ty, node, without_rest, findings),
        Rest::Column(",", at) => {
            findings.warning(at, ENDED_BY_COMMA, without_rest);
        }
        Rest::Column("NULL", at) => {
            let edit = Edit { range: at + "NULL".len()..end, text: String::new() };
            findings.warning(at, "something follows `NULL`, and only the type belongs here", edit);
        }
        Rest::Column(word, at) => {
            findings.warning(
                at,
                format!("`{word}` is no part of a type, and only the type belongs here"),
                without_rest,
            );
        }
    }
    if let Some(at) = tree.last_comma {
        findings.warning(at, ENDED_BY_COMMA, Edit { range: at..end, text: String::new() });
    }
    if let Some(at) = tree.open_comment {
        let edit = Edit { range: at..end, text: String::new() };
        findings.warning(at, "the comment goes on into whatever Aiven writes after the type", edit);
    }
    Some(ty)
}
