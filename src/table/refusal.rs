//! Which of the errors in an integration's status is about a table. Pure.
//!
//! The texts are Aiven's and ClickHouse's, and their form is not public: what can be relied on is that an error about a
//! table names it. An error may name other things as well that happen to be called like another table, a column for
//! instance, or a table of another database. So a text that begins with tables is about those, known or not. In others what
//! is introduced as a table goes before what is merely mentioned, and of that the first.

use crate::engine::{Snapshot, Status};

use super::located::database_name;

/// The state of an integration in which its errors are of the present.
const FAILED: &str = "failed";
/// How many errors a user is told. There may be one for each of 400 tables.
const TOLD: usize = 3;

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
    let status = snapshot.facts.status.as_deref().filter(|status| is_failed(status))?;
    let database = database_name(&snapshot.facts);
    let others = || snapshot.document.elements().iter().filter_map(|element| element.name());
    let is_about = |error: &&String| is_about(error, table, database.as_str(), others);
    let errors: Vec<_> = status.errors.iter().filter(is_about).collect();
    let before = before.filter(|before| is_failed(before));
    let is_new = errors.iter().any(|error| before.is_none_or(|before| !before.errors.contains(error)));
    (!errors.is_empty()).then(|| Refusal { words: words(errors.into_iter().map(String::as_str)), is_new })
}

/// Errors as one text without a full stop at the end: the first of them, and how many more there are.
pub fn words<'text>(errors: impl Iterator<Item = &'text str>) -> String {
    let errors: Vec<_> =
        errors.map(|error| error.trim_end_matches('.')).filter(|error| !error.is_empty()).collect();
    let told = errors[..errors.len().min(TOLD)].join("; ");
    match errors.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told}; and {more} more"),
    }
}

fn is_failed(status: &Status) -> bool {
    status.state == FAILED
}

/// Whether a text is about `table`, one of `tables`. Most texts do not have its name at all, and nearly all of the rest
/// begin with a table: only what remains is held against every table, so that many errors about many tables take no time.
fn is_about<'name, T: Iterator<Item = &'name str>>(
    text: &str,
    table: &str,
    database: Option<&str>,
    tables: impl Fn() -> T,
) -> bool {
    if table.is_empty() || !text.contains(table) {
        return false;
    }
    if let Some(is_subject) = is_subject(text, table, database) {
        return is_subject;
    }
    let first = |name: &str, is_introduced: bool| {
        let mut places = mentions(text, name, database);
        let place = places.find(|at| !is_introduced || self::is_introduced(&text[..*at]));
        // Of two names that begin at one place, the longer one is meant.
        place.map(|at| (at, usize::MAX - name.len()))
    };
    let owner = |is_introduced| tables().filter_map(|name| first(name, is_introduced)).min();
    match owner(true) {
        Some(place) => first(table, true) == Some(place),
        None => first(table, false).is_some_and(|place| Some(place) == owner(false)),
    }
}

/// Whether `table` is among the tables that a text begins with; `None` for a text that begins with something else.
fn is_subject(text: &str, table: &str, database: Option<&str>) -> Option<bool> {
    let (first, rest) = text.trim_start().split_once(' ')?;
    let is_list = first.eq_ignore_ascii_case("tables");
    if !is_list && !first.eq_ignore_ascii_case("table") {
        return None;
    }
    let rest = rest.trim_start();
    let is_named = |name: &str| {
        name == table
            || database.is_some_and(|database| {
                name.strip_prefix(database).and_then(|name| name.strip_prefix('.')) == Some(table)
            })
    };
    if !rest.starts_with(is_quote) {
        // Without quotes, only a colon tells where a name ends.
        let (name, _) = rest.split_once(':')?;
        return (!name.contains(' ') || name == table).then(|| is_named(&unquoted(name)));
    }
    let names = quoted_names(rest);
    Some(names.iter().take(if is_list { names.len() } else { 1 }).any(|name| is_named(name)))
}

/// The names that a text begins with, each in quotes or, with its database, in two pairs of them.
fn quoted_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(quote) = rest.chars().next().filter(|letter| is_quote(*letter)) {
        // A name may have the same quote in it: what ends it is followed by no letter.
        let inside = &rest[1..];
        let mut ends = inside.match_indices(quote).map(|(at, _)| at);
        let is_end = |at: &usize| !inside[at + 1..].starts_with(is_of_a_word);
        let Some(end) = ends.find(is_end) else { break };
        let after = &inside[end + 1..];
        if let Some(part) = after.strip_prefix('.').filter(|part| part.starts_with(is_quote)) {
            let table = quoted_names(part).into_iter().next().unwrap_or_default();
            names.push(format!("{}.{table}", &inside[..end]));
            rest = part.get(table.len() + 2..).unwrap_or_default();
        } else {
            names.push(inside[..end].to_owned());
            rest = after;
        }
        rest = rest.trim_start_matches([',', ' ']);
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    names
}

