//! Avro schemas, read by the Avro project's own library. Knows what ClickHouse makes of each type in its formats `Avro`
//! and `AvroConfluent`; where we differ from its schema inference, the guide on columns says so.

use apache_avro::Schema;
use apache_avro::schema::{Name, NamespaceRef, RecordSchema, ResolvedSchema, UnionSchema, UuidSchema};

use crate::clickhouse::DataType;

use super::options::{Enums, Options};
use super::place::{Place, Problem};
use super::selection::Selection;
use super::shape::{Field, Record, Shape};

const MOST_DIGITS: usize = 76;
/// A longer `FixedString` is refused in tables unless a setting allows it.
const LONGEST_FIXED: usize = 256;

/// Reads the text of a schema.
pub fn read(text: &str, options: &Options, selection: &mut Selection) -> Result<Record, Problem> {
    let schema =
        Schema::parse_str(text).map_err(|error| Problem(format!("This is not an Avro schema: {error}")))?;
    let Schema::Record(record) = &schema else {
        return Err(Place::root().problem("must be a record, whose fields become the columns"));
    };
    let names = ResolvedSchema::try_from(&schema)
        .map_err(|error| Problem(format!("This is not a whole Avro schema: {error}")))?;
    let mut reader = Reader { options, selection, names, open: Vec::new() };
    reader.record(record, None, &Place::root())
}

struct Reader<'call, 'schema> {
    options: &'call Options,
    selection: &'call mut Selection,
    names: ResolvedSchema<'schema>,
    /// The records that we are inside of.
    open: Vec<Name>,
}

impl<'schema> Reader<'_, 'schema> {
    fn record(
        &mut self,
        record: &'schema RecordSchema,
        namespace: NamespaceRef<'_>,
        place: &Place,
    ) -> Result<Record, Problem> {
        let name = record.name.fully_qualified_name(namespace).into_owned();
        if self.open.contains(&name) {
            return Err(place.problem(format!(
                "is recursive: the record `{name}` holds itself, which no type of ClickHouse does. Leave it out with \
                 the option `omit`"
            )));
        }
        let namespace = name.namespace().map(str::to_owned);
        let segment = Some(name.name().to_owned());
        self.open.push(name);
        let mut fields = Vec::new();
        for field in &record.fields {
            let place = place.field(&field.name);
            if self.selection.takes(&place)? {
                let shape = self.shape(&field.schema, namespace.as_deref(), &place)?;
                fields.push(Field { name: field.name.clone(), place, shape });
            }
        }
        self.open.pop();
        Ok(Record { segment, fields })
    }

    fn shape(
        &mut self,
        schema: &'schema Schema,
        namespace: NamespaceRef<'_>,
        place: &Place,
    ) -> Result<Shape, Problem> {
        let scalar = match schema {
            Schema::Record(record) => return Ok(Shape::Record(self.record(record, namespace, place)?)),
            Schema::Array(array) => {
                return Ok(Shape::Array(Box::new(self.shape(&array.items, namespace, &place.elements())?)));
            }
            Schema::Map(map) => {
                let values = self.shape(&map.types, namespace, &place.values())?;
                return Ok(Shape::Map(DataType::String, Box::new(values)));
            }
            Schema::Union(union) => return self.union(union, namespace, place),
            Schema::Ref { name } => return self.reference(name, namespace, place),
            Schema::Null => {
                return Err(
                    place.problem("is always null, so it has no type. Leave it out with the option `omit`")
                );
            }
            Schema::Boolean => DataType::Bool,
            Schema::Int | Schema::TimeMillis => DataType::Int(32),
            Schema::Long | Schema::TimeMicros => DataType::Int(64),
            Schema::Float => DataType::Float(32),
            Schema::Double => DataType::Float(64),
            Schema::Bytes | Schema::String | Schema::BigDecimal | Schema::Uuid(UuidSchema::Bytes) => {
                DataType::String
            }
            Schema::Uuid(UuidSchema::String) => DataType::Uuid,
            Schema::Fixed(fixed) | Schema::Duration(fixed) | Schema::Uuid(UuidSchema::Fixed(fixed)) => {
                fixed_string(fixed.size, place)?
            }
            Schema::Enum(symbols) => self.symbols(&symbols.symbols),
            Schema::Decimal(decimal) if decimal.precision > MOST_DIGITS => {
                return Err(place.problem(format!(
                    "is a decimal of {} digits, and ClickHouse has {MOST_DIGITS} at most. Leave it out with the option \
                     `omit`",
                    decimal.precision
                )));
            }
            Schema::Decimal(decimal) => {
                DataType::Decimal { precision: decimal.precision, scale: decimal.scale }
            }
            Schema::Date => DataType::Date32,
            Schema::TimestampMillis => DataType::DateTime64(3),
            Schema::TimestampMicros => DataType::DateTime64(6),
            Schema::TimestampNanos => DataType::DateTime64(9),
            // What the clock on the wall showed: in any other time zone ClickHouse would show another time.
            Schema::LocalTimestampMillis => DataType::DateTime64Utc(3),
            Schema::LocalTimestampMicros => DataType::DateTime64Utc(6),
            Schema::LocalTimestampNanos => DataType::DateTime64Utc(9),
        };
        Ok(Shape::Scalar(scalar))
    }

    fn union(
        &mut self,
        union: &'schema UnionSchema,
        namespace: NamespaceRef<'_>,
        place: &Place,
    ) -> Result<Shape, Problem> {
        let mut members = Vec::new();
        for member in union.variants().iter().filter(|member| **member != Schema::Null) {
            members.push(self.shape(member, namespace, place)?);
        }
        match (members.len(), union.is_nullable()) {
            (0, _) => self.shape(&Schema::Null, namespace, place),
            (1, nullable) => {
                let only = members.remove(0);
                Ok(if nullable { only.or_null() } else { only })
            }
            _ => Ok(Shape::Union(members)),
        }
    }

    fn reference(
        &mut self,
        name: &Name,
        namespace: NamespaceRef<'_>,
        place: &Place,
    ) -> Result<Shape, Problem> {
        let name = name.fully_qualified_name(namespace).into_owned();
        let Some(schema) = self.names.get_names().get(&name).copied() else {
            return Err(place.problem(format!("refers to `{name}`, which the schema does not define")));
        };
        self.shape(schema, name.namespace(), place)
    }

    fn symbols(&self, symbols: &[String]) -> DataType {
        let numbered: Option<Vec<_>> = symbols
            .iter()
            .zip(0_u32..)
            .map(|(symbol, number)| Some((symbol.clone(), i16::try_from(number).ok()?)))
            .collect();
        match (self.options.enums, numbered) {
            (Enums::Enum, Some(numbered)) => DataType::Enum(numbered),
            _ => DataType::String,
        }
    }
}

fn fixed_string(size: usize, place: &Place) -> Result<DataType, Problem> {
    if (1..=LONGEST_FIXED).contains(&size) {
        return Ok(DataType::FixedString(size));
    }
    Err(place.problem(format!(
        "has {size} bytes, and ClickHouse accepts a `FixedString` of 1 to {LONGEST_FIXED} in a table. Leave it out with \
         the option `omit`"
    )))
}
