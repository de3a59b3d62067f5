//! Formats that put a message as a whole into one column of text. ClickHouse makes a table with other columns, too, and
//! then fails at every message.

use crate::clickhouse::ColumnType;
use crate::tf::{Diagnostics, Path, Value};

use super::super::VIEW;
use super::columns::{stored, ty};

pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(format) = config.get("data_format").as_str() else { return };
    // ClickHouse writes `RawBLOB` from columns of any number and type, and no `JSONAsString` at all.
    let may_be_written_to = match format {
        "JSONAsString" => false,
        "RawBLOB" => config.get(VIEW).as_object().is_none(),
        _ => return,
    };
    let path = Path::attribute("columns");
    let Some((path, summary, advice)) = (match config.get("columns").as_elements() {
        Some([column]) => {
            let path = path.index(0).join("type");
            ty(column).filter(|ty| !may_hold_text(ty)).map(|_| {
                let ty = column.get("type").as_str().unwrap_or_default();
                let summary = format!("`{format}` cannot fill a column of type `{ty}`");
                let advice = format!("Set `{path}` to `String`, or choose another `data_format`.");
                (path, summary, advice)
            })
        }
        Some(columns @ [_, _, ..]) => {
            let summary = format!("`{format}` fills exactly one column, of type `String`");
            let advice =
                format!("`{path}` has {}. Leave one, or choose another `data_format`.", columns.len());
            Some((path, summary, advice))
        }
        _ => None,
    }) else {
        return;
    };
    if may_be_written_to {
        let detail = format!("ClickHouse can write to this table, but reads no message from it. {advice}");
        diagnostics.warning_at(path, summary, detail);
    } else {
        let detail = format!("ClickHouse reads no message into this table. {advice}");
        diagnostics.error_at(path, summary, detail);
    }
}

/// Whether ClickHouse may put a whole message into a column of this type.
fn may_hold_text(ty: &ColumnType) -> bool {
    let Some(ty) = stored(ty) else { return true };
    match ty.family() {
        Some("LowCardinality" | "Nullable") => ty.inner().first().is_none_or(may_hold_text),
        Some(family) => family == "String",
        None => true,
    }
}
