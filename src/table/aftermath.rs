//! What becomes known of tables after they were answered. A refusal may show only in a later answer: that to another write,
//! or the look at the end of an apply. Whoever gets that answer tells it, naming the table, since its own resource can say
//! nothing any more. Knows the tables that this process wrote, and no request.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::{IntegrationKey, Snapshot, Status};
use crate::tf::Diagnostics;

use super::located::Located;
use super::{refusal, verdict};

/// The tables of an integration, each with how the integration fared when it was last told of.
type Tables = BTreeMap<String, Option<Arc<Status>>>;

/// The tables that this process has written and answered.
#[derive(Debug, Default)]
pub struct Aftermath {
    // Held while one snapshot is judged, never across an await.
    written: Mutex<HashMap<IntegrationKey, Tables>>,
}

impl Aftermath {
    /// Takes notice that a table is answered as this snapshot shows it, and tells what the snapshot has against the others
    /// that was not there when they were told of.
    pub fn answered(&self, located: &Located, snapshot: &Snapshot, diagnostics: &mut Diagnostics) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = written.entry(located.integration.clone()).or_default();
        let status = &snapshot.facts.status;
        for (name, told) in tables.iter_mut().filter(|(name, _)| **name != located.table.name) {
            if told == status {
                continue;
            }
            let refusal = refusal::refusal(snapshot, name, told.as_deref());
            if let Some(refusal) = refusal.filter(|refusal| refusal.is_new) {
                verdict::warn_of_later_refusal(&refusal, name, diagnostics);
                told.clone_from(status);
            }
        }
        tables.insert(located.table.name.clone(), status.clone());
    }

    /// Takes notice that a table is to be written again, or deleted: what it was is of no interest any more.
    pub fn forget(&self, located: &Located) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tables) = written.get_mut(&located.integration) {
            tables.remove(&located.table.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use crate::document::Document;
    use crate::engine::{Facts, Origin};
    use crate::table::TableId;

    use super::*;

    const INTEGRATION: &str = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f";

    fn located(name: &str) -> Located {
        Located::at(TableId::new("demo", INTEGRATION, name).unwrap())
    }

    fn snapshot(errors: &[&str]) -> Snapshot {
        let errors = errors.iter().map(|error| (*error).to_owned()).collect();
        let facts = Facts {
            integration_type: String::new(),
            source_service: Some("kafka".to_owned()),
            source_endpoint: None,
            destination_service: None,
            active: true,
            status: Some(Arc::new(Status { state: "failed".to_owned(), description: String::new(), errors })),
        };
        let tables = json!({"tables": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}).to_string();
        let document = Document::parse(&RawValue::from_string(tables).unwrap()).unwrap();
        Snapshot { origin: Origin::Read, facts, document }
    }

    #[test]
    fn what_shows_later_is_told_once_by_whoever_sees_it() {
        let aftermath = Aftermath::default();
        let answer = |name: &str, errors: &[&str]| {
            let mut diagnostics = Diagnostics::default();
            aftermath.answered(&located(name), &snapshot(errors), &mut diagnostics);
            diagnostics.iter().map(|told| told.summary.clone()).collect::<Vec<_>>()
        };
        let nothing = Vec::<String>::new();
        assert_eq!(answer("a", &["Table 'a': old"]), nothing, "its own resource tells that");
        assert_eq!(answer("b", &["Table 'a': old", "Table 'c': no"]), nothing, "nobody here wrote it");
        let later = ["Table 'a': old", "Table 'b': no"];
        assert_eq!(answer("c", &later), ["ClickHouse refuses table `b`"]);
        assert_eq!(answer("c", &later), nothing);
        aftermath.forget(&located("b"));
        assert_eq!(answer("c", &["Table 'b': another"]), nothing);
    }
}
