//! Checks of a single known value, made offline in `terraform validate`.
//!
//! A check sees one value and its path. Rules across attributes belong to the resource.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::diagnostics::Diagnostics;
use super::path::Path;
use super::value::Value;

type Rule = dyn Fn(&Value, &Path, &mut Diagnostics) + Send + Sync;

/// Something a known, non-null value must satisfy.
#[derive(Clone)]
pub struct Check(Arc<Rule>);

impl Check {
    /// A check of its own making.
    pub fn new(rule: impl Fn(&Value, &Path, &mut Diagnostics) + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// Adds to `diagnostics` what is wrong with `value`.
    pub fn run(&self, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
        (self.0)(value, path, diagnostics);
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Check")
    }
}

/// Text of so many Unicode characters.
pub fn length(allowed: RangeInclusive<usize>) -> Check {
    Check::new(move |value, path, diagnostics| {
        let Some(text) = value.as_str() else { return };
        let count = text.chars().count();
        if !allowed.contains(&count) {
            let (least, most) = (allowed.start(), allowed.end());
            diagnostics.error_at(
                path.clone(),
                format!("`{path}` must have {least} to {most} characters"),
                format!("It has {count}."),
            );
        }
    })
}

/// A whole number in a range.
pub fn range(allowed: RangeInclusive<i64>) -> Check {
    Check::new(move |value, path, diagnostics| {
        let Value::Number(number) = value else { return };
        if number.as_i64().is_none_or(|integer| !allowed.contains(&integer)) {
            let (least, most) = (allowed.start(), allowed.end());
            diagnostics.error_at(
                path.clone(),
                format!("`{path}` must be a whole number from {least} to {most}"),
                format!("It is {number}."),
            );
        }
    })
}

/// A list or set of so many elements.
pub fn items(allowed: RangeInclusive<usize>) -> Check {
    Check::new(move |value, path, diagnostics| {
        let Some(elements) = value.as_elements() else { return };
        let count = elements.len();
        // Two unknown elements of a set may turn out equal, so only a set's upper limit waits for known elements.
        let may_shrink = matches!(value, Value::Set(_)) && !value.is_wholly_known();
        if count < *allowed.start() || (count > *allowed.end() && !may_shrink) {
            let (least, most) = (allowed.start(), allowed.end());
            diagnostics.error_at(
                path.clone(),
                format!("`{path}` must have {least} to {most} elements"),
                format!("It has {count}."),
            );
        }
    })
}

/// One of the values known today. The API decides about others, since it may know more than this version; a
/// value that is close to a known one is more likely a slip and gets a warning.
pub fn known_values(known: &'static [&'static str]) -> Check {
    Check::new(move |value, path, diagnostics| {
        let Some(text) = value.as_str().filter(|text| !known.contains(text)) else { return };
        if let Some(near) = nearest(text, known) {
            diagnostics.warning_at(
                path.clone(),
                format!("`{text}` is not a known value of `{path}`"),
                format!(
                    "Did you mean `{near}`? Known values are {}. Others are left to the API, which decides at apply.",
                    list_of_code(known)
                ),
            );
        }
    })
}

/// The known word that `text` was probably meant to be.
pub fn nearest<'word>(text: &str, known: &[&'word str]) -> Option<&'word str> {
    near(text, known).first().copied()
}

/// The known words that `text` may have been meant to be: the nearest first, three at most.
pub fn near<'word>(text: &str, known: &[&'word str]) -> Vec<&'word str> {
    const SIMILAR_ENOUGH: f64 = 0.84;
    const AT_MOST: usize = 3;
    let lower = text.to_lowercase();
    let scored = known.iter().map(|word| (strsim::jaro_winkler(&lower, &word.to_lowercase()), *word));
    let mut near: Vec<_> = scored.filter(|(score, _)| *score >= SIMILAR_ENOUGH).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    near.into_iter().map(|(_, word)| word).take(AT_MOST).collect()
}

/// Words as a Markdown enumeration: `` `a`, `b` ``.
pub fn list_of_code(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(check: &Check, value: &Value) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        check.run(value, &Path::attribute("x"), &mut diagnostics);
        diagnostics.iter().map(|diagnostic| diagnostic.summary.clone()).collect()
    }

    #[test]
    fn limits_include_their_ends() {
        for (value, accepted) in [("", false), ("é", true), ("1234", true), ("12345", false)] {
            assert_eq!(verdict(&length(1..=4), &value.into()).is_empty(), accepted, "{value}");
        }
        for (value, accepted) in [(-1, false), (0, true), (10, true), (11, false)] {
            assert_eq!(verdict(&range(0..=10), &value.into()).is_empty(), accepted, "{value}");
        }
        assert!(
            !verdict(&range(0..=10), &Value::Number(super::super::Number::parse("1.5").unwrap())).is_empty()
        );
        assert!(!verdict(&items(1..=2), &Value::List(vec![])).is_empty());
        assert!(verdict(&items(1..=2), &Value::List(vec![Value::Unknown; 2])).is_empty());
        assert!(!verdict(&items(1..=2), &Value::List(vec![Value::Unknown; 3])).is_empty());
        assert!(verdict(&items(1..=2), &Value::set(vec![Value::Unknown; 3])).is_empty());
    }

    #[test]
    fn an_unknown_value_passes_and_a_slip_is_named() {
        let check = known_values(&["earliest", "latest"]);
        assert!(verdict(&check, &"earliest".into()).is_empty());
        assert!(verdict(&check, &"quantum".into()).is_empty());
        assert_eq!(verdict(&check, &"Earliest".into()), ["`Earliest` is not a known value of `x`"]);
    }
}
