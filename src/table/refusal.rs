//! Which of the errors in an integration's status is about a table. Pure.
//!
//! The texts are Aiven's and ClickHouse's, and their form is not public: what can be relied on is that an error about a
//! table names it. An error may name other things as well that happen to be called like another table, a column for
//! instance. So what is introduced as a table goes before what is merely mentioned, and of that the first.

use crate::engine::{Snapshot, Status};

/// The state of an integration in which its errors are of the present.
const FAILED: &str = "failed";

/// What an integration's status says against a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The errors that name the table, in the API's words, without a full stop at the end.
    pub words: String,
    /// Whether any of them was not there before the table was written. One that was may be about the table as it was.
    pub is_new: bool,
}

/// What the status in this snapshot says against a table, given what it was before the table was written.
pub fn refusal(snapshot: &Snapshot, table: &str, before: Option<&Status>) -> Option<Refusal> {
    let status = snapshot.facts.status.as_deref().filter(|status| status.state == FAILED)?;
    let tables: Vec<_> = snapshot.document.elements().iter().filter_map(|element| element.name()).collect();
    let errors: Vec<_> = status.errors.iter().filter(|error| is_about(error, table, &tables)).collect();
    let is_new = errors.iter().any(|error| before.is_none_or(|before| !before.errors.contains(error)));
    let words: Vec<_> = errors.iter().map(|error| error.trim_end_matches('.')).collect();
    (!words.is_empty()).then(|| Refusal { words: words.join("; "), is_new })
}

/// Whether a text is about `table`, one of `tables`.
fn is_about(text: &str, table: &str, tables: &[&str]) -> bool {
    let introduced = |name: &str| mentions(text, name).any(|at| is_introduced(&text[..at]));
    if tables.iter().any(|name| introduced(name)) {
        return introduced(table);
    }
    // Of two names that begin at one place, the longer one is meant.
    let place = |name: &str| mentions(text, name).next().map(|at| (at, usize::MAX - name.len()));
    place(table).is_some_and(|place_of_table| {
        tables.iter().filter_map(|name| place(name)).all(|place| place_of_table <= place)
    })
}

/// Where a text has this name as a whole word that is not the first part of a longer name, in order.
fn mentions<'text>(text: &'text str, name: &'text str) -> impl Iterator<Item = usize> {
    let places = text.match_indices(name).map(|(at, _)| at);
    places.filter(move |at| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        !name.is_empty()
            && !before.chars().next_back().is_some_and(is_of_a_word)
            && !after.chars().next().is_some_and(is_of_a_word)
            && !is_qualifier(after)
    })
}

fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '\'' | '"' | '`')
}

/// Whether a name that this follows is that of a database, or of a table with its column.
fn is_qualifier(after: &str) -> bool {
    let after = after.trim_start_matches(is_quote);
    let part = after.strip_prefix('.').and_then(|part| part.chars().next());
    part.is_some_and(|letter| is_of_a_word(letter) || is_quote(letter))
}

/// Whether a name that follows this is called a table, be it with the name of its database.
fn is_introduced(before: &str) -> bool {
    let before = before.trim_end_matches(is_quote);
    let before = match before.strip_suffix('.') {
        Some(qualified) => qualified.trim_end_matches(is_quote).trim_end_matches(is_of_a_word),
        None => before,
    };
    let before = before.trim_end_matches(|letter| is_quote(letter) || letter == ' ' || letter == ':');
    let word = before.rsplit(|letter| !is_of_a_word(letter)).next().unwrap_or_default();
    word.eq_ignore_ascii_case("table")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::value::RawValue;

    use crate::document::Document;
    use crate::engine::{Facts, Origin};

    use super::*;

    fn failed(errors: &[&str]) -> Status {
        let errors = errors.iter().map(|error| (*error).to_owned()).collect();
        Status { state: FAILED.to_owned(), description: String::new(), errors }
    }

    fn snapshot(tables: &[&str], status: Option<Status>) -> Snapshot {
        let facts = Facts {
            integration_type: String::new(),
            source_service: None,
            source_endpoint: None,
            destination_service: None,
            active: true,
            status: status.map(Arc::new),
        };
        let tables: Vec<_> = tables.iter().map(|name| serde_json::json!({"name": name})).collect();
        let text = serde_json::json!({"tables": tables}).to_string();
        let document = Document::parse(&RawValue::from_string(text).unwrap()).unwrap();
        Snapshot { origin: Origin::Write, facts, document }
    }

    #[test]
    fn an_error_belongs_to_the_table_it_names() {
        let cases: &[(&str, &[&str])] = &[
            ("Table 'orders': Code: 50. DB::Exception: Unknown data type family: Nope.", &["orders"]),
            ("cannot create table service_kafka.orders: Code: 44", &["orders"]),
            ("Table `service_kafka`.`orders` could not be created", &["orders"]),
            ("table \"service_kafka.orders\" (uuid) is broken", &["orders"]),
            ("orders: unknown type", &["orders"]),
            ("While creating orders.", &["orders"]),
            ("Tables orders2, data-orders, orders_old and reorders are fine", &[]),
            ("Table 'orders': there is no column `id` in Table", &["orders"]),
            ("orders: there is no column `id`", &["orders"]),
            ("Missing columns: 'id' while processing query", &["id"]),
            ("table orders and table id are broken", &["orders", "id"]),
            ("no route to kafka:9092", &["kafka"]),
            ("Database kafka.orders is unknown", &["orders"]),
            ("", &[]),
        ];
        let tables = ["orders", "id", "kafka", "service_kafka"];
        for (text, owners) in cases {
            let found: Vec<_> = tables.iter().filter(|table| is_about(text, table, &tables)).collect();
            assert_eq!(found, owners.iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn names_of_any_letters_are_found_whole() {
        for name in ["a b", "größe", "a.b", "a'b", "1", "a`"] {
            assert!(is_about(&format!("Table '{name}': no"), name, &[name]), "{name}");
        }
        assert!(!is_about("Table 'größer': no", "größe", &["größe"]));
        // The longer one is meant, unless both are.
        assert!(is_about("a b: no", "a b", &["a", "a b"]) && !is_about("a b: no", "a", &["a", "a b"]));
        assert!(!is_about("no", "", &[""]));
    }

    #[test]
    fn what_was_said_before_is_told_apart() {
        let (old, new) = ("Table 'orders': old.", "Table 'orders': new");
        let told = |errors: &[&str], before: Option<Status>| {
            refusal(&snapshot(&["orders", "id"], Some(failed(errors))), "orders", before.as_ref())
        };
        let is_new = |errors: &[&str], before| told(errors, before).map(|refusal| refusal.is_new);
        assert_eq!(is_new(&[old], None), Some(true));
        assert_eq!(is_new(&[old], Some(Status::default())), Some(true));
        assert_eq!(is_new(&[old], Some(failed(&[old]))), Some(false));
        assert_eq!(is_new(&[old, new], Some(failed(&[old]))), Some(true));
        assert_eq!(is_new(&["Table 'id': no"], None), None);
        assert_eq!(told(&[old, new], None).unwrap().words, "Table 'orders': old; Table 'orders': new");
    }

    #[test]
    fn only_the_errors_of_a_failed_integration_are_of_the_present() {
        assert_eq!(refusal(&snapshot(&["orders"], None), "orders", None), None);
        for state in ["running", "starting", ""] {
            let status = Status { state: state.to_owned(), ..failed(&["Table 'orders': old"]) };
            assert_eq!(refusal(&snapshot(&["orders"], Some(status)), "orders", None), None);
        }
    }
}
