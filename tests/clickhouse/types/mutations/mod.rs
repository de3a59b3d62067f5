//! Small changes of a type, such as a hand or a script makes: most of them make it wrong, some make it another one.
//! Knows what a token is, and nothing of any type.

mod letters;
mod tokens;
mod words;

use fastrand::Rng;

use super::grammar::Tokens;
use Change::{Letters, Number, Token, Within, Word};

/// A kind of change, and how often it was made.
pub struct Mutation {
    pub name: &'static str,
    change: Change,
    pub hits: usize,
}

/// What becomes of a text. Not every change can be made of every one.
enum Change {
    /// Other characters.
    Letters(fn(&mut Vec<char>, &mut Rng) -> Option<()>),
    /// Other tokens.
    Token(fn(&mut Vec<String>, &mut Rng) -> Option<()>),
    /// Another word for one.
    Word(fn(&str, &mut Rng) -> String),
    /// Another number for one.
    Number(&'static str),
    /// A type between these tokens.
    Within(&'static str, &'static str),
}

const ALL: [(&str, Change); 40] = [
    ("a character is missing", Letters(remove)),
    ("a character is doubled", Letters(repeat)),
    ("two characters are swapped", Letters(swap_neighbors)),
    ("a character too many", Letters(letters::stray)),
    ("a parenthesis is missing", Letters(letters::unbalanced)),
    ("a quote is missing", Letters(letters::unquoted)),
    ("parentheses of another kind", Letters(letters::other_parentheses)),
    ("the text ends early", Letters(letters::end_early)),
    ("a token is missing", Token(remove)),
    ("a token is doubled", Token(repeat)),
    ("two tokens are swapped", Token(swap_neighbors)),
    ("a token is elsewhere", Token(tokens::misplace)),
    ("a comma too many", Token(tokens::stray_comma)),
    ("a comma at the end", Token(tokens::last_comma)),
    ("arguments are missing", Token(tokens::without_arguments)),
    ("arguments are empty", Token(tokens::empty_arguments)),
    ("an argument is missing", Token(tokens::drop_argument)),
    ("an argument is doubled", Token(tokens::double_argument)),
    ("something comes first", Token(tokens::something_first)),
    ("something follows", Token(tokens::something_follows)),
    ("a word in another case", Word(words::other_case)),
    ("a word is misspelled", Word(words::misspelled)),
    ("a word is another", Word(words::another)),
    ("a word in backticks", Word(|word, _| format!("`{word}`"))),
    ("a word in quotes", Word(|word, _| format!("'{word}'"))),
    ("a number is zero", Number("0")),
    ("a number is negative", Number("-1")),
    ("a number is large", Number("300")),
    ("a number is huge", Number("99999999999999999999")),
    ("a number is no integer", Number("1.5")),
    ("a number is a text", Number("'3'")),
    ("a number is a word", Number("three")),
    ("within Nullable", Within("Nullable (", ")")),
    ("within LowCardinality", Within("LowCardinality (", ")")),
    ("within Array", Within("Array (", ")")),
    ("within Variant", Within("Variant (", ", String )")),
    ("as key of a Map", Within("Map (", ", String )")),
    ("as element with a name", Within("Tuple ( a", ")")),
    ("as path of JSON", Within("JSON ( a.b", ")")),
    ("in a SimpleAggregateFunction", Within("SimpleAggregateFunction ( max ,", ")")),
];

/// Every kind.
pub fn all() -> Vec<Mutation> {
    ALL.into_iter().map(|(name, change)| Mutation { name, change, hits: 0 }).collect()
}

/// Tokens, or their text, after a change by chance, of a kind that was seldom made.
pub fn mutate(all: &mut [Mutation], tokens: &Tokens, text: &str, random: &mut Rng) -> String {
    loop {
        let some: [_; 4] = std::array::from_fn(|_| random.usize(..all.len()));
        let rarest = some.into_iter().min_by_key(|each| all[*each].hits).unwrap_or_default();
        let mutation = &mut all[rarest];
        if let Some(text) = mutation.change.make(tokens, text, random) {
            mutation.hits += 1;
            return text;
        }
    }
}

impl Change {
    fn make(&self, tokens: &Tokens, text: &str, random: &mut Rng) -> Option<String> {
        if let Letters(change) = self {
            let mut letters = text.chars().collect();
            return change(&mut letters, random).map(|()| letters.into_iter().collect());
        }
        let mut changed = tokens.clone();
        match self {
            Letters(_) => None,
            Token(change) => change(&mut changed.0, random),
            Word(change) => tokens::on_word(&mut changed.0, random, *change),
            Number(number) => tokens::on_number(&mut changed.0, random, number),
            Within(before, after) => tokens::wrap(&mut changed.0, random, before, after),
        }?;
        Some(changed.write())
    }
}

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

#[expect(clippy::ptr_arg, reason = "of the same type as the other changes")]
fn swap_neighbors<T: PartialEq>(of: &mut Vec<T>, random: &mut Rng) -> Option<()> {
    let places: Vec<_> = (1..of.len()).filter(|each| of[*each] != of[*each - 1]).collect();
    let at = places[index(&places, random)?];
    of.swap(at - 1, at);
    Some(())
}
