//! Parses what stands between a type's parentheses, which depends on the type.

use super::family::{Family, Rule};
use super::parser::Parser;
use super::token::Kind;
use super::tree::{Argument, Content, Literal, Parsed};

/// What arguments look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Types, literals and pairs of them.
    Common,
    Tuple,
    Nested,
    Dynamic,
    Json,
    /// A version, where that may still come, or a function.
    Function {
        may_have_version: bool,
    },
    /// Types only.
    Types,
    /// Anything, as long as its parentheses are closed.
    Unknown,
}

impl Grammar {
    pub fn new(family: Option<&'static Family>) -> Self {
        let Some(family) = family else { return Self::Unknown };
        match family.rule {
            Rule::Tuple => Self::Tuple,
            Rule::Nested => Self::Nested,
            Rule::Dynamic => Self::Dynamic,
            Rule::Json => Self::Json,
            Rule::Aggregate => Self::Function { may_have_version: family.name == "AggregateFunction" },
            _ => Self::Common,
        }
    }
}

/// One argument. The grammar goes on to what may follow it.
pub(super) fn argument(parser: &mut Parser<'_>, grammar: &mut Grammar) -> Parsed<Argument> {
    let start = parser.token().start;
    let read: fn(&mut Parser<'_>) -> Parsed<Content> = match *grammar {
        Grammar::Common => common,
        Grammar::Types => unnamed,
        Grammar::Tuple => element,
        Grammar::Nested => named,
        Grammar::Dynamic => dynamic,
        Grammar::Json => json,
        Grammar::Function { may_have_version } => {
            let is_version = may_have_version && parser.token().kind == Kind::Number;
            *grammar =
                if is_version { Grammar::Function { may_have_version: false } } else { Grammar::Types };
            if is_version { version } else { function }
        }
        Grammar::Unknown => unknown,
    };
    let content = read(parser)?;
    Ok(Argument { range: start..parser.end(), content })
}

fn common(parser: &mut Parser<'_>) -> Parsed<Content> {
    match literals(parser)? {
        Some(content) => Ok(content),
        None => unnamed(parser),
    }
}

/// A literal or a pair of them, if one is next.
fn literals(parser: &mut Parser<'_>) -> Parsed<Option<Content>> {
    let Some(first) = literal(parser)? else { return Ok(None) };
    if !parser.take('=') {
        return Ok(Some(Content::Literal(first)));
    }
    let Some(second) = literal(parser)? else { return parser.failure("a number") };
    let start = parser.at;
    while parser.take('=') {
        if literal(parser)?.is_none() {
            return parser.failure("a number");
        }
    }
    // `'a' = 1 = 2` is read, and no type takes it.
    Ok(Some(if parser.at == start { Content::Pair(first, second) } else { Content::Other("=".to_owned()) }))
}

/// A literal, if one is next.
fn literal(parser: &mut Parser<'_>) -> Parsed<Option<Literal>> {
    let token = parser.token();
    let literal = match &token.kind {
        Kind::Text(text) => {
            parser.advance();
            Literal::Text(text.clone())
        }
        Kind::Number | Kind::Mark('-' | '+' | '.') => number(parser)?,
        Kind::Word if ["NULL", "TRUE", "FALSE", "INF", "NAN"].iter().any(|word| token.is_word(word)) => {
            parser.advance();
            Literal::Other(token.text.to_owned())
        }
        Kind::Mark('(' | '[' | '{') => {
            let text = balanced(parser)?;
            let is_closed = text.ends_with([')', ']', '}']);
            return if is_closed { Ok(Some(Literal::Other(text))) } else { parser.failure("a comma") };
        }
        _ => return Ok(None),
    };
    Ok(Some(literal))
}

fn number(parser: &mut Parser<'_>) -> Parsed<Literal> {
    let is_negative = parser.token().is('-');
    if !parser.take('-') {
        parser.take('+');
    }
    let is_fraction = parser.take('.');
    if parser.token().kind != Kind::Number {
        return parser.failure("a number");
    }
    let text = parser.advance().text;
    let Some(number) = (if is_fraction { None } else { whole(text) }) else {
        let sign = if is_negative { "-" } else { "" };
        return Ok(Literal::Other(format!("{sign}{}{text}", if is_fraction { "." } else { "" })));
    };
    Ok(Literal::Whole(if is_negative { -i128::from(number) } else { i128::from(number) }))
}

