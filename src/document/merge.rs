//! Merging what is wanted into what is there, without touching what is not ours.
//!
//! A [`Shape`] says which keys are ours, at every depth. Merging sets the owned keys that are wanted, removes the
//! owned keys that are not, and keeps everything else: unknown keys at any depth, the order of the members, and
//! the very text of each value whose meaning does not change. Pure; what "does not change" means for a leaf is
//! the caller's to say.

use serde_json::Value;
use serde_json::value::RawValue;

use super::members::{Member, duplicate, members, print};

/// The keys of an object that are ours, in the order in which new ones are written.
pub type Keys = Vec<(String, Shape)>;

/// Which parts of a JSON value are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A value that is ours as a whole.
    Value,
    /// An object of which these keys are ours.
    Object(Keys),
    /// An array of objects that are told apart by their `name`, each with these keys of ours.
    NamedList {
        /// The keys of each item that are ours; `name` should be among them.
        keys: Keys,
        /// Whether the order of the items means something. If it does not, existing items stay where they are.
        ordered: bool,
    },
}

/// Whether the existing value at a path already means what is wanted. The path holds keys only, so that all
/// items of a list share one: `["columns", "type"]`.
pub type Same<'a> = &'a dyn Fn(&[&str], &Value, &Value) -> bool;

/// Why an existing value cannot be edited without guessing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Uneditable {
    /// An object to be edited has a key twice, and which of the two counts is the server's secret.
    #[error("the key `{key}` occurs more than once in the existing table")]
    DuplicateKey {
        /// Where: the path to the key, joined by dots.
        key: String,
    },
    /// The result would be no element: it lacks a string `name`.
    #[error("a table must have a string `name`")]
    Nameless,
}

/// The text that results from merging `wanted` into `existing`. Null counts as not wanted, and keys of `wanted`
/// that the shape does not name are ignored.
pub fn merge(
    existing: Option<&str>,
    wanted: &Value,
    shape: &Shape,
    same: Same<'_>,
) -> Result<String, Uneditable> {
    Merge { same, path: Vec::new() }.value(existing, wanted, shape)
}

struct Merge<'a> {
    same: Same<'a>,
    path: Vec<&'a str>,
}

impl<'a> Merge<'a> {
    fn value(
        &mut self,
        existing: Option<&str>,
        wanted: &Value,
        shape: &'a Shape,
    ) -> Result<String, Uneditable> {
        match (shape, wanted) {
            (Shape::Object(keys), Value::Object(_)) => self.object(existing, wanted, keys),
            (Shape::NamedList { keys, ordered }, Value::Array(items)) => {
                self.named_list(existing, items, keys, *ordered)
            }
            _ => Ok(self.leaf(existing, wanted)),
        }
    }

    fn leaf(&self, existing: Option<&str>, wanted: &Value) -> String {
        existing
            .filter(|text| {
                serde_json::from_str(text).is_ok_and(|existing| (self.same)(&self.path, &existing, wanted))
            })
            .map_or_else(|| wanted.to_string(), str::to_owned)
    }

    fn object(
        &mut self,
        existing: Option<&str>,
        wanted: &Value,
        keys: &'a [(String, Shape)],
    ) -> Result<String, Uneditable> {
        let existing = existing.and_then(|text| Some((text, members(text)?)));
        let there = existing.as_ref().map_or(&[][..], |(_, members)| members);
        if let Some(key) = duplicate(there) {
            let key = self.path.iter().copied().chain([key]).collect::<Vec<_>>().join(".");
            return Err(Uneditable::DuplicateKey { key });
        }
        let is_wanted = |key: &str| wanted.get(key).filter(|value| !value.is_null());
        let mut merged = Vec::new();
        for member in there {
            let Some((key, shape)) = keys.iter().find(|(key, _)| member.is(key)) else {
                merged.push(member.clone());
                continue;
            };
            if let Some(wanted) = is_wanted(key) {
                merged.push(member.with_value(&self.member(key, Some(&member.value), wanted, shape)?));
            }
        }
        for (key, shape) in keys {
            if there.iter().any(|member| member.is(key)) {
                continue;
            }
            if let Some(wanted) = is_wanted(key) {
                merged.push(Member::new(key, &self.member(key, None, wanted, shape)?));
            }
        }
        // Nothing changed, so the blanks between the members may stay as well.
        Ok(match existing {
            Some((text, there)) if merged == there => text.to_owned(),
            _ => print(&merged),
        })
    }

    fn member(
        &mut self,
        key: &'a str,
        existing: Option<&str>,
        wanted: &Value,
        shape: &'a Shape,
    ) -> Result<String, Uneditable> {
        self.path.push(key);
        let merged = self.value(existing, wanted, shape);
        self.path.pop();
        merged
    }

    fn named_list(
        &mut self,
        existing: Option<&str>,
        wanted: &[Value],
        keys: &'a [(String, Shape)],
        ordered: bool,
    ) -> Result<String, Uneditable> {
        let existing =
            existing.and_then(|text| Some((text, serde_json::from_str::<Vec<&RawValue>>(text).ok()?)));
        let there = existing.as_ref().map_or(&[][..], |(_, items)| items);
        let names: Vec<Option<String>> = there.iter().map(|item| name_of(item.get())).collect();
        // Each item is matched at most once, so that equal names on both sides pair up in order.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(wanted.len());
        for item in wanted {
            let name = item.get("name").and_then(Value::as_str);
            let place = (0..there.len()).find(|place| {
                name.is_some() && names[*place].as_deref() == name && !places.contains(&Some(*place))
            });
            places.push(place);
        }
        let mut merged: Vec<(Option<usize>, String)> = Vec::with_capacity(wanted.len());
        for (item, place) in wanted.iter().zip(places) {
            let existing = place.map(|place| there[place].get());
            let text = match item {
                Value::Object(_) => self.object(existing, item, keys)?,
                _ => self.leaf(existing, item),
            };
            merged.push((place, text));
        }
        if !ordered {
            // Stable: survivors in their old order, then the new ones in the order in which they are wanted.
            merged.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
        }
        let unchanged = merged.len() == there.len()
            && merged.iter().zip(there).all(|((_, merged), there)| merged == there.get());
        let texts: Vec<String> = merged.into_iter().map(|(_, text)| text).collect();
        Ok(match existing {
            Some((text, _)) if unchanged => text.to_owned(),
            _ => format!("[{}]", texts.join(",")),
        })
    }
}

fn name_of(item: &str) -> Option<String> {
    let members = members(item)?;
    // As for elements, the last of several equal keys counts.
    let name = members.iter().rfind(|member| member.is("name"))?;
    serde_json::from_str(&name.value).ok()
}
