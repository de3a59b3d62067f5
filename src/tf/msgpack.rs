//! Values on the wire: MessagePack as Terraform writes it, directed by the type, in both directions.
//!
//! The mapping is that of Terraform's object wire format: numbers that fit are integers, others decimal text;
//! unknown is an extension value; an object carries every attribute. Unknown values may come with refinements
//! (a prefix, a range), which are promises about the final value: they are read over and never made.

use rmp::Marker;
use rmp::decode::{self, RmpRead as _};
use rmp::encode;

use super::number::Number;
use super::path::Path;
use super::types::Type;
use super::value::{Attributes, Value};

/// Deeper nesting than any schema has; a guard for the stack.
const MAX_DEPTH: usize = 64;

/// The one extension value that stands for "unknown": type 0, one byte of no meaning.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

/// Bytes or a value that do not fit the type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
pub struct CodecError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong there.
    pub reason: String,
}

impl CodecError {
    pub(super) fn new(path: &Path, reason: impl Into<String>) -> Self {
        Self { path: path.clone(), reason: reason.into() }
    }
}

/// Writes `value`, which must be of type `ty`. Attributes that an object lacks are written as null.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::new();
    write(&mut bytes, value, ty, &Path::default())?;
    Ok(bytes)
}

/// Reads a value of type `ty`. No bytes at all mean null; bytes after the value are ignored.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    read(&mut Reader { rest: bytes, depth: 0 }, ty, &Path::default())
}

fn write(bytes: &mut Vec<u8>, value: &Value, ty: &Type, path: &Path) -> Result<(), CodecError> {
    let too_long = |_| CodecError::new(path, "is too long for the protocol");
    match (value, ty) {
        (Value::Null, _) => bytes.push(Marker::Null.to_u8()),
        (Value::Unknown, _) => bytes.extend(UNKNOWN),
        (Value::Dynamic(inner), Type::Dynamic) => {
            bytes.push(Marker::FixArray(2).to_u8());
            let notation = inner.0.to_json().to_string();
            // Writing into a vector cannot fail; the length is the only thing that can be wrong.
            let _ = encode::write_bin_len(bytes, length(notation.len()).map_err(too_long)?);
            bytes.extend(notation.as_bytes());
            write(bytes, &inner.1, &inner.0, path)?;
        }
        (Value::Bool(truth), Type::Bool) => {
            bytes.push(if *truth { Marker::True } else { Marker::False }.to_u8());
        }
        (Value::Number(Number::Integer(integer)), Type::Number) => {
            let _ = encode::write_sint(bytes, *integer);
        }
        (Value::Number(Number::Decimal(digits)), Type::Number) => {
            let _ = encode::write_str(bytes, digits);
        }
        (Value::String(text), Type::String) => {
            length(text.len()).map_err(too_long)?;
            let _ = encode::write_str(bytes, text);
        }
        (Value::List(elements), Type::List(element)) | (Value::Set(elements), Type::Set(element)) => {
            let _ = encode::write_array_len(bytes, length(elements.len()).map_err(too_long)?);
            for (index, value) in elements.iter().enumerate() {
                write(bytes, value, element, &path.index(index))?;
            }
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let _ = encode::write_array_len(bytes, length(elements.len()).map_err(too_long)?);
            for (index, (value, ty)) in elements.iter().zip(types).enumerate() {
                write(bytes, value, ty, &path.index(index))?;
            }
        }
        (Value::Map(elements), Type::Map(element)) => {
            let _ = encode::write_map_len(bytes, length(elements.len()).map_err(too_long)?);
            for (key, value) in elements {
                let _ = encode::write_str(bytes, key);
                write(bytes, value, element, &path.key(key))?;
            }
        }
        (Value::Object(attributes), Type::Object(types)) => {
            if let Some(stranger) = attributes.keys().find(|name| !types.contains_key(*name)) {
                return Err(CodecError::new(&path.join(stranger), "is not an attribute of this type"));
            }
            let _ = encode::write_map_len(bytes, length(types.len()).map_err(too_long)?);
            for (name, ty) in types {
                let _ = encode::write_str(bytes, name);
                write(bytes, attributes.get(name).unwrap_or(&Value::Null), ty, &path.join(name))?;
            }
        }
        _ => return Err(CodecError::new(path, format!("is not of type {}", ty.to_json()))),
    }
    Ok(())
}

