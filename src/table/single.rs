//! The data source `aiven_clickhouse_kafka_table`: one table, as an import would find it.

use std::sync::Arc;

use async_trait::async_trait;

use crate::advice::sentence;
use crate::document::Element;
use crate::engine::{Engine, IntegrationKey, Snapshot, Store};
use crate::session::Session;
use crate::tf::schema::Schema;
use crate::tf::{DataSource, Diagnostics, Path, Value, checks};

use super::listing::{Listed, Unlisted, listed};
use super::looking::look;
use super::{TableEdit, copies, validation};

/// The attributes by which a table is looked up.
const SOUGHT: [&str; 3] = ["project", "service_integration_id", "name"];

/// So many names are listed to somebody who asked for one that is not there.
const FEW: usize = 20;

/// The data source of one table.
pub struct SingleTable<S: Store> {
    session: Arc<Session<Engine<S, TableEdit>>>,
    schema: Schema,
}

impl<S: Store> SingleTable<S> {
    /// The data source, reading with whatever engine the session has been configured to.
    pub fn new(session: Arc<Session<Engine<S, TableEdit>>>) -> Self {
        let mut attributes = copies::seen();
        attributes.retain(|attribute| !SOUGHT.contains(&attribute.name));
        attributes.extend(copies::sought(&SOUGHT));
        let schema = Schema {
            description: include_str!("single.md").trim().to_owned(),
            attributes,
            ..Schema::default()
        };
        Self { session, schema }
    }
}

#[async_trait]
impl<S: Store> DataSource for SingleTable<S> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::integration(config, diagnostics);
    }

    async fn read(&self, config: Value, diagnostics: &mut Diagnostics) -> Option<Value> {
        let (integration, snapshot) = look(&self.session, &config, diagnostics).await?;
        let name = config.get("name").as_str()?;
        let element = find(&integration, &snapshot, name, diagnostics)?;
        match listed(&integration, &snapshot.facts, name, element) {
            Ok(Listed { value, .. }) => {
                let mut value = copies::seen_of(&value);
                for name in SOUGHT {
                    value.set_attribute(name, config.get(name).clone());
                }
                Some(value)
            }
            Err(unlisted) => {
                report_unreadable(name, &unlisted, diagnostics);
                None
            }
        }
    }
}

fn find<'snapshot>(
    integration: &IntegrationKey,
    snapshot: &'snapshot Snapshot,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'snapshot Element> {
    match snapshot.document.get(name) {
        Ok(Some(element)) => return Some(element),
        Ok(None) => report_missing(integration, snapshot, name, diagnostics),
        Err(ambiguous) => {
            report_unreadable(name, &Unlisted::Ambiguous { name: name.to_owned(), ambiguous }, diagnostics);
        }
    }
    None
}

fn report_unreadable(name: &str, unlisted: &Unlisted, diagnostics: &mut Diagnostics) {
    diagnostics.error_at(
        Path::attribute("name"),
        format!("Table `{name}` could not be read"),
        format!("{}. {}", sentence(unlisted), unlisted.next_step()),
    );
}

fn report_missing(
    integration: &IntegrationKey,
    snapshot: &Snapshot,
    name: &str,
    diagnostics: &mut Diagnostics,
) {
    let names: Vec<_> = snapshot.document.elements().iter().filter_map(Element::name).collect();
    if let Some(decomposed) = names.iter().find(|known| Value::string(known).as_str() == Some(name)) {
        let unlisted = Unlisted::Decomposed { name: (*decomposed).to_owned() };
        return report_unreadable(name, &unlisted, diagnostics);
    }
    let near = checks::near(name, &names);
    let hint = if names.is_empty() {
        "It has no tables at all: check `service_integration_id`, or create the table first.".to_owned()
    } else if !near.is_empty() {
        format!("Did you mean {}?", checks::list_of_code(&near))
    } else if names.len() <= FEW {
        format!("Its tables are {}.", checks::list_of_code(&names))
    } else {
        format!(
            "None of its {} tables has a name like that; the data source `{}` has them all.",
            names.len(),
            super::TYPE_NAME_OF_ALL
        )
    };
    diagnostics.error_at(
        Path::attribute("name"),
        format!("Integration {} has no table `{name}`", integration.id),
        format!("{hint} Set `name` to the name of a table that exists, letter case included."),
    );
}
