//! What the source of an integration rules out for its tables. A plan that brings it in is refused; a table that has it
//! already may be changed in other ways, and is warned of it.

use crate::document::Element;
use crate::engine::Snapshot;
use crate::tf::{Diagnostics, Path, Value};

use super::super::located::Located;

/// The format that needs a schema registry.
const WITH_REGISTRY: &str = "AvroConfluent";

/// Says what about a planned table cannot work with this source; `prior` is null where there is no table yet.
pub fn review(
    prior: &Value,
    planned: &Value,
    located: &Located,
    snapshot: &Snapshot,
    diagnostics: &mut Diagnostics,
) {
    let needs_registry = |table: &Value| table.get("data_format").as_str() == Some(WITH_REGISTRY);
    let Some(endpoint) = &snapshot.facts.source_endpoint else { return };
    if !needs_registry(planned) {
        return;
    }
    let path = Path::attribute("data_format");
    let summary = format!("`{WITH_REGISTRY}` does not work with a Kafka outside Aiven");
    let detail = format!(
        "It needs the Karapace schema registry of an Aiven for Apache Kafka service, and integration {} reads from the \
         external endpoint `{endpoint}`. Set another `data_format`, or bring the topics to a Kafka service of Aiven's.",
        located.integration.id
    );
    // Terraform plans a table that is to be replaced as if there were none.
    let element = snapshot.document.get(&located.table.name).ok().flatten();
    let element = element.map(Element::value).unwrap_or_default();
    if needs_registry(prior) || element["data_format"] == WITH_REGISTRY {
        diagnostics.warning_at(path, summary, detail);
    } else {
        diagnostics.error_at(path, summary, detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use crate::document::Document;
    use crate::engine::{Facts, Origin};
    use crate::tf::Severity;

    use super::super::super::identifier::TableId;
    use super::*;

    fn integration(service: Option<&str>, endpoint: Option<&str>, tables: &serde_json::Value) -> Snapshot {
        let facts = Facts {
            integration_type: "clickhouse_kafka".to_owned(),
            source_service: service.map(str::to_owned),
            source_endpoint: endpoint.map(str::to_owned),
            destination_service: None,
            active: true,
            status: None,
        };
        let document = Document::parse(&to_raw_value(&json!({"tables": tables})).unwrap()).unwrap();
        Snapshot { origin: Origin::Read, facts, document }
    }

    fn table(format: &str) -> Value {
        Value::object([("name", "t".into()), ("data_format", format.into())])
    }

    /// What is said, in short: how bad it is, where, and in what words.
    fn said(prior: &Value, planned: &Value, snapshot: &Snapshot) -> Vec<(Severity, String, String)> {
        let table = TableId::new("demo", "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f", "t").unwrap();
        let mut diagnostics = Diagnostics::default();
        review(prior, planned, &Located::at(table), snapshot, &mut diagnostics);
        diagnostics.iter().map(|each| (each.severity, each.path.to_string(), each.summary.clone())).collect()
    }

    #[test]
    fn the_format_with_a_registry_needs_a_service_of_aivens() {
        let (there, not_there) = (json!([{"name": "t", "data_format": "AvroConfluent"}]), json!([7]));
        let with_registry = || table("AvroConfluent");
        let [inside, outside] = [(Some("kafka"), None), (None, Some("self-hosted"))]
            .map(|(service, endpoint)| integration(service, endpoint, &not_there));
        let told = |severity| {
            let summary = "`AvroConfluent` does not work with a Kafka outside Aiven";
            vec![(severity, "data_format".to_owned(), summary.to_owned())]
        };
        assert_eq!(said(&Value::Null, &with_registry(), &inside), []);
        assert_eq!(said(&Value::Null, &table("Avro"), &outside), []);
        assert_eq!(said(&Value::Null, &with_registry(), &outside), told(Severity::Error));
        assert_eq!(said(&table("CSV"), &with_registry(), &outside), told(Severity::Error));
        assert_eq!(said(&with_registry(), &with_registry(), &outside), told(Severity::Warning));
        let outside = integration(None, Some("self-hosted"), &there);
        assert_eq!(said(&Value::Null, &with_registry(), &outside), told(Severity::Warning));
    }
}
