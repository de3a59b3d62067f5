//! The words, literals and marks of which the text of a type consists. Knows no type.

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word, which may begin with a digit.
    Word,
    /// A name between quotes, without them.
    Quoted(String),
    /// A string literal, without its quotes.
    Text(String),
    /// A number without a sign, whole or not.
    Number,
    /// Anything of one character that may have a meaning.
    Mark(char),
    /// What has none, and what is wrong with it.
    Broken(&'static str),
    /// Where the text ends.
    End,
}

/// A piece of the text, and where its bytes are.
#[derive(Debug, Clone)]
pub(super) struct Token<'text> {
    pub kind: Kind,
    pub text: &'text str,
    pub start: usize,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// Whether it is this word, bare, in upper or lower case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that it is, bare or between quotes.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word => Some(self.text),
            Kind::Quoted(name) if !name.is_empty() => Some(name),
            _ => None,
        }
    }
}

/// A text, taken apart.
pub(super) struct Tokens<'text> {
    /// All tokens; the last is the end.
    pub list: Vec<Token<'text>>,
    /// Where the comment begins that has no line after it, and would go on into whatever follows the text.
    pub open_comment: Option<usize>,
}

/// Takes a text apart; comments and white space are left out.
pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut list = Vec::new();
    let mut open_comment = None;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if is_space(first) {
            at += first.len_utf8();
        } else if ["--", "//", "# ", "#!"].iter().any(|start| rest.starts_with(start)) {
            if !rest.contains('\n') {
                open_comment = Some(at);
            }
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            let length = comment(rest);
            if length.is_none() {
                let kind = Kind::Broken("the comment that begins here is not closed");
                list.push(Token { kind, text: rest, start: at });
            }
            at += length.unwrap_or(rest.len());
        } else {
            let (kind, length) = token(rest, first);
            list.push(Token { kind, text: &rest[..length], start: at });
            at += length;
        }
    }
    list.push(Token { kind: Kind::End, text: "", start: text.len() });
    Tokens { list, open_comment }
}

/// The length of the comment at the beginning of a text. There may be comments in it.
fn comment(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let mark = at + text[at..].find(['/', '*'])?;
        at = mark + 2;
        match text.get(mark..at)? {
            "/*" => depth += 1,
            "*/" if depth == 1 => return Some(at),
            "*/" => depth -= 1,
            _ => at = mark + 1,
        }
    }
}

/// The token at the beginning of a text, and how many bytes it has.
fn token(text: &str, first: char) -> (Kind, usize) {
    let unclosed = (Kind::Broken("the quote that opens here is not closed"), text.len());
    match first {
        '\'' | '`' | '"' => quoted(text, first).map_or(unclosed, |(content, length)| {
            let kind = if first == '\'' { Kind::Text(content) } else { Kind::Quoted(content) };
            let is_short = ends_in_escape(&text[1..length - 1]);
            (if is_short { Kind::Broken(r"two digits are missing after `\x`") } else { kind }, length)
        }),
        '‘' => between(text, '‘', '’').map_or(unclosed, |(content, length)| (Kind::Text(content), length)),
        '“' => {
            between(text, '“', '”').map_or(unclosed, |(content, length)| (Kind::Quoted(content), length))
        }
        '$' => heredoc(text).unwrap_or_else(|| dollar(text)),
        '0'..='9' => number(text),
        'x' | 'X' | 'b' | 'B' if text[1..].starts_with('\'') => digits(text, first),
        _ if is_word(first) => (Kind::Word, word_length(text)),
        '−' => (Kind::Mark('-'), first.len_utf8()),
        _ if first.is_ascii_graphic() && first != '#' => (Kind::Mark(first), 1),
        _ => (Kind::Broken("this character has no meaning in a type"), first.len_utf8()),
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$')
}

/// A word that begins with a dollar sign, or the sign alone.
fn dollar(text: &str) -> (Kind, usize) {
    let begins_word = text[1..].starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    if begins_word { (Kind::Word, word_length(text)) } else { (Kind::Mark('$'), 1) }
}

fn word_length(text: &str) -> usize {
    text.find(|letter| !is_word(letter)).unwrap_or(text.len())
}

/// ClickHouse skips these between words, whichever keyboard or word processor put them there.
fn is_space(letter: char) -> bool {
    matches!(letter,
        ' ' | '\t'..='\r' | '\u{85}' | '\u{a0}' | '\u{180e}' | '\u{2000}'..='\u{200d}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{2060}' | '\u{3000}' | '\u{feff}')
}

fn between(text: &str, open: char, close: char) -> Option<(String, usize)> {
    let content = text.strip_prefix(open)?;
    let length = content.find(close)?;
    Some((content[..length].to_owned(), open.len_utf8() + length + close.len_utf8()))
}

/// `$tag$text$tag$`
fn heredoc(text: &str) -> Option<(Kind, usize)> {
    let name = text[1..].find('$')?;
    let tag = &text[..name + 2];
    if !tag[1..=name].chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        return None;
    }
    let length = text[tag.len()..].find(tag)?;
    Some((Kind::Text(text[tag.len()..tag.len() + length].to_owned()), 2 * tag.len() + length))
}

