//! What the engines of the MergeTree family take as parameters: how many columns, and of which types.

use crate::clickhouse::ColumnType;
use crate::tf::{Diagnostics, Path, Value};

use super::super::VIEW;
use super::columns::Columns;

/// What a column is for an engine.
#[derive(Clone, Copy)]
enum Role {
    Sign,
    Version,
    Deleted,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Version => "version",
            Self::Deleted => "is-deleted",
        }
    }

    fn types(self) -> &'static str {
        match self {
            Self::Sign => "`Int8`",
            Self::Version => "an integer, a floating point number, `Bool`, or a date or time",
            Self::Deleted => "`UInt8`",
        }
    }

    /// Whether ClickHouse may take a column of this type.
    fn may_be(self, ty: &ColumnType) -> bool {
        let ty = ty.stored();
        let Some(family) = ty.family() else { return true };
        match self {
            Self::Sign => family == "Int8",
            Self::Deleted => matches!(family, "Bool" | "UInt8"),
            Self::Version if family == "LowCardinality" => {
                ty.inner().first().is_none_or(|ty| self.may_be(ty))
            }
            Self::Version => {
                let is_integer = |prefix| {
                    family.strip_prefix(prefix).is_some_and(|bits| bits.bytes().all(|b| b.is_ascii_digit()))
                };
                is_integer("Int")
                    || is_integer("UInt")
                    || matches!(family, "BFloat16" | "Bool" | "Float32" | "Float64")
                    || matches!(family, "Date" | "Date32" | "DateTime" | "DateTime64" | "Time" | "Time64")
            }
        }
    }
}

/// What an engine takes: the roles of its parameters, of which so many are required. None for columns that are summed.
struct Parameters {
    roles: &'static [Role],
    required: usize,
    words: &'static str,
}

fn parameters(engine: &str) -> Option<Parameters> {
    let (roles, required, words): (&[Role], _, _) = match engine {
        "AggregatingMergeTree" | "MergeTree" => (&[], 0, "no column"),
        "CollapsingMergeTree" => (&[Role::Sign], 1, "one column: the sign"),
        "ReplacingMergeTree" => (
            &[Role::Version, Role::Deleted],
            0,
            "at most two columns: the version, and whether a row is deleted",
        ),
        "VersionedCollapsingMergeTree" => {
            (&[Role::Sign, Role::Version], 2, "two columns: the sign and the version")
        }
        _ => return None,
    };
    Some(Parameters { roles, required, words })
}

pub fn validate(view: &Value, columns: Option<&Columns<'_>>, diagnostics: &mut Diagnostics) {
    let engine = view.get("engine");
    let Some(engine) = (if engine.is_null() { Some("MergeTree") } else { engine.as_str() }) else { return };
    let named = match view.get("engine_params") {
        Value::Null => &[],
        named => match named.as_elements() {
            Some(named) => named,
            None => return,
        },
    };
    repeated(engine, named, diagnostics);
    if engine == "SummingMergeTree" {
        return sums(view, named, diagnostics);
    }
    let Some(takes) = parameters(engine) else { return };
    let path = Path::attribute(VIEW).join("engine_params");
    if named.len() < takes.required || named.len() > takes.roles.len() {
        diagnostics.error_at(
            path.clone(),
            format!("`{engine}` takes {}", takes.words),
            format!("`{path}` names {}.", named.len()),
        );
        return;
    }
    for (index, (name, role)) in named.iter().zip(takes.roles).enumerate() {
        let Some(name) = name.as_str() else { continue };
        let Some(ty) = columns.and_then(|columns| columns.ty(name)) else { continue };
        if !role.may_be(ty) {
            let path = path.index(index);
            diagnostics.error_at(
                path.clone(),
                format!("`{name}` cannot be the {} column of `{engine}`", role.name()),
                format!(
                    "`{path}` names it. The type of that column must be {}, without `Nullable`.",
                    role.types()
                ),
            );
        }
    }
}

fn repeated(engine: &str, named: &[Value], diagnostics: &mut Diagnostics) {
    for (index, name) in named.iter().enumerate() {
        let Some(text) = name.as_str().filter(|_| named[..index].contains(name)) else { continue };
        let path = Path::attribute(VIEW).join("engine_params").index(index);
        diagnostics.error_at(
            path.clone(),
            format!("`{engine}` cannot take `{text}` twice"),
            format!("`{path}` repeats it. Name another column, or remove it."),
        );
    }
}

/// ClickHouse refuses to sum what it sorts by unless `allow_summing_columns_in_partition_or_order_key` is set.
fn sums(view: &Value, named: &[Value], diagnostics: &mut Diagnostics) {
    let sorted = view.get("order_by").as_elements().unwrap_or_default();
    for (index, name) in named.iter().enumerate() {
        let Some(text) = name.as_str().filter(|_| sorted.contains(name)) else { continue };
        let path = Path::attribute(VIEW).join("engine_params").index(index);
        diagnostics.warning_at(
            path.clone(),
            format!("`{text}` is to be summed and is in the sorting key"),
            format!("ClickHouse refuses that by default. Take it out of `{path}` or of `{VIEW}.order_by`."),
        );
    }
}
