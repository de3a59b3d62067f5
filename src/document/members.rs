//! A JSON object as the ordered texts of its keys and values. Knows nothing of what they mean.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One `"key": value` of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Member {
    /// The key, decoded, for finding it. None for one with half of a surrogate pair: valid JSON, but no text, and
    /// so no key that anybody looks for.
    key: Option<Arc<str>>,
    /// The key as it was spelled, quotes and escapes included, for printing it.
    spelling: Arc<str>,
    /// The value's text.
    pub(super) value: Arc<str>,
}

impl Member {
    /// A member of our own making.
    pub(super) fn new(key: &str, value: &str) -> Self {
        let spelling = serde_json::Value::from(key).to_string();
        Self { key: Some(key.into()), spelling: spelling.into(), value: value.into() }
    }

    /// Whether this is the member of that key.
    pub(super) fn is(&self, key: &str) -> bool {
        self.key.as_deref() == Some(key)
    }

    /// The same key with another value.
    pub(super) fn with_value(&self, value: &str) -> Self {
        Self { value: value.into(), ..self.clone() }
    }
}

/// The members of an object in their order, duplicates included; None for what is not an object.
pub(super) fn members(text: &str) -> Option<Vec<Member>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Members).ok()?;
    deserializer.end().ok()?;
    Some(members)
}

/// The object with these members.
pub(super) fn print(members: &[Member]) -> String {
    let members: Vec<String> =
        members.iter().map(|member| format!("{}:{}", member.spelling, member.value)).collect();
    format!("{{{}}}", members.join(","))
}

/// The first key that occurs more than once.
pub(super) fn duplicate(members: &[Member]) -> Option<&str> {
    let mut seen = std::collections::HashSet::new();
    members.iter().filter_map(|member| member.key.as_deref()).find(|key| !seen.insert(*key))
}

/// Collects a map without a map type: those drop duplicates, and `serde(flatten)` cannot hold raw values.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<Member>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            members.push(Member {
                key: serde_json::from_str::<String>(key.get()).ok().map(Arc::from),
                spelling: key.get().into(),
                value: value.get().into(),
            });
        }
        Ok(members)
    }
}
