//! The options that come last in a call, a map of text: `{ nested = "flatten" }`. Knows what they are called and what
//! they may be; what they do is decided where they are looked at.

use crate::tf::checks::{list_of_code, nearest};
use crate::tf::{FunctionError, Value};

/// An option, by what it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// [`Options::nested`].
    Nested,
    /// [`Options::enums`].
    Enums,
    /// [`Options::names`].
    Names,
    /// [`Options::timestamp_precision`].
    TimestampPrecision,
    /// [`Options::untyped`].
    Untyped,
    /// [`Options::omit`].
    Omit,
}

/// What becomes of a record inside a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nested {
    /// One column, a `Tuple`.
    Tuple,
    /// A column for each of its fields, with a dot in the name.
    Flatten,
}

/// What becomes of an enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enums {
    /// An `Enum8` or `Enum16`.
    Enum,
    /// A `String`.
    String,
}

/// Which of the two names of a Protobuf field the messages use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// The one of Protobuf's JSON mapping.
    Json,
    /// The one in the file.
    Proto,
}

/// What becomes of a part of a JSON message that no other type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untyped {
    /// Nothing: the schema is refused.
    Refuse,
    /// A `String` with the JSON text.
    String,
}

/// What a call asked for, and the defaults for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Records inside records.
    pub nested: Nested,
    /// Enumerations.
    pub enums: Enums,
    /// Names of Protobuf fields.
    pub names: Names,
    /// Digits after the seconds where the schema does not say how many there are.
    pub timestamp_precision: u8,
    /// What has no type.
    pub untyped: Untyped,
    /// Places that are left out.
    pub omit: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nested: Nested::Tuple,
            enums: Enums::Enum,
            names: Names::Json,
            // Of more digits ClickHouse reaches less far: beyond 2262 it fails to read the message, and a timestamp that
            // means "never" stops the table.
            timestamp_precision: 6,
            untyped: Untyped::Refuse,
            omit: Vec::new(),
        }
    }
}

impl Key {
    const fn name(self) -> &'static str {
        match self {
            Self::Nested => "nested",
            Self::Enums => "enums",
            Self::Names => "names",
            Self::TimestampPrecision => "timestamp_precision",
            Self::Untyped => "untyped",
            Self::Omit => "omit",
        }
    }

    /// The values it may have; none where any will do.
    const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Nested => &["tuple", "flatten"],
            Self::Enums => &["enum", "string"],
            Self::Names => &["json", "proto"],
            Self::TimestampPrecision => &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            Self::Untyped => &["error", "string"],
            Self::Omit => &[],
        }
    }
}

impl Options {
    /// Reads what was passed after the first `position` arguments: nothing, or one map with keys from `known`. What is
    /// not in it stays as it is here.
    pub fn read(mut self, rest: &[Value], position: usize, known: &[Key]) -> Result<Self, FunctionError> {
        let wrong = |argument, message| Err(FunctionError { message, argument: Some(argument) });
        let [options] = rest else {
            let Some(_) = rest.first() else { return Ok(self) };
            return wrong(
                position + 1,
                "Options are given as one map; put them all into the first".to_owned(),
            );
        };
        for (name, value) in options.as_object().into_iter().flatten() {
            let Some(key) = known.iter().copied().find(|key| key.name() == name) else {
                return wrong(position, unknown(name, known));
            };
            // Null means "not given", as everywhere in Terraform.
            let Some(value) = value.as_str() else { continue };
            if !key.values().is_empty() && !key.values().contains(&value) {
                let allowed = list_of_code(key.values());
                return wrong(
                    position,
                    format!("The option `{name}` is \"{value}\", and may be one of {allowed}"),
                );
            }
            self.set(key, value);
        }
        Ok(self)
    }

    fn set(&mut self, key: Key, value: &str) {
        let is = |text| value == text;
        match key {
            Key::Nested => self.nested = if is("flatten") { Nested::Flatten } else { Nested::Tuple },
            Key::Enums => self.enums = if is("string") { Enums::String } else { Enums::Enum },
            Key::Names => self.names = if is("proto") { Names::Proto } else { Names::Json },
            Key::TimestampPrecision => {
                self.timestamp_precision = value.parse().unwrap_or(self.timestamp_precision);
            }
            Key::Untyped => self.untyped = if is("string") { Untyped::String } else { Untyped::Refuse },
            Key::Omit => {
                let places = value.split(',').map(str::trim).filter(|place| !place.is_empty());
                self.omit = places.map(str::to_owned).collect();
            }
        }
    }
}

fn unknown(name: &str, known: &[Key]) -> String {
    let names: Vec<_> = known.iter().map(|key| key.name()).collect();
    let guess = nearest(name, &names).map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    format!("There is no option `{name}`.{guess} The options of this function are {}", list_of_code(&names))
}
