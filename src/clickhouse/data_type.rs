//! The types of columns, and how ClickHouse writes them. Whether a type is allowed in a table is not decided here.

use std::fmt;

use super::quote::{identifier, quote_string};

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// `true` or `false`.
    Bool,
    /// A signed integer of 8 to 256 bits.
    Int(u16),
    /// An unsigned integer of 8 to 256 bits.
    UInt(u16),
    /// A floating point number of 32 or 64 bits.
    Float(u16),
    /// A decimal number of up to 76 digits.
    Decimal {
        /// Digits in all.
        precision: usize,
        /// Digits after the point.
        scale: usize,
    },
    /// Bytes of any length, usually text.
    String,
    /// So many bytes.
    FixedString(usize),
    /// A UUID.
    Uuid,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A date from 1900 to 2299.
    Date32,
    /// A moment with so many digits after the seconds, shown in the server's time zone.
    DateTime64(u8),
    /// The same, shown in UTC.
    DateTime64Utc(u8),
    /// One of some names, each with its number. Written as `Enum8` where all numbers fit.
    Enum(Vec<(String, i16)>),
    /// The same or nothing.
    Nullable(Box<DataType>),
    /// Any number of one type.
    Array(Box<DataType>),
    /// Values of one type, each under a key.
    Map(Box<DataType>, Box<DataType>),
    /// Named elements.
    Tuple(Vec<(String, DataType)>),
    /// One of several types, or nothing.
    Variant(Vec<DataType>),
}

impl fmt::Display for DataType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => formatter.write_str("Bool"),
            Self::Int(bits) => write!(formatter, "Int{bits}"),
            Self::UInt(bits) => write!(formatter, "UInt{bits}"),
            Self::Float(bits) => write!(formatter, "Float{bits}"),
            Self::Decimal { precision, scale } => write!(formatter, "Decimal({precision}, {scale})"),
            Self::String => formatter.write_str("String"),
            Self::FixedString(size) => write!(formatter, "FixedString({size})"),
            Self::Uuid => formatter.write_str("UUID"),
            Self::Ipv4 => formatter.write_str("IPv4"),
            Self::Ipv6 => formatter.write_str("IPv6"),
            Self::Date32 => formatter.write_str("Date32"),
            Self::DateTime64(digits) => write!(formatter, "DateTime64({digits})"),
            Self::DateTime64Utc(digits) => write!(formatter, "DateTime64({digits}, 'UTC')"),
            Self::Enum(names) => {
                // ClickHouse shows them in the order of their numbers.
                let mut names: Vec<_> = names.iter().collect();
                names.sort_by_key(|(_, number)| *number);
                let is_small = names.iter().all(|(_, number)| i8::try_from(*number).is_ok());
                let each = names.iter().map(|(name, number)| format!("{} = {number}", quote_string(name)));
                write!(formatter, "Enum{}({})", if is_small { 8 } else { 16 }, joined(each))
            }
            Self::Nullable(inner) => write!(formatter, "Nullable({inner})"),
            Self::Array(inner) => write!(formatter, "Array({inner})"),
            Self::Map(key, value) => write!(formatter, "Map({key}, {value})"),
            Self::Tuple(elements) => {
                let each = elements.iter().map(|(name, element)| format!("{} {element}", identifier(name)));
                write!(formatter, "Tuple({})", joined(each))
            }
            Self::Variant(members) => {
                let mut each: Vec<_> = members.iter().map(ToString::to_string).collect();
                // ClickHouse shows them in this order, whatever the order they were given in.
                each.sort();
                write!(formatter, "Variant({})", each.join(", "))
            }
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_clickhouse_writes_them() {
        let numbers = DataType::Array(Box::new(DataType::Nullable(Box::new(DataType::Int(32)))));
        let tuple = DataType::Tuple(vec![("id".into(), DataType::UInt(64)), ("odd name".into(), numbers)]);
        assert_eq!(tuple.to_string(), "Tuple(id UInt64, `odd name` Array(Nullable(Int32)))");
        let variant = DataType::Variant(vec![DataType::String, DataType::Bool]);
        let map = DataType::Map(Box::new(DataType::String), Box::new(variant));
        assert_eq!(map.to_string(), "Map(String, Variant(Bool, String))");
        assert_eq!(DataType::DateTime64Utc(9).to_string(), "DateTime64(9, 'UTC')");
    }

    #[test]
    fn an_enum_is_as_wide_as_its_numbers() {
        let names = |numbers: &[i16]| {
            DataType::Enum(numbers.iter().map(|number| (format!("it's {number}"), *number)).collect())
        };
        assert_eq!(names(&[-128, 127]).to_string(), r"Enum8('it\'s -128' = -128, 'it\'s 127' = 127)");
        assert_eq!(names(&[128]).to_string(), r"Enum16('it\'s 128' = 128)");
    }
}
