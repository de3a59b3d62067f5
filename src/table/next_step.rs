//! What the user can do about a cause, whatever it kept from being done. Knows neither edits nor reads.

use crate::advice;
use crate::engine::Cause;

/// The next step. `subject` is what the work was about: the UUID of an integration, or the name of a service.
pub fn next_step(cause: &Cause, subject: &str) -> String {
    match cause {
        Cause::Gone { .. } => format!(
            "Check `project` and `service_integration_id` ({subject}): `avn service integration-list` shows the \
             integrations of a service."
        ),
        Cause::WrongType { .. } => {
            "Kafka tables live in integrations of type `clickhouse_kafka`, from a Kafka service \
             or endpoint to a ClickHouse service. Set `service_integration_id` to one of those."
                .to_owned()
        }
        Cause::Denied { .. } => advice::DENIED.to_owned(),
        Cause::Ambiguous(_) => TELL_APART.to_owned(),
        Cause::Uneditable(_) | Cause::Unreadable { .. } => {
            "Repair it with `avn service integration-update`, or ask Aiven's support how it came about."
                .to_owned()
        }
        Cause::Unreachable { .. } => advice::UNREACHABLE.to_owned(),
        Cause::Rejected { .. } => {
            "Check `project`, `service_integration_id` and the API's address (AIVEN_WEB_URL), and \
             whatever stands between this machine and the API."
                .to_owned()
        }
        Cause::Expired { .. } => {
            "Run the command again later; a resource can allow more time in its `timeouts` block.".to_owned()
        }
        Cause::Broken => {
            "Please report it together with the output of a run with TF_LOG_PROVIDER=debug.".to_owned()
        }
        _ => advice::LATER.to_owned(),
    }
}

/// For several tables of one name.
pub const TELL_APART: &str = "Delete or rename all but one of the tables of this name with the Aiven Console or `avn \
                              service integration-update`.";
