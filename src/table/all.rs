//! The data source `aiven_clickhouse_kafka_tables`: all tables of an integration, by name, each in the resource's own
//! shape, so that `for_each` of a resource or of an `import` block takes them as they are.

use std::sync::Arc;

use async_trait::async_trait;

use crate::engine::{Engine, Store};
use crate::session::Session;
use crate::tf::schema::{Attribute, Schema, Shape};
use crate::tf::{Attributes, DataSource, Diagnostics, Value};

use super::listing::listing;
use super::looking::{left_out, look};
use super::{TableEdit, copies, validation};

/// The data source of all tables of an integration.
pub struct AllTables<S: Store> {
    session: Arc<Session<Engine<S, TableEdit>>>,
    schema: Schema,
}

impl<S: Store> AllTables<S> {
    /// The data source, reading with whatever engine the session has been configured to.
    pub fn new(session: Arc<Session<Engine<S, TableEdit>>>) -> Self {
        let tables = Attribute::computed(
            "tables",
            Shape::ObjectMap(copies::seen()),
            "The tables by name. A setting that equals its documented default is null, as it is after an import.",
        );
        let mut attributes = copies::sought(&["project", "service_integration_id"]);
        attributes.push(tables);
        let schema =
            Schema { description: include_str!("all.md").trim().to_owned(), attributes, ..Schema::default() };
        Self { session, schema }
    }
}

#[async_trait]
impl<S: Store> DataSource for AllTables<S> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::integration(config, diagnostics);
    }

    async fn read(&self, mut config: Value, diagnostics: &mut Diagnostics) -> Option<Value> {
        let (integration, snapshot) = look(&self.session, &config, diagnostics).await?;
        let mut tables = Attributes::new();
        for found in listing(&integration, &snapshot.facts, &snapshot.document) {
            match found {
                Ok(listed) => {
                    tables.insert(listed.table.name, copies::seen_of(&listed.value));
                }
                Err(unlisted) => {
                    let (summary, detail) = left_out(&unlisted, &integration);
                    diagnostics.warning(summary, detail);
                }
            }
        }
        config.set_attribute("tables", Value::Map(tables));
        Some(config)
    }
}
