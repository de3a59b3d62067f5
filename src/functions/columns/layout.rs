//! From the shape of a message to the columns of a table: what becomes a column of its own, where ClickHouse allows
//! `Nullable`, and what Aiven accepts. Knows no schema language.

use std::collections::BTreeSet;

use crate::clickhouse::{DataType, have_supertype};

use super::options::Nested;
use super::place::{Place, Problem};
use super::shape::{Field, Record, Shape};

/// Aiven's limits, from its schema of the integration type `clickhouse_kafka`.
const MOST_COLUMNS: usize = 100;
const LONGEST_NAME: usize = 40;
const LONGEST_TYPE: usize = 1000;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as ClickHouse writes it.
    pub ty: String,
}

/// The columns of a message.
pub fn columns(message: &Record, nested: Nested) -> Result<Vec<Column>, Problem> {
    let mut columns = Vec::new();
    for field in &message.fields {
        add(&mut columns, nested, None, field, false)?;
    }
    if columns.is_empty() {
        return Err(Problem("The schema has no field to make a column of".to_owned()));
    }
    if columns.len() > MOST_COLUMNS {
        return Err(Problem(format!(
            "The schema has {} columns, and Aiven accepts {MOST_COLUMNS} in a table. Leave some out with the option \
             `omit`, or keep records together with `nested = \"tuple\"`",
            columns.len()
        )));
    }
    let mut names = BTreeSet::new();
    match columns.iter().find(|column| !names.insert(&column.name)) {
        Some(twin) => {
            Err(Problem(format!("Two fields of the schema would become the column `{}`", twin.name)))
        }
        None => Ok(columns),
    }
}

/// Adds the column of a field, or those of the fields in it.
fn add(
    columns: &mut Vec<Column>,
    nested: Nested,
    outer: Option<&str>,
    field: &Field,
    nullable: bool,
) -> Result<(), Problem> {
    let mut name = outer.map_or_else(|| field.name.clone(), |outer| format!("{outer}.{}", field.name));
    let (shape, nullable_here) = match &field.shape {
        Shape::Nullable(shape) => (shape.as_ref(), true),
        shape => (shape, false),
    };
    if let (Shape::Record(record), Nested::Flatten) = (shape, nested) {
        if let (Some(segment), true) = (&record.segment, nullable_here) {
            name = format!("{name}.{segment}");
        }
        return record
            .fields
            .iter()
            .try_for_each(|inner| add(columns, nested, Some(&name), inner, nullable || nullable_here));
    }
    let ty = data_type(shape, nullable || nullable_here, &field.place)?.to_string();
    let long = |what: &str, characters: usize, most: usize, advice: &str| {
        let text = format!(
            "becomes a column whose {what} has {characters} characters, and Aiven accepts {most}. {advice}"
        );
        field.place.problem(text)
    };
    let (name_length, type_length) = (name.chars().count(), ty.chars().count());
    if name_length > LONGEST_NAME {
        let advice =
            "Leave it out with the option `omit`, or keep records together with `nested = \"tuple\"`";
        return Err(long("name", name_length, LONGEST_NAME, advice));
    }
    if type_length > LONGEST_TYPE {
        let advice = "Leave it or parts of it out with the option `omit`, or make several columns of it with \
                      `nested = \"flatten\"`";
        return Err(long("type", type_length, LONGEST_TYPE, advice));
    }
    columns.push(Column { name, ty });
    Ok(())
}

/// The type of a whole. ClickHouse has no null array, map or tuple: the first two are empty then, and of a record that
/// is missing every field is null, so that it differs from one that is full of zeros.
fn data_type(shape: &Shape, nullable: bool, place: &Place) -> Result<DataType, Problem> {
    match shape {
        Shape::Scalar(scalar) if nullable => Ok(DataType::Nullable(Box::new(scalar.clone()))),
        Shape::Scalar(scalar) => Ok(scalar.clone()),
        Shape::Nullable(inner) => data_type(inner, true, place),
        Shape::Array(elements) => {
            Ok(DataType::Array(Box::new(data_type(elements, false, &place.elements())?)))
        }
        Shape::Map(key, values) => {
            let values = data_type(values, false, &place.values())?;
            Ok(DataType::Map(Box::new(key.clone()), Box::new(values)))
        }
        Shape::Record(record) if record.fields.is_empty() => {
            Err(place.problem("is a record without fields, which no type of ClickHouse holds. Leave it out with the option `omit`"))
        }
        Shape::Record(record) => {
            let each = record.fields.iter().map(|field| {
                Ok((field.name.clone(), data_type(&field.shape, nullable, &field.place)?))
            });
            Ok(DataType::Tuple(each.collect::<Result<_, _>>()?))
        }
        Shape::Union(members) => variant(members, place),
    }
}

fn variant(members: &[Shape], place: &Place) -> Result<DataType, Problem> {
    let members: Vec<_> =
        members.iter().map(|member| data_type(member, false, place)).collect::<Result<_, _>>()?;
    for (index, one) in members.iter().enumerate() {
        if let Some(other) = members[..index].iter().find(|other| have_supertype(one, other)) {
            return Err(place.problem(format!(
                "is a union of `{other}` and `{one}`, and ClickHouse refuses a `Variant` of types so alike. Leave it \
                 out with the option `omit`"
            )));
        }
    }
    Ok(DataType::Variant(members))
}
