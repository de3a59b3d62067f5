//! The materialized view: where it is, and how its table is sorted and aged. How Aiven writes the SQL is not published,
//! so what depends on that is a warning at most.

use std::collections::BTreeSet;

use crate::clickhouse::ColumnType;
use crate::tf::{Diagnostics, Path, Value};

use super::super::VIEW;
use super::columns::Columns;

pub fn validate(view: &Value, columns: Option<&Columns<'_>>, diagnostics: &mut Diagnostics) {
    database(view, diagnostics);
    time_to_live(view, diagnostics);
    repeated(view, diagnostics);
    let Some(columns) = columns else { return };
    let path = Path::attribute(VIEW);
    for attribute in ["order_by", "engine_params"] {
        for (index, name) in view.get(attribute).as_elements().unwrap_or_default().iter().enumerate() {
            columns.check(name, path.join(attribute).index(index), diagnostics);
        }
    }
    columns.check(view.get("ttl_column"), path.join("ttl_column"), diagnostics);
    sorting_key(view, columns, diagnostics);
    age(view, columns, diagnostics);
}

/// No integration's own database, nor that of this one: its name always begins like this, as `naming::database_name` has
/// it. So nothing is left to say once the integration is known.
fn database(view: &Value, diagnostics: &mut Diagnostics) {
    let Some(name) = view.get("database_name").as_str() else { return };
    let Some(prefix) = ["service_", "endpoint_"].into_iter().find(|prefix| name.starts_with(prefix)) else {
        return;
    };
    diagnostics.error_at(
        Path::attribute(VIEW).join("database_name"),
        format!("A view cannot be in the database of an integration, `{name}`"),
        format!(
            "Aiven reserves names with `{prefix}` for such databases, which are not replicated and may be dropped. \
             Set `{VIEW}.database_name` to another database, or leave it out for `default`."
        ),
    );
}

fn time_to_live(view: &Value, diagnostics: &mut Diagnostics) {
    let path = Path::attribute(VIEW);
    if view.get("ttl_column").is_null() {
        for name in ["ttl_days", "local_disk_ttl_days"] {
            let days = view.get(name);
            if !days.is_null() && !days.is_unknown() {
                diagnostics.error_at(
                    path.join(name),
                    format!("`{VIEW}.{name}` needs `{VIEW}.ttl_column`"),
                    "Set `ttl_column` to the Date or DateTime column from which the age of a row is counted.",
                );
            }
        }
        return;
    }
    let days = |name| view.get(name).as_i64();
    if let Some((deleted, moved)) = days("ttl_days").zip(days("local_disk_ttl_days"))
        && deleted <= moved
    {
        diagnostics.warning_at(
            path.join("local_disk_ttl_days"),
            "Rows are deleted before they would be moved",
            format!(
                "They are deleted after {deleted} days, by `{VIEW}.ttl_days`. Set `{VIEW}.local_disk_ttl_days` to \
                 fewer days, or remove it."
            ),
        );
    }
}

/// ClickHouse refuses a key that repeats itself unless `allow_suspicious_indices` is set.
fn repeated(view: &Value, diagnostics: &mut Diagnostics) {
    let mut names = BTreeSet::new();
    for (index, name) in view.get("order_by").as_elements().unwrap_or_default().iter().enumerate() {
        let Some(name) = name.as_str().filter(|name| !names.insert(*name)) else { continue };
        let path = Path::attribute(VIEW).join("order_by").index(index);
        diagnostics.warning_at(
            path.clone(),
            format!("`{name}` is in the sorting key twice"),
            format!("ClickHouse refuses that by default. Remove `{path}`, which sorts nothing."),
        );
    }
}

fn sorting_key(view: &Value, columns: &Columns<'_>, diagnostics: &mut Diagnostics) {
    for (index, name) in view.get("order_by").as_elements().unwrap_or_default().iter().enumerate() {
        let Some((name, ty)) = name.as_str().and_then(|name| Some((name, columns.ty(name)?))) else {
            continue;
        };
        let path = Path::attribute(VIEW).join("order_by").index(index);
        if let Some(family) = unsortable(ty) {
            diagnostics.error_at(
                path.clone(),
                format!("No table can be sorted by a column of type `{family}`"),
                format!("`{path}` names `{name}`. Remove it, or give the column another type."),
            );
        } else if holds_nulls(ty) {
            diagnostics.warning_at(
                path.clone(),
                format!("`{name}` is in the sorting key and may be null"),
                format!(
                    "ClickHouse refuses that unless `allow_nullable_key` is set. Remove `{path}`, or make the column's \
                     type one without `Nullable`."
                ),
            );
        } else if ty.family() == Some("SimpleAggregateFunction") {
            diagnostics.warning_at(
                path.clone(),
                format!("`{name}` is in the sorting key and holds an aggregate"),
                format!(
                    "ClickHouse refuses that unless `allow_suspicious_primary_key` is set. Remove `{path}`, or give the \
                     column another type."
                ),
            );
        }
    }
}

/// The part of a type for which ClickHouse has no order that it would sort a table by.
fn unsortable(ty: &ColumnType) -> Option<&str> {
    match ty.family()? {
        family @ ("AggregateFunction" | "Dynamic" | "JSON" | "Object" | "Variant") => Some(family),
        "Array" | "Map" | "Tuple" => ty.inner().iter().find_map(unsortable),
        _ => None,
    }
}

fn holds_nulls(ty: &ColumnType) -> bool {
    match ty.family() {
        Some("Nullable") => true,
        Some("Array" | "LowCardinality" | "Map" | "Tuple") => ty.inner().iter().any(holds_nulls),
        _ => false,
    }
}

/// What the column is to be for the age of a row to be counted from it.
enum Moment {
    Fit,
    /// ClickHouse would count from it only after a conversion, and Aiven documents none.
    Doubtful,
    /// It would not even then.
    Unfit,
}

fn age(view: &Value, columns: &Columns<'_>, diagnostics: &mut Diagnostics) {
    let Some(name) = view.get("ttl_column").as_str() else { return };
    let Some(moment) = columns.ty(name).and_then(moment) else { return };
    let path = Path::attribute(VIEW).join("ttl_column");
    let summary = format!("The age of a row cannot be counted from `{name}`");
    let advice = format!("`{path}` must name a column of type `Date`, `Date32`, `DateTime` or `DateTime64`");
    match moment {
        Moment::Fit => {}
        Moment::Doubtful => {
            diagnostics.warning_at(path, summary, format!("{advice}. Aiven decides at apply."));
        }
        Moment::Unfit => {
            diagnostics.error_at(path, summary, format!("{advice}, not `Nullable` or `LowCardinality`."));
        }
    }
}

fn moment(ty: &ColumnType) -> Option<Moment> {
    let ty = ty.stored();
    Some(match ty.family()? {
        "Date" | "Date32" | "DateTime" | "DateTime64" => Moment::Fit,
        "Nullable" => Moment::Unfit,
        // ClickHouse reads a moment from text.
        "LowCardinality" if ty.inner().first()?.family()? != "String" => Moment::Unfit,
        _ => Moment::Doubtful,
    })
}
