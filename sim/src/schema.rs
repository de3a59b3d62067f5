//! A small language for the rules of a `user_config`, and the JSON Schema text that publishes them.
//! Knows no rule of its own; they are in `schema/`.

pub mod clickhouse_kafka;
pub mod external_kafka;

use crate::settings::Leniency;
use serde_json::{Map, Value, json};

/// What a value must be.
#[derive(Debug)]
pub enum Kind {
    /// A string of `minimum..=maximum` characters.
    Text {
        /// Fewest characters.
        minimum: usize,
        /// Most characters.
        maximum: usize,
        /// A regular expression the text must match, and what a user is told when it does not.
        pattern: Option<(&'static str, &'static str)>,
    },
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A whole number in `minimum..=maximum`.
    Integer {
        /// Smallest value.
        minimum: i64,
        /// Largest value.
        maximum: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// An array.
    List {
        /// Most items.
        maximum: usize,
        /// What every item must be.
        of: &'static Kind,
    },
    /// An object with these properties.
    Object(&'static [Property]),
}

/// A named member of an object.
#[derive(Debug)]
pub struct Property {
    /// The key.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// Whether the object is refused without it.
    pub required: bool,
    /// The documented default, as JSON text.
    pub default: Option<&'static str>,
    /// A default nobody documents, as JSON text; a server may fill it in all the same.
    pub undocumented: Option<&'static str>,
    /// Whether answers hide it unless secrets are asked for.
    pub secret: bool,
    /// Another property that must be present beside this one.
    pub needs: Option<&'static str>,
}

impl Property {
    /// An optional property without a default.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false, default: None, undocumented: None, secret: false, needs: None }
    }

    /// The object is refused without it.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Documents a default, as JSON text.
    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    /// A default that is in nobody's documentation, as JSON text.
    #[must_use]
    pub const fn undocumented(mut self, text: &'static str) -> Self {
        self.undocumented = Some(text);
        self
    }

    /// Hidden from answers.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Refused unless `name` is there too.
    #[must_use]
    pub const fn needs(mut self, name: &'static str) -> Self {
        self.needs = Some(name);
        self
    }
}

impl Kind {
    /// A string of that many characters, of any content.
    pub const fn text(minimum: usize, maximum: usize) -> Self {
        Self::Text { minimum, maximum, pattern: None }
    }

    /// A whole number in that range, both ends included.
    pub const fn integer(minimum: i64, maximum: i64) -> Self {
        Self::Integer { minimum, maximum }
    }

    /// The JSON Schema of this kind, as `integration_types` publishes it and as documents are held against it. Other keys
    /// are forbidden in it where they are refused.
    pub fn json_schema(&self, unknown_keys: Leniency) -> Value {
        match self {
            Self::Text { minimum, maximum, pattern } => {
                let mut schema = json!({"type": "string", "minLength": minimum, "maxLength": maximum});
                if let Some((pattern, advice)) = pattern {
                    schema["pattern"] = json!(pattern);
                    schema["user_error"] = json!(advice);
                }
                schema
            }
            Self::Choice(options) => json!({"type": "string", "enum": options}),
            Self::Integer { minimum, maximum } => {
                json!({"type": "integer", "minimum": minimum, "maximum": maximum})
            }
            Self::Boolean => json!({"type": "boolean"}),
            Self::List { maximum, of } => {
                json!({"type": "array", "maxItems": maximum, "items": of.json_schema(unknown_keys)})
            }
            Self::Object(properties) => object_schema(properties, unknown_keys),
        }
    }
}

fn object_schema(properties: &[Property], unknown_keys: Leniency) -> Value {
    let required: Vec<_> =
        properties.iter().filter(|property| property.required).map(|property| property.name).collect();
    let needs: Map<_, _> = properties
        .iter()
        .filter_map(|property| Some((property.name.to_owned(), json!([property.needs?]))))
        .collect();
    let properties: Map<_, _> = properties
        .iter()
        .map(|property| {
            let mut schema = property.kind.json_schema(unknown_keys);
            if let Some(default) = property.default {
                schema["default"] = serde_json::from_str(default).unwrap_or_default();
            }
            if property.secret {
                schema["_secure"] = json!(true);
            }
            (property.name.to_owned(), schema)
        })
        .collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if unknown_keys == Leniency::Refuse {
        schema["additionalProperties"] = json!(false);
    }
    if !needs.is_empty() {
        schema["dependencies"] = json!(needs);
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}
