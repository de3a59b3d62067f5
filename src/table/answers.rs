//! Whether the API answers a write with what it stored, or with what it was sent.
//!
//! Aiven does not say. It matters for one thing: values that the API fills in by itself must be learned when a table
//! is written, and an echo does not show them. An answer that shows more than was sent is no echo. Until one does,
//! a write is followed by a look at what is stored; a look at a table that leaves everything open, and shows nothing
//! filled in, settles that there is nothing to learn.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::{Origin, Snapshot};
use crate::tf::Value;

use super::fills::Fills;
use super::settings;

/// What this process knows of the API's answers to writes.
#[derive(Debug, Default)]
pub struct Answers {
    /// Nothing is ever filled in beyond what is documented.
    complete: AtomicBool,
}

impl Answers {
    /// Whether `fills`, read off this snapshot, is all there is to know.
    pub fn tell_all(&self, snapshot: &Snapshot, fills: &Fills) -> bool {
        snapshot.origin == Origin::Read || !fills.is_empty() || self.complete.load(Ordering::Relaxed)
    }

    /// Takes notice of what a look at a table showed that was written with `configured`.
    pub fn looked(&self, seen: &Fills, configured: &Value) {
        let is_open = settings::without_documented_default().all(|name| configured.get(name).is_null());
        if seen.is_empty() && is_open {
            self.complete.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use crate::document::Document;
    use crate::engine::Facts;

    use super::super::{edit, schema};
    use super::*;

    fn answer(origin: Origin) -> Snapshot {
        let facts = Facts {
            integration_type: String::new(),
            source_service: None,
            source_endpoint: None,
            destination_service: None,
            active: true,
            status: None,
        };
        let document = Document::parse(&RawValue::from_string("{}".to_owned()).unwrap()).unwrap();
        Snapshot { origin, facts, document }
    }

    fn filled() -> Fills {
        let element = json!({"producer_batch_size": 7});
        Fills::learn(schema::in_the_element(&edit::SCHEMA), &element, &Value::object::<String>([]))
    }

    #[test]
    fn an_answer_to_a_write_is_doubted_until_something_proves_it() {
        let (open, configured) =
            (Value::object::<String>([]), Value::object([("producer_batch_size", 7.into())]));
        let none = Fills::default();
        let answers = Answers::default();
        assert!(answers.tell_all(&answer(Origin::Read), &none));
        assert!(
            answers.tell_all(&answer(Origin::Write), &filled()),
            "an echo does not show more than was sent"
        );
        assert!(!answers.tell_all(&answer(Origin::Write), &none));

        answers.looked(&none, &configured);
        assert!(
            !answers.tell_all(&answer(Origin::Write), &none),
            "nothing was left open for the server to fill in"
        );
        answers.looked(&filled(), &open);
        assert!(!answers.tell_all(&answer(Origin::Write), &none), "the server does fill in things");
        answers.looked(&none, &open);
        assert!(answers.tell_all(&answer(Origin::Write), &none));
    }
}