pub(super) fn whole(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok();
    }
    if let Some(digits) = lower.strip_prefix("0b") {
        return u64::from_str_radix(digits, 2).ok();
    }
    let are_apart = !lower.ends_with('_') && !lower.contains("__");
    lower.replace('_', "").parse().ok().filter(|_| are_apart)
}

/// Everything up to the parenthesis that closes the next one, or up to the next comma: a space between all tokens.
fn balanced(parser: &mut Parser<'_>) -> Parsed<String> {
    let mut open = Vec::new();
    let mut words = Vec::new();
    loop {
        let token = parser.token();
        match token.kind {
            Kind::Mark('(') => open.push(')'),
            Kind::Mark('[') => open.push(']'),
            Kind::Mark('{') => open.push('}'),
            Kind::Mark(mark @ (')' | ']' | '}')) if open.last() == Some(&mark) => {
                open.pop();
            }
            Kind::Mark(')' | ',') if open.is_empty() => return Ok(words.join(" ")),
            Kind::Mark(')' | ']' | '}') | Kind::End | Kind::Broken(_) => {
                let expected = open
                    .last()
                    .map_or("a comma or a closing parenthesis".to_owned(), |mark| format!("`{mark}`"));
                return parser.failure(&expected);
            }
            _ => {}
        }
        words.push(parser.advance().text);
    }
}

/// A name without its quotes.
fn name(parser: &mut Parser<'_>) -> Parsed<String> {
    let Some(name) = parser.token().name() else { return parser.failure("a name") };
    parser.advance();
    Ok(name.to_owned())
}

fn unnamed(parser: &mut Parser<'_>) -> Parsed<Content> {
    parser.node().map(Content::Type)
}

fn named(parser: &mut Parser<'_>) -> Parsed<Content> {
    let name = name(parser)?;
    Ok(Content::Named(name, parser.node()?))
}

fn version(parser: &mut Parser<'_>) -> Parsed<Content> {
    number(parser).map(Content::Literal)
}

fn dynamic(parser: &mut Parser<'_>) -> Parsed<Content> {
    let name = name(parser)?;
    parameter(parser, name)
}

/// A tuple's element: of two words, the first is its name.
fn element(parser: &mut Parser<'_>) -> Parsed<Content> {
    let is_named = parser.token().name().is_some() && parser.ahead(1).name().is_some();
    if is_named {
        Ok(Content::Named(name(parser)?, parser.node()?))
    } else {
        parser.node().map(Content::Type)
    }
}

fn parameter(parser: &mut Parser<'_>, name: String) -> Parsed<Content> {
    if !parser.take('=') {
        return parser.failure("`=`");
    }
    // ClickHouse takes `==` for the same, as one word.
    if parser.token().start == parser.end() {
        parser.take('=');
    }
    match parser.token().kind {
        Kind::Number | Kind::Mark('-' | '+' | '.') => Ok(Content::Parameter(name, number(parser)?)),
        _ => parser.failure("a number"),
    }
}

fn json(parser: &mut Parser<'_>) -> Parsed<Content> {
    if parser.take_words("SKIP") {
        return skipped(parser);
    }
    let path = path(parser)?;
    if parser.token().is('=') { parameter(parser, path) } else { Ok(Content::Named(path, parser.node()?)) }
}

fn skipped(parser: &mut Parser<'_>) -> Parsed<Content> {
    if !parser.take_words("REGEXP") {
        let path = path(parser)?;
        // ClickHouse writes this one without its quotes, and takes it for the word when it reads it again.
        let is_word = path.eq_ignore_ascii_case("REGEXP");
        return if is_word { parser.failure("a pattern between `'`") } else { Ok(Content::Skip(path)) };
    }
    let Kind::Text(pattern) = &parser.token().kind else { return parser.failure("a pattern between `'`") };
    parser.advance();
    Ok(Content::SkipPattern(pattern.clone()))
}

