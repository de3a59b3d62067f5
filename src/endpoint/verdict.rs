//! What the user is told about an endpoint that was not made, changed, deleted or seen: why, and what to do next.

use crate::advice::{self, import_block, sentence};
use crate::aiven::{Endpoint, ReadError, WriteError};
use crate::api::NotCreated;
use crate::naming::ProjectId;
use crate::tf::{Diagnostics, Path};

/// Reports that nothing was made.
pub fn not_created(why: &NotCreated<Endpoint>, project: &str, name: &str, diagnostics: &mut Diagnostics) {
    let not_created = format!("Endpoint `{name}` was not created");
    match why {
        NotCreated::Unread(error) => diagnostics.error(not_created, advice::of_read(error)),
        NotCreated::Exists(endpoint) => diagnostics.error_at(
            Path::attribute("endpoint_name"),
            format!("Endpoint `{name}` already exists in project `{project}`"),
            format!(
                "Nothing was changed. To manage it here, add the following block with the address that Terraform shows \
                 above, and apply again. To keep both, choose another name.\n\n{}",
                import_block(&format!("{project}/{}", endpoint.id))
            ),
        ),
        NotCreated::NotApplied(error) => {
            diagnostics.error(not_created, format!("Nothing was changed. {}", advice::of_write(error)));
        }
        NotCreated::Interrupted => diagnostics.error(not_created, advice::INTERRUPTED),
        NotCreated::Lost { reason, unread } => diagnostics.error(
            format!("Endpoint `{name}` may or may not have been created"),
            advice::of_lost_creation(reason, unread.as_ref()),
        ),
    }
}

/// Reports that nothing was changed, as far as is known.
pub fn not_updated(error: &WriteError, name: &str, diagnostics: &mut Diagnostics) {
    let not_changed = format!("Endpoint `{name}` was not changed");
    match error {
        WriteError::NotFound { .. } => diagnostics.error(
            not_changed,
            "It does not exist any more; somebody deleted it after this plan was made. Run `terraform plan` again: it \
             will offer to create it.",
        ),
        WriteError::Unknown { .. } => diagnostics.error(
            format!("Endpoint `{name}` may or may not have been changed"),
            format!("{}. Apply again: the same change is planned and sent once more.", sentence(error)),
        ),
        error => diagnostics.error(not_changed, advice::of_write(error)),
    }
}

/// Reports that nothing was changed, because nothing was sent.
pub fn update_interrupted(name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(format!("Endpoint `{name}` was not changed"), advice::INTERRUPTED);
}

/// Reports that nothing was deleted, because nothing was sent.
pub fn deletion_interrupted(id: &ProjectId, diagnostics: &mut Diagnostics) {
    diagnostics.error(format!("Endpoint {id} was not deleted"), advice::INTERRUPTED);
}

/// Reports that nothing was deleted, as far as is known.
pub fn not_deleted(error: &WriteError, id: &ProjectId, diagnostics: &mut Diagnostics) {
    let summary = format!("Endpoint {id} was not deleted");
    match error {
        WriteError::Conflict { message, .. } if is_about_use(message) => diagnostics.error(
            summary,
            format!(
                "Aiven's words: {message}. An integration still uses it. `avn service integration-list` with the name of \
                 a ClickHouse service shows those from this endpoint; delete them first, and run the command again."
            ),
        ),
        WriteError::Unknown { .. } | WriteError::NotFound { .. } => diagnostics.error(
            format!("Endpoint {id} may or may not have been deleted"),
            advice::of_doubtful_deletion(error),
        ),
        error => diagnostics.error(summary, advice::of_write(error)),
    }
}

/// Whether Aiven's words say that the endpoint is used. Their exact wording is on record nowhere.
fn is_about_use(message: &str) -> bool {
    let words = message.to_lowercase();
    words
        .split(|letter: char| !letter.is_alphabetic())
        .any(|word| matches!(word, "use" | "used" | "uses" | "using"))
}

/// Reports a refresh that learned nothing.
pub fn not_read(error: &ReadError, id: &ProjectId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        format!("Endpoint {id} could not be read"),
        format!("The state is kept as it is. {}", advice::of_read(error)),
    );
}

/// Reports an endpoint of another type.
pub fn wrong_type(found: &str, id: &ProjectId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        format!("Endpoint {id} is of type `{found}`"),
        "This resource is about endpoints of type `external_kafka`. `avn service integration-endpoint-list` shows the \
         endpoints of a project with their types.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_about_use_are_taken_for_that() {
        assert!(is_about_use("Service integration endpoint is in use"));
        assert!(is_about_use("The endpoint is used."));
        assert!(!is_about_use("Another user is changing the project"));
    }
}
