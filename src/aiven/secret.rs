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

    /// Whether `words` repeat this secret or the beginning of a line of it. The API quotes the values it refuses,
    /// long ones in part, and writes their line feeds in its own way.
    pub(super) fn shows_in(&self, words: &str) -> bool {
        let beginning = |line: &str| line.chars().take(TELLING).collect::<String>();
        let mut lines = self.0.lines().map(beginning).filter(|line| line.chars().count() == TELLING);
        (!self.0.is_empty() && words.contains(&self.0)) || lines.any(|line| words.contains(&line))
    }
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
        assert!(!Secret::new("").shows_in("anything"));
    }
}
