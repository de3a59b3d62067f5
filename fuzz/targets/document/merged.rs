//! What a merge promises, key by key: what is ours is as wanted, and everything else is byte for byte as it was.
//! Judges texts alone, never how they came to be.

use aiven_clickhouse_kafka::document::{Keys, Shape, json_equal};
use serde_json::Value;

use crate::outline::{items, members, string};

/// Panics unless `merged` is what a merge of `wanted` into `existing` must be.
pub fn check(existing: Option<&str>, wanted: &Value, merged: &str, shape: &Shape) {
    match (shape, wanted) {
        (Shape::Object(keys), Value::Object(_)) => check_object(existing, wanted, merged, keys),
        (Shape::NamedList { keys, ordered }, Value::Array(wanted)) => {
            check_named_list(existing, wanted, merged, keys, *ordered);
        }
        _ => check_leaf(existing, wanted, merged),
    }
}

/// A value that already means what is wanted keeps its spelling.
fn check_leaf(existing: Option<&str>, wanted: &Value, merged: &str) {
    let means_the_same =
        |text: &&str| serde_json::from_str(text).is_ok_and(|value| json_equal(&value, wanted));
    match existing.filter(means_the_same) {
        Some(existing) => assert_eq!(merged, existing),
        None => assert_eq!(merged, wanted.to_string()),
    }
}

fn check_object(existing: Option<&str>, wanted: &Value, merged: &str, keys: &Keys) {
    let before = existing.and_then(members).unwrap_or_default();
    let after = members(merged).expect("an object");
    let shape = |key: &str| keys.iter().find(|(ours, _)| string(key).as_ref() == Some(ours));
    let is_wanted = |key: &str| !wanted[key].is_null();
    let survivors: Vec<_> =
        before.iter().filter(|(key, _)| shape(key).is_none_or(|(key, _)| is_wanted(key))).collect();
    assert!(survivors.len() <= after.len(), "members were lost");
    let (kept, new) = after.split_at(survivors.len());
    for ((key, before), (key_after, after)) in survivors.iter().zip(kept) {
        assert_eq!(key, key_after);
        match shape(key) {
            Some((key, shape)) => check(Some(before), &wanted[key], after, shape),
            None => assert_eq!(before, after),
        }
    }
    let is_new = |key: &str| !before.iter().any(|(there, _)| string(there).as_deref() == Some(key));
    let expected: Vec<_> = keys.iter().filter(|(key, _)| is_wanted(key) && is_new(key)).collect();
    assert_eq!(new.len(), expected.len());
    for ((key, text), (expected, shape)) in new.iter().zip(expected) {
        assert_eq!(string(key).as_ref(), Some(expected));
        check(None, &wanted[expected], text, shape);
    }
    if let Some(existing) = existing.filter(|existing| members(existing).as_ref() == Some(&after)) {
        assert_eq!(merged, existing, "nothing changed, so the blanks stay");
    }
}

fn check_named_list(existing: Option<&str>, wanted: &[Value], merged: &str, keys: &Keys, ordered: bool) {
    let before = existing.and_then(items).unwrap_or_default();
    let after = items(merged).expect("an array");
    let mut free: Vec<_> = before.iter().map(|item| name(item)).collect();
    let mut pairs = Vec::new();
    for item in wanted {
        let name = item["name"].as_str();
        let place = name.and_then(|name| free.iter().position(|free| free.as_deref() == Some(name)));
        place.map(|place| free[place].take());
        pairs.push((place, item));
    }
    if !ordered {
        pairs.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    }
    assert_eq!(after.len(), pairs.len());
    for (text, (place, item)) in after.iter().zip(pairs) {
        let existing = place.map(|place| before[place]);
        if item.is_object() {
            check_object(existing, item, text, keys);
        } else {
            check_leaf(existing, item, text);
        }
    }
    if let Some(existing) = existing.filter(|existing| items(existing).as_ref() == Some(&after)) {
        assert_eq!(merged, existing, "nothing changed, so the blanks stay");
    }
}

/// The last `name` of an object, if it is text.
pub fn name(text: &str) -> Option<String> {
    let members = members(text)?;
    let (_, name) = members.iter().rfind(|(key, _)| string(key).as_deref() == Some("name"))?;
    string(name)
}
