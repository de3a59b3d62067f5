//! What the user is told about an edit or a read that came to nothing: which table, why, and what to do next.

use std::time::Duration;

use crate::advice::{self, import_block, sentence};
use crate::api::ReadError;
use crate::engine::{Answer, Caveat, Loss, Outcome, ReadFailure, Why};
use crate::tf::{Diagnostics, Path};

use super::identifier::TableId;
use super::next_step::next_step;
use super::readiness::NotReady;
use super::refusal::Refusal;
use super::schema::WAIT;

/// What was asked of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// To create it.
    Create,
    /// To change it.
    Update,
    /// To delete it.
    Delete,
}

impl Verb {
    /// What its time is called in the `timeouts` block.
    pub fn timeout(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "changed",
            Self::Delete => "deleted",
        }
    }
}

/// Reports an edit that was not done, and whatever else the answer says. Most have nothing to report.
pub fn report(answer: &Answer, verb: Verb, table: &TableId, diagnostics: &mut Diagnostics) {
    report_outcome(&answer.outcome, verb, table, diagnostics);
    if let Some(caveat) = &answer.caveat {
        report_caveat(caveat, table, diagnostics);
    }
}

fn report_outcome(outcome: &Outcome, verb: Verb, table: &TableId, diagnostics: &mut Diagnostics) {
    let (name, done) = (&table.name, verb.done());
    let not_done = format!("Table `{name}` was not {done}");
    match outcome {
        Outcome::Done(_) | Outcome::Deleted => {}
        Outcome::Exists(_) => diagnostics.error_at(
            Path::attribute("name"),
            format!("Table `{name}` already exists in integration {}", table.integration),
            format!(
                "Nothing was changed. Somebody made this table without this Terraform state. To manage it here, add \
                 the following block with the address that Terraform shows above, and apply again. To keep both, \
                 choose another name.\n\n{}",
                import_block(&table.to_string())
            ),
        ),
        Outcome::Missing => diagnostics.error(
            not_done,
            "It is no longer in the integration; somebody deleted it after this plan was made. Run `terraform plan` \
             again: it will offer to create it.",
        ),
        Outcome::Drifted(_) => diagnostics.error(
            not_done,
            "Somebody changed it after this plan was made. Nothing was overwritten. Run `terraform plan` again to \
             see their change and yours together.",
        ),
        Outcome::Refused { message } => diagnostics.error(
            format!("Aiven refuses table `{name}`"),
            format!(
                "It was not {done}. Aiven's reason: {message}\n\nIf several tables are refused with the same words, \
                 the cause may be a table of this integration that is not managed here: Aiven checks all of them \
                 with every change."
            ),
        ),
        Outcome::Stopped => diagnostics.error(not_done, "Terraform was interrupted before anything was sent."),
        Outcome::NotApplied(cause) => {
            diagnostics.error(
                not_done,
                format!("{}. Nothing was changed. {}", sentence(cause), next_step(cause, &table.integration)),
            );
        }
        Outcome::Unknown(cause) => diagnostics.error(
            format!("Table `{name}` may or may not have been {done}"),
            format!("{}, after the change had been sent. {}", sentence(cause), afterwards(verb)),
        ),
        Outcome::Contended => diagnostics.error(
            format!("Table `{name}` was {done}, but is not as it should be now"),
            format!(
                "Aiven acknowledged the change and then showed something else: somebody else is writing this \
                 integration at the same time. {}",
                afterwards(verb)
            ),
        ),
    }
}

/// Reports edits answered before that may not be there any more. Warnings, although something may be lost: an error
/// would blame, and taint, the table that happens to be answered last.
fn report_caveat(caveat: &Caveat, table: &TableId, diagnostics: &mut Diagnostics) {
    if let Some(cause) = &caveat.unchecked {
        diagnostics.warning(
            format!("The last changes to integration {} were not looked at again", table.integration),
            format!(
                "{}. Aiven acknowledged them, but a second look was to show that no other writer has put an older copy \
                 of the tables in their place. Run `terraform plan`: it shows what is missing, if anything is.",
                sentence(cause)
            ),
        );
    }
    for Loss { name, why } in &caveat.lost {
        match why {
            Why::Overtaken => diagnostics.warning(
                format!("Somebody else changed table `{name}` during this apply"),
                "This apply had just written it; their change came later and was left alone. Run `terraform plan` to see \
                 the difference.",
            ),
            Why::NotRestored(cause) => diagnostics.warning(
                format!("Table `{name}` is not as this apply left it"),
                format!(
                    "Another writer put an older copy of the integration's tables in the place of this apply's, and \
                     putting `{name}` right again did not succeed: {cause}. Run `terraform plan` and apply again."
                ),
            ),
        }
    }
}

/// Reports a refresh that learned nothing.
pub fn report_read(failure: &ReadFailure, table: &TableId, diagnostics: &mut Diagnostics) {
    if let ReadFailure::Failed(cause) = failure {
        diagnostics.error(
            format!("Table `{}` could not be read", table.name),
            format!(
                "{}. The state is kept as it is. {}",
                sentence(cause),
                next_step(cause, &table.integration)
            ),
        );
    }
}

/// Warns that the integration's status has something against a table that was just written. A warning, because how fast
/// Aiven brings a status up to date is not public: it may be about the table as it was.
pub fn warn_of_refusal(refusal: &Refusal, verb: Verb, table: &TableId, diagnostics: &mut Diagnostics) {
    let advice = if refusal.is_new {
        "Correct the table and apply again."
    } else {
        "Aiven said the same before, so this may be about the table as it was: run `terraform plan` in a while to see \
         whether it stays."
    };
    let subject = if verb == Verb::Update { "The change" } else { "It" };
    diagnostics.warning(
        format!("ClickHouse refuses table `{}`", table.name),
        format!(
            "{subject} is in the integration, and Aiven reports: {}. {advice} With `{WAIT} = true` an apply fails in such \
             a case.",
            refusal.words
        ),
    );
}