fn unquoted(name: &str) -> String {
    name.chars().filter(|letter| !is_quote(*letter)).collect()
}

/// Where a text has this name as a whole word that is not the first part of a longer name, nor the last part of one that
/// begins with another database, in order.
fn mentions<'text>(
    text: &'text str,
    name: &'text str,
    database: Option<&'text str>,
) -> impl Iterator<Item = usize> {
    let places = text.match_indices(name).map(|(at, _)| at);
    places.filter(move |at| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        !name.is_empty()
            && !before.ends_with(is_of_a_word)
            && !after.starts_with(is_of_a_word)
            && !is_qualifier(after)
            && !is_elsewhere(before, database)
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

/// Whether a name that follows this is qualified by something else than the database.
fn is_elsewhere(before: &str, database: Option<&str>) -> bool {
    let Some(database) = database else { return false };
    let Some(qualifier) = before.trim_end_matches(is_quote).strip_suffix('.') else { return false };
    let qualifier = qualifier.trim_end_matches(is_quote);
    qualifier.strip_suffix(database).is_none_or(|before| before.ends_with(is_of_a_word))
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
            source_service: Some("kafka".to_owned()),
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

    fn about(text: &str, table: &str, tables: &[&str]) -> bool {
        is_about(text, table, Some("service_kafka"), || tables.iter().copied())
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
            ("Creating table orders and then table id failed", &["orders"]),
            ("Creating id failed, then orders", &["id"]),
            ("no route to kafka:9092", &["kafka"]),
            // What a text begins with, known or not.
            ("Table orders: no such table id", &["orders"]),
            ("Table 'gone': Unknown identifier orders", &[]),
            ("Table 'gone': table orders is fine", &[]),
            ("Table gone: Unknown identifier orders", &[]),
            ("table `id`, `orders` was meant", &["id"]),
            ("Tables 'orders' and `service_kafka`.`id` could not be created", &["orders", "id"]),
            ("Tables 'orders', 'gone', and \"id\": no", &["orders", "id"]),
            // Tables of another database.
            ("Table 'gone': Code: 57. Table default.orders already exists", &[]),
            ("Table default.orders already exists", &[]),
            ("Table `default`.`orders`: no", &[]),
            ("Table 'default.orders': no", &[]),
            ("Code: 57. Table default.orders already exists, so id failed", &["id"]),
            ("Database other_service_kafka.orders is unknown", &[]),
            ("There is no id in orders.id", &["id"]),
            ("", &[]),
        ];
        let tables = ["orders", "id", "kafka", "service_kafka"];
        for (text, owners) in cases {
            let found: Vec<_> = tables.iter().filter(|table| about(text, table, &tables)).collect();
            assert_eq!(found, owners.iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn names_of_any_letters_are_found_whole() {
        for name in ["a b", "größe", "a.b", "a'b", "1", "a`"] {
            assert!(about(&format!("Table '{name}': no"), name, &[name]), "{name}");
            assert!(about(&format!("no table {name}"), name, &[name]), "{name}");
        }
        assert!(!about("Table 'größer': no", "größe", &["größe"]));
        // The longer one is meant, unless both are.
        assert!(about("a b: no", "a b", &["a", "a b"]) && !about("a b: no", "a", &["a", "a b"]));
        assert!(!about("no", "", &[""]));
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
        let running = Status { state: "running".to_owned(), ..failed(&[old]) };
        assert_eq!(is_new(&[old], Some(running)), Some(true), "then it was not of the present");
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

    #[test]
    fn of_many_errors_the_first_are_told() {
        let errors: Vec<_> = (1..=5).map(|number| format!("Table 'orders': {number}.")).collect();
        let errors: Vec<_> = errors.iter().map(String::as_str).collect();
        let told = |count| {
            refusal(&snapshot(&["orders"], Some(failed(&errors[..count]))), "orders", None).unwrap().words
        };
        assert_eq!(told(3), "Table 'orders': 1; Table 'orders': 2; Table 'orders': 3");
        assert_eq!(told(5), "Table 'orders': 1; Table 'orders': 2; Table 'orders': 3; and 2 more");
    }
}
