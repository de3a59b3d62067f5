//! Names and text as they are written in SQL. Knows nothing of types.

/// A name of a database, table or column in backticks, whatever characters it has.
///
/// ClickHouse reads the escapes of string literals between backticks, too, so a backslash needs one as well.
pub fn quote_identifier(name: &str) -> String {
    quoted(name, '`')
}

/// A string literal.
pub fn quote_string(text: &str) -> String {
    quoted(text, '\'')
}

/// Names that stand for something else without quotes.
const KEYWORDS: [&str; 4] = ["all", "distinct", "null", "table"];

/// The name as ClickHouse prints it: bare where that is unambiguous.
pub(super) fn identifier(name: &str) -> String {
    let mut letters = name.chars();
    let starts = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_');
    let goes_on = letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_keyword = KEYWORDS.iter().any(|keyword| name.eq_ignore_ascii_case(keyword));
    if starts && goes_on && !is_keyword { name.to_owned() } else { quote_printed(name, '`') }
}

/// A name or text between quotes as ClickHouse prints it: some of what has no shape is written with letters.
pub(super) fn quote_printed(text: &str, quote: char) -> String {
    let mut printed = quoted(text, quote);
    for (control, letter) in
        [('\u{8}', 'b'), ('\u{c}', 'f'), ('\n', 'n'), ('\r', 'r'), ('\t', 't'), ('\0', '0')]
    {
        if printed.contains(control) {
            printed = printed.replace(control, &format!("\\{letter}"));
        }
    }
    printed
}

fn quoted(text: &str, quote: char) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for letter in text.chars() {
        if letter == quote || letter == '\\' {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(quote_identifier(r"a`b\c'd"), r"`a\`b\\c'd`");
        assert_eq!(quote_string(r"a`b\c'd"), r"'a`b\\c\'d'");
    }

    #[test]
    fn plain_names_stay_bare() {
        for (name, written) in [
            ("a_1", "a_1"),
            ("_", "_"),
            ("1a", "`1a`"),
            ("a.b", "`a.b`"),
            ("é", "`é`"),
            ("Null", "`Null`"),
            ("", "``"),
        ] {
            assert_eq!(identifier(name), written);
        }
    }
}
