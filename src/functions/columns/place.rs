//! Where in a schema something is, and what is wrong there. Knows no schema language.

use std::fmt;

/// A place inside a schema, as users read and write it: `order.items[].price`, with `[]` for the elements of an
/// array and `{}` for the values of a map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    text: String,
    /// How many fields lead here.
    pub depth: usize,
}

impl Place {
    /// The schema as a whole.
    pub fn root() -> Self {
        Self::default()
    }

    /// The field `name` of the record that is here.
    pub fn field(&self, name: &str) -> Self {
        let text = if self.text.is_empty() { name.to_owned() } else { format!("{self}.{name}") };
        Self { text, depth: self.depth + 1 }
    }

    /// The elements of the array that is here.
    pub fn elements(&self) -> Self {
        Self { text: format!("{self}[]"), depth: self.depth }
    }

    /// The values of the map that is here.
    pub fn values(&self) -> Self {
        Self { text: format!("{self}{{}}"), depth: self.depth }
    }

    /// What is wrong here: what follows the name of the place in a sentence.
    pub fn problem(&self, text: impl fmt::Display) -> Problem {
        let place = if self.text.is_empty() { "The schema".to_owned() } else { format!("`{self}`") };
        Problem(format!("{place} {text}"))
    }

    /// The same about a part of a JSON message that has no type, for a reason that is given as a verb and what follows.
    pub fn untyped(&self, reason: &str) -> Problem {
        self.problem(format!(
            "{reason}, and ClickHouse has no type for that. Keep its JSON text with the option `untyped = \"string\"`, or \
             leave it out with `omit`"
        ))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Why a schema has no columns: a sentence or several, the last without its full stop, which Terraform adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(pub String);
