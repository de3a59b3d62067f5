//! One integration's `user_config`: edits the named elements of its `tables` and leaves every other value
//! as the server sent it.
//!
//! A `PUT` replaces the whole document, so whatever this module loses is lost for its owner: a table made in
//! the Console, a setting younger than this program, a 30-digit number. Parsing into `serde_json::Value` loses
//! several of these (key order, spelling of numbers and strings, duplicate keys). Therefore a document is a list
//! of texts. An element that nobody edits is sent back exactly as it came, spaces included; inside an edited
//! element [`merge()`] takes the same care with every value that is not ours. Only the blanks *between* the values
//! of an object that is printed anew are not kept; they carry no meaning.
//!
//! Knows nothing of HTTP, of Terraform, or of what an element means: of its members it reads `name` and no other.

mod equal;
mod members;
mod merge;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::value::RawValue;

pub use equal::json_equal;
pub use merge::{Keys, Same, Shape, Uneditable, merge};

use members::{Member, members, print};

/// The key of the array that the named elements live in.
const ELEMENTS: &str = "tables";

/// Why a text is not a document this module can edit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DocumentError {
    /// The text is not a JSON object.
    #[error("`user_config` is not a JSON object")]
    NotAnObject,
    /// `tables` is there twice, and which of the two counts is the server's secret.
    #[error("`user_config` has the key `tables` more than once")]
    DuplicateTables,
    /// `tables` is there but is neither an array nor null.
    #[error("`tables` in `user_config` is not an array")]
    TablesNotAnArray,
    /// An element to write is not a JSON object with a string `name`.
    #[error("an element of `tables` must be an object with a string `name`")]
    Nameless,
}

/// Several elements share a name, so an edit of that name could hit the wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{count} elements of `tables` have this name")]
pub struct Ambiguous {
    /// How many elements have the name; at least two.
    pub count: usize,
}

/// A `user_config` as ordered JSON text. Two documents are equal if they would be sent as the same text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Document {
    /// The top-level members in the server's order, `tables` among them.
    members: Vec<Member>,
    /// The elements of `tables`, in order.
    elements: Vec<Element>,
}

impl Document {
    /// Reads a document. Absent or null `tables` count as empty, and so does a null document.
    pub fn parse(text: &RawValue) -> Result<Self, DocumentError> {
        if text.get() == "null" {
            return Ok(Self { members: Vec::new(), elements: Vec::new() });
        }
        let members = members(text.get()).ok_or(DocumentError::NotAnObject)?;
        let mut tables = members.iter().filter(|member| member.is(ELEMENTS));
        let elements = match (tables.next(), tables.next()) {
            (_, Some(_)) => return Err(DocumentError::DuplicateTables),
            (None, None) => Vec::new(),
            (Some(tables), None) if &*tables.value == "null" => Vec::new(),
            (Some(tables), None) => serde_json::from_str::<Vec<&RawValue>>(&tables.value)
                .map_err(|_| DocumentError::TablesNotAnArray)?
                .into_iter()
                .map(|element| Element::of_any_kind(element.get()))
                .collect(),
        };
        Ok(Self { members, elements })
    }

    /// All elements in the server's order, those that are no tables of any kind included.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The one element of this name, if there is any.
    pub fn get(&self, name: &str) -> Result<Option<&Element>, Ambiguous> {
        let mut found = self.elements.iter().filter(|element| element.name() == Some(name));
        match (found.next(), found.count()) {
            (element, 0) => Ok(element),
            (_, others) => Err(Ambiguous { count: others + 1 }),
        }
    }

    /// Puts `element` in the place of the one of its name, or last if there is none.
    /// The caller has made sure with [`Document::get`] that the name is not ambiguous.
    pub fn put(&mut self, element: Element) {
        match self.elements.iter_mut().find(|existing| existing.name == element.name) {
            Some(existing) => *existing = element,
            None => self.elements.push(element),
        }
        self.print_elements();
    }

    /// Removes the element of this name; the array stays, even empty.
    pub fn remove(&mut self, name: &str) {
        self.elements.retain(|element| element.name() != Some(name));
        self.print_elements();
    }

    /// The document as JSON text, to be sent whole: every key that was read is there, which is right whether
    /// the server merges or replaces at the top level.
    pub fn to_raw(&self) -> Box<RawValue> {
        // Composed of valid JSON texts, so this cannot fail; the null that stands in would be refused.
        RawValue::from_string(print(&self.members)).unwrap_or_default()
    }

    /// Brings the text of `tables` up to date with the elements.
    fn print_elements(&mut self) {
        let texts: Vec<&str> = self.elements.iter().map(Element::text).collect();
        let array = format!("[{}]", texts.join(","));
        match self.members.iter_mut().find(|member| member.is(ELEMENTS)) {
            Some(tables) => tables.value = array.into(),
            None => self.members.push(Member::new(ELEMENTS, &array)),
        }
    }
}

/// One element of `tables`, as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Element {
    text: Arc<str>,
    name: Option<Arc<str>>,
}

impl Element {
    /// An element to be written: a JSON object with a string `name`.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let element = Self::of_any_kind(text);
        if element.name.is_some() { Ok(element) } else { Err(DocumentError::Nameless) }
    }

    /// Whatever the array holds. What is not an object with a string `name` can be kept but not addressed.
    fn of_any_kind(text: &str) -> Self {
        let name = members(text).and_then(|members| {
            // As in most JSON readers, the last of several equal keys counts.
            let name = members.iter().rfind(|member| member.is("name"))?;
            serde_json::from_str::<String>(&name.value).ok().map(Arc::from)
        });
        Self { text: Arc::from(text), name }
    }

    /// The `name`, decoded. None for something that is not an object with a string `name`.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The JSON text, exactly as read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The element as a value, for judging. Never to be written back: it has lost spelling and duplicate keys.
    pub fn value(&self) -> serde_json::Value {
        // Nesting beyond serde_json's limit, or half a surrogate pair: no table, so nothing equals it.
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The element that results from [`merge()`].
    pub fn merged(
        existing: Option<&Element>,
        wanted: &serde_json::Value,
        shape: &Shape,
        same: Same<'_>,
    ) -> Result<Element, Uneditable> {
        let text = merge(existing.map(Element::text), wanted, shape, same)?;
        Element::parse(&text).map_err(|_| Uneditable::Nameless)
    }
}
