//! Parses the text of a type as ClickHouse does: which names have several words, and what may stand between whose
//! parentheses. Whether the arguments make sense is not its matter.

use super::arguments::{self, Grammar};
use super::family;
use super::token::{Kind, Token, Tokens, tokens};
use super::tree::{Argument, Failure, Node, Parsed, Rest, Tree};

/// About ClickHouse's own limit. It bounds the recursion here, and in all that walks a tree.
const DEEPEST: usize = 320;

/// Words that begin a clause of a column, and what they are called.
const CLAUSES: [&str; 14] = [
    "ALIAS",
    "AUTO_INCREMENT",
    "CODEC",
    "COLLATE",
    "COMMENT",
    "DEFAULT",
    "EPHEMERAL",
    "MATERIALIZED",
    "NOT",
    "NULL",
    "PRIMARY",
    "SETTINGS",
    "STATISTICS",
    "TTL",
];

/// Those that ClickHouse looks for before it looks for a type.
const INSTEAD: [&str; 6] = ["ALIAS", "DEFAULT", "EPHEMERAL", "MATERIALIZED", "NOT", "NULL"];

/// Names of several words: the first one, and what may follow it, the longest first.
const SEVERAL_WORDS: [(&str, &[&str]); 6] = [
    ("NATIONAL", &["CHARACTER LARGE OBJECT", "CHARACTER VARYING", "CHAR VARYING", "CHARACTER", "CHAR"]),
    ("BINARY", &["LARGE OBJECT", "VARYING"]),
    ("CHARACTER", &["LARGE OBJECT", "VARYING"]),
    ("CHAR", &["LARGE OBJECT", "VARYING"]),
    ("NCHAR", &["LARGE OBJECT", "VARYING"]),
    ("DOUBLE", &["PRECISION"]),
];

pub(super) fn parse(text: &str) -> Parsed<Tree> {
    let Tokens { list, open_comment } = tokens(text);
    let mut parser = Parser { text, tokens: &list, at: 0, depth: 0 };
    if let Some(word) = parser.clause()
        && INSTEAD.contains(&word)
    {
        let rest = Rest::Column(word, parser.token().start);
        return Ok(Tree { node: None, rest, last_comma: None, open_comment });
    }
    let node = parser.node()?;
    let rest = parser.rest()?;
    let last = list.len().checked_sub(2).and_then(|index| list.get(index));
    let last_comma =
        last.filter(|last| last.is(',') && !matches!(rest, Rest::Column(..))).map(|last| last.start);
    Ok(Tree { node: Some(node), rest, last_comma, open_comment })
}

/// Reads tokens from left to right.
pub(super) struct Parser<'text> {
    pub text: &'text str,
    tokens: &'text [Token<'text>],
    pub at: usize,
    depth: usize,
}

impl<'text> Parser<'text> {
    pub fn token(&self) -> &'text Token<'text> {
        self.ahead(0)
    }

    /// The token so many further on; the end, beyond it.
    pub fn ahead(&self, count: usize) -> &'text Token<'text> {
        &self.tokens[(self.at + count).min(self.tokens.len() - 1)]
    }

