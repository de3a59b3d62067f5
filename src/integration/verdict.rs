//! What the user is told about an integration that was not made, not deleted or not seen: why, and what to do next.

use crate::advice::{self, import_block, sentence};
use crate::aiven::{Integration, ReadError, Status};
use crate::api::NotCreated;
use crate::naming::ProjectId;
use crate::tf::{Diagnostics, Path};

use super::activation::NotActive;
use super::creation::Wanted;
use super::deletion::NotDeleted;
use super::description::in_a_line;
use super::source::Kafka;

/// The most tables that are named.
const NAMED: usize = 20;

/// The ID of what the API shows, or an error where it is none.
pub fn id(project: &str, integration: &Integration, diagnostics: &mut Diagnostics) -> Option<ProjectId> {
    let id = ProjectId::new(project, &integration.id);
    if id.is_none() {
        diagnostics.error(
            "Aiven names an integration by something that is no UUID",
            format!("It is `{}`. Upgrade the provider, or ask Aiven's support.", integration.id),
        );
    }
    id
}

/// Reports a service that does not exist.
pub fn no_clickhouse_service(project: &str, service: &str, message: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error_at(
        Path::attribute("clickhouse_service_name"),
        format!("There is no service `{service}` in project `{project}`"),
        format!(
            "Aiven's words: {message}. `avn service list --project {project}` shows the services there are."
        ),
    );
}

/// Reports that nothing was made.
pub fn not_created(why: &NotCreated<Integration>, wanted: &Wanted, diagnostics: &mut Diagnostics) {
    let Wanted { project, kafka, new } = wanted;
    let service = &new.dest_service;
    let ends = format!("from {kafka} to ClickHouse service `{service}`");
    let not_created = format!("The integration {ends} was not created");
    match why {
        NotCreated::Unread(ReadError::NotFound { message }) => {
            no_clickhouse_service(project, service, message, diagnostics);
        }
        NotCreated::Unread(error) => diagnostics.error(not_created, advice::of_read(error)),
        NotCreated::Exists(integration) => {
            let attribute =
                if matches!(kafka, Kafka::Service(_)) { "kafka_service_name" } else { "kafka_endpoint_id" };
            let id = format!("{project}/{}", integration.id);
            diagnostics.error_at(
                Path::attribute(attribute),
                format!("An integration {ends} already exists"),
                format!(
                    "Nothing was changed; Aiven allows one. It is {}. To manage it here, add the following block with \
                     the address that Terraform shows above, and apply again.\n\n{}",
                    in_a_line(integration),
                    import_block(&id)
                ),
            );
        }
        NotCreated::Interrupted => diagnostics.error(not_created, advice::INTERRUPTED),
        NotCreated::NotApplied(error) => {
            diagnostics.error(not_created, format!("Nothing was changed. {}", advice::of_write(error)));
        }
        NotCreated::Lost { reason, unread } => diagnostics.error(
            format!("The integration {ends} may or may not have been created"),
            advice::of_lost_creation(reason, unread.as_ref()),
        ),
    }
}

/// Reports an integration that was made and does not work.
pub fn not_active(why: &NotActive, id: &ProjectId, diagnostics: &mut Diagnostics) {
    let kept = "It is kept in the state as tainted, so that it cannot be forgotten. If it becomes active, \
                `terraform untaint` with its address makes it a normal resource; otherwise the next apply replaces it.";
    let summary = format!("Integration {id} was created, but is not active");
    let why = match why {
        NotActive::Failed(status) => format!("Aiven says that it failed: {}.", in_words(status)),
        NotActive::Late(status) => format!(
            "The time for this operation is over{}. Allow more time with `create` in the `timeouts` block.",
            status
                .as_ref()
                .map(|status| format!("; Aiven's last words: {}", in_words(status)))
                .unwrap_or_default()
        ),
        NotActive::Interrupted => "Terraform was interrupted.".to_owned(),
        NotActive::Gone { message } => {
            format!(
                "Aiven does not know it any more: {message}. Somebody deleted it, or its creation was undone."
            )
        }
        NotActive::Unread(error) => advice::of_read(error),
    };
    diagnostics.error(summary, format!("{why} {kept}"));
}

/// Reports that nothing was deleted.
pub fn not_deleted(why: &NotDeleted, id: &ProjectId, diagnostics: &mut Diagnostics) {
    let summary = format!("Integration {id} was not deleted");
    match why {
        NotDeleted::Tables(tables) => diagnostics.error(summary, tables_left(tables)),
        NotDeleted::Unread(error) => diagnostics.error(summary, advice::of_read(error)),
        NotDeleted::Unreadable(error) => diagnostics.error(
            summary,
            format!(
                "{}, so it cannot be seen whether tables are left in it. Repair it with `avn service \
                 integration-update`, or apply `force_destroy = true` first.",
                sentence(error)
            ),
        ),
        NotDeleted::Interrupted => diagnostics.error(summary, advice::INTERRUPTED),
        NotDeleted::NotApplied(error) => diagnostics.error(summary, advice::of_write(error)),
        NotDeleted::Doubtful(error) => diagnostics.error(
            format!("Integration {id} may or may not have been deleted"),
            advice::of_doubtful_deletion(error),
        ),
    }
}

/// Reports a refresh that learned nothing.
pub fn not_read(error: &ReadError, id: &ProjectId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        format!("Integration {id} could not be read"),
        format!("The state is kept as it is. {}", advice::of_read(error)),
    );
}

/// Reports an integration of another type.
pub fn wrong_type(found: &str, id: &ProjectId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        format!("Integration {id} is of type `{found}`"),
        "This resource is about integrations of type `clickhouse_kafka`, from Kafka to ClickHouse. `avn service \
         integration-list` shows the integrations of a service with their types.",
    );
}

fn tables_left(tables: &[String]) -> String {
    let named: String = tables.iter().take(NAMED).map(|table| format!("  - {table}\n")).collect();
    let more = match tables.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("  and {more} more\n"),
    };
    let (noun, them) = if tables.len() == 1 { ("table is", "it") } else { ("tables are", "them") };
    format!(
        "{} {noun} left in it, and deleting the integration would delete {them} as well:\n{named}{more}\nRemove {them} \
         first. Or delete {them} together with the integration: set `force_destroy = true`, apply, and destroy then.",
        tables.len()
    )
}

fn in_words(status: &Status) -> String {
    let Status { state, description, errors } = status;
    let words = [description.as_str()].into_iter().chain(errors.iter().map(String::as_str));
    let words: Vec<_> =
        words.map(|text| text.trim_end_matches('.')).filter(|text| !text.is_empty()).collect();
    if words.is_empty() { format!("`{state}`") } else { words.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_up_to_a_limit() {
        let tables: Vec<_> = (1..=22).map(|number| format!("t{number}")).collect();
        let text = tables_left(&tables);
        assert!(text.starts_with("22 tables are left in it"), "{text}");
        assert!(text.contains("  - t20\n  and 2 more\n") && !text.contains("t21"), "{text}");
        assert!(tables_left(&tables[..1]).starts_with("1 table is left in it"));
    }

    #[test]
    fn a_status_is_told_in_its_own_words() {
        let mut status = Status { state: "starting".to_owned(), ..Status::default() };
        assert_eq!(in_words(&status), "`starting`");
        status.errors = vec!["no route.".to_owned(), "again".to_owned()];
        assert_eq!(in_words(&status), "no route; again");
    }
}
