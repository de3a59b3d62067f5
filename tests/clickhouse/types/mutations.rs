//! Small changes of a type, such as a hand or a script makes: most of them make it wrong, some make it another one.
//! Knows what a token is, and nothing of any type.

use fastrand::Rng;

use super::grammar::{Tokens, is_of_word};

/// A change of a text.
enum Change {
    /// Of its characters.
    Letters(fn(&mut Vec<char>, &mut Rng) -> Option<()>),
    /// Of its tokens.
    Tokens(fn(&mut Vec<String>, &mut Rng) -> Option<()>),
}

/// A kind of change, and how often it was made.
pub struct Mutation {
    pub name: &'static str,
    change: Change,
    pub hits: usize,
}

/// Every kind.
pub fn all() -> Vec<Mutation> {
    use Change::{Letters as L, Tokens as T};
    let all: [(_, Change); 38] = [
        ("a character is missing", L(remove)),
        ("a character is doubled", L(|text, random| repeat(text, random))),
        ("two characters are swapped", L(|text, random| swap_neighbors(text, random))),
        ("a character too many", L(stray_letter)),
        ("the text ends early", L(|text, random| text.truncate(index(text, random)?).into())),
        ("a token is missing", T(remove)),
        ("a token is doubled", T(|tokens, random| repeat(tokens, random))),
        ("two tokens are swapped", T(|tokens, random| swap_neighbors(tokens, random))),
        ("a token is elsewhere", T(misplace)),
        ("a word in another case", T(|tokens, random| on_word(tokens, random, other_case))),
        ("a word is misspelled", T(|tokens, random| on_word(tokens, random, misspelled))),
        ("a word is another", T(|tokens, random| on_word(tokens, random, |_, random| other_word(random)))),
        ("a word in backticks", T(|tokens, random| on_word(tokens, random, |word, _| format!("`{word}`")))),
        ("a word in quotes", T(|tokens, random| on_word(tokens, random, |word, _| format!("'{word}'")))),
        ("arguments are missing", T(|tokens, random| cut(tokens, random, 0))),
        ("arguments are empty", T(|tokens, random| cut(tokens, random, 1))),
        ("an argument is missing", T(drop_argument)),
        ("an argument is doubled", T(double_argument)),
        ("a comma too many", T(|tokens, random| insert_after(tokens, random, &["(", ","], ","))),
        ("a comma at the end", T(|tokens, random| insert_before(tokens, random, ")", ","))),
        ("a number is zero", T(|tokens, random| on_number(tokens, random, "0"))),
        ("a number is negative", T(|tokens, random| on_number(tokens, random, "-1"))),
        ("a number is large", T(|tokens, random| on_number(tokens, random, "300"))),
        ("a number is huge", T(|tokens, random| on_number(tokens, random, "99999999999999999999"))),
        ("a number is no integer", T(|tokens, random| on_number(tokens, random, "1.5"))),
        ("a number is a text", T(|tokens, random| on_number(tokens, random, "'3'"))),
        ("a parenthesis is missing", L(|text, random| remove_one(text, random, "()"))),
        ("a quote is missing", L(|text, random| remove_one(text, random, "'`\""))),
        ("parentheses of another kind", L(other_parentheses)),
        ("within Nullable", T(|tokens, random| wrap(tokens, random, &["Nullable", "("], &[")"]))),
        ("within LowCardinality", T(|tokens, random| wrap(tokens, random, &["LowCardinality", "("], &[")"]))),
        ("within Array", T(|tokens, random| wrap(tokens, random, &["Array", "("], &[")"]))),
        ("within Variant", T(|tokens, random| wrap(tokens, random, &["Variant", "("], &[", String)"]))),
        ("as key of a Map", T(|tokens, random| wrap(tokens, random, &["Map", "("], &[",", "String", ")"]))),
        ("as element with a name", T(|tokens, random| wrap(tokens, random, &["Tuple", "(", "a"], &[")"]))),
        (
            "in a SimpleAggregateFunction",
            T(|tokens, random| wrap(tokens, random, &["SimpleAggregateFunction", "(", "sum", ","], &[")"])),
        ),
        ("something follows", T(something_follows)),
        ("something comes first", T(something_first)),
    ];
    all.into_iter().map(|(name, change)| Mutation { name, change, hits: 0 }).collect()
}

