//! Asks the account's own schema what the limits that this version of the provider knows cannot decide, and says what
//! it answered. Terraform plans every table by itself; all of them share one request.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `questions` | what of a planned table goes beyond the known limits |
//! | `verdict` | what the schema of a table says to a question |
//! | `json_schema`, `rule` | what a JSON Schema says to a value, and what it demands |
//! | this one | from the request to what the user is told |

mod json_schema;
mod questions;
mod rule;
mod verdict;

use serde_json::Value as Json;

use crate::advice;
use crate::api::Api;
use crate::session::Session;
use crate::tf::checks::{list_of_code, nearest};
use crate::tf::{Diagnostics, PlannedChange};

use super::limits::{KNOWN_SCHEMA, Limit};
use super::{PLAN_LOOK_TIMEOUT, additional};

use questions::{Question, questions};
use rule::{Refusal, Rule};
use verdict::{LiveSchema, Verdict};

/// Lets the account's own schema decide the open questions of a planned table. Without one there is no request.
pub async fn ask(session: &Session<Api>, change: &PlannedChange, diagnostics: &mut Diagnostics) {
    let questions = questions(&change.planned, &change.prior);
    let project = change.planned.get("project").as_str();
    let (Some(project), false) = (project, questions.is_empty()) else { return };
    // What is wrong with the provider's configuration is said by whatever cannot go on without it.
    let Some(api) = session.open_quietly() else { return };
    let types = api.integration_types(project, PLAN_LOOK_TIMEOUT).await;
    let schema = match types.as_ref() {
        Ok(types) => LiveSchema::among(types),
        Err(error) => {
            tracing::debug!(project, %error, "the plan is not held against the account's schema");
            let reason = advice::of_read(error);
            Err(format!("could not be read: {}", reason.trim_end_matches('.')))
        }
    };
    for question in &questions {
        let verdict = schema
            .as_ref()
            .map_or_else(|reason| Verdict::Unclear(reason.clone()), |each| each.verdict(question));
        report(question, verdict, project, diagnostics);
    }
}

fn report(question: &Question, verdict: Verdict, project: &str, diagnostics: &mut Diagnostics) {
    match verdict {
        Verdict::Allowed => {}
        Verdict::Refused(refusal) => refused(question, &refusal, project, diagnostics),
        Verdict::NotListed { key, forbidden, listed } => {
            let summary = format!("Aiven's schema has no setting `{key}`");
            let listed: Vec<_> = listed.iter().map(String::as_str).collect();
            let meant = meant(&key, &listed);
            let path = question.path.clone();
            if forbidden {
                let detail = format!(
                    "{meant}The schema of project `{project}` allows no settings but those that it lists. Correct the \
                     name, or take it out of `{path}`."
                );
                diagnostics.error_at(path, summary, detail);
            } else {
                let detail = format!(
                    "{meant}The schema of project `{project}` does not list it, and does not forbid it. Aiven decides \
                     at apply, and may store a setting that does nothing."
                );
                diagnostics.warning_at(path, summary, detail);
            }
        }
        Verdict::Unclear(reason) => {
            let name = name(question);
            let known = match &question.limit {
                Some(limit) => format!(
                    "{}. This version of the provider knows {}, from {KNOWN_SCHEMA}.",
                    found(question),
                    limit.allowed()
                ),
                None => "This version of the provider does not know it.".to_owned(),
            };
            diagnostics.warning_at(
                question.path.clone(),
                format!("{name} could not be checked"),
                format!("{known} The schema of project `{project}` {reason}. Aiven decides at apply."),
            );
        }
    }
}

fn refused(question: &Question, refusal: &Refusal, project: &str, diagnostics: &mut Diagnostics) {
    let path = question.path.clone();
    let Refusal { place, rule } = refusal;
    let Some(limit) = &question.limit else {
        let place = format!("`{}{place}`", question.place);
        return not_allowed(question, &format!("{place} {rule}"), project, diagnostics);
    };
    let detail = format!(
        "{}. That is beyond the limit of the schema of project `{project}`. Keep to it, or ask Aiven to raise it.",
        found(question)
    );
    match (rule, limit) {
        (Rule::Choice(values), Limit::Choice(_)) => {
            let values: Vec<_> = values.iter().filter_map(|value| value.as_str()).collect();
            let text = question.value.as_str().unwrap_or_default();
            let detail = format!(
                "{}The schema of project `{project}` has the values {}. Use one of those.",
                meant(text, &values),
                list_of_code(&values)
            );
            diagnostics.error_at(path.clone(), format!("`{text}` is not a value of `{path}`"), detail);
        }
        (Rule::Range(range), _) => {
            let summary = format!("`{path}` must be a whole number {}", range.of_numbers());
            diagnostics.error_at(path, summary, detail);
        }
        (Rule::Characters(count), _) => {
            diagnostics.error_at(path.clone(), format!("`{path}` must have {count} characters"), detail);
        }
        (Rule::Elements(count), _) => {
            diagnostics.error_at(path.clone(), format!("`{path}` must have {count} elements"), detail);
        }
        (rule, _) => not_allowed(question, &format!("it {rule}"), project, diagnostics),
    }
}

fn not_allowed(question: &Question, why: &str, project: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error_at(
        question.path.clone(),
        format!("{} is not what Aiven's schema allows", name(question)),
        format!("In the schema of project `{project}`, {why}. Correct {}.", name(question)),
    );
}

/// What the question is about, as the subject of a sentence.
fn name(question: &Question) -> String {
    match question.limit {
        Some(_) => format!("`{}`", question.path),
        None => format!("`{}` in `{}`", question.place, additional::ATTRIBUTE),
    }
}

/// What was found, as a sentence without its full stop.
fn found(question: &Question) -> String {
    let value = &question.value;
    match (&question.limit, value) {
        (Some(Limit::Characters(_)), Json::String(text)) => {
            format!("It has {} characters", text.chars().count())
        }
        (Some(Limit::Elements(_)), Json::Array(elements)) => format!("It has {} elements", elements.len()),
        (_, Json::String(text)) => format!("It is `{text}`"),
        (_, other) => format!("It is `{other}`"),
    }
}

fn meant(text: &str, known: &[&str]) -> String {
    nearest(text, known).map(|near| format!("Did you mean `{near}`? ")).unwrap_or_default()
}
