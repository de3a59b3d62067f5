//! What a text that is no type was probably meant to be: small changes are tried until one makes it a type.

use super::family::{self, Rule};
use super::findings::Findings;
use super::parser;
use super::token::{Kind, tokens};
use super::tree::{Failure, Rest};

/// Longer texts are not tried again and again.
const LONGEST: usize = 4000;

/// The type that the text was probably meant to be.
pub(super) fn repaired(text: &str, failure: &Failure) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let with_parentheses = rounded(text);
    candidates(text, failure)
        .into_iter()
        .chain([
            balanced(text),
            with_parentheses.clone(),
            balanced(&with_parentheses),
            text.replace(':', " "),
        ])
        // `Tuple(a: Int8)` needs one space, not two.
        .map(|candidate| if text.contains("  ") { candidate } else { candidate.replace("  ", " ") })
        .filter(|candidate| candidate != text)
        .find_map(|candidate| accepted(&candidate))
}

/// The candidate, if it is a type and nothing else; with its names put right, too.
fn accepted(candidate: &str) -> Option<String> {
    let candidate = candidate.trim();
    let mut findings = Findings::new(candidate);
    super::typed(&parser::parse(candidate).ok()?, &mut findings)?;
    let edited = findings.edited();
    [Some(candidate.to_owned()), edited].into_iter().flatten().find(|candidate| is_sound(candidate))
}

/// Whether the text is a type and nothing else, with which nothing is wrong but what a setting may allow.
pub(super) fn is_sound(text: &str) -> bool {
    parser::parse(text).is_ok_and(|tree| {
        let mut findings = Findings::new(text);
        let is_type = super::typed(&tree, &mut findings).is_some();
        is_type && tree.rest == Rest::Nothing && findings.is_clean()
    })
}

/// Changes at the place where the text fails.
fn candidates(text: &str, failure: &Failure) -> Vec<String> {
    let (before, after) = text.split_at(failure.at);
    let (before, after) = (before.trim_end(), after.trim_start());
    let mut list = Vec::new();
    list.extend(quoted(text, failure.at));
    let token = tokens(after).list.into_iter().next();
    match token.as_ref().map(|token| &token.kind) {
        Some(Kind::Text(content)) if before.is_empty() => list.push(content.clone()),
        Some(Kind::Broken(_)) if after.starts_with(['\'', '"', '`']) => {
            // The parentheses were meant to close the types around it.
            let content = after.trim_end_matches([')', ' ']);
            let quote = &after[..1];
            list.push(format!("{}{content}{quote}{}", &text[..failure.at], &after[content.len()..]));
            list.push(format!("{before}{}", after.replacen(quote, "", 1)));
        }
        _ => {}
    }
    if after == "?" {
        list.push(format!("Nullable({before})"));
    }
    if after == "[]" {
        list.push(format!("Array({before})"));
    }
    if let Some(length) = token.map(|token| token.end()).filter(|length| *length > 0) {
        // Without what is in the way, joined to what stands before it, and separated from it.
        let rest = &after[length..];
        list.push(format!("{before}{after}"));
        list.push(format!("{before}, {after}"));
        list.push(format!("{before}{rest}"));
        list.push(format!("{before} {}", rest.trim_start()));
        list.push(balanced(&format!("{before}, {after}")));
    }
    if takes_arguments(before) {
        // `Array Int8`, `Array of Int8`
        list.push(format!("{before}({after})"));
        if let Some((_, rest)) = after.split_once(' ') {
            list.push(format!("{before}({rest})"));
        }
    }
    list
}

/// With quotes around the argument that has a slash in it: `DateTime64(3, Europe/Berlin)`
fn quoted(text: &str, slash: usize) -> Option<String> {
    if !text[slash..].starts_with('/') {
        return None;
    }
    let start = text[..slash].rfind([',', '('])? + 1;
    let end = slash + text[slash..].find([',', ')']).unwrap_or(text.len() - slash);
    let argument = &text[start..end];
    let space = argument.len() - argument.trim_start().len();
    Some(format!("{}'{}'{}", &text[..start + space], argument.trim(), &text[end..]))
}

/// Whether the text is the name of a family whose arguments have an effect.
fn takes_arguments(name: &str) -> bool {
    let family = family::find(name).or_else(|| family::slip(name));
    !matches!(
        family.map(|family| family.rule),
        None | Some(Rule::Nothing | Rule::Width | Rule::Digits | Rule::Text)
    )
}

/// With as many closing parentheses as there are opening ones.
fn balanced(text: &str) -> String {
    let count = |mark| tokens(text).list.iter().filter(|token| token.is(mark)).count();
    let (open, closed) = (count('('), count(')'));
    let text = text.trim_end().trim_end_matches([',', ';']).trim_end();
    let mut balanced = text.to_owned();
    for _ in closed..open {
        balanced.push(')');
    }
    for _ in open..closed {
        if let Some(shorter) = balanced.strip_suffix(')') {
            balanced = shorter.trim_end().to_owned();
        }
    }
    balanced
}

/// With parentheses instead of other brackets.
fn rounded(text: &str) -> String {
    let mut rounded = text.to_owned();
    for token in tokens(text).list {
        let mark = match token.kind {
            Kind::Mark('<' | '[' | '{') => "(",
            Kind::Mark('>' | ']' | '}') => ")",
            _ => continue,
        };
        rounded.replace_range(token.start..token.end(), mark);
    }
    rounded
}