/// Warns of the same where nothing was written. One summary for all tables: Terraform folds warnings that share theirs,
/// and a refresh may meet hundreds. What the plan is going to change is not known here.
pub fn warn_of_standing_refusal(refusal: &Refusal, table: &TableId, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        "ClickHouse refuses a table",
        format!(
            "Table `{}` is in integration {}, and Aiven reports: {}. If this plan does not change what the words name, \
             correct it.",
            table.name, table.integration, refusal.words
        ),
    );
}

/// Warns that a look that came later has something against a table that was written and answered before.
pub fn warn_of_later_refusal(refusal: &Refusal, name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        format!("ClickHouse refuses table `{name}`"),
        format!(
            "This apply wrote it, and a later look shows that Aiven reports: {}. Correct the table and apply again.",
            refusal.words
        ),
    );
}

/// Reports a table that the integration has and that was waited for in ClickHouse in vain.
pub fn report_not_ready(why: &NotReady, verb: Verb, table: &TableId, diagnostics: &mut Diagnostics) {
    let (name, done) = (&table.name, verb.done());
    let kept = match verb {
        Verb::Create => {
            "It is in the integration, and kept in the state as tainted, so that the next apply replaces it. If it is \
             in ClickHouse by then, `terraform untaint` with its address makes it a normal resource."
        }
        Verb::Update | Verb::Delete => {
            "The change is in the integration and in the state, so the next plan shows no change."
        }
    };
    let why = match why {
        NotReady::Refused(words) => {
            return diagnostics.error(
                format!("ClickHouse refuses table `{name}`"),
                format!("Aiven reports: {words}. Correct the table and apply again. {kept}"),
            );
        }
        NotReady::Late { waited, words, trouble } => {
            let words =
                words.as_ref().map(|words| format!(" Aiven's last words: {words}.")).unwrap_or_default();
            format!(
                "The time for this operation is over: ClickHouse was asked for {}, and had no such table.{words}{} Look at \
                 the logs of the ClickHouse service, or allow more time with `{}` in the `timeouts` block.",
                seconds(*waited),
                met(trouble.as_ref()),
                verb.timeout()
            )
        }
        NotReady::Unanswered { trouble } => format!(
            "The time for this operation is over, and ClickHouse has not answered.{} Allow more time with `{}` in the \
             `timeouts` block.",
            met(trouble.as_ref()),
            verb.timeout()
        ),
        NotReady::Interrupted => "Terraform was interrupted.".to_owned(),
        NotReady::Unasked(error @ ReadError::Denied { .. }) => format!(
            "{}. `{WAIT}` asks ClickHouse through Aiven's API, for which the owner of the token needs the permission \
             `service:data:write`. Grant it, or remove `{WAIT}`.",
            sentence(error)
        ),
        NotReady::Unasked(error) => advice::of_read(error),
        NotReady::Nowhere => format!(
            "Aiven does not say from which Kafka to which ClickHouse service the integration leads, so ClickHouse cannot \
             be asked. Remove `{WAIT}`."
        ),
    };
    diagnostics
        .error(format!("Table `{name}` was {done}, but not seen in ClickHouse"), format!("{why} {kept}"));
}

/// What the last question to ClickHouse met, if not an answer.
fn met(trouble: Option<&ReadError>) -> String {
    match trouble {
        None => String::new(),
        Some(ReadError::Refused { message, .. }) => {
            format!(" The last question was refused: {}.", message.trim_end_matches('.'))
        }
        Some(error) => format!(" The last question met this: {}.", error.to_string().trim_end_matches('.')),
    }
}

/// A time in words.
fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => "less than a second".to_owned(),
        1 => "a second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

fn afterwards(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => {
            "It is kept in the state as tainted, so that it cannot be forgotten. Run `terraform plan`: if the table is \
             there and as configured, `terraform untaint` with its address makes it a normal resource again."
        }
        Verb::Update | Verb::Delete => "Run `terraform plan` to see how the table is now, and apply again.",
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Cause;
    use crate::tf::Severity;

    use super::*;

    fn table(name: &str) -> TableId {
        TableId::new("demo", "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f", name).unwrap()
    }

    #[test]
    fn what_is_lost_is_named() {
        let mut diagnostics = Diagnostics::default();
        let lost = [("a", Why::Overtaken), ("b", Why::NotRestored(Cause::Stopped))];
        let lost = lost.map(|(name, why)| Loss { name: name.to_owned(), why }).to_vec();
        let caveat = Some(Caveat { unchecked: Some(Cause::Stopped), lost });
        report(
            &Answer { caveat, ..Answer::of(Outcome::Deleted) },
            Verb::Delete,
            &table("events"),
            &mut diagnostics,
        );
        let told: Vec<_> = diagnostics.iter().map(|each| each.summary.as_str()).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        The last changes to integration 3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f were not looked at again
        Somebody else changed table `a` during this apply
        Table `b` is not as this apply left it
        ");
        assert!(diagnostics.iter().all(|each| each.severity == Severity::Warning));
    }

    #[test]
    fn what_may_have_happened_is_never_called_undone() {
        let mut diagnostics = Diagnostics::default();
        let answer = Answer::of(Outcome::Unknown(Cause::Unshown));
        report(&answer, Verb::Create, &table("events"), &mut diagnostics);
        let told: Vec<_> = diagnostics.iter().map(|each| each.summary.as_str()).collect();
        assert_eq!(told, ["Table `events` may or may not have been created"]);
    }
}
