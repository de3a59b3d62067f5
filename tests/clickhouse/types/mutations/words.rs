//! Changes of a word.

use fastrand::Rng;

/// Names of types, here or elsewhere.
const WORDS: &str = "Int8 String Array Map Tuple Nullable LowCardinality Variant Dynamic JSON Nothing Point Enum8 Nested \
                     FixedString Decimal DateTime64 Int Text Long Struct Object UUID AggregateFunction";

pub fn other_case(word: &str, random: &mut Rng) -> String {
    match random.u8(..3) {
        0 => word.to_lowercase(),
        1 => word.to_uppercase(),
        _ => word.chars().map(swapped).collect(),
    }
}

fn swapped(letter: char) -> char {
    if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

pub fn misspelled(word: &str, random: &mut Rng) -> String {
    let mut letters: Vec<_> = word.chars().collect();
    let at = random.usize(..letters.len());
    match random.u8(..3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters[at] = char::from(random.u8(b'a'..=b'z')),
    }
    letters.into_iter().collect()
}

pub fn another(_: &str, random: &mut Rng) -> String {
    random.choice(WORDS.split(' ').collect::<Vec<_>>()).unwrap_or_default().to_owned()
}
