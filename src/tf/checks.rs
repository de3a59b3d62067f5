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

/// A number without a fraction.
pub fn whole() -> Check {
    Check::new(|value, path, diagnostics| {
        let Value::Number(number) = value else { return };
        if !number.is_whole() {
            diagnostics.error_at(
                path.clone(),
                format!("`{path}` must be a whole number"),
                format!("It is {number}. Remove the fraction."),
            );
        }
    })
}

/// Text, a list or a set that has something in it.
pub fn not_empty() -> Check {
    Check::new(|value, path, diagnostics| {
        let is_empty =
            value.as_str().is_some_and(str::is_empty) || value.as_elements().is_some_and(<[_]>::is_empty);
        if is_empty {
            let summary = format!("`{path}` must not be empty");
            diagnostics.error_at(path.clone(), summary, "Set it, or check the expression it comes from.");
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

/// No slip of the pen: text that is nearly a known value gets a warning. Any other is left to whoever knows more values
/// than these, and who may know even this one.
pub fn no_slip(known: &'static [&'static str]) -> Check {
    Check::new(move |value, path, diagnostics| {
        let Some(text) = value.as_str() else { return };
        if let Some(meant) = slip(text, known) {
            diagnostics.warning_at(
                path.clone(),
                format!("`{text}` is nearly `{meant}`"),
                format!(
                    "Did you mean `{meant}`? The known values of `{path}` are {}. Whether the API has `{text}` as well \
                     shows when a change is planned.",
                    list_of_code(known)
                ),
            );
        }
    })
}

/// The known word from which `text` differs in letter case only, or else the only one that is one letter away. Short
/// words are that close to each other by nature.
fn slip<'word>(text: &str, known: &[&'word str]) -> Option<&'word str> {
    const LONG_ENOUGH: usize = 6;
    if known.contains(&text) {
        return None;
    }
    let lower = text.to_lowercase();
    let distances = || known.iter().map(|word| (strsim::osa_distance(&lower, &word.to_lowercase()), *word));
    if let Some((_, word)) = distances().find(|(distance, _)| *distance == 0) {
        return Some(word);
    }
    let mut close = distances().filter(|(distance, _)| *distance == 1);
    let (_, word) = close.next()?;
    (close.next().is_none() && word.chars().count() >= LONG_ENOUGH).then_some(word)
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
    }

    #[test]
    fn a_fraction_is_not_whole_and_a_huge_number_is() {
        for (text, accepted) in [("1.5", false), ("-0.1", false), ("1.0", true), ("1e30", true), ("-3", true)]
        {
            let number = Value::Number(super::super::Number::parse(text).unwrap());
            assert_eq!(verdict(&whole(), &number).is_empty(), accepted, "{text}");
        }
    }

    #[test]
    fn nothing_is_empty_and_something_unknown_is_not() {
        for empty in ["".into(), Value::List(vec![]), Value::set([])] {
            assert_eq!(verdict(&not_empty(), &empty), ["`x` must not be empty"]);
        }
        for full in ["a".into(), Value::List(vec![Value::Unknown]), 0.into()] {
            assert!(verdict(&not_empty(), &full).is_empty(), "{full:?}");
        }
    }

    #[test]
    fn a_slip_is_another_letter_case_or_one_letter_of_a_long_word() {
        let known = ["CSV", "TSV", "JSONEachRow", "MergeTree", "abcdef1", "abcdef2"];
        for (text, meant) in [
            ("JsonEachRow", Some("JSONEachRow")),
            ("csv", Some("CSV")),
            ("MergeTre", Some("MergeTree")),
            ("MereTree", Some("MergeTree")),
            ("MegreTree", Some("MergeTree")),
            ("mergetrees", Some("MergeTree")),
            ("ABCDEF1", Some("abcdef1")),
            ("MergeTree", None),
            ("MergTre", None),
            ("PSV", None),
            ("abcdef3", None),
            ("Protobuf", None),
        ] {
            assert_eq!(slip(text, &known), meant, "{text}");
        }
    }

    #[test]
    fn an_unknown_value_passes_and_a_slip_is_named() {
        let check = known_values(&["earliest", "latest"]);
        assert!(verdict(&check, &"earliest".into()).is_empty());
        assert!(verdict(&check, &"quantum".into()).is_empty());
        assert_eq!(verdict(&check, &"Earliest".into()), ["`Earliest` is not a known value of `x`"]);
    }
}