fn length(length: usize) -> Result<u32, std::num::TryFromIntError> {
    u32::try_from(length)
}

struct Reader<'bytes> {
    rest: &'bytes [u8],
    depth: usize,
}

impl<'bytes> Reader<'bytes> {
    fn peek(&self, path: &Path) -> Result<Marker, CodecError> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(|| truncated(path))
    }

    fn marker(&mut self, path: &Path) -> Result<Marker, CodecError> {
        let marker = self.peek(path)?;
        self.rest = &self.rest[1..];
        Ok(marker)
    }

    fn take(&mut self, count: usize, path: &Path) -> Result<&'bytes [u8], CodecError> {
        if count > self.rest.len() {
            return Err(truncated(path));
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(taken)
    }

    fn big_endian(&mut self, width: usize, path: &Path) -> Result<usize, CodecError> {
        let bytes = self.take(width, path)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    /// Bytes of a string; Terraform also accepts the binary form.
    fn text(&mut self, path: &Path) -> Result<&'bytes str, CodecError> {
        let count = match self.marker(path)? {
            Marker::FixStr(count) => usize::from(count),
            Marker::Str8 | Marker::Bin8 => self.big_endian(1, path)?,
            Marker::Str16 | Marker::Bin16 => self.big_endian(2, path)?,
            Marker::Str32 | Marker::Bin32 => self.big_endian(4, path)?,
            _ => return Err(CodecError::new(path, "is not text")),
        };
        std::str::from_utf8(self.take(count, path)?).map_err(|_| CodecError::new(path, "is not valid UTF-8"))
    }

    fn array(&mut self, path: &Path) -> Result<usize, CodecError> {
        match self.marker(path)? {
            Marker::FixArray(count) => Ok(usize::from(count)),
            Marker::Array16 => self.big_endian(2, path),
            Marker::Array32 => self.big_endian(4, path),
            _ => Err(CodecError::new(path, "is not a list")),
        }
    }

    fn map(&mut self, path: &Path) -> Result<usize, CodecError> {
        match self.marker(path)? {
            Marker::FixMap(count) => Ok(usize::from(count)),
            Marker::Map16 => self.big_endian(2, path),
            Marker::Map32 => self.big_endian(4, path),
            _ => Err(CodecError::new(path, "is not an object")),
        }
    }

    /// Reads over an extension value, whatever it says; false where there is none.
    fn skip_unknown(&mut self, path: &Path) -> Result<bool, CodecError> {
        let payload = match self.peek(path)? {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => 0,
            _ => return Ok(false),
        };
        let payload = match self.marker(path)? {
            Marker::Ext8 => self.big_endian(1, path)?,
            Marker::Ext16 => self.big_endian(2, path)?,
            Marker::Ext32 => self.big_endian(4, path)?,
            _ => payload,
        };
        let kind = 1;
        self.take(kind, path)?;
        self.take(payload, path)?;
        Ok(true)
    }
}

fn truncated(path: &Path) -> CodecError {
    CodecError::new(path, "ends too early")
}

fn read(reader: &mut Reader<'_>, ty: &Type, path: &Path) -> Result<Value, CodecError> {
    if reader.skip_unknown(path)? {
        return Ok(Value::Unknown);
    }
    if reader.peek(path)? == Marker::Null {
        reader.marker(path)?;
        return Ok(Value::Null);
    }
    if reader.depth == MAX_DEPTH {
        return Err(CodecError::new(path, "is nested too deeply"));
    }
    reader.depth += 1;
    let value = read_known(reader, ty, path);
    reader.depth -= 1;
    value
}

