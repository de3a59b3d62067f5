//! Rules across attributes, checked offline. Each says which attribute is wrong and what would be right; what
//! is not known yet is left alone.
//!
//! | file | what it has rules for |
//! | --- | --- |
//! | `columns` | names of columns, and what is known of their types |
//! | `format` | columns that a `data_format` can fill |
//! | `settings` | settings of the table that contradict each other |
//! | `view` | the materialized view: its database, sorting key and time to live |
//! | `engine` | what the engine of its table takes as parameters |
//!
//! An error is what ClickHouse refuses whatever its settings are, and a warning what it may refuse; the tests ask it.
//! What Aiven thinks of a value by itself is not known here.

mod columns;
mod engine;
mod format;
mod settings;
mod view;

use crate::naming::{self, Kind};
use crate::tf::{Diagnostics, Value};

use super::schema;
use super::{VIEW, additional};

use columns::Columns;

/// Checks a configuration whose attributes have been checked one by one, and may be wrong by themselves.
pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    integration(config, diagnostics);
    let columns = Columns::read(config.get("columns"), diagnostics);
    format::validate(config, diagnostics);
    settings::validate(config, diagnostics);
    let view = config.get(VIEW);
    if view.as_object().is_some() {
        view::validate(view, columns.as_ref(), diagnostics);
        engine::validate(view, columns.as_ref(), diagnostics);
    }
    let schema = &super::edit::SCHEMA;
    let attributes: Vec<_> = schema::in_the_element(schema).map(|attribute| attribute.name).collect();
    additional::validate(config.get(additional::ATTRIBUTE), &attributes, diagnostics);
}

pub fn integration(config: &Value, diagnostics: &mut Diagnostics) {
    naming::check_reference(config, "service_integration_id", Kind::Integration, diagnostics);
}
