//! How a stored `user_config` looks in an answer: as it is, filled, or shuffled. Scalars keep their spelling.
//! Knows nothing of HTTP and changes nothing that is stored.

use crate::document::Document;
use crate::schema::{Kind, Property};
use crate::settings::{Fill, Redaction};
use indexmap::IndexMap;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde::Serialize;
use serde_json::value::RawValue;

/// The arrays whose order the service may change, by key.
const UNORDERED: &[&str] = &["tables", "topics"];

/// JSON taken apart just far enough to add keys and to change orders.
#[derive(Serialize)]
#[serde(untagged)]
enum Node {
    Object(IndexMap<String, Node>),
    Array(Vec<Node>),
    Scalar(Box<RawValue>),
}

/// The document with the keys that a server may fill in.
pub fn filled(document: &Document, kind: &Kind, fill: Fill) -> Document {
    if fill == Fill::Echo {
        return document.clone();
    }
    let mut node = Node::parse(document.raw());
    node.fill(kind, fill);
    node.render().unwrap_or_else(|| document.clone())
}

/// The document with its unordered parts in a random order.
pub fn shuffled(document: &Document, random: &mut StdRng) -> Document {
    let mut node = Node::parse(document.raw());
    node.shuffle(false, random);
    node.render().unwrap_or_else(|| document.clone())
}

/// The document without the values of its secret properties.
pub fn redacted(document: &Document, kind: &Kind, redaction: Redaction) -> Document {
    let mut node = Node::parse(document.raw());
    if let (Node::Object(fields), Kind::Object(properties)) = (&mut node, kind) {
        for property in properties.iter().filter(|property| property.secret) {
            match redaction {
                Redaction::Omit => {
                    fields.shift_remove(property.name);
                }
                Redaction::Null => replace(fields, property.name, "null"),
                Redaction::Mask => replace(fields, property.name, r#""<redacted>""#),
            }
        }
    }
    node.render().unwrap_or_else(|| document.clone())
}

fn replace(fields: &mut IndexMap<String, Node>, name: &str, text: &str) {
    if let (Some(field), Ok(document)) = (fields.get_mut(name), Document::parse(text)) {
        *field = Node::parse(document.raw());
    }
}

impl Node {
    fn parse(raw: &RawValue) -> Self {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'{') => serde_json::from_str::<IndexMap<String, &RawValue>>(text)
                .map(|fields| fields.into_iter().map(|(key, value)| (key, Self::parse(value))).collect())
                .map(Self::Object),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)
                .map(|items| items.into_iter().map(Self::parse).collect())
                .map(Self::Array),
            _ => Ok(Self::Scalar(raw.to_owned())),
        }
        .unwrap_or_else(|_| Self::Scalar(raw.to_owned()))
    }

    fn render(&self) -> Option<Document> {
        serde_json::value::to_raw_value(self).ok().map(|raw| Document::from_raw(&raw))
    }

    fn fill(&mut self, kind: &Kind, fill: Fill) {
        match (self, kind) {
            (Self::Object(fields), Kind::Object(properties)) => {
                for property in *properties {
                    if let Some(present) = fields.get_mut(property.name) {
                        present.fill(&property.kind, fill);
                    } else if let Some(filling) = filling(property, fill) {
                        fields.insert(property.name.to_owned(), filling);
                    }
                }
            }
            (Self::Array(items), Kind::List { of, .. }) => {
                for item in items {
                    item.fill(of, fill);
                }
            }
            _ => {}
        }
    }

    fn shuffle(&mut self, unordered: bool, random: &mut StdRng) {
        match self {
            Self::Object(fields) => {
                let mut pairs: Vec<_> = fields.drain(..).collect();
                for (key, value) in &mut pairs {
                    value.shuffle(UNORDERED.contains(&key.as_str()), random);
                }
                pairs.shuffle(random);
                fields.extend(pairs);
            }
            Self::Array(items) => {
                for item in &mut *items {
                    item.shuffle(false, random);
                }
                if unordered {
                    items.shuffle(random);
                }
            }
            Self::Scalar(_) => {}
        }
    }
}

fn filling(property: &Property, fill: Fill) -> Option<Node> {
    let text = match fill {
        Fill::Echo => None,
        Fill::Defaults => property.default,
        Fill::Undocumented => property.default.or(property.undocumented),
        Fill::Nulls => (!property.required).then_some("null"),
    };
    let document = Document::parse(text?).ok()?;
    Some(Node::parse(document.raw()))
}