    pub fn advance(&mut self) -> &'text Token<'text> {
        let token = self.token();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes the mark if it is next.
    pub fn take(&mut self, mark: char) -> bool {
        let is_next = self.token().is(mark);
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Takes the words if they are next, in any case.
    pub fn take_words(&mut self, words: &str) -> bool {
        let is_next = words.split(' ').enumerate().all(|(index, word)| self.ahead(index).is_word(word));
        if is_next {
            self.at += words.split(' ').count();
        }
        is_next
    }

    /// Where the last token that was read ends.
    pub fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].end())
    }

    /// What is wrong with the next token, which is not what it should be.
    pub fn failure<T>(&self, expected: &str) -> Parsed<T> {
        let token = self.token();
        let message = match &token.kind {
            Kind::Broken(what) => (*what).to_owned(),
            Kind::End => format!("{expected} is missing"),
            _ if token.text.contains('`') => format!("'{}' stands where {expected} belongs", token.text),
            _ => format!("`{}` stands where {expected} belongs", token.text),
        };
        Err(Box::new(Failure { at: token.start, message, is_too_deep: false }))
    }

    /// A type.
    pub fn node(&mut self) -> Parsed<Box<Node>> {
        if self.depth == DEEPEST {
            let message = "the type is nested too deeply to be checked".to_owned();
            return Err(Box::new(Failure { at: self.token().start, message, is_too_deep: true }));
        }
        self.depth += 1;
        let node = self.node_at_this_depth();
        self.depth -= 1;
        node
    }

    fn node_at_this_depth(&mut self) -> Parsed<Box<Node>> {
        let mut node = self.named()?;
        if self.take('(') {
            node.arguments = Some(self.arguments(node.family, &node.name)?);
            node.range.end = self.end();
        }
        Ok(node)
    }

    /// A type up to its arguments.
    fn named(&mut self) -> Parsed<Box<Node>> {
        let first = self.token();
        let letters =
            |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_$".contains(letter));
        let Some(word) = first.name().filter(|name| letters(name) && !name.eq_ignore_ascii_case("NULL"))
        else {
            return self.failure("the name of a type");
        };
        self.advance();
        let mut name = word.to_owned();
        let mut named = first.start..first.end();
        let mut suffix = self.suffix(word);
        if suffix.is_some() {
            named.end = self.end();
        }
        // ClickHouse takes a width after all names with these letters, and words after it.
        let has_width = word.to_ascii_uppercase().contains("INT");
        let is_known = family::find(word).or_else(|| family::slip(word)).is_some();
        if has_width && suffix.is_none() && self.token().is('(') && self.width(is_known)? {
            suffix = self.suffix(word);
            if suffix.is_some() {
                named.end = self.end();
            }
        }
        if let Some(suffix) = suffix {
            name = format!("{} {suffix}", word.to_ascii_uppercase());
        }
        let found = family::find(&name);
        let family = found.or_else(|| family::slip(&name));
        let is_slip = found.is_none() && family.is_some();
        let range = first.start..self.end();
        Ok(Box::new(Node { name, family, is_slip, named, range, arguments: None }))
    }

    /// The further words of a name.
    fn suffix(&mut self, first: &str) -> Option<&'static str> {
        let integer = &["UNSIGNED", "SIGNED"][..];
        let upper = first.to_ascii_uppercase();
        let several = SEVERAL_WORDS.iter().find(|(word, _)| *word == upper).map(|(_, further)| *further);
        let further = several.or_else(|| upper.contains("INT").then_some(integer))?;
        further.iter().copied().find(|words| self.take_words(words))
    }

    /// The width of an integer, which has no effect. Types not known here may have other arguments.
    fn width(&mut self, is_known: bool) -> Parsed<bool> {
        let count = usize::from(self.ahead(1).kind == Kind::Number);
        if self.ahead(1 + count).is(')') {
            self.at += 2 + count;
            return Ok(true);
        }
        if !is_known {
            return Ok(false);
        }
        self.at += 1 + count;
        self.failure("a closing parenthesis")
    }

    /// What stands between parentheses, the first of which has been read.
    fn arguments(&mut self, family: Option<&'static family::Family>, name: &str) -> Parsed<Vec<Argument>> {
        let mut list = Vec::new();
        let mut grammar = Grammar::new(family);
        loop {
            // A comma after the last argument is one too many, and does no harm.
            if self.take(')') {
                return Ok(list);
            }
            list.push(arguments::argument(self, &mut grammar)?);
            if !self.token().is(')') && !self.take(',') {
                return match self.token().kind {
                    Kind::End => self.failure(&format!("the closing parenthesis of `{name}`")),
                    _ => self.failure("a comma or a closing parenthesis"),
                };
            }
        }
    }

    /// The word of the clause that begins here.
    fn clause(&self) -> Option<&'static str> {
        CLAUSES.into_iter().find(|clause| self.token().is_word(clause))
    }

    /// Whether only so many tokens are left, but for a comma at the end.
    fn is_last(&self, count: usize) -> bool {
        let comma = usize::from(self.ahead(count).is(','));
        self.ahead(count + comma).kind == Kind::End
    }

    fn rest(&mut self) -> Parsed<Rest> {
        let start = self.token().start;
        if self.is_last(0) {
            return Ok(Rest::Nothing);
        }
        if self.token().is(',') {
            return Ok(Rest::Column(",", start));
        }
        let Some(word) = self.clause() else { return self.failure("the end of the type") };
        // Its quotes and comments must be closed, whatever it is.
        if let Some(index) = self.tokens.iter().position(|token| matches!(token.kind, Kind::Broken(_))) {
            self.at = index;
            return self.failure("the end of the type");
        }
        if word == "NULL" && self.is_last(1) {
            return Ok(Rest::Null);
        }
        if word == "NOT" && self.ahead(1).is_word("NULL") && self.is_last(2) {
            return Ok(Rest::NotNull);
        }
        Ok(Rest::Column(word, start))
    }
}
