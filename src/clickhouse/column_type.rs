//! The text of a column's type, as a user writes it.

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

/// A type, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnType {
    family: String,
    arguments: Vec<ColumnType>,
}

impl ColumnType {
    /// Parses a type; `None` where it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (family, arguments) = match text.split_once('(') {
            Some((family, rest)) => {
                (family, rest.strip_suffix(')')?.split(',').filter_map(Self::parse).collect())
            }
            None => (text, Vec::new()),
        };
        Some(Self { family: family.trim().to_owned(), arguments })
    }

    /// ClickHouse's own name of the outermost type, also of an alias: `Int64` of `BIGINT`. `None` where it is not known.
    pub fn family(&self) -> Option<&str> {
        Some(&self.family)
    }

    /// The types it is made of, in order: that of the elements of an `Array`, those of the keys and values of a `Map`.
    pub fn inner(&self) -> &[Self] {
        &self.arguments
    }
}

/// What is wrong with the text of a type.
pub fn examine(_text: &str) -> Vec<Problem> {
    Vec::new()
}

/// Whether two texts are spellings of one type.
pub fn same_type(one: &str, other: &str) -> bool {
    one == other
}
