//! What a type looks like as written: names and arguments, and where they stand. Knows nothing of what they mean.

use std::ops::Range;

use super::family::Family;

/// A name and its arguments.
#[derive(Debug)]
pub(super) struct Node {
    /// As written, without quotes; names of several words in upper case with one space.
    pub name: String,
    pub family: Option<&'static Family>,
    /// Whether only upper and lower case keep the name from being the family's.
    pub is_slip: bool,
    /// Where the name stands.
    pub named: Range<usize>,
    /// Where all of it stands.
    pub range: Range<usize>,
    /// `None` where there are no parentheses.
    pub arguments: Option<Vec<Argument>>,
}

/// One of the things between a type's parentheses.
#[derive(Debug)]
pub(super) struct Argument {
    pub range: Range<usize>,
    pub content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Type(Box<Node>),
    /// A tuple's element, or a path with its type.
    Named(String, Box<Node>),
    Literal(Literal),
    /// `'name' = 1`
    Pair(Literal, Literal),
    /// `max_types = 8`
    Parameter(String, Literal),
    /// `SKIP path`
    Skip(String),
    /// `SKIP REGEXP 'pattern'`
    SkipPattern(String),
    /// A function's name, and its parameters as written.
    Function(String, Option<String>),
    /// What is well-formed, but has no meaning known here.
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    /// A whole number that has 64 bits and a sign.
    Whole(i128),
    /// Another number, `NULL`, `true` or `false`, or a list of literals.
    Other(String),
}

/// What follows a type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Nothing,
    /// `NULL`
    Null,
    /// `NOT NULL`
    NotNull,
    /// A clause of a column, or another column, and where it begins.
    Column(&'static str, usize),
}

/// A text, parsed.
#[derive(Debug)]
pub(super) struct Tree {
    /// There is none where a clause of a column stands in its place.
    pub node: Option<Box<Node>>,
    pub rest: Rest,
    /// Where the comma is that the text ends with, if it does.
    pub last_comma: Option<usize>,
    /// Where a comment begins that nothing ends.
    pub open_comment: Option<usize>,
}

/// In a box, so that what is parsed within what costs little of the stack.
pub(super) type Parsed<T> = Result<T, Box<Failure>>;

/// Why a text could not be parsed.
#[derive(Debug)]
pub(super) struct Failure {
    pub at: usize,
    pub message: String,
    /// It is nested more deeply than anybody would write; nothing else is known of it.
    pub is_too_deep: bool,
}
