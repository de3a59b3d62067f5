//! The messages of `google.protobuf` that Protobuf's JSON mapping writes in ways of their own.

use crate::clickhouse::DataType;

/// What such a message is in JSON.
pub enum WellKnown {
    /// One value.
    Scalar(DataType),
    /// Any JSON.
    Anything,
}

/// By the full name of a message; none if it is a message like any other.
pub fn well_known(name: &str, timestamp_precision: u8) -> Option<WellKnown> {
    let scalar = match name.strip_prefix("google.protobuf.")? {
        "Timestamp" => DataType::DateTime64(timestamp_precision),
        // `"3.5s"` and `"a.b,c"`; a wrapped `bytes` is Base64, like any other.
        "Duration" | "FieldMask" | "StringValue" | "BytesValue" => DataType::String,
        "BoolValue" => DataType::Bool,
        "Int32Value" => DataType::Int(32),
        "Int64Value" => DataType::Int(64),
        "UInt32Value" => DataType::UInt(32),
        "UInt64Value" => DataType::UInt(64),
        "FloatValue" => DataType::Float(32),
        "DoubleValue" => DataType::Float(64),
        "Any" | "Struct" | "Value" | "ListValue" => return Some(WellKnown::Anything),
        _ => return None,
    };
    Some(WellKnown::Scalar(scalar))
}
