//! `parse_table_id`: the parts of a table's `id`.

use crate::table::TableId;
use crate::tf::{Function, FunctionError, Parameter, Signature, Type, Value};

/// Its name.
pub const NAME: &str = "parse_table_id";

/// The function.
pub struct ParseTableId(Signature);

impl Default for ParseTableId {
    fn default() -> Self {
        let text = |name| (name, Type::String);
        Self(Signature {
            summary: "Takes the ID of a table apart",
            description: include_str!("parse_table_id.md").trim_ascii(),
            parameters: vec![Parameter {
                name: "id",
                ty: Type::String,
                description: "The `id` of an `aiven_clickhouse_kafka_table`: `PROJECT/SERVICE_INTEGRATION_ID/NAME`.",
            }],
            variadic: None,
            result: Type::object([text("project"), text("service_integration_id"), text("name")]),
        })
    }
}

impl Function for ParseTableId {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let id = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let table = TableId::parse(id)
            .map_err(|error| FunctionError { message: error.to_string(), argument: Some(0) })?;
        Ok(Value::object([
            ("project", Value::string(table.project)),
            ("service_integration_id", Value::string(table.integration)),
            ("name", Value::string(table.name)),
        ]))
    }
}
