//! `quote_identifier`: a name as SQL for ClickHouse needs it.

use crate::clickhouse;
use crate::tf::{Function, FunctionError, Parameter, Signature, Type, Value};

/// Its name.
pub const NAME: &str = "quote_identifier";

/// The function.
pub struct QuoteIdentifier(Signature);

impl Default for QuoteIdentifier {
    fn default() -> Self {
        Self(Signature {
            summary: "Quotes a name for SQL",
            description: include_str!("quote_identifier.md").trim_ascii(),
            parameters: vec![Parameter {
                name: "name",
                ty: Type::String,
                description: "The name of a database, table or column, whatever characters it has.",
            }],
            variadic: None,
            result: Type::String,
        })
    }
}

impl Function for QuoteIdentifier {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let name = arguments.first().and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            let message = "A name must not be empty; ClickHouse has no database, table or column without one";
            return Err(FunctionError { message: message.to_owned(), argument: Some(0) });
        }
        Ok(Value::string(clickhouse::quote_identifier(name)))
    }
}
