//! Whether a text is one type of a column, as far as brackets and quotes tell. ClickHouse says whether there is such a
//! type; here it is made sure that a statement goes on behind it. Follows ClickHouse's lexer, and knows no type.

use std::iter::Peekable;
use std::str::Chars;

/// Whether a statement that has this text in a list of columns means one column by it.
///
/// Refused are what ends the list or the statement, another column, and quotes and comments that do not end: they would
/// take in what follows. Outside of quotes and comments, so are characters that ClickHouse may take for quotes: `$`
/// where no word goes on, and all that are not ASCII. `#` is refused, which begins a comment or nothing.
pub fn is_one_type(text: &str) -> bool {
    let mut characters = text.chars().peekable();
    let (mut depth, mut in_word) = (0_usize, false);
    while let Some(character) = characters.next() {
        let fine = match character {
            '\'' | '"' | '`' => skip_quoted(&mut characters, character),
            '-' if characters.next_if_eq(&'-').is_some() => skip_line(&mut characters),
            '/' if characters.next_if_eq(&'/').is_some() => skip_line(&mut characters),
            '/' if characters.next_if_eq(&'*').is_some() => skip_comment(&mut characters),
            '(' | '[' | '{' => {
                depth += 1;
                true
            }
            ')' | ']' | '}' => {
                let deeper = depth > 0;
                depth = depth.saturating_sub(1);
                deeper
            }
            ',' => depth > 0,
            ';' | '#' | '\0' => false,
            '$' => in_word,
            character => character.is_ascii(),
        };
        if !fine {
            return false;
        }
        in_word = character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
    }
    true
}

/// Whether a quotation ends. What follows a backslash is no end; nor are two quotes, but they begin another one.
fn skip_quoted(characters: &mut Peekable<Chars>, quote: char) -> bool {
    while let Some(character) = characters.next() {
        if character == quote {
            return true;
        }
        if character == '\\' {
            characters.next();
        }
    }
    false
}

/// A comment of one line ends with the text at the latest: a line break is written behind a type.
fn skip_line(characters: &mut Peekable<Chars>) -> bool {
    characters.find(|character| *character == '\n');
    true
}

/// Whether a comment ends. ClickHouse counts comments within comments; here they are refused.
fn skip_comment(characters: &mut Peekable<Chars>) -> bool {
    while let Some(character) = characters.next() {
        match character {
            '*' if characters.next_if_eq(&'/').is_some() => return true,
            '/' if characters.peek() == Some(&'*') => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_one_type;

    #[test]
    fn types_are_types_and_so_is_what_clickhouse_will_refuse() {
        for text in [
            "UInt64",
            "Nope",
            "Array(Tuple(a$ Int8, b Map(String, String)))",
            "Enum8('a;)' = 1, 'it\\'s' = 2, 'it''s' = 3)",
            "DateTime('UTC') -- ; )",
            "Int8 /* ) */",
            "Tuple(`a)` Int8)",
            "Array(UInt64",
        ] {
            assert!(is_one_type(text), "{text}");
        }
    }

    #[test]
    fn what_would_go_on_as_a_statement_is_no_type() {
        for text in [
            "UInt64) ENGINE = Memory; DROP TABLE x; SELECT (1",
            "UInt64) ENGINE = Memory --",
            "UInt64; SELECT 1",
            "UInt64, b String",
            "Enum8('a",
            "Int8 /* ",
            "Int8 /* /* */ ( */ ) ENGINE = Memory --",
            "Int8 #! (\n) ENGINE = Memory --",
            "$$'$$) ENGINE = Memory --'",
            "\u{2018}'\u{2019}) ENGINE = Memory --'",
            "-- \n) ENGINE = Memory",
        ] {
            assert!(!is_one_type(text), "{text}");
        }
    }
}
