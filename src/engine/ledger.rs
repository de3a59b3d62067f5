//! What this process has done to the document, as the API acknowledged it: the measure that every later read is
//! held against.
//!
//! Whoever writes a document from before ours undoes our edits without meaning to, and no answer ever tells us. A
//! read does: a name that looks again as it looked before our edit is *undone*, and may be restored. A name that
//! looks like neither has been edited by somebody since. That is their right; it is reported, never overwritten.
//!
//! Pure. Knows nothing of when reads are made or how old they are.

use std::collections::BTreeMap;

use crate::document::{Document, Element, json_equal};

use super::operation::{Edit, Pending, Purpose, Want};
use super::outcome::{Cause, Loss, Outcome, Why};

/// The states a name has been through by the hand of this process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Past {
    /// What stood there before, oldest first; none for a name that was free.
    former: Vec<Option<Element>>,
    /// What our last edit left there.
    after: Option<Element>,
    /// How often that has been put back.
    restored: u8,
}

/// How an effect stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Kept,
    /// The name is as it was before.
    Undone,
    /// Somebody has edited it since.
    Overtaken,
}

impl Past {
    /// How the name stands, given what was wanted of it.
    pub(super) fn standing<E: Edit>(&self, name: &str, want: &Want<E>, document: &Document) -> Standing {
        let Ok(now) = document.get(name) else { return Standing::Overtaken };
        if now == self.after.as_ref() || want.holds(name, document) {
            Standing::Kept
        } else if self.former.iter().any(|former| same(former.as_ref(), now)) {
            Standing::Undone
        } else {
            Standing::Overtaken
        }
    }

    /// Puts back what our last edit left.
    pub(super) fn restore(&self, name: &str, document: &mut Document) {
        match &self.after {
            Some(element) => document.put(element.clone()),
            None => document.remove(name),
        }
    }
}

fn same(one: Option<&Element>, other: Option<&Element>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one == other || json_equal(&one.value(), &other.value()),
        _ => false,
    }
}

/// What was wanted of a name, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Effect<E> {
    want: Want<E>,
    past: Past,
}

/// All effects of this process on one document, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Ledger<E> {
    effects: BTreeMap<String, Effect<E>>,
    /// What is gone for good and has not been reported yet.
    lost: BTreeMap<String, Why>,
}

impl<E: Edit> Ledger<E> {
    pub(super) fn new() -> Self {
        Self { effects: BTreeMap::new(), lost: BTreeMap::new() }
    }

    /// Enters an operation whose write this document acknowledges. Restorations are counted up to a number beyond
    /// which more of them make no difference.
    pub(super) fn enter(&mut self, operation: &Pending<E>, acknowledged: &Document, counted: u8) {
        let Ok(after) = operation.find(acknowledged).map(Option::<&Element>::cloned) else { return };
        let past = match &operation.purpose {
            Purpose::Restoring(past) => Past { restored: counted.min(past.restored + 1), ..past.clone() },
            Purpose::Asked(_) => {
                let mut former = match self.effects.remove(&operation.name) {
                    Some(Effect { mut past, .. }) => {
                        past.former.push(past.after);
                        past.former
                    }
                    None => Vec::new(),
                };
                if !former.contains(&operation.before) {
                    former.push(operation.before.clone());
                }
                former.retain(|former| !same(former.as_ref(), after.as_ref()));
                Past { former, after, restored: 0 }
            }
        };
        self.effects.insert(operation.name.clone(), Effect { want: operation.want.clone(), past });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.effects.is_empty() && self.lost.is_empty()
    }

    /// The names that the document shows as they were before.
    pub(super) fn undone(&self, document: &Document) -> Vec<String> {
        self.standing(document, Standing::Undone)
    }

    fn standing(&self, document: &Document, wanted: Standing) -> Vec<String> {
        let stands = |name: &str, effect: &Effect<E>| effect.past.standing(name, &effect.want, document);
        let found = self.effects.iter().filter(|(name, effect)| stands(name, effect) == wanted);
        found.map(|(name, _)| name.clone()).collect()
    }

    /// How often the most contended of these names has been restored.
    pub(super) fn most_restored(&self, names: &[String]) -> u8 {
        names
            .iter()
            .filter_map(|name| self.effects.get(name))
            .map(|effect| effect.past.restored)
            .max()
            .unwrap_or(0)
    }

    /// Takes these effects out, as operations that restore them.
    pub(super) fn take(&mut self, names: &[String]) -> Vec<Pending<E>> {
        let taken = names.iter().filter_map(|name| self.effects.remove_entry(name));
        taken
            .map(|(name, Effect { want, past })| Pending {
                purpose: Purpose::Restoring(past),
                name,
                want,
                doubt: None,
                before: None,
                status_before: None,
            })
            .collect()
    }