/// `x'4142'` and `b'01000001'`
fn digits(text: &str, first: char) -> (Kind, usize) {
    let Some(length) = text[2..].find('\'') else {
        return (Kind::Broken("the quote that opens here is not closed"), text.len());
    };
    let (radix, width) = if first.eq_ignore_ascii_case(&'x') { (16, 2) } else { (2, 8) };
    let digits = &text[2..2 + length];
    let mut bytes = Vec::new();
    if digits.chars().all(|digit| digit.is_digit(radix)) {
        for group in digits.as_bytes().rchunks(width).rev() {
            let group = std::str::from_utf8(group).unwrap_or_default();
            bytes.push(u8::from_str_radix(group, radix).unwrap_or_default());
        }
    } else {
        return (Kind::Broken("a literal of bytes has other characters than digits"), length + 3);
    }
    (Kind::Text(String::from_utf8(bytes).unwrap_or_else(|_| text[..length + 3].to_owned())), length + 3)
}

/// A number, or a word that begins with a digit.
fn number(text: &str) -> (Kind, usize) {
    let length = word_length(text);
    let word = text[..length].to_ascii_lowercase();
    if word.starts_with("0x") || word.starts_with("0b") {
        return (Kind::Number, length);
    }
    let whole = text.find(|letter: char| !letter.is_ascii_digit() && letter != '_').unwrap_or(text.len());
    let mut end = whole;
    if let Some(fraction) = text[end..].strip_prefix('.') {
        end += 1 + fraction.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(fraction.len());
    }
    if text[end..].starts_with(['e', 'E']) {
        let exponent = &text[end + 1..];
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
        if count > 0 {
            end += 1 + exponent.len() - digits.len() + count;
        }
    }
    if end < length { (Kind::Word, length) } else { (Kind::Number, end) }
}

/// What stands between quotes, with its escapes resolved; `None` where they are not closed.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            if letters.next_if(|(_, next)| *next == quote).is_none() {
                let content = &text[1..at];
                return Some((String::from_utf8(bytes).unwrap_or_else(|_| content.to_owned()), at + 1));
            }
            push(&mut bytes, quote);
        } else if letter == '\\' {
            match letters.next()?.1 {
                'x' => {
                    let mut digit = || letters.next_if(|(_, next)| next.is_ascii_hexdigit());
                    let value: String =
                        [digit(), digit()].into_iter().flatten().map(|(_, digit)| digit).collect();
                    bytes.push(u8::from_str_radix(&value, 16).unwrap_or_default());
                }
                'N' => {}
                escaped => escape(&mut bytes, escaped),
            }
        } else {
            push(&mut bytes, letter);
        }
    }
    None
}

/// Whether the digits of a hexadecimal escape are missing at the end of what stands between quotes.
fn ends_in_escape(content: &str) -> bool {
    let mut letters = content.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' && letters.next() == Some('x') && letters.clone().nth(1).is_none() {
            return true;
        }
    }
    false
}

/// A backslash that begins no escape stays one.
fn escape(bytes: &mut Vec<u8>, escaped: char) {
    let control = match escaped {
        'a' => 7,
        'b' => 8,
        't' => 9,
        'n' => 10,
        'v' => 11,
        'f' => 12,
        'r' => 13,
        'e' => 27,
        '0' => 0,
        '\\' | '\'' | '"' | '`' | '/' | '=' => return push(bytes, escaped),
        other => {
            bytes.push(b'\\');
            return push(bytes, other);
        }
    };
    bytes.push(control);
}

fn push(bytes: &mut Vec<u8>, letter: char) {
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).list.into_iter().map(|token| token.kind).filter(|kind| *kind != Kind::End).collect()
    }

    #[test]
    fn literals_lose_their_quotes_and_escapes() {
        let text = |content: &str| vec![Kind::Text(content.to_owned())];
        assert_eq!(kinds(r"'it''s \'\x41\n\d\N'"), text("it's 'A\n\\d"));
        assert_eq!(kinds("$$it's$$"), text("it's"));
        assert_eq!(kinds("$a$it$$s$a$"), text("it$$s"));
        assert_eq!(kinds("x'4142'"), text("AB"));
        assert_eq!(kinds("b'01000001'"), text("A"));
        assert_eq!(kinds("‘UTC’"), text("UTC"));
        assert_eq!(kinds(r#""a""b""#), [Kind::Quoted("a\"b".to_owned())]);
        assert_eq!(kinds("`a\\`b`"), [Kind::Quoted("a`b".to_owned())]);
    }

    #[test]
    fn what_begins_with_a_digit_is_a_number_or_a_word() {
        for number in ["0", "1_000", "0x1F", "0b11", "1.5", "1.", "1e10", "1.5E-3"] {
            assert_eq!(kinds(number), [Kind::Number], "{number}");
        }
        for word in ["3Int", "1e", "$a", "a$b", "_"] {
            assert_eq!(kinds(word), [Kind::Word], "{word}");
        }
    }

    #[test]
    fn comments_and_spaces_are_left_out() {
        assert_eq!(kinds("-- a\n # b\n#!c\n /* d /* */ / * */ \u{a0}\u{200b}Int8"), [Kind::Word]);
        assert_eq!(tokens("Int8 -- a").open_comment, Some(5));
        assert_eq!(tokens("Int8 -- a\n").open_comment, None);
        assert!(matches!(kinds("Int8 /* a")[..], [Kind::Word, Kind::Broken(_)]));
    }

    #[test]
    fn what_has_no_meaning_is_said_so() {
        for text in ["'a", "`a", "\"a", "#a", "é", "x'4", "x'g'", "'a\\", r"'\x'", r"'a\x4'"] {
            assert!(matches!(kinds(text)[..], [Kind::Broken(_), ..]), "{text}");
        }
    }
}
