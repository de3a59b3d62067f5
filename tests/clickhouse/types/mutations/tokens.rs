//! Changes of a text's tokens.

use fastrand::Rng;

use super::super::grammar::is_of_word;
use super::{index, place};

pub fn misplace(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let token = tokens.remove(index(tokens, random)?);
    tokens.insert(random.usize(..=tokens.len()), token);
    Some(())
}

/// Replaces a word, which a token is if it starts like one.
pub fn on_word(tokens: &mut [String], random: &mut Rng, change: fn(&str, &mut Rng) -> String) -> Option<()> {
    let at = place(tokens, random, |token| token.starts_with(|first: char| first.is_alphabetic()))?;
    let changed = change(&tokens[at], random);
    (changed != tokens[at]).then(|| tokens[at] = changed)
}

pub fn on_number(tokens: &mut [String], random: &mut Rng, number: &str) -> Option<()> {
    let at = place(tokens, random, |token| token.trim_start_matches(['-', '+']).parse::<u64>().is_ok())?;
    number.clone_into(&mut tokens[at]);
    Some(())
}

pub fn stray_comma(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let at = place(tokens, random, |token| token == "(" || token == ",")?;
    tokens.insert(at + 1, ",".to_owned());
    Some(())
}

pub fn last_comma(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let at = place(tokens, random, |token| token == ")")?;
    tokens.insert(at, ",".to_owned());
    Some(())
}

pub fn without_arguments(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let opening = place(tokens, random, |token| token == "(")?;
    let closing = end_of_arguments(tokens, opening)?;
    tokens.drain(opening..=closing);
    Some(())
}

pub fn empty_arguments(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let opening = place(tokens, random, |token| token == "(")?;
    let closing = end_of_arguments(tokens, opening)?;
    tokens.drain(opening + 1..closing);
    Some(())
}

/// Where the parenthesis at this place is closed.
fn end_of_arguments(tokens: &[String], opening: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(opening) {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// From where to where one argument reaches, its comma excluded.
pub fn argument(tokens: &[String], random: &mut Rng) -> Option<(usize, usize)> {
    let start = place(tokens, random, |token| token == "(" || token == ",")? + 1;
    let mut end = start;
    while tokens.get(end)? != "," && tokens[end] != ")" {
        end = if tokens[end] == "(" { end_of_arguments(tokens, end)? + 1 } else { end + 1 };
    }
    (start < end).then_some((start, end))
}

pub fn drop_argument(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let (start, end) = argument(tokens, random)?;
    let has_comma = tokens[end] == ",";
    tokens.drain(start..end + usize::from(has_comma));
    if !has_comma && tokens[start - 1] == "," {
        tokens.remove(start - 1);
    }
    Some(())
}

pub fn double_argument(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let (start, end) = argument(tokens, random)?;
    let mut twice = tokens[start..end].to_vec();
    twice.insert(0, ",".to_owned());
    tokens.splice(end..end, twice);
    Some(())
}

/// Puts a word and its arguments between others.
pub fn wrap(tokens: &mut Vec<String>, random: &mut Rng, before: &str, after: &str) -> Option<()> {
    let is_word = |token: &String| token.chars().next().is_some_and(is_of_word);
    let start = if random.bool() { 0 } else { place(tokens, random, is_word)? };
    let has_arguments = tokens.get(start + 1).is_some_and(|token| token == "(");
    let end = 1 + if has_arguments { end_of_arguments(tokens, start + 1)? } else { start };
    tokens.splice(end..end, after.split(' ').map(str::to_owned));
    tokens.splice(start..start, before.split(' ').map(str::to_owned));
    Some(())
}

pub fn something_first(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let words = ["a", "c", "`a`", "NULL", "DEFAULT", "(", ",", "-", "'", "Int8", "/*"];
    tokens.insert(0, words[index(&words, random)?].to_owned());
    Some(())
}

/// What people write behind a type.
const CLAUSES: [&[&str]; 14] = [
    &["DEFAULT", "1"],
    &["NULL"],
    &["NOT", "NULL"],
    &["MATERIALIZED", "now()"],
    &["ALIAS", "other"],
    &["EPHEMERAL"],
    &["CODEC", "(", "ZSTD", ")"],
    &["COMMENT", "'a comment'"],
    &["TTL", "now()"],
    &[",", "b", "Int8"],
    &[";"],
    &["--", "a comment"],
    &["UNSIGNED"],
    &[")"],
];

pub fn something_follows(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    tokens.extend(CLAUSES[index(&CLAUSES, random)?].iter().map(ToString::to_string));
    Some(())
}
