//! Formats that put a message as a whole into one column of text. ClickHouse makes a table with other columns, too, and
//! then fails at every message.
//!
//! A column that is computed from others, by an `ALIAS` behind its type, is none that a format fills. So nothing is said
//! unless the text of each column is a type and no more.

use crate::clickhouse::ColumnType;
use crate::tf::{Diagnostics, Path, Value};

use super::super::VIEW;
use super::columns::ty;

pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(format) = config.get("data_format").as_str() else { return };
    // ClickHouse writes `RawBLOB` from columns of any number and type, and no `JSONAsString` at all.
    let may_be_written_to = match format {
        "JSONAsString" => false,
        "RawBLOB" => config.get(VIEW).as_object().is_none(),
        _ => return,
    };
    let path = Path::attribute("columns");
    let columns = config.get("columns").as_elements().unwrap_or_default();
    if columns.iter().any(|column| ty(column).is_none()) {
        return;
    }
    let Some((path, summary, advice)) = (match columns {
        [column] => {
            let path = path.index(0).join("type");
            ty(column).filter(|ty| !may_hold_text(ty)).map(|_| {
                let ty = column.get("type").as_str().unwrap_or_default();
                let summary = format!("`{format}` cannot fill a column of type `{ty}`");
                let advice = format!("Set `{path}` to `String`, or choose another `data_format`.");
                (path, summary, advice)
            })
        }
        [_, _, ..] => {
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
    let ty = ty.stored();
    match ty.family() {
        Some("LowCardinality" | "Nullable") => ty.inner().first().is_none_or(may_hold_text),
        Some(family) => family == "String",
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places that are told, for columns of these types.
    fn told(format: &str, types: &[Value]) -> Vec<String> {
        let columns = types.iter().map(|ty| Value::object([("name", "c".into()), ("type", ty.clone())]));
        let columns = Value::List(columns.collect());
        let config = Value::object([("data_format", format.into()), ("columns", columns)]);
        let mut diagnostics = Diagnostics::default();
        validate(&config, &mut diagnostics);
        diagnostics.iter().map(|each| each.path.to_string()).collect()
    }

    #[test]
    fn only_columns_whose_whole_text_is_a_type_are_counted() {
        for format in ["JSONAsString", "RawBLOB"] {
            assert_eq!(told(format, &["String".into(), "UInt64".into()]), ["columns"]);
            assert_eq!(told(format, &["UInt64".into()]), ["columns[0].type"]);
            for open in [Value::Unknown, "".into(), "Array(".into()] {
                assert!(told(format, &["String".into(), open.clone()]).is_empty(), "{open:?}");
                assert!(told(format, &[open]).is_empty());
            }
        }
    }

    #[test]
    fn a_column_that_is_computed_from_others_is_not_counted() {
        for format in ["JSONAsString", "RawBLOB"] {
            assert!(told(format, &["String".into(), "UInt64 ALIAS length(raw)".into()]).is_empty());
        }
    }
}
