//! Looking at the tables of an integration without wanting to change one: what data sources and searches share.
//! Whatever is told here is about the integration, or about an element that cannot be shown.

use std::sync::Arc;
use std::time::Duration;

use crate::advice::sentence;
use crate::engine::{Cause, Engine, Facts, IntegrationKey, ReadFailure, Snapshot, Store};
use crate::session::Session;
use crate::tf::{Diagnostics, Value};

use super::identifier::IntegrationReference;
use super::listing::Unlisted;
use super::next_step::next_step;
use super::{INTEGRATION_TYPE, TableEdit, validation};

/// How long a look may take, waits and retries included.
pub const PATIENCE: Duration = Duration::from_mins(5);

/// The integration that `config` names, as it is now; `None` goes with an error. Whoever looks at one integration at
/// the same time, resources included, shares one request.
pub async fn look<S: Store>(
    session: &Session<Engine<S, TableEdit>>,
    config: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<(IntegrationKey, Arc<Snapshot>)> {
    let integration = integration(config, diagnostics)?;
    let engine = session.open(diagnostics)?;
    let cause = match engine.read(&integration, PATIENCE).await {
        Ok(snapshot) => match wrong_type(&snapshot.facts) {
            None => return Some((integration, snapshot)),
            Some(cause) => cause,
        },
        Err(ReadFailure::Gone { message }) => Cause::Gone { message },
        Err(ReadFailure::Failed(cause)) => cause,
    };
    diagnostics.error(
        format!("The tables of integration {} could not be read", integration.id),
        format!("{}. {}", sentence(&cause), next_step(&cause, &integration.id)),
    );
    None
}

/// Why there can be no tables in an integration of this kind, if it is of another.
pub fn wrong_type(facts: &Facts) -> Option<Cause> {
    let found = &facts.integration_type;
    (found != INTEGRATION_TYPE).then(|| Cause::WrongType { found: found.clone() })
}

/// What to tell the user about an element that is left out: a line that tells it from others, and the rest.
pub fn left_out(unlisted: &Unlisted, integration: &IntegrationKey) -> (String, String) {
    let what = match unlisted {
        Unlisted::Nameless { position } => format!("Element {position} of `tables`"),
        Unlisted::Unnamable(_) => "A table".to_owned(),
        Unlisted::Ambiguous { name, .. }
        | Unlisted::Decomposed { name }
        | Unlisted::Unexpected { name, .. }
        | Unlisted::Refused { name, .. } => format!("Table `{name}`"),
    };
    let summary = format!("{what} of integration {} is left out", integration.id);
    (summary, format!("{}. {}", sentence(unlisted), unlisted.next_step()))
}

fn integration(config: &Value, diagnostics: &mut Diagnostics) -> Option<IntegrationKey> {
    validation::integration(config, diagnostics);
    let id = IntegrationReference::parse(config.get("service_integration_id").as_str()?).ok()?;
    let project = config.get("project").as_str()?.to_owned();
    (!diagnostics.has_errors()).then(|| IntegrationKey { project, id: id.to_string() })
}
