//! Types that are valid by intent: texts made from the rules in `grammar.txt`, by chance but for a seed. Knows how to
//! read and follow such rules, and nothing of any type.
//!
//! How often each production is used is counted, and the chance is such that the rare ones catch up.

use std::collections::BTreeMap;

use fastrand::Rng;

const RULES: &str = include_str!("grammar.txt");

/// How deep a text may go before each rule is left the shortest way.
const DEPTH: usize = 12;

/// How much less often a production may have been used for every rule that is between it and a choice.
const STEP: usize = 1;

/// How much more often it may have been used.
const CHANCE: usize = 16;

/// A text in the making: what its tokens are decides where it may be changed.
#[derive(Debug, Clone)]
pub struct Tokens(pub Vec<String>);

impl Tokens {
    /// The text of the tokens, as most people write it.
    pub fn write(&self) -> String {
        let mut text = String::new();
        for token in &self.0 {
            let is_open = text.is_empty() || text.ends_with('(');
            if !is_open && !token.starts_with(['(', ')', ',']) {
                text.push(' ');
            }
            text.push_str(token);
        }
        text
    }

    /// The text of the tokens with something around each, which may have to part words.
    fn join(&self, mut gap: impl FnMut(bool) -> String) -> String {
        let mut text = String::new();
        for token in &self.0 {
            let is_needed = text.ends_with(is_of_word) && token.starts_with(is_of_word);
            text.push_str(&gap(is_needed));
            text.push_str(token);
        }
        text + &gap(false)
    }
}

/// One way to follow a rule.
pub struct Production {
    tokens: Vec<&'static str>,
    /// The least depth at which it ends.
    height: usize,
    /// How seldom used a production there is on its way: the lower, the sooner it is chosen.
    rank: usize,
    /// How often it was used.
    pub hits: usize,
}

impl Production {
    fn rules(&self) -> impl Iterator<Item = &'static str> {
        self.tokens.iter().filter_map(|token| rule_of(token))
    }
}

/// The rules, and what became of them so far.
pub struct Grammar {
    rules: BTreeMap<&'static str, Vec<Production>>,
    fresh: usize,
}

