//! A password or key on its way to the API. There is no `Display`, and `Debug` shows a placeholder.

use std::fmt;

/// A secret text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Shorter parts of a secret say too little to search for them.
const TELLING: usize = 8;

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the body of a request and nothing else.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `words` repeat this secret or the beginning of a line of it. The API quotes the values it refuses, long
    /// ones in part, and as JSON or Python write them; a secret may hold such escapes itself. So both sides are read as
    /// they are and with escapes undone, and without white space.
    pub(super) fn shows_in(&self, words: &str) -> bool {
        let words = readings(words).map(|text| squeezed(&text));
        readings(&self.0).iter().any(|secret| {
            let lines = secret.lines().map(squeezed);
            let beginnings = lines.map(|line| line.chars().take(TELLING).collect::<String>());
            let telling = beginnings.filter(|line| line.chars().count() == TELLING);
            let whole = Some(squeezed(secret)).filter(|secret| !secret.is_empty());
            let parts: Vec<_> = telling.chain(whole).collect();
            words.iter().any(|words| parts.iter().any(|part| words.contains(part)))
        })
    }
}

/// A text as it is, and with its escapes undone once and twice.
fn readings(text: &str) -> [String; 3] {
    let once = unescaped(text);
    let twice = unescaped(&once);
    [text.to_owned(), once, twice]
}

/// A text without white space and control characters, which messages replace and trim.
fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect()
}

/// A text with the escapes of JSON and of Python's `repr` undone, but for those of letters that no key has. A backslash
/// that begins none stays.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let (letter, length) = escape(after).unwrap_or(('\\', 0));
        plain.push(letter);
        rest = &after[length..];
    }
    plain + rest
}

/// What an escape means, and how long it is, given what follows its backslash.
fn escape(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    let digits = match first {
        'n' => return Some(('\n', 1)),
        'r' => return Some(('\r', 1)),
        't' => return Some(('\t', 1)),
        '\\' | '"' | '\'' | '/' => return Some((first, 1)),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let code = u32::from_str_radix(text.get(1..=digits)?, 16).ok()?;
    // JSON writes rare letters as two halves.
    if (0xd800..0xdc00).contains(&code) {
        let low = u32::from_str_radix(text.get(7..11).filter(|_| text.get(5..7) == Some("\\u"))?, 16).ok()?;
        let code = 0x10000 + ((code - 0xd800) << 10) + low.checked_sub(0xdc00)?;
        return Some((char::from_u32(code)?, 11));
    }
    Some((char::from_u32(code)?, 1 + digits))
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(..)");
    }

    #[test]
    fn a_quotation_is_noticed_whole_and_in_part() {
        let short = Secret::new("pw");
        assert!(short.shows_in("'pw' is too short") && !short.shows_in("invalid input"));
        let key = Secret::new("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n");
        assert!(key.shows_in("'\\nMIIEvQIBADA... is too long"));
        assert!(!key.shows_in("ssl_client_key is too long"));
        assert!(!Secret::new("").shows_in("anything") && !Secret::new(" \n").shows_in("any thing"));
    }

    #[test]
    fn no_way_of_quoting_hides_a_secret() {
        for (secret, quoted) in [
            ("hunter2\n", "'hunter2' is too short"),
            ("hunter2\n", r"'hunter2\n' is too short"),
            ("\thunter2", "'hunter2'"),
            (r"a\b", r"'a\\b' is too short"),
            (r"a\b", r"'a\b' is too short"),
            (r"C:\new\x", r"'C:\\new\\x'"),
            (r"C:\new\x", r"'C:\new\x'"),
            (r#"a"b'c"#, r#"'a"b\'c'"#),
            (r#"a"b'c"#, r#""a\"b'c""#),
            ("a/b", r"a\/b"),
            ("pässword", r"'p\xe4ssword'"),
            ("pässword", r"'p\u00e4ssword'"),
            ("key\u{1f511}", r"key\ud83d\udd11"),
            ("key\u{1f511}", r"key\U0001f511"),
            (r#"a\"b"#, r#"{\"password\": \"a\\\\\\\"b\"}"#),
        ] {
            assert!(Secret::new(secret).shows_in(quoted), "{secret:?} in {quoted}");
            assert!(!Secret::new(secret).shows_in("the user name is too short"), "{secret:?}");
        }
        for half in [r"\", r"\u", r"\u12", r"\ud83d", r"\ud83d\u00", r"\xä", r"\ud83dä"] {
            assert!(!Secret::new("secret").shows_in(half), "{half}");
        }
    }
}
