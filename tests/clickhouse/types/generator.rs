//! Texts by chance, types and broken ones, and a count of what they are made of.

use fastrand::Rng;

use super::grammar::{Grammar, Tokens};
use super::mutations::{self, Mutation};

/// One text of so many has gaps of every kind where there may be one.
const CARELESS: usize = 5;

/// Makes texts, and counts of what.
pub struct Generator {
    grammar: Grammar,
    mutations: Vec<Mutation>,
    random: Rng,
    written: usize,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self {
            grammar: Grammar::read(),
            mutations: mutations::all(),
            random: Rng::with_seed(seed),
            written: 0,
        }
    }

    /// A type.
    pub fn valid(&mut self) -> String {
        let tokens = self.grammar.generate(&mut self.random);
        self.write(&tokens)
    }

    /// A type, and what is left of it after a change.
    pub fn broken(&mut self) -> (String, String) {
        let tokens = self.grammar.generate(&mut self.random);
        let text = self.write(&tokens);
        let broken = mutations::mutate(&mut self.mutations, &tokens, &text, &mut self.random);
        (text, broken)
    }

    fn write(&mut self, tokens: &Tokens) -> String {
        self.written += 1;
        if self.written.is_multiple_of(CARELESS) {
            self.grammar.write_carelessly(tokens, &mut self.random)
        } else {
            tokens.write()
        }
    }

    fn hits(&self) -> Vec<(String, usize)> {
        let mutations =
            self.mutations.iter().map(|mutation| (format!("changed: {}", mutation.name), mutation.hits));
        self.grammar
            .productions()
            .map(|(name, production)| (name, production.hits))
            .chain(mutations)
            .collect()
    }

    /// How often each production was used, and each kind of change made.
    pub fn table(&self) -> String {
        self.hits().into_iter().map(|(name, hits)| format!("{hits:>7}  {name}\n")).collect()
    }

    pub fn assert_hits(&self, least: usize) {
        let rare: Vec<_> = self.hits().into_iter().filter(|(_, hits)| *hits < least).collect();
        assert!(rare.is_empty(), "fewer than {least}: {rare:?}");
    }
}