impl Grammar {
    pub fn read() -> Self {
        let mut rules = BTreeMap::<_, Vec<Production>>::new();
        let mut rule = "";
        for line in RULES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(production) = line.strip_prefix("    ") {
                let production =
                    Production { tokens: tokens(production), height: usize::MAX, rank: 0, hits: 0 };
                rules.entry(rule).or_default().push(production);
            } else {
                rule = line.strip_suffix(':').expect("a rule ends in a colon");
            }
        }
        let mut grammar = Self { rules, fresh: 0 };
        while grammar.measure_heights() {}
        grammar
    }

    /// Goes once over the heights, each of which is one more than that of its highest rule; whether that changed any.
    fn measure_heights(&mut self) -> bool {
        let heights = self.each_rule(|productions| productions.iter().map(|each| each.height).min());
        let mut changed = false;
        for production in self.rules.values_mut().flatten() {
            let highest = production.rules().filter_map(|rule| heights[rule]).max();
            let height = highest.unwrap_or_default().saturating_add(1);
            changed |= height != production.height;
            production.height = height;
        }
        changed
    }

    /// Goes once over the ranks: the hits of a production, or of the least used one behind it if they are fewer, though
    /// each step there counts; whether that changed any.
    fn measure_ranks(&mut self) -> bool {
        let ranks = self.each_rule(|productions| productions.iter().map(|each| each.rank).min());
        let mut changed = false;
        for production in self.rules.values_mut().flatten() {
            let behind = production.rules().filter_map(|rule| Some(ranks[rule]? + STEP)).min();
            let rank = production.hits.min(behind.unwrap_or(usize::MAX));
            changed |= rank != production.rank;
            production.rank = rank;
        }
        changed
    }

    fn each_rule<T>(&self, of: impl Fn(&[Production]) -> T) -> BTreeMap<&'static str, T> {
        self.rules.iter().map(|(rule, productions)| (*rule, of(productions))).collect()
    }

    /// Each production, as it is written in the file under its rule.
    pub fn productions(&self) -> impl Iterator<Item = (String, &Production)> {
        self.rules.iter().flat_map(|(rule, productions)| {
            productions.iter().map(move |each| (format!("{rule}: {}", each.tokens.join(" ")), each))
        })
    }

    /// Whether a production has these tokens one after the other, with rules between them at most. Those in any case may
    /// be in another.
    pub fn has(&self, tokens: &[String]) -> bool {
        let is_same = |one: &str, other: &str| {
            if one.starts_with('~') { one.eq_ignore_ascii_case(other) } else { one == other }
        };
        let are_same = |some: &[&str]| some.iter().zip(tokens).all(|(one, other)| is_same(one, other));
        self.rules.values().flatten().any(|production| {
            let literal = production.tokens.iter().copied().filter(|token| rule_of(token).is_none());
            literal.collect::<Vec<_>>().windows(tokens.len()).any(are_same)
        })
    }

    /// A type.
    pub fn generate(&mut self, random: &mut Rng) -> Tokens {
        self.fresh = 0;
        while self.measure_ranks() {}
        let mut tokens = Vec::new();
        self.follow("type", DEPTH, random, &mut tokens);
        Tokens(tokens)
    }

    /// The text of tokens as it is written carelessly, with gaps of every kind around them.
    pub fn write_carelessly(&mut self, tokens: &Tokens, random: &mut Rng) -> String {
        tokens.join(|is_needed| {
            let mut gap = Vec::new();
            self.follow("gap", DEPTH, random, &mut gap);
            if is_needed && gap.is_empty() { " ".to_owned() } else { gap.concat() }
        })
    }

    fn follow(&mut self, rule: &str, depth: usize, random: &mut Rng, made: &mut Vec<String>) {
        let productions = self.rules.get_mut(rule).unwrap_or_else(|| panic!("there is no rule {rule}"));
        let production = choose(productions, depth, random);
        production.hits += 1;
        for token in production.tokens.clone() {
            match rule_of(token) {
                Some(rule) => self.follow(rule, depth.saturating_sub(1), random, made),
                None => made.extend(self.literal(token, random)),
            }
        }
    }

    /// What a token that names no rule stands for.
    fn literal(&mut self, token: &'static str, random: &mut Rng) -> Option<String> {
        if let Some((from, to)) = token.split_once("..") {
            let bounds = from.parse::<u32>().ok().zip(to.parse::<u32>().ok());
            if let Some((from, to)) = bounds {
                return Some(random.u32(from..=to).to_string());
            }
        }
        if let Some(word) = token.strip_prefix('~') {
            return Some(in_any_case(word, random));
        }
        let is_comment = token.starts_with("#!") || token.starts_with("#\\_");
        let mut text = token.replace("\\_", " ").replace("\\e", "");
        if !token.starts_with(['\'', '`']) {
            text = text.replace("\\n", "\n").replace("\\t", "\t");
        }
        if !is_comment && text.contains('#') {
            text = text.replace('#', &self.fresh.to_string());
            self.fresh += 1;
        }
        Some(text).filter(|text| !text.is_empty())
    }
}

/// One by chance, of those that were seldom used; the shortest where it is high time to end.
fn choose<'a>(productions: &'a mut [Production], depth: usize, random: &mut Rng) -> &'a mut Production {
    let shortest = productions.iter().map(|each| each.height).min().unwrap_or_default();
    productions
        .iter_mut()
        .filter(|each| each.height <= depth.max(shortest))
        .map(|each| (each.rank + random.usize(..CHANCE), each))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, production)| production)
        .expect("a rule has a production")
}

/// The tokens of a production. Names of rules have spaces.
fn tokens(production: &'static str) -> Vec<&'static str> {
    let mut tokens = Vec::new();
    let mut rest = production.trim();
    while !rest.is_empty() {
        let is_rule = rest.starts_with('<');
        let end = if is_rule { rest.find('>').map(|end| end + 1) } else { rest.find(' ') };
        let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// The rule that a token names.
fn rule_of(token: &'static str) -> Option<&'static str> {
    token.strip_prefix('<')?.strip_suffix('>')
}

fn in_any_case(word: &str, random: &mut Rng) -> String {
    match random.u8(..4) {
        0 => word.to_owned(),
        1 => word.to_ascii_lowercase(),
        2 => word.to_ascii_uppercase(),
        _ => {
            let either = |letter: char| {
                if random.bool() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() }
            };
            word.chars().map(either).collect()
        }
    }
}

/// Whether two such characters side by side would be one word.
pub fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
