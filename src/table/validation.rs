//! Rules across attributes, checked offline. Each says which attribute is wrong and what would be right; what
//! is not known yet is left alone.

use std::collections::BTreeSet;

use crate::naming::{self, Kind};
use crate::tf::{Diagnostics, Path, Value, checks};

use super::schema;
use super::{VIEW, additional};

/// Checks a configuration whose attributes have been checked one by one, and may be wrong by themselves.
pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    integration(config, diagnostics);
    let columns = columns(config.get("columns"), diagnostics);
    let view = config.get(VIEW);
    if view.as_object().is_some() {
        time_to_live(view, diagnostics);
        if let Some(columns) = columns {
            columns_of_the_view(view, &columns, diagnostics);
        }
    }
    compression(config, diagnostics);
    let schema = &super::edit::SCHEMA;
    let attributes: Vec<_> = schema::in_the_element(schema).map(|attribute| attribute.name).collect();
    additional::validate(config.get(additional::ATTRIBUTE), &attributes, diagnostics);
}

pub fn integration(config: &Value, diagnostics: &mut Diagnostics) {
    naming::check_reference(config, "service_integration_id", Kind::Integration, diagnostics);
}

/// The names of the columns where all of them are known; reports names that are there twice.
fn columns<'config>(
    columns: &'config Value,
    diagnostics: &mut Diagnostics,
) -> Option<BTreeSet<&'config str>> {
    let mut names = BTreeSet::new();
    let mut all_known = true;
    for (index, column) in columns.as_elements()?.iter().enumerate() {
        match column.get("name").as_str() {
            Some(name) if !names.insert(name) => {
                let path = Path::attribute("columns").index(index).join("name");
                diagnostics.error_at(
                    path.clone(),
                    format!("Column `{name}` is there twice"),
                    format!("`{path}` repeats the name of another column. Rename or remove one of the two."),
                );
            }
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(names)
}

fn time_to_live(view: &Value, diagnostics: &mut Diagnostics) {
    if !view.get("ttl_column").is_null() {
        return;
    }
    for name in ["ttl_days", "local_disk_ttl_days"] {
        let days = view.get(name);
        if !days.is_null() && !days.is_unknown() {
            diagnostics.error_at(
                Path::attribute(VIEW).join(name),
                format!("`{VIEW}.{name}` needs `{VIEW}.ttl_column`"),
                "Set `ttl_column` to the Date or DateTime column from which the age of a row is counted.",
            );
        }
    }
}

fn columns_of_the_view(view: &Value, columns: &BTreeSet<&str>, diagnostics: &mut Diagnostics) {
    let mut check = |name: &Value, path: Path| {
        let Some(name) = name.as_str().filter(|name| !columns.contains(name)) else { return };
        let known: Vec<_> = columns.iter().copied().collect();
        let hint = match checks::nearest(name, &known) {
            Some(near) => format!("`{path}` names it. Did you mean `{near}`?"),
            None => format!("`{path}` names it. The table's columns are {}.", checks::list_of_code(&known)),
        };
        diagnostics.error_at(path, format!("The table has no column `{name}`"), hint);
    };
    let path = Path::attribute(VIEW);
    for attribute in ["order_by", "engine_params"] {
        for (index, name) in view.get(attribute).as_elements().unwrap_or_default().iter().enumerate() {
            check(name, path.join(attribute).index(index));
        }
    }
    check(view.get("ttl_column"), path.join("ttl_column"));
}

fn compression(config: &Value, diagnostics: &mut Diagnostics) {
    let level = config.get("producer_compression_level").as_i64();
    let highest = match config.get("producer_compression_codec").as_str() {
        Some("gzip") => 9,
        Some("lz4") => 12,
        Some("snappy") => 0,
        _ => return,
    };
    let Some(level) = level.filter(|level| *level > highest) else { return };
    let codec = config.get("producer_compression_codec").as_str().unwrap_or_default();
    let allowed = if highest == 0 { "`0`".to_owned() } else { format!("`0` to `{highest}`") };
    diagnostics.error_at(
        Path::attribute("producer_compression_level"),
        format!("`{codec}` has no compression level {level}"),
        format!(
            "`producer_compression_level` may be {allowed} with this codec; `-1` is the codec's own default."
        ),
    );
}
