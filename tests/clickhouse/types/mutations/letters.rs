//! Changes of a text's characters.

use fastrand::Rng;

use super::{index, place};

pub fn end_early(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
    text.truncate(index(text, random)?);
    Some(())
}

pub fn stray(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
    let strays = [
        '(', ')', ',', '\'', '`', '"', '=', '.', ' ', '\n', '0', '8', 'a', 'Z', '-', ';', '\\', '[', '<',
        '/', '*', '#', 'é', '\u{a0}', '😀',
    ];
    text.insert(random.usize(..=text.len()), strays[index(&strays, random)?]);
    Some(())
}

pub fn unbalanced(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
    remove_one(text, random, "()")
}

pub fn unquoted(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
    remove_one(text, random, "'`\"")
}

fn remove_one(text: &mut Vec<char>, random: &mut Rng, letters: &str) -> Option<()> {
    text.remove(place(text, random, |letter| letters.contains(*letter))?);
    Some(())
}

pub fn other_parentheses(text: &mut Vec<char>, random: &mut Rng) -> Option<()> {
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
