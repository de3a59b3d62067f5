//! What Aiven's schema demands of single values, as of the day that [`KNOWN_SCHEMA`] names.
//!
//! Aiven raises limits and adds values, so whatever goes beyond these is a question to the account's own schema and
//! waits for a plan. Offline only that is refused which can never be right.

use std::ops::RangeInclusive;

use crate::tf::Value;
use crate::tf::checks::{self, Check, list_of_code};

/// Which schema the limits are from, as users are told.
pub const KNOWN_SCHEMA: &str = "Aiven's schema of August 2026";

/// The limit of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// One of the values known today.
    Choice(&'static [&'static str]),
    /// A whole number.
    Range(RangeInclusive<i64>),
    /// Text of so many characters.
    Characters(RangeInclusive<usize>),
    /// A list or set of so many elements.
    Elements(RangeInclusive<usize>),
}

/// The name of a table.
pub const NAME: Limit = Limit::Characters(1..=40);
/// The columns of a table.
pub const COLUMNS: Limit = Limit::Elements(1..=100);
/// The name of a column.
pub const COLUMN_NAME: Limit = Limit::Characters(1..=40);
/// The type of a column.
pub const COLUMN_TYPE: Limit = Limit::Characters(1..=1000);
/// The topics of a table.
pub const TOPICS: Limit = Limit::Elements(1..=100);
/// The name of a topic.
pub const TOPIC_NAME: Limit = Limit::Characters(1..=249);

impl Limit {
    /// What of it can be checked offline.
    pub fn checks(&self) -> Vec<Check> {
        match self {
            Self::Choice(known) => vec![checks::no_slip(known)],
            Self::Range(_) => vec![checks::whole()],
            Self::Characters(range) | Self::Elements(range) if *range.start() > 0 => {
                vec![checks::not_empty()]
            }
            Self::Characters(_) | Self::Elements(_) => vec![],
        }
    }

    /// Whether a value goes beyond it. What is not known yet does not, and neither does what the checks refuse.
    pub fn is_exceeded(&self, value: &Value) -> bool {
        match self {
            Self::Choice(known) => value.as_str().is_some_and(|text| !known.contains(&text)),
            Self::Range(range) => match value {
                Value::Number(number) => number.as_i64().is_none_or(|integer| !range.contains(&integer)),
                _ => false,
            },
            Self::Characters(range) => value.as_str().is_some_and(|text| text.chars().count() > *range.end()),
            // Unknown elements of a set may turn out to be equal.
            Self::Elements(_) if matches!(value, Value::Set(_)) && !value.is_wholly_known() => false,
            Self::Elements(range) => {
                value.as_elements().is_some_and(|elements| elements.len() > *range.end())
            }
        }
    }

    /// What it allows, as the object of a sentence.
    pub fn allowed(&self) -> String {
        match self {
            Self::Choice(known) => format!("the values {}", list_of_code(known)),
            Self::Range(range) => format!("{} to {}", range.start(), range.end()),
            Self::Characters(range) => format!("at most {} characters", range.end()),
            Self::Elements(range) => format!("at most {} elements", range.end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::Number;

    #[test]
    fn the_guides_name_the_same_schema() {
        let guide = include_str!("../../docs/guides/defaults-and-drift.md");
        assert!(guide.contains(KNOWN_SCHEMA));
    }

    #[test]
    fn the_ends_are_within_the_limit() {
        for (value, exceeded) in [(-1, true), (0, false), (10, false), (11, true)] {
            assert_eq!(Limit::Range(0..=10).is_exceeded(&value.into()), exceeded, "{value}");
        }
        let huge = Value::Number(Number::parse("1e30").unwrap());
        assert!(Limit::Range(0..=i64::MAX).is_exceeded(&huge));
        for (value, exceeded) in [("éééé", false), ("12345", true), ("", false)] {
            assert_eq!(Limit::Characters(1..=4).is_exceeded(&value.into()), exceeded, "{value}");
        }
        assert!(
            Limit::Choice(&["a"]).is_exceeded(&"b".into()) && !Limit::Choice(&["a"]).is_exceeded(&"a".into())
        );
    }

    #[test]
    fn what_is_unknown_exceeds_nothing_but_is_counted_in_a_list() {
        let limit = Limit::Elements(1..=2);
        assert!(limit.is_exceeded(&Value::List(vec![Value::Unknown; 3])));
        assert!(!limit.is_exceeded(&Value::set(vec![Value::Unknown; 3])));
        assert!(limit.is_exceeded(&Value::set(["a".into(), "b".into(), "c".into()])));
        for unknown in [Value::Unknown, Value::Null] {
            for limit in [limit.clone(), Limit::Range(0..=1), NAME, Limit::Choice(&[])] {
                assert!(!limit.is_exceeded(&unknown));
            }
        }
    }
}
