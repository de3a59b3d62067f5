//! What a schema says, in the few words that all schema languages share. Knows what a value of one place is in
//! ClickHouse, and not yet how the places become columns.

use crate::clickhouse::DataType;

use super::place::Place;

/// What may be in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// One value.
    Scalar(DataType),
    /// Elements of one shape.
    Array(Box<Shape>),
    /// Values of one shape, each under a key.
    Map(DataType, Box<Shape>),
    /// Named fields.
    Record(Record),
    /// This, or nothing.
    Nullable(Box<Shape>),
    /// One of several shapes; whether nothing is one of them makes no difference in ClickHouse.
    Union(Vec<Shape>),
}

/// Fields in the order of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What comes between the name of a field that may be null and the names of the fields in it, when ClickHouse
    /// looks for a flattened column; other readers look for nothing there.
    pub segment: Option<String>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name by which ClickHouse looks for it.
    pub name: String,
    /// Where the schema has it.
    pub place: Place,
    /// What it holds.
    pub shape: Shape,
}

impl Shape {
    /// The same, which may also be nothing; once is enough.
    pub fn or_null(self) -> Self {
        match self {
            Self::Nullable(_) => self,
            shape => Self::Nullable(Box::new(shape)),
        }
    }
}
