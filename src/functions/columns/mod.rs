//! `columns_from_avro`, `columns_from_json_schema` and `columns_from_protobuf`: from the schema of a topic's messages to
//! the attribute `columns` of a table.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `avro`, `json_schema`, `protobuf` | a reader for each language: text in, a [`shape::Record`] out |
//! | `shape`, `place` | what a schema says; where in it, and what is wrong there |
//! | `options`, `selection` | what the caller asked for; which fields are taken |
//! | `layout` | from what a schema says to columns, within ClickHouse's and Aiven's limits |
//! | this one | the functions themselves |
//!
//! The readers know nothing of Terraform, and nothing of each other.

mod avro;
mod json_schema;
mod layout;
mod options;
mod place;
mod protobuf;
mod selection;
mod shape;

use std::sync::Arc;

use crate::tf::{Function, FunctionError, Parameter, Registry, Signature, Type, Value};

use layout::Column;
use options::{Enums, Key, Options};
use place::Problem;
use selection::Selection;
use shape::Record;

/// The positions of the arguments.
const SCHEMA: usize = 0;
const MESSAGE: usize = 1;

/// The three functions by name.
pub fn functions() -> Registry<dyn Function> {
    let schema = |description| Parameter { name: "schema", ty: Type::String, description };
    let message = Parameter {
        name: "message",
        ty: Type::String,
        description: "The name of the message in the schema: in full, as in `shop.v1.Order`, or its last part where only \
                      one message has it.",
    };
    let avro = Columns::new(
        "Columns for messages of an Avro schema",
        include_str!("avro.md"),
        vec![schema("The text of the schema, which must be a record.")],
        from_avro,
    );
    let json_schema = Columns::new(
        "Columns for JSON messages of a JSON Schema",
        include_str!("json_schema.md"),
        vec![schema("The text of the schema, which must be of type `object`.")],
        from_json_schema,
    );
    let protobuf = Columns::new(
        "Columns for JSON messages of a Protobuf schema",
        include_str!("protobuf.md"),
        vec![schema("The text of the `.proto` file."), message],
        from_protobuf,
    );
    Registry::from([
        ("columns_from_avro", avro),
        ("columns_from_json_schema", json_schema),
        ("columns_from_protobuf", protobuf),
    ])
}

type Call = fn(&[Value]) -> Result<Vec<Column>, FunctionError>;

/// One of the three.
struct Columns {
    signature: Signature,
    call: Call,
}

impl Columns {
    #[expect(clippy::new_ret_no_self, reason = "all that is wanted of it is what the registry holds")]
    fn new(
        summary: &'static str,
        description: &'static str,
        parameters: Vec<Parameter>,
        call: Call,
    ) -> Arc<dyn Function> {
        let options = Parameter {
            name: "options",
            ty: Type::map(Type::String),
            description: "One map with the options that differ from their defaults, such as `{ nested = \"flatten\" }`.",
        };
        let column = Type::object([("name", Type::String), ("type", Type::String)]);
        let signature = Signature {
            summary,
            description: description.trim_ascii(),
            parameters,
            variadic: Some(options),
            result: Type::list(column),
        };
        Arc::new(Self { signature, call })
    }
}

impl Function for Columns {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let column = |column: Column| {
            Value::object([("name", Value::string(column.name)), ("type", Value::string(column.ty))])
        };
        Ok(Value::List((self.call)(&arguments)?.into_iter().map(column).collect()))
    }
}

fn from_avro(arguments: &[Value]) -> Result<Vec<Column>, FunctionError> {
    let (text, rest) = text_and_rest(arguments, SCHEMA);
    let options = Options::default().read(rest, SCHEMA + 1, &[Key::Nested, Key::Enums, Key::Omit])?;
    laid_out(&options, SCHEMA + 1, |selection| avro::read(text, &options, selection))
}

fn from_json_schema(arguments: &[Value]) -> Result<Vec<Column>, FunctionError> {
    let (text, rest) = text_and_rest(arguments, SCHEMA);
    // A value that the schema did not list yet would stop a table, and producers of JSON are seldom held to theirs.
    let defaults = Options { enums: Enums::String, ..Options::default() };
    let known = [Key::Nested, Key::Enums, Key::TimestampPrecision, Key::Untyped, Key::Omit];
    let options = defaults.read(rest, SCHEMA + 1, &known)?;
    laid_out(&options, SCHEMA + 1, |selection| json_schema::read(text, &options, selection))
}

fn from_protobuf(arguments: &[Value]) -> Result<Vec<Column>, FunctionError> {
    let (text, _) = text_and_rest(arguments, SCHEMA);
    let (message, rest) = text_and_rest(arguments, MESSAGE);
    let known = [Key::Nested, Key::Enums, Key::Names, Key::TimestampPrecision, Key::Untyped, Key::Omit];
    let options = Options::default().read(rest, MESSAGE + 1, &known)?;
    let at = |argument| move |message| FunctionError { message, argument: Some(argument) };
    let pool = protobuf::compile(text).map_err(at(SCHEMA))?;
    let message = protobuf::message(&pool, message).map_err(at(MESSAGE))?;
    laid_out(&options, MESSAGE + 1, |selection| protobuf::read(&message, &options, selection))
}

/// The text at a position, and the arguments after it. Terraform has seen to it that it is there.
fn text_and_rest(arguments: &[Value], position: usize) -> (&str, &[Value]) {
    match arguments.get(position..) {
        Some([text, rest @ ..]) => (text.as_str().unwrap_or_default(), rest),
        _ => ("", &[]),
    }
}

/// The columns of what `read` finds in the schema; `position` is that of the options.
fn laid_out(
    options: &Options,
    position: usize,
    read: impl FnOnce(&mut Selection) -> Result<Record, Problem>,
) -> Result<Vec<Column>, FunctionError> {
    let mut selection = Selection::new(options);
    let of_schema = |problem: Problem| FunctionError { message: problem.0, argument: Some(SCHEMA) };
    let message = read(&mut selection).map_err(of_schema)?;
    selection.finish().map_err(|message| FunctionError { message, argument: Some(position) })?;
    layout::columns(&message, options.nested).map_err(of_schema)
}

#[cfg(test)]
mod tests;
