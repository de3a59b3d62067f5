//! The secret that proves who is asking, and the only code that may look at its text.
//!
//! Nothing here can be printed: there is no `Display`, and `Debug` shows a placeholder.

use std::fmt;

use http::HeaderValue;

/// An Aiven API token. Cloning is cheap enough to do per client, not per request.
#[derive(Clone)]
pub struct Token {
    text: String,
    authorization: HeaderValue,
}

/// Why a text cannot be a token. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing, or only white space.
    #[error("the API token is empty; create one in the Aiven Console under user information, tokens")]
    Empty,
    /// White space inside, or a character that no HTTP header may carry.
    #[error(
        "the API token holds a space, a control character or a character outside ASCII; give the bare token, without `aivenv1` or quotes"
    )]
    Unprintable,
}

impl Token {
    /// Takes the bare token. White space around it, such as the line feed of a file it was read from, is
    /// dropped.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Unprintable);
        }
        let mut authorization =
            HeaderValue::try_from(format!("aivenv1 {text}")).map_err(|_| TokenError::Unprintable)?;
        // Marked, so that no layer below prints it while logging headers, nor keeps it in a compression table.
        authorization.set_sensitive(true);
        Ok(Self { text: text.to_owned(), authorization })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(super) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    /// `words` with every occurrence of the token replaced. For text that came from outside: a proxy that
    /// answers an error by repeating the request's headers would otherwise put the token into a log.
    pub(super) fn scrub(&self, words: String) -> String {
        if words.contains(&self.text) { words.replace(&self.text, "[token]") } else { words }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_printed() {
        let token = Token::new("very-secret").unwrap();
        assert_eq!(format!("{token:?}"), "Token(..)");
        assert!(!format!("{:?}", token.authorization()).contains("very-secret"));
    }

    #[test]
    fn the_line_feed_of_a_token_file_is_dropped() {
        let token = Token::new(" abc+/= \r\n").unwrap();
        assert_eq!(token.authorization().to_str().unwrap(), "aivenv1 abc+/=");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_repeating_it() {
        assert_eq!(Token::new(" \n").unwrap_err(), TokenError::Empty);
        for text in ["aivenv1 abc", "a\nb", "påss"] {
            let error = Token::new(text).unwrap_err();
            assert_eq!(error, TokenError::Unprintable);
            assert!(!error.to_string().contains(text));
        }
    }

    #[test]
    fn words_from_outside_lose_the_token() {
        let token = Token::new("s3cret").unwrap();
        let words = "you sent aivenv1 s3cret, s3cret".to_owned();
        assert_eq!(token.scrub(words), "you sent aivenv1 [token], [token]");
    }
}
