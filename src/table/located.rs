//! A table in its place: where it lives, and what a snapshot of that place says about it.

use crate::engine::{Cause, Edit as _, Facts, IntegrationKey, ReadFailure, Snapshot};
use crate::naming;
use crate::tf::{Diagnostics, Reading, State, Value};

use super::edit::{SCHEMA, TableEdit, see};
use super::element::Strictness;
use super::fills::Fills;
use super::identifier::{IntegrationReference, TableId};
use super::refusal::refusal;
use super::{INTEGRATION_TYPE, schema, validation, verdict};

/// A table whose place is known.
pub struct Located {
    /// What names the table.
    pub table: TableId,
    /// Where the engine finds it.
    pub integration: IntegrationKey,
}

impl Located {
    pub fn at(table: TableId) -> Self {
        let integration = IntegrationKey { project: table.project.clone(), id: table.integration.clone() };
        Self { table, integration }
    }

    /// Where the table lives. These values become a URL, so they are parsed once more; Terraform has validated
    /// them, but a state may have been edited by hand.
    pub fn of(value: &Value, diagnostics: &mut Diagnostics) -> Option<Self> {
        validation::integration(value, diagnostics);
        table_id(value).filter(|_| !diagnostics.has_errors()).map(Self::at)
    }

    pub fn state(&self, value: Value, fills: &Fills) -> State {
        State { value, private: fills.to_private(), identity: Some(identity(&self.table)) }
    }

    /// What the server filled in beside an edit; `None` where the snapshot does not show the edit.
    pub fn fills(&self, edit: &TableEdit, snapshot: &Snapshot) -> Option<Fills> {
        let element = snapshot.document.get(&self.table.name).ok().flatten()?;
        let shown = edit.holds(element).then(|| element.value())?;
        Some(Fills::learn(schema::in_the_element(&SCHEMA), &shown, &edit.planned))
    }

    pub fn refreshed(&self, current: State, snapshot: &Snapshot, diagnostics: &mut Diagnostics) -> Reading {
        if snapshot.facts.integration_type != INTEGRATION_TYPE {
            let cause = Cause::WrongType { found: snapshot.facts.integration_type.clone() };
            verdict::report_read(&ReadFailure::Failed(cause), &self.table, diagnostics);
            return Reading::Failed;
        }
        let element = match snapshot.document.get(&self.table.name) {
            Ok(Some(element)) => element.value(),
            Ok(None) => return Reading::Gone,
            Err(ambiguous) => {
                verdict::report_read(&ReadFailure::Failed(ambiguous.into()), &self.table, diagnostics);
                return Reading::Failed;
            }
        };
        if let Some(refusal) = refusal(snapshot, &self.table.name, None) {
            verdict::warn_of_standing_refusal(&refusal, &self.table, diagnostics);
        }
        let fills = Fills::from_private(&current.private);
        match see(&element, &current.value, &fills, Strictness::Meaning) {
            Ok(mut value) => {
                value.set_attribute("id", Value::string(self.table.to_string()));
                value.set_attribute("database_name", database_name(&snapshot.facts));
                let state = self.state(value, &fills);
                Reading::Found(State { private: current.private, ..state })
            }
            Err(unexpected) => {
                diagnostics.error(
                    format!("Table `{}` could not be read", self.table.name),
                    format!(
                        "{unexpected}. The state is kept as it is. Upgrade the provider, or repair the table."
                    ),
                );
                Reading::Failed
            }
        }
    }
}

/// What names a table for good, as Terraform stores it.
pub fn identity(table: &TableId) -> Value {
    let TableId { project, integration, name } = table;
    let parts = [("project", project), ("service_integration_id", integration), ("name", name)];
    Value::object(parts.map(|(key, part)| (key, Value::string(part))))
}

/// The identifier of a table whose parts are all known.
pub fn table_id(value: &Value) -> Option<TableId> {
    let integration = IntegrationReference::parse(value.get("service_integration_id").as_str()?).ok()?;
    TableId::new(value.get("project").as_str()?, &integration.to_string(), value.get("name").as_str()?).ok()
}

/// The database that Aiven makes for an integration; null where the API names no source.
pub fn database_name(facts: &Facts) -> Value {
    naming::database_name(facts.source_endpoint.as_deref(), facts.source_service.as_deref())
}
