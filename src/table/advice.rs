//! What the user can do about a cause, whatever it kept from being done. Knows neither edits nor reads.

use crate::engine::Cause;

/// The cause as the beginning of a text, without its full stop.
pub fn sentence(cause: &Cause) -> String {
    capitalized(cause.to_string().trim_end_matches('.'))
}

/// Text that may stand at the beginning of a sentence.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The next step. `subject` is what the work was about: the UUID of an integration, or the name of a service.
pub fn advice(cause: &Cause, subject: &str) -> String {
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
        Cause::Denied { .. } => {
            "Check that `api_token` (or AIVEN_TOKEN) is valid, belongs to a member of the project, \
             and may read and write its integrations."
                .to_owned()
        }
        Cause::Ambiguous(_) => TELL_APART.to_owned(),
        Cause::Uneditable(_) | Cause::Unreadable { .. } => {
            "Repair it with `avn service integration-update`, or ask Aiven's support how it came about."
                .to_owned()
        }
        Cause::Unreachable { .. } => {
            "Check the network, proxies (HTTPS_PROXY) and the API's address (AIVEN_WEB_URL), and run the command again."
                .to_owned()
        }
        Cause::Rejected { .. } => "Check `project`, `service_integration_id` and the API's address (AIVEN_WEB_URL), and \
             whatever stands between this machine and the API."
            .to_owned(),
        Cause::Expired { .. } => {
            "Run the command again later; a resource can allow more time in its `timeouts` block.".to_owned()
        }
        Cause::Broken => {
            "Please report it together with the output of a run with TF_LOG_PROVIDER=debug.".to_owned()
        }
        _ => "Run the command again later.".to_owned(),
    }
}

/// For several tables of one name.
pub const TELL_APART: &str = "Delete or rename all but one of the tables of this name with the Aiven Console or `avn \
                              service integration-update`.";