/// Names with dots between them. Brackets mean the elements of an array, though not after the first name.
fn path(parser: &mut Parser<'_>) -> Parsed<String> {
    let mut path = name(parser)?;
    while parser.take('.') {
        path.push('.');
        // A subcolumn's name is kept in its quotes.
        let mark = [':', '^'].into_iter().find(|mark| parser.take(*mark));
        let name = name(parser)?;
        match mark {
            Some(mark) => path.push_str(&format!("{mark}`{name}`")),
            None => path.push_str(&name),
        }
        let mut depth = 0;
        while mark.is_none() && parser.token().is('[') && parser.ahead(1).is(']') {
            parser.at += 2;
            depth += 1;
        }
        if depth > 0 {
            path.push_str(&format!(".:`{}JSON{}`", "Array(".repeat(depth), ")".repeat(depth)));
        }
    }
    Ok(path)
}

fn function(parser: &mut Parser<'_>) -> Parsed<Content> {
    let name = name(parser)?;
    let start = parser.token().start;
    let mut has_parameters = false;
    while parser.token().is('(') {
        one_pair(parser)?;
        has_parameters = true;
    }
    let text = has_parameters.then(|| parser.text[start..parser.end()].to_owned());
    Ok(Content::Function(name, text))
}

/// Words that may stand before a number in an expression, or behind a value.
const OPERATORS: [&str; 21] = [
    "AND", "AS", "BETWEEN", "CASE", "DISTINCT", "DIV", "ELSE", "END", "GLOBAL", "ILIKE", "IN", "INTERVAL",
    "IS", "LIKE", "MOD", "NOT", "OR", "REGEXP", "THEN", "WHEN", "XOR",
];

/// The next parentheses and all between them: anything, but something around each comma, and no value after another.
fn one_pair(parser: &mut Parser<'_>) -> Parsed<()> {
    let mut depth = 0_usize;
    let (mut last, mut is_operator, mut has_operator) = (&Kind::End, false, false);
    loop {
        let kind = &parser.token().kind;
        let is_next_operator = OPERATORS.iter().any(|word| parser.token().is_word(word));
        has_operator |= is_next_operator;
        match (last, kind) {
            (Kind::Mark('(' | ','), Kind::Mark(',')) | (Kind::Mark(','), Kind::Mark(')')) => {
                return parser.failure("a value");
            }
            (Kind::Number | Kind::Text(_), Kind::Number | Kind::Text(_)) => return parser.failure("a comma"),
            (Kind::Word, Kind::Number) if !is_operator => return parser.failure("a comma"),
            // The unit of an interval may.
            (Kind::Number | Kind::Text(_) | Kind::Mark(')'), Kind::Word | Kind::Quoted(_))
                if depth == 1 && !has_operator =>
            {
                return parser.failure("a comma");
            }
            (Kind::Mark('(' | ','), Kind::Word) if depth == 1 && is_bare(parser) => {
                return parser.failure("a number or a text");
            }
            (_, Kind::Mark('(')) => depth += 1,
            (_, Kind::Mark(')')) => depth -= 1,
            (_, Kind::End | Kind::Broken(_)) => return parser.failure("a closing parenthesis"),
            _ => {}
        }
        last = kind;
        is_operator = is_next_operator;
        parser.advance();
        if depth == 0 {
            return Ok(());
        }
    }
}

/// Whether the next word is all there is of a parameter, and says nothing.
fn is_bare(parser: &Parser<'_>) -> bool {
    let is_last = parser.ahead(1).is(',') || parser.ahead(1).is(')');
    let words = ["NULL", "TRUE", "FALSE", "INF", "INFINITY", "NAN"];
    is_last && !words.iter().any(|word| parser.token().is_word(word))
}

/// A type or a literal where it is one, since types within it are worth knowing.
fn unknown(parser: &mut Parser<'_>) -> Parsed<Content> {
    let start = parser.at;
    match common(parser) {
        Ok(content) if parser.token().is(',') || parser.token().is(')') => return Ok(content),
        Err(failure) if failure.is_too_deep => return Err(failure),
        _ => parser.at = start,
    }
    if parser.token().is(',') {
        return parser.failure("an argument");
    }
    balanced(parser).map(Content::Other)
}