/// The tokens as they are after a change by chance, of a kind that was seldom made.
pub fn mutate(all: &mut [Mutation], tokens: &Tokens, random: &mut Rng) -> String {
    loop {
        let some: [_; 4] = std::array::from_fn(|_| random.usize(..all.len()));
        let rarest = some.into_iter().min_by_key(|each| all[*each].hits).unwrap_or_default();
        let mutation = &mut all[rarest];
        let mutated = match mutation.change {
            Change::Letters(change) => {
                let mut letters = tokens.write().chars().collect();
                change(&mut letters, random).map(|()| letters.into_iter().collect())
            }
            Change::Tokens(change) => {
                let mut changed = tokens.clone();
                change(&mut changed.0, random).map(|()| changed.write())
            }
        };
        if let Some(text) = mutated {
            mutation.hits += 1;
            return text;
        }
    }
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

const WORDS: [&str; 24] = [
    "Int8",
    "String",
    "Array",
    "Map",
    "Tuple",
    "Nullable",
    "LowCardinality",
    "Variant",
    "Dynamic",
    "JSON",
    "Nothing",
    "Point",
    "Enum8",
    "Nested",
    "FixedString",
    "Decimal",
    "DateTime64",
    "Int",
    "Text",
    "Long",
    "Struct",
    "Object",
    "UUID",
    "AggregateFunction",
];

/// A place in something that is not empty.
fn index<T>(of: &[T], random: &mut Rng) -> Option<usize> {
    (!of.is_empty()).then(|| random.usize(..of.len()))
}

/// The place of one of those that are such.
fn place<T>(of: &[T], random: &mut Rng, is_such: impl Fn(&T) -> bool) -> Option<usize> {
    let places: Vec<_> = (0..of.len()).filter(|each| is_such(&of[*each])).collect();
    Some(places[index(&places, random)?])
}

fn remove<T>(of: &mut Vec<T>, random: &mut Rng) -> Option<()> {
    of.remove(index(of, random)?);
    Some(())
}

fn repeat<T: Clone>(of: &mut Vec<T>, random: &mut Rng) -> Option<()> {
    let at = index(of, random)?;
    of.insert(at, of[at].clone());
    Some(())
}

fn swap_neighbors<T: PartialEq>(of: &mut [T], random: &mut Rng) -> Option<()> {
    let places: Vec<_> = (1..of.len()).filter(|each| of[*each] != of[*each - 1]).collect();
    let at = places[index(&places, random)?];
    of.swap(at - 1, at);
    Some(())
}

fn misplace(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let token = tokens.remove(index(tokens, random)?);
    tokens.insert(random.usize(..=tokens.len()), token);
    Some(())
}

fn stray_letter(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
    let strays = [
        '(', ')', ',', '\'', '`', '"', '=', '.', ' ', '\n', '0', '8', 'a', 'Z', '-', ';', '\\', '[', '<',
        '/', '*', '#', 'é', '\u{a0}', '😀',
    ];
    text.insert(random.usize(..=text.len()), strays[index(&strays, random)?]);
    Some(())
}

fn remove_one(text: &mut Vec<char>, random: &mut Rng, letters: &str) -> Option<()> {
    text.remove(place(text, random, |letter| letters.contains(*letter))?);
    Some(())
}

fn other_parentheses(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
    let [opening, closing] = [['<', '>'], ['[', ']'], ['{', '}']][random.usize(..3)];
    place(text, random, |letter| *letter == '(')?;
    for letter in text {
        match letter {
            '(' => *letter = opening,
            ')' => *letter = closing,
            _ => {}
        }
    }
    Some(())
}

/// Replaces a word, which a token is if it starts like one.
fn on_word(tokens: &mut [String], random: &mut Rng, change: fn(&str, &mut Rng) -> String) -> Option<()> {
    let at = place(tokens, random, |token| token.starts_with(|first: char| first.is_alphabetic()))?;
    let changed = change(&tokens[at], random);
    (changed != tokens[at]).then(|| tokens[at] = changed)
}

fn other_case(word: &str, random: &mut Rng) -> String {
    match random.u8(..3) {
        0 => word.to_lowercase(),
        1 => word.to_uppercase(),
        _ => word
            .chars()
            .map(|letter| {
                if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
            })
            .collect(),
    }
}

fn misspelled(word: &str, random: &mut Rng) -> String {
    let mut letters: Vec<_> = word.chars().collect();
    let at = random.usize(..letters.len());
    match random.u8(..3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters[at] = char::from(random.u8(b'a'..=b'z')),
    }
    letters.into_iter().collect()
}

fn other_word(random: &mut Rng) -> String {
    WORDS[random.usize(..WORDS.len())].to_owned()
}

fn on_number(tokens: &mut [String], random: &mut Rng, number: &str) -> Option<()> {
    let at = place(tokens, random, |token| token.trim_start_matches(['-', '+']).parse::<u64>().is_ok())?;
    number.clone_into(&mut tokens[at]);
    Some(())
}

fn insert_after(tokens: &mut Vec<String>, random: &mut Rng, after: &[&str], token: &str) -> Option<()> {
    let at = place(tokens, random, |token| after.contains(&token.as_str()))?;
    tokens.insert(at + 1, token.to_owned());
    Some(())
}

fn insert_before(tokens: &mut Vec<String>, random: &mut Rng, before: &str, token: &str) -> Option<()> {
    let at = place(tokens, random, |token| token == before)?;
    tokens.insert(at, token.to_owned());
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

/// Takes out what is between two parentheses, and leaves so many of each.
fn cut(tokens: &mut Vec<String>, random: &mut Rng, left: usize) -> Option<()> {
    let opening = place(tokens, random, |token| token == "(")?;
    let closing = end_of_arguments(tokens, opening)?;
    tokens.drain(opening + left..=closing - left);
    Some(())
}

/// From where to where one argument reaches, its comma excluded.
fn argument(tokens: &[String], random: &mut Rng) -> Option<(usize, usize)> {
    let start = place(tokens, random, |token| token == "(" || token == ",")? + 1;
    let mut end = start;
    while tokens.get(end)? != "," && tokens[end] != ")" {
        end = if tokens[end] == "(" { end_of_arguments(tokens, end)? + 1 } else { end + 1 };
    }
    (start < end).then_some((start, end))
}

fn drop_argument(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let (start, end) = argument(tokens, random)?;
    let has_comma = tokens[end] == ",";
    tokens.drain(start..end + usize::from(has_comma));
    if !has_comma && tokens[start - 1] == "," {
        tokens.remove(start - 1);
    }
    Some(())
}

fn double_argument(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let (start, end) = argument(tokens, random)?;
    let mut twice = tokens[start..end].to_vec();
    twice.insert(0, ",".to_owned());
    tokens.splice(end..end, twice);
    Some(())
}

/// Puts a word and its arguments between others.
fn wrap(tokens: &mut Vec<String>, random: &mut Rng, before: &[&str], after: &[&str]) -> Option<()> {
    let is_word = |token: &String| token.chars().next().is_some_and(is_of_word);
    let start = if random.bool() { 0 } else { place(tokens, random, is_word)? };
    let has_arguments = tokens.get(start + 1).is_some_and(|token| token == "(");
    let end = if has_arguments { end_of_arguments(tokens, start + 1)? } else { start };
    tokens.splice(end + 1..=end, after.iter().map(ToString::to_string));
    tokens.splice(start..start, before.iter().map(ToString::to_string));
    Some(())
}

fn something_follows(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    tokens.extend(CLAUSES[random.usize(..CLAUSES.len())].iter().map(ToString::to_string));
    Some(())
}

fn something_first(tokens: &mut Vec<String>, random: &mut Rng) -> Option<()> {
    let words = ["a", "c", "`a`", "NULL", "DEFAULT", "(", ",", "-", "'", "Int8", "/*"];
    tokens.insert(0, words[index(&words, random)?].to_owned());
    Some(())
}
