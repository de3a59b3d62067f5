//! ClickHouse's column types and identifiers: what they are, and how they are written.
//!
//! Pure: text and values in, text out. Knows neither Aiven nor Terraform, nor which schema a type came from.

mod column_type;
mod data_type;
mod quote;
mod supertype;

pub use column_type::{ColumnType, Problem, Severity, examine, same_type};
pub use data_type::DataType;
pub use quote::{quote_identifier, quote_string};
pub use supertype::have_supertype;
