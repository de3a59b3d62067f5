//! What the source of an integration rules out for its tables. A plan that brings it in is refused; a table that has it
//! already may be changed in other ways, and is warned of it.

use crate::engine::Snapshot;
use crate::tf::{Diagnostics, Path, PlannedChange, Value};

use super::VIEW;
use super::claims::database_of_the_view;
use super::located::{Located, database_name};

/// The format that needs a schema registry.
const WITH_REGISTRY: &str = "AvroConfluent";

/// Says what about a planned table cannot work with this source.
pub fn review(change: &PlannedChange, located: &Located, snapshot: &Snapshot, diagnostics: &mut Diagnostics) {
    let element = snapshot.document.get(&located.table.name).ok().flatten();
    let element = element.map(|element| element.value()).unwrap_or_default();
    format(change, &element, located, snapshot, diagnostics);
    database(change, &element, snapshot, diagnostics);
}

fn format(
    change: &PlannedChange,
    element: &serde_json::Value,
    located: &Located,
    snapshot: &Snapshot,
    diagnostics: &mut Diagnostics,
) {
    let needs_registry = |table: &Value| table.get("data_format").as_str() == Some(WITH_REGISTRY);
    let Some(endpoint) = &snapshot.facts.source_endpoint else { return };
    if !needs_registry(&change.planned) {
        return;
    }
    let path = Path::attribute("data_format");
    let summary = format!("`{WITH_REGISTRY}` does not work with a Kafka outside Aiven");
    let detail = format!(
        "It needs the Karapace schema registry of an Aiven for Apache Kafka service, and integration {} reads from the \
         external endpoint `{endpoint}`. Set another `data_format`, or bring the topics to a Kafka service of Aiven's.",
        located.integration.id
    );
    if needs_registry(&change.prior) || element["data_format"] == WITH_REGISTRY {
        diagnostics.warning_at(path, summary, detail);
    } else {
        diagnostics.error_at(path, summary, detail);
    }
}

fn database(
    change: &PlannedChange,
    element: &serde_json::Value,
    snapshot: &Snapshot,
    diagnostics: &mut Diagnostics,
) {
    let own = database_name(&snapshot.facts);
    let Some(own) = own.as_str() else { return };
    let is_own = |table: &Value| database_of_the_view(table.get(VIEW)).as_deref() == Some(own);
    if !is_own(&change.planned) {
        return;
    }
    let path = Path::attribute(VIEW).join("database_name");
    let summary = format!("`{own}` is the integration's own database");
    let detail = "Aiven makes it for the tables that read from Kafka, does not replicate it and may drop it, so it cannot \
                  hold a view. Set `database_name` to another database, or leave it out: the default is `default`.";
    if is_own(&change.prior) || element[VIEW]["database_name"] == own {
        diagnostics.warning_at(path, summary, detail);
    } else {
        diagnostics.error_at(path, summary, detail);
    }
}
