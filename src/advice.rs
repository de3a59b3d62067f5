//! What the user is told about failures of the API, where it does not depend on the thing concerned: what happened,
//! and what to do next. Knows no resource.

use crate::aiven::{ReadError, WriteError};

/// What to do about a token that is refused.
pub const DENIED: &str = "Check that `api_token` (or AIVEN_TOKEN) is valid, belongs to a member of the project, and may \
                          read and write its integrations.";
/// What to do where there is no connection.
pub const UNREACHABLE: &str = "Check the network, proxies (HTTPS_PROXY) and the API's address (AIVEN_WEB_URL), and run \
                               the command again.";
/// What to do where waiting may help.
pub const LATER: &str = "Run the command again later.";

/// What became of a change that an interrupt came before.
pub const INTERRUPTED: &str = "Terraform was interrupted before anything was sent.";
/// What to do about a name that fits into no request.
const EXPRESS: &str = "Correct the name.";

/// What a read met, and what to do next.
pub fn of_read(error: &ReadError) -> String {
    let advice = match error {
        ReadError::Denied { .. } => DENIED,
        ReadError::NotSent { .. } => UNREACHABLE,
        ReadError::RateLimited { .. } | ReadError::Unavailable { .. } => LATER,
        ReadError::Inexpressible { .. } => EXPRESS,
        ReadError::NotFound { .. } | ReadError::Refused { .. } => {
            "Check `project` and the API's address (AIVEN_WEB_URL), and whatever stands between this machine and the API."
        }
    };
    format!("{}. {advice}", sentence(error))
}

/// What a write met that was not applied, and what to do next.
pub fn of_write(error: &WriteError) -> String {
    let advice = match error {
        WriteError::Denied { .. } => DENIED,
        WriteError::NotSent { .. } => UNREACHABLE,
        WriteError::Inexpressible { .. } => EXPRESS,
        WriteError::Refused { .. } | WriteError::Rejected { .. } | WriteError::NotFound { .. } => {
            "Correct the configuration, or check the API's address (AIVEN_WEB_URL)."
        }
        WriteError::Conflict { .. } => {
            "Remove what is in the way, if it names anything; otherwise run the command again later."
        }
        WriteError::RateLimited { .. } | WriteError::Unchanged { .. } | WriteError::Unknown { .. } => LATER,
    };
    format!("{}. {advice}", sentence(error))
}

/// What is known after the answer to a creation was lost and what it should have made was looked for in vain, or, with
/// the error, could not be looked for.
pub fn of_lost_creation(reason: &str, unread: Option<&ReadError>) -> String {
    let seen = unread.map_or_else(
        || "what it should have made is not there".to_owned(),
        |error| format!("whether it made anything could not be seen: {error}"),
    );
    format!(
        "{}, after the request had been sent, and {seen}. Apply again: if it has appeared by then, the error shows how \
         to import it.",
        sentence(&reason)
    )
}

/// What is known after a deletion whose answer was lost, or after which the thing is shown although the answer denied
/// that there is one.
pub fn of_doubtful_deletion(error: &WriteError) -> String {
    let doubt = if matches!(error, WriteError::NotFound { .. }) {
        ", yet it could not be seen to be gone"
    } else {
        ""
    };
    format!("{}{doubt}. Run the command again.", sentence(error))
}

/// An error as a sentence, without its full stop.
pub fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A block that imports the thing with this ID, complete but for the address, which a provider is never told.
pub fn import_block(id: &str) -> String {
    format!("import {{\n  to = ADDRESS\n  id = {}\n}}", quoted(id))
}

/// Text as a quoted string of Terraform's language.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // `${` and `%{` would begin a template.
            '$' | '%' if letters.peek() == Some(&'{') => quoted.extend([letter, letter]),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_block_is_valid_for_every_name() {
        insta::assert_snapshot!(import_block(r#"demo/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f/a"b\${c}%{d}$e/f"#), @r#"
        import {
          to = ADDRESS
          id = "demo/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f/a\"b\\$${c}%%{d}$e/f"
        }
        "#);
    }

    #[test]
    fn an_error_becomes_a_sentence() {
        assert_eq!(sentence(&"no route to host."), "No route to host");
        assert_eq!(sentence(&""), "");
    }
}