    /// Takes note of how a restoration ended that is not to be seen in any document.
    pub(super) fn not_restored(&mut self, operation: Pending<E>, outcome: Outcome) {
        let Purpose::Restoring(past) = operation.purpose else { return };
        let why = match outcome {
            Outcome::Done(_) | Outcome::Deleted => None,
            Outcome::NotApplied(cause) | Outcome::Unknown(cause) if cause.may_pass() => None,
            Outcome::NotApplied(cause) | Outcome::Unknown(cause) => Some(Why::NotRestored(cause)),
            Outcome::Refused { message } => Some(Why::NotRestored(Cause::Rejected { message })),
            Outcome::Stopped => Some(Why::NotRestored(Cause::Stopped)),
            Outcome::Exists(_) | Outcome::Missing | Outcome::Drifted(_) | Outcome::Contended => {
                Some(Why::Overtaken)
            }
        };
        match why {
            Some(why) => drop(self.lost.insert(operation.name, why)),
            // Done, which has been entered already; or the next look decides.
            None => drop(self.effects.entry(operation.name).or_insert(Effect { want: operation.want, past })),
        }
    }

    /// Gives up on these names, which are gone.
    pub(super) fn give_up(&mut self, names: Vec<String>, cause: &Cause) {
        for name in names {
            self.effects.remove(&name);
            self.lost.insert(name, Why::NotRestored(cause.clone()));
        }
    }

    /// Expects nothing of this name any more.
    pub(super) fn forget(&mut self, name: &str) {
        self.effects.remove(name);
    }

    /// Gives up on whatever others have edited since.
    pub(super) fn yield_to_others(&mut self, document: &Document) {
        for name in self.standing(document, Standing::Overtaken) {
            self.effects.remove(&name);
            self.lost.insert(name, Why::Overtaken);
        }
    }

    /// Whether the effect on this name is gone, about which nothing more will be said here.
    pub(super) fn forget_loss(&mut self, name: &str) -> bool {
        self.lost.remove(name).is_some()
    }

    /// What is gone, to be reported once.
    pub(super) fn take_lost(&mut self) -> Vec<Loss> {
        std::mem::take(&mut self.lost).into_iter().map(|(name, why)| Loss { name, why }).collect()
    }

    /// Whether everything in these documents that is not ours is the same, in whatever order.
    pub(super) fn others_are_the_same(&self, one: &Document, other: &Document) -> bool {
        let others = |document: &Document| {
            let is_other =
                |element: &&Element| element.name().is_none_or(|name| !self.effects.contains_key(name));
            let mut texts: Vec<String> = document
                .elements()
                .iter()
                .filter(is_other)
                .map(|element| element.text().to_owned())
                .collect();
            texts.sort_unstable();
            texts
        };
        others(one) == others(other)
    }

    /// Regards whatever this document shows as a state that the names have been in before.
    #[cfg(test)]
    pub(super) fn expect(&mut self, document: &Document) {
        for (name, effect) in &mut self.effects {
            if let Ok(now) = document.get(name) {
                effect.past.former.push(now.cloned());
                effect.past.former.dedup();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::super::subject::Set;
    use super::*;

    fn document(elements: &str) -> Document {
        Document::parse(&RawValue::from_string(format!(r#"{{"tables":[{elements}]}}"#)).unwrap()).unwrap()
    }

    fn set(value: u8, prior: Option<u8>) -> Set {
        Set { name: "a".into(), value, prior }
    }

    const WRITTEN: &str = r#"{"name":"a","value":1}"#;

    fn created() -> Ledger<Set> {
        let mut ledger = Ledger::new();
        let operation = Pending::asked(1, "a".into(), Want::Create(set(1, None)));
        ledger.enter(&operation, &document(WRITTEN), 0);
        ledger
    }

    #[test]
    fn an_effect_that_the_api_adds_to_is_kept() {
        let mut ledger = created();
        let added = document(r#"{"name":"a","value":1,"more":2}"#);
        assert_eq!(ledger.undone(&added), [""; 0]);
        ledger.yield_to_others(&added);
        assert_eq!(ledger.take_lost(), []);
    }

    #[test]
    fn a_former_element_in_another_spelling_is_a_former_element() {
        let mut ledger = created();
        let mut operation = Pending::asked(2, "a".into(), Want::Update(set(2, Some(1))));
        operation.before = document(WRITTEN).get("a").unwrap().cloned();
        ledger.enter(&operation, &document(r#"{"name":"a","value":2}"#), 0);
        assert_eq!(ledger.undone(&document(r#"{"value": 1, "name": "a"}"#)), ["a"]);
        assert_eq!(ledger.undone(&document("")), ["a"], "it has been absent, too");
        assert_eq!(ledger.undone(&document(r#"{"name":"a","value":3}"#)), [""; 0]);
    }

    #[test]
    fn restorations_are_counted_up_to_a_number() {
        let mut ledger = created();
        let names = ["a".to_owned()];
        let counts = [(); 4].map(|()| {
            let before = ledger.most_restored(&names);
            for operation in ledger.take(&names) {
                ledger.enter(&operation, &document(WRITTEN), 2);
            }
            before
        });
        assert_eq!(counts, [0, 1, 2, 2]);
    }
}
