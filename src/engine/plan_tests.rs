//! Planning a batch equals doing its operations one by one, on a plain map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::operation::{OperationId, Pending, Purpose, Want};
use super::outcome::Outcome;
use super::plan::{plan, take_batch};
use super::subject::{Set, elements, snapshot};

/// The rules once more, on a map.
fn alone(elements: &mut BTreeMap<u8, u8>, operation: &Pending<Set>) -> &'static str {
    let name = operation.name.parse().unwrap();
    match (&operation.want, elements.get(&name).copied()) {
        (Want::Create(set), None) => {
            elements.insert(name, set.value);
            "written"
        }
        (Want::Create(_), Some(_)) => "exists",
        (Want::Update(_), None) => "missing",
        (Want::Update(set), Some(value)) if value == set.value => "done",
        (Want::Update(set), Some(value)) if Some(value) == set.prior => {
            elements.insert(name, set.value);
            "written"
        }
        (Want::Update(_), Some(_)) => "drifted",
        (Want::Delete, None) => "deleted",
        (Want::Delete, Some(_)) => {
            elements.remove(&name);
            "written"
        }
    }
}

fn number(operation: &Pending<Set>) -> OperationId {
    let Purpose::Asked(number) = operation.purpose else { panic!("nobody asked for {operation:?}") };
    number
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(_) => "done",
        Outcome::Deleted => "deleted",
        Outcome::Exists(_) => "exists",
        Outcome::Missing => "missing",
        Outcome::Drifted(_) => "drifted",
        _ => "something else",
    }
}

fn any_want() -> impl Strategy<Value = (u8, Want<Set>)> {
    (0..6_u8, 0..3_u8, 0..3_u8, 0..3_u8).prop_map(|(name, kind, value, prior)| {
        let set = Set { name: name.to_string(), value, prior: Some(prior) };
        let want = match kind {
            0 => Want::Create(set),
            1 => Want::Update(set),
            _ => Want::Delete,
        };
        (name, want)
    })
}

proptest! {
    #[test]
    fn a_plan_is_its_operations_one_by_one(
        start in prop::collection::btree_map(0..6_u8, 0..3_u8, 0..6),
        wants in prop::collection::vec(any_want(), 0..10),
    ) {
        let snapshot = snapshot(&start);
        let mut queue: Vec<Pending<Set>> = wants
            .into_iter()
            .zip(0..)
            .map(|((name, want), id)| Pending::asked(id, name.to_string(), want))
            .collect();
        let batch = take_batch(&mut queue, usize::MAX);
        // Each name's first operation is taken, and no other.
        for operation in &queue {
            prop_assert!(batch.iter().any(|taken| taken.name == operation.name && number(taken) < number(operation)));
        }
        let mut expected = start;
        let verdicts: BTreeMap<u64, &str> =
            batch.iter().map(|operation| (number(operation), alone(&mut expected, operation))).collect();
        let plan = plan(&snapshot, batch);
        prop_assert_eq!(elements(&plan.document), expected);
        prop_assert_eq!(plan.carried.is_empty(), plan.document == snapshot.document);
        for (operation, outcome) in &plan.answers {
            prop_assert_eq!(word(outcome), verdicts[&number(operation)]);
        }
        for operation in &plan.carried {
            prop_assert_eq!("written", verdicts[&number(operation)]);
            prop_assert!(operation.holds(&plan.document));
        }
    }
}
