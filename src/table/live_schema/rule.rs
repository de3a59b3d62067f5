//! What a schema demands of a value, and how that is said.

use std::fmt;

use serde_json::{Map, Value as Json};

use crate::tf::Number;

/// Why a value may not be.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Where in the value, as it is written behind a name: `.on`, `[2]`; empty for the value itself.
    pub place: String,
    /// What is broken.
    pub rule: Rule,
}

/// What a value must be; its `Display` continues "it".
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Of one of these types.
    Type(Vec<String>),
    /// One of these values.
    Choice(Vec<Json>),
    /// A number between these.
    Range(Ends),
    /// Text of so many characters.
    Characters(Ends),
    /// An array of so many elements.
    Elements(Ends),
    /// Text that this regular expression matches.
    Pattern(String),
    /// An object with this key.
    Key(String),
    /// An object without this key.
    NoKey(String),
    /// In one of several forms.
    Form,
    /// Not there.
    Absent,
}

/// The least and the most, where there are any.
#[derive(Debug, Clone, PartialEq)]
pub struct Ends {
    least: Option<String>,
    most: Option<String>,
}

impl Ends {
    /// Those that two keywords of a schema name.
    pub fn of(keywords: &Map<String, Json>, least: &str, most: &str) -> Self {
        let spelled =
            |end: &Json| Number::parse(&end.to_string()).map_or(end.to_string(), |end| end.to_string());
        let end = |name: &str| keywords.get(name).map(spelled);
        Self { least: end(least), most: end(most) }
    }

    /// The same of numbers, behind what kind they must be of.
    pub fn of_numbers(&self) -> String {
        match (&self.least, &self.most) {
            (Some(least), Some(most)) => format!("from {least} to {most}"),
            (None, None) => String::new(),
            _ => format!("of {self}"),
        }
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.least, &self.most) {
            (Some(least), Some(most)) => write!(formatter, "{least} to {most}"),
            (Some(least), None) => write!(formatter, "at least {least}"),
            (None, Some(most)) => write!(formatter, "at most {most}"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(names) => {
                let names: Vec<_> = names.iter().map(|name| in_words(name)).collect();
                write!(formatter, "must be {}", names.join(" or "))
            }
            Self::Choice(values) => {
                let values: Vec<_> = values.iter().map(spelled).collect();
                write!(formatter, "must be one of {}", values.join(", "))
            }
            Self::Range(range) => write!(formatter, "must be {range}"),
            Self::Characters(ends) => write!(formatter, "must have {ends} characters"),
            Self::Elements(ends) => write!(formatter, "must have {ends} elements"),
            Self::Pattern(pattern) => write!(formatter, "must match `{pattern}`"),
            Self::Key(key) => write!(formatter, "must have the key `{key}`"),
            Self::NoKey(key) => write!(formatter, "must not have the key `{key}`"),
            Self::Form => {
                formatter.write_str("must be in exactly one of the forms that the schema describes")
            }
            Self::Absent => formatter.write_str("must not be there"),
        }
    }
}

fn in_words(name: &str) -> &str {
    match name {
        "null" => "null",
        "boolean" => "`true` or `false`",
        "string" => "text",
        "number" => "a number",
        "integer" => "a whole number",
        "array" => "an array",
        "object" => "an object",
        other => other,
    }
}

fn spelled(value: &Json) -> String {
    value.as_str().map_or_else(|| format!("`{value}`"), |text| format!("`{text}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_ends_of_numbers_are_words() {
        for (schema, words) in [
            (json!({"minimum": 1, "maximum": 10}), "from 1 to 10"),
            (json!({"minimum": 1}), "of at least 1"),
            (json!({"maximum": 9.0}), "of at most 9"),
        ] {
            let ends = Ends::of(schema.as_object().unwrap(), "minimum", "maximum");
            assert_eq!(ends.of_numbers(), words);
        }
    }
}
