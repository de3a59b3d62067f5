//! Protobuf schemas, compiled by `protox`.
//!
//! No format that Aiven offers for Kafka tables reads Protobuf, so the messages in question are JSON that a program wrote
//! from Protobuf messages, by the mapping that Protobuf itself defines. Names and types are those of that mapping.

mod compile;
mod well_known;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use crate::clickhouse::DataType;

use super::options::{Enums, Names, Options, Untyped};
use super::place::{Place, Problem};
use super::selection::Selection;
use super::shape::{Field, Record, Shape};

pub use compile::{compile, message};
use well_known::{WellKnown, well_known};

/// Reads a message.
pub fn read(
    message: &MessageDescriptor,
    options: &Options,
    selection: &mut Selection,
) -> Result<Record, Problem> {
    Reader { options, selection, open: Vec::new() }.record(message, &Place::root())
}

struct Reader<'call> {
    options: &'call Options,
    selection: &'call mut Selection,
    /// The messages that we are inside of.
    open: Vec<MessageDescriptor>,
}

impl Reader<'_> {
    fn record(&mut self, message: &MessageDescriptor, place: &Place) -> Result<Record, Problem> {
        self.open.push(message.clone());
        let mut fields = Vec::new();
        // In the order of the text; the library's own iterator goes by number.
        let declared = message.descriptor_proto().field.iter();
        for field in declared.filter_map(|field| message.get_field_by_name(field.name())) {
            let name = match self.options.names {
                Names::Json => field.json_name(),
                Names::Proto => field.name(),
            };
            let place = place.field(name);
            if self.selection.takes(&place)? {
                let shape = self.field(&field, &place)?;
                fields.push(Field { name: name.to_owned(), place, shape });
            }
        }
        self.open.pop();
        Ok(Record { segment: None, fields })
    }

    fn field(&mut self, field: &FieldDescriptor, place: &Place) -> Result<Shape, Problem> {
        let kind = field.kind();
        if let (true, Kind::Message(entry)) = (field.is_map(), &kind) {
            let values = self.shape(&entry.map_entry_value_field().kind(), &place.values())?;
            let key = match self.shape(&entry.map_entry_key_field().kind(), place)? {
                // In JSON, keys are text, and of text ClickHouse makes keys of any type but this one.
                Shape::Scalar(key) if key != DataType::Bool => key,
                _ => DataType::String,
            };
            return Ok(Shape::Map(key, Box::new(values)));
        }
        if field.is_list() {
            return Ok(Shape::Array(Box::new(self.shape(&kind, &place.elements())?)));
        }
        match self.shape(&kind, place)? {
            // Only of these it is known whether they are there. Others are left out of the message when they are zero,
            // and so are all fields of a message that is missing itself: zero it is, as for any reader of Protobuf.
            Shape::Scalar(scalar) if field.supports_presence() && !field.is_required() => {
                Ok(Shape::Scalar(scalar).or_null())
            }
            Shape::Scalar(DataType::Enum(numbered)) if numbered.iter().any(|(_, number)| *number < 0) => {
                Err(place.problem(
                    "is of an enumeration with a negative number. Messages leave the field out when it is zero, and for \
                     what is left out ClickHouse puts the smallest number. Use the option `enums = \"string\"`",
                ))
            }
            shape => Ok(shape),
        }
    }

    fn shape(&mut self, kind: &Kind, place: &Place) -> Result<Shape, Problem> {
        let scalar = match kind {
            Kind::Message(message) => return self.message(message, place),
            Kind::Double => DataType::Float(64),
            Kind::Float => DataType::Float(32),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => DataType::Int(32),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => DataType::Int(64),
            Kind::Uint32 | Kind::Fixed32 => DataType::UInt(32),
            Kind::Uint64 | Kind::Fixed64 => DataType::UInt(64),
            Kind::Bool => DataType::Bool,
            Kind::String | Kind::Bytes => DataType::String,
            Kind::Enum(names) => self.numbered(names, place)?,
        };
        Ok(Shape::Scalar(scalar))
    }

    fn message(&mut self, message: &MessageDescriptor, place: &Place) -> Result<Shape, Problem> {
        let name = message.full_name();
        match well_known(name, self.options.timestamp_precision) {
            Some(WellKnown::Scalar(scalar)) => Ok(Shape::Scalar(scalar)),
            Some(WellKnown::Anything) => {
                self.untyped(place, &format!("is a `{name}`, which may hold anything"))
            }
            None if self.open.contains(message) => {
                self.untyped(place, &format!("is recursive: the message `{name}` holds itself"))
            }
            None => Ok(Shape::Record(self.record(message, place)?)),
        }
    }

    fn numbered(&self, names: &EnumDescriptor, place: &Place) -> Result<DataType, Problem> {
        if self.options.enums == Enums::String {
            return Ok(DataType::String);
        }
        let mut numbered: Vec<(String, i16)> = Vec::new();
        // In the order of the text, in which the first of several names with one number counts.
        for value in &names.enum_descriptor_proto().value {
            let Ok(number) = i16::try_from(value.number()) else {
                return Err(place.problem(format!(
                    "is of the enumeration `{}`, in which `{}` has the number {}; ClickHouse has 16 bits for it. Use \
                     the option `enums = \"string\"`",
                    names.full_name(),
                    value.name(),
                    value.number()
                )));
            };
            // Of names with one number, the mapping writes the first.
            if numbered.iter().all(|(_, known)| *known != number) {
                numbered.push((value.name().to_owned(), number));
            }
        }
        Ok(DataType::Enum(numbered))
    }

    fn untyped(&self, place: &Place, reason: &str) -> Result<Shape, Problem> {
        match self.options.untyped {
            Untyped::String => Ok(Shape::Scalar(DataType::String)),
            Untyped::Refuse => Err(place.untyped(reason)),
        }
    }
}
