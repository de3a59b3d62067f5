//! Values in and out of messages.

use crate::tf::diagnostics::Diagnostics;
use crate::tf::msgpack;
use crate::tf::proto;
use crate::tf::state_json;
use crate::tf::types::Type;
use crate::tf::value::Value;

/// Reads a value; `None` goes with an error. An absent value is null.
pub(super) fn read(
    message: Option<&proto::DynamicValue>,
    ty: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    let Some(message) = message else { return Some(Value::Null) };
    let decoded = if message.msgpack.is_empty() && !message.json.is_empty() {
        state_json::decode(&message.json, ty)
    } else {
        msgpack::decode(&message.msgpack, ty)
    };
    match decoded {
        Ok(value) => Some(value),
        Err(error) => {
            diagnostics.error_at(
                error.path.clone(),
                "Terraform sent a value the provider cannot read",
                format!("{error}. Provider and Terraform may disagree about the schema: run `terraform init -upgrade`."),
            );
            None
        }
    }
}

/// Whether a value is null, whatever its type.
pub(super) fn is_null(message: Option<&proto::DynamicValue>) -> bool {
    // Null is written the same for every type, and nothing else is read as null.
    read(message, &Type::Dynamic, &mut Diagnostics::default()).is_some_and(|value| value.is_null())
}

/// Writes a value of the provider's own making.
pub(super) fn write(value: &Value, ty: &Type, diagnostics: &mut Diagnostics) -> Option<proto::DynamicValue> {
    match msgpack::encode(value, ty) {
        Ok(msgpack) => Some(proto::DynamicValue { msgpack, json: Vec::new() }),
        Err(error) => {
            diagnostics.error_at(
                error.path.clone(),
                "The provider made a value that does not fit its own schema",
                format!("{error}. This is a bug in the provider; please report it."),
            );
            None
        }
    }
}

/// Reads an identity.
pub(super) fn read_identity(
    message: Option<&proto::ResourceIdentityData>,
    ty: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    read(message.and_then(|message| message.identity_data.as_ref()), ty, diagnostics)
}

/// Writes an identity.
pub(super) fn write_identity(
    identity: &Value,
    ty: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<proto::ResourceIdentityData> {
    let identity_data = write(identity, ty, diagnostics)?;
    Some(proto::ResourceIdentityData { identity_data: Some(identity_data) })
}
