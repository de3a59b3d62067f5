//! Calls of the provider's functions as Terraform makes them.

use aiven_clickhouse_kafka::clickhouse::examine;
use aiven_clickhouse_kafka::functions;
use aiven_clickhouse_kafka::tf::{FunctionError, Value};

use crate::oracle::Column;

/// What a function of this name answers.
pub fn call(name: &str, arguments: Vec<Value>) -> Result<Value, FunctionError> {
    functions::all()[name].call(arguments)
}

/// The columns that a function makes of these texts, the schema first.
pub fn columns(name: &str, texts: &[&str], options: &[(&str, &str)]) -> Result<Vec<Column>, String> {
    let mut arguments: Vec<_> = texts.iter().map(Value::string).collect();
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), Value::string(value)));
    arguments.push(Value::Map(options.collect()));
    let columns = call(name, arguments).map_err(|error| error.message)?;
    let text = |column: &Value, key| column.get(key).as_str().expect("a text").to_owned();
    let columns = columns.as_elements().expect("a list").iter();
    let columns: Vec<_> = columns.map(|column| (text(column, "name"), text(column, "type"))).collect();
    for (_, ty) in &columns {
        assert_eq!(examine(ty), [], "`terraform validate` has something to say of our own {ty}");
    }
    Ok(columns)
}
