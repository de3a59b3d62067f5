//! Types that were read, as those that are written: the latter are fewer.

use super::ColumnType;
use crate::clickhouse::DataType;

impl ColumnType {
    /// The same type among those that schemas are turned into, if it is one of them.
    pub(super) fn data_type(&self) -> Option<DataType> {
        let only = || self.inner.first().and_then(Self::data_type).map(Box::new);
        let number = |index: usize| self.before.get(index).and_then(|text| text.parse().ok());
        let bits = |start: &str| self.family.and_then(|family| family.strip_prefix(start)?.parse().ok());
        Some(match self.family? {
            "Bool" => DataType::Bool,
            "String" => DataType::String,
            "UUID" => DataType::Uuid,
            "IPv4" => DataType::Ipv4,
            "IPv6" => DataType::Ipv6,
            "Date32" => DataType::Date32,
            "Decimal" => DataType::Decimal { precision: number(0)?, scale: number(1)? },
            "FixedString" => DataType::FixedString(number(0)?),
            "DateTime64" => match self.before.get(1).map(String::as_str) {
                None => DataType::DateTime64(self.before.first()?.parse().ok()?),
                Some("'UTC'") => DataType::DateTime64Utc(self.before.first()?.parse().ok()?),
                Some(_) => return None,
            },
            // Its names say nothing of the types that it resembles.
            "Enum8" | "Enum16" => DataType::Enum(Vec::new()),
            "Nullable" => DataType::Nullable(only()?),
            "Array" => DataType::Array(only()?),
            "Map" => DataType::Map(only()?, Box::new(self.inner.get(1)?.data_type()?)),
            "Tuple" => {
                let name = |index: usize| self.names.get(index).cloned().unwrap_or_default();
                let elements = self.inner.iter().enumerate();
                DataType::Tuple(
                    elements
                        .map(|(index, ty)| Some((name(index), ty.data_type()?)))
                        .collect::<Option<_>>()?,
                )
            }
            _ => {
                let int = bits("Int").map(DataType::Int);
                let unsigned = || bits("UInt").map(DataType::UInt);
                int.or_else(unsigned).or_else(|| bits("Float").map(DataType::Float))?
            }
        })
    }
}
