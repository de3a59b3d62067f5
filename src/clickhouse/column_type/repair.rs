//! What a text that is no type was probably meant to be: small changes are tried until one makes it a type.

use super::family::{self, Rule};
use super::findings::Findings;
use super::token::{Kind, Token, tokens};
use super::tree::{Failure, Rest};
use super::{null, parser};
use crate::clickhouse::quote::quote_printed;

/// Longer texts are not tried again and again.
const LONGEST: usize = 4000;

/// The type that the text was probably meant to be. It has every name, number and text that the user wrote.
pub(super) fn repaired(text: &str, failure: &Failure) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let all = candidates(text, failure).into_iter();
    let all = all.filter(|candidate| candidate != text);
    let found = all.filter_map(|candidate| accepted(&candidate)).find(|candidate| keeps(candidate, text));
    found.or_else(|| swapped(text, failure)).or_else(|| without_rest(text, failure))
}

/// Whether every name, number and text is still there, in its order; a name may have become the nearest one known.
fn keeps(candidate: &str, text: &str) -> bool {
    let lower = candidate.to_lowercase();
    let mut at = 0;
    tokens(text).list.iter().all(|token| {
        let content = match &token.kind {
            // It has become `Nullable`.
            Kind::Word if token.is_word("NULL") => return true,
            // A quote that is not closed, or a comment.
            Kind::Broken(_) if token.text.starts_with(|mark: char| mark.is_ascii_punctuation()) => {
                return true;
            }
            Kind::Word | Kind::Number | Kind::Broken(_) => token.text,
            Kind::Quoted(content) | Kind::Text(content) => content,
            _ => return true,
        };
        let found = |word: &str| {
            let start = at + lower[at..].find(&word.to_lowercase())?;
            Some(start + word.to_lowercase().len())
        };
        let end = found(content).or_else(|| found(family::nearest(content)?));
        at = end.unwrap_or(at);
        end.is_some()
    })
}

/// With the sign behind the type: `unsigned int`
fn swapped(text: &str, failure: &Failure) -> Option<String> {
    let (before, after) = text.split_at(failure.at);
    let is_sign = ["SIGNED", "UNSIGNED"].iter().any(|sign| sign.eq_ignore_ascii_case(before.trim()));
    if is_sign { accepted(&format!("{} {}", after.trim(), before.trim())) } else { None }
}

/// Without what follows a type that is complete.
fn without_rest(text: &str, failure: &Failure) -> Option<String> {
    let (before, after) = text.split_at(failure.at);
    let is_apart = before.ends_with(char::is_whitespace)
        || tokens(after).list.iter().all(|token| matches!(token.kind, Kind::Mark(_) | Kind::End));
    // `Decimal 10 2` says more than `Decimal`.
    let is_complete = is_apart && !takes_arguments(before.trim());
    if is_complete { accepted(before) } else { None }
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
        let is_all = !matches!(tree.rest, Rest::Column(..)) && tree.last_comma.is_none();
        is_type && is_all && findings.is_clean()
    })
}

/// Changes of the text, mostly at the place where it fails, the likeliest first.
fn candidates(text: &str, failure: &Failure) -> Vec<String> {
    let (before, after) = text.split_at(failure.at);
    let (before, after) = (before.trim_end(), after.trim_start());
    let mut list = Vec::new();
    if after == "?" {
        list.push(format!("Nullable({before})"));
    }
    if after == "[]" {
        list.push(format!("Array({before})"));
    }
    let with_parentheses = rounded(text);
    list.extend([with_parentheses.clone(), balanced(&with_parentheses)]);
    list.extend(quoted(text, failure.at));
    list.extend(null::wrapped(text, failure.at));
    let token = tokens(after).list.into_iter().next();
    match token.as_ref().map(|token| &token.kind) {
        // `'String'`, `AggregateFunction('sum', Int8)`
        Some(Kind::Text(content)) => {
            let rest = &after[token.as_ref().map_or(0, Token::end)..];
            list.push(format!("{before}{}{content}{rest}", if before.ends_with(',') { " " } else { "" }));
            list.push(format!("{before}`{content}`{rest}"));
        }
        Some(Kind::Broken(_)) if after.starts_with(['\'', '"', '`']) => {
            // The parentheses were meant to close the types around it.
            let content = after.trim_end_matches([')', ' ']);
            let quote = &after[..1];
            list.push(format!("{}{content}{quote}{}", &text[..failure.at], &after[content.len()..]));
            list.push(format!("{before}{}", after.replacen(quote, "", 1)));
        }
        _ => {}
    }
    list.extend(
        [(';', ","), (':', ""), (':', ","), (':', " =")].map(|(mark, other)| replaced(text, mark, other)),
    );
    list.push(named_as_text(text));
    if let Some(token) = token.filter(|token| token.end() > 0) {
        // Separated from what stands before it, joined to it, and without a mark that is in the way.
        let separated = format!("{before}, {after}");
        list.extend([separated.clone(), balanced(&separated)]);
        let word = before.rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_name = family::find(&format!("{word}{}", token.text)).is_some();
        if is_name {
            list.push(format!("{before}{after}"));
        }
        list.extend(in_backticks(text, failure.at));
        if matches!(token.kind, Kind::Mark(_)) {
            let rest = &after[token.end()..];
            list.extend([format!("{before}{rest}"), format!("{before} {}", rest.trim_start())]);
        }
    }
    list.push(balanced(text));
    if takes_arguments(before) {
        // `Array Int8`, `Array of Int8`
        list.push(format!("{before}({after})"));
        if let Some(rest) = after.strip_prefix("of ") {
            list.push(format!("{before}({rest})"));
        }
    }
    list
}

/// With something else in the place of all such marks.
fn replaced(text: &str, mark: char, other: &str) -> String {
    let mut replaced = text.to_owned();
    for token in tokens(text).list.iter().rev().filter(|token| token.is(mark)) {
        let is_apart = text[token.end()..].starts_with(char::is_whitespace);
        let other = if is_apart { other.to_owned() } else { format!("{other} ") };
        replaced.replace_range(token.start..token.end(), &other);
    }
    replaced
}

/// With the quotes of a text around each name before a `=`: `Enum8(a = 1)`; and in place of other quotes.
fn named_as_text(text: &str) -> String {
    let list = tokens(text).list;
    let mut quoted = text.to_owned();
    for (index, token) in list.iter().enumerate().rev() {
        let is_before = list.get(index + 1).is_some_and(|next| next.is('='));
        if let Some(name) = token.name().filter(|_| is_before || matches!(token.kind, Kind::Quoted(_))) {
            quoted.replace_range(token.start..token.end(), &quote_printed(name, '\''));
        }
    }
    quoted
}

/// With backticks around the odd name at this place.
fn in_backticks(text: &str, at: usize) -> Option<String> {
    let is_end = |letter: char| letter.is_whitespace() || "(),`'\"".contains(letter);
    let start = text[..at].char_indices().rev().find(|(_, letter)| is_end(*letter));
    let start = start.map_or(0, |(index, letter)| index + letter.len_utf8());
    let end = at + text[at..].find(is_end)?;
    (start < end).then(|| format!("{}`{}`{}", &text[..start], &text[start..end], &text[end..]))
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
