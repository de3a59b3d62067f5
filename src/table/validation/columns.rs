//! The columns of a table, as far as they are known. Knows no rule but that a name is there once.

use std::collections::BTreeMap;

use crate::clickhouse::ColumnType;
use crate::tf::{Diagnostics, Path, Value, checks};

/// The columns of a table by name.
pub struct Columns<'config> {
    types: BTreeMap<&'config str, Option<ColumnType>>,
    all_known: bool,
}

impl<'config> Columns<'config> {
    /// The columns of a known list; reports names that are there twice.
    pub fn read(columns: &'config Value, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut known = Self { types: BTreeMap::new(), all_known: true };
        for (index, column) in columns.as_elements()?.iter().enumerate() {
            let Some(name) = column.get("name").as_str() else {
                known.all_known = false;
                continue;
            };
            if known.types.contains_key(name) {
                let path = Path::attribute("columns").index(index).join("name");
                diagnostics.error_at(
                    path.clone(),
                    format!("Column `{name}` is there twice"),
                    format!("`{path}` repeats the name of another column. Rename or remove one of the two."),
                );
            } else {
                known.types.insert(name, ty(column));
            }
        }
        Some(known)
    }

    /// The type of a column, where it is known.
    pub fn ty(&self, name: &str) -> Option<&ColumnType> {
        self.types.get(name)?.as_ref()
    }

    /// Reports a name at `path` that is known not to be one of a column, nor of a part of one: of the element `a` of a
    /// tuple `t`, for instance, which ClickHouse calls `t.a`.
    pub fn check(&self, name: &Value, path: Path, diagnostics: &mut Diagnostics) {
        let Some(name) = name.as_str().filter(|name| self.all_known && !self.have(name)) else { return };
        let known: Vec<_> = self.types.keys().copied().collect();
        let hint = match checks::nearest(name, &known) {
            Some(near) => format!("`{path}` names it. Did you mean `{near}`?"),
            None => format!("`{path}` names it. The table's columns are {}.", checks::list_of_code(&known)),
        };
        diagnostics.error_at(path, format!("The table has no column `{name}`"), hint);
    }

    fn have(&self, name: &str) -> bool {
        let is_part = |column: &&str| name.strip_prefix(*column).is_some_and(|rest| rest.starts_with('.'));
        self.types.contains_key(name) || self.types.keys().any(is_part)
    }
}

/// The type of a column, where it is known and well-formed.
pub fn ty(column: &Value) -> Option<ColumnType> {
    ColumnType::parse(column.get("type").as_str()?)
}