fn read_known(reader: &mut Reader<'_>, ty: &Type, path: &Path) -> Result<Value, CodecError> {
    match ty {
        Type::Bool => match reader.marker(path)? {
            Marker::True => Ok(Value::Bool(true)),
            Marker::False => Ok(Value::Bool(false)),
            _ => Err(CodecError::new(path, "is not a truth value")),
        },
        Type::Number => read_number(reader, path).map(Value::Number),
        Type::String => reader.text(path).map(Value::string),
        Type::List(element) => Ok(Value::List(read_elements(reader, element, path)?)),
        Type::Set(element) => Ok(Value::set(read_elements(reader, element, path)?)),
        Type::Map(element) => {
            let mut elements = Attributes::new();
            for _ in 0..reader.map(path)? {
                let key = reader.text(path)?;
                elements.insert(key.to_owned(), read(reader, element, &path.key(key))?);
            }
            Ok(Value::Map(elements))
        }
        Type::Tuple(types) => {
            if reader.array(path)? != types.len() {
                return Err(CodecError::new(path, format!("is not a tuple of {}", types.len())));
            }
            let each = types.iter().enumerate().map(|(index, ty)| read(reader, ty, &path.index(index)));
            Ok(Value::List(each.collect::<Result<_, _>>()?))
        }
        Type::Object(types) => read_object(reader, types, path),
        Type::Dynamic => {
            if reader.array(path)? != 2 {
                return Err(CodecError::new(path, "does not say its type"));
            }
            let notation = serde_json::from_str(reader.text(path)?);
            let ty = notation.ok().and_then(|notation| Type::from_json(&notation).ok());
            let ty = ty.ok_or_else(|| CodecError::new(path, "names a type that Terraform does not have"))?;
            let value = read(reader, &ty, path)?;
            Ok(Value::Dynamic(Box::new((ty, value))))
        }
    }
}

fn read_elements(reader: &mut Reader<'_>, element: &Type, path: &Path) -> Result<Vec<Value>, CodecError> {
    // The announced count is not trusted with an allocation: every element has at least one byte to show.
    (0..reader.array(path)?).map(|index| read(reader, element, &path.index(index))).collect()
}

fn read_object(
    reader: &mut Reader<'_>,
    types: &std::collections::BTreeMap<String, Type>,
    path: &Path,
) -> Result<Value, CodecError> {
    let mut attributes: Attributes = types.keys().map(|name| (name.clone(), Value::Null)).collect();
    for _ in 0..reader.map(path)? {
        let name = reader.text(path)?;
        let path = path.join(name);
        let ty = types.get(name).ok_or_else(|| CodecError::new(&path, "is not an attribute of this type"))?;
        attributes.insert(name.to_owned(), read(reader, ty, &path)?);
    }
    Ok(Value::Object(attributes))
}

fn read_number(reader: &mut Reader<'_>, path: &Path) -> Result<Number, CodecError> {
    let wrong = |reason: String| CodecError::new(path, reason);
    match reader.peek(path)? {
        Marker::F32 => {
            reader.marker(path)?;
            let float = reader.rest.read_data_f32().map_err(|_| truncated(path))?;
            Number::from_f64(f64::from(float)).map_err(|error| wrong(error.to_string()))
        }
        Marker::F64 => {
            reader.marker(path)?;
            let float = reader.rest.read_data_f64().map_err(|_| truncated(path))?;
            Number::from_f64(float).map_err(|error| wrong(error.to_string()))
        }
        Marker::U64 => {
            reader.marker(path)?;
            let integer = reader.rest.read_data_u64().map_err(|_| truncated(path))?;
            Number::parse(&integer.to_string()).map_err(|error| wrong(error.to_string()))
        }
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
            Number::parse(reader.text(path)?).map_err(|error| wrong(error.to_string()))
        }
        _ => {
            let integer: i64 =
                decode::read_int(&mut reader.rest).map_err(|_| wrong("is not a number".into()))?;
            Ok(integer.into())
        }
    }
}

#[cfg(test)]
#[path = "msgpack_tests.rs"]
mod tests;
