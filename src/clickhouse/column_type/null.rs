//! `NULL` within a type, where ClickHouse does not read it: `Nullable` around what stands before it is meant.

use super::parser;
use super::token::{Kind, Token, tokens};

/// With `Nullable` around each type that `NULL` follows, the first of which is at this place.
pub(super) fn wrapped(text: &str, at: usize) -> Option<String> {
    let list = tokens(text).list;
    let null = list.iter().position(|token| token.start == at && token.is_word("NULL"))?;
    starts(&list[..null]).into_iter().find_map(|start| {
        let ty = text[start..at].trim_end();
        let candidate = format!("{}Nullable({ty}){}", &text[..start], &text[at + "NULL".len()..]);
        match parser::parse(&candidate) {
            Ok(_) => Some(candidate),
            // The next one; it is further on, so this ends.
            Err(failure) => (failure.at > at).then(|| wrapped(&candidate, failure.at))?,
        }
    })
}

/// Where the type may begin that ends here: at the words of the argument, the first of which may be a name.
fn starts(list: &[Token<'_>]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut starts = Vec::new();
    for token in list.iter().rev() {
        match token.kind {
            Kind::Mark(')') => depth += 1,
            Kind::Mark('(') if depth > 0 => depth -= 1,
            Kind::Mark('(' | ',') if depth == 0 => break,
            Kind::Word | Kind::Quoted(_) if depth == 0 => starts.push(token.start),
            _ => {}
        }
    }
    starts.reverse();
    starts
}
