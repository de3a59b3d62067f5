//! What the source of an integration rules out for its tables. A plan that brings it in is refused; a table that has it
//! already may be changed in other ways, and is warned of it.

use crate::document::Element;
use crate::engine::Snapshot;
use crate::tf::{Diagnostics, Path, Value};

use super::super::VIEW;
use super::super::located::{Located, database_name};
use super::claims::database_of_the_view;

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
    let element = snapshot.document.get(&located.table.name).ok().flatten();
    let element = element.map(Element::value).unwrap_or_default();
    format([prior, planned], &element, located, snapshot, diagnostics);
    database([prior, planned], &element, snapshot, diagnostics);
}

fn format(
    [prior, planned]: [&Value; 2],
    element: &serde_json::Value,
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
    if needs_registry(prior) || element["data_format"] == WITH_REGISTRY {
        diagnostics.warning_at(path, summary, detail);
    } else {
        diagnostics.error_at(path, summary, detail);
    }
}

fn database(
    [prior, planned]: [&Value; 2],
    element: &serde_json::Value,
    snapshot: &Snapshot,
    diagnostics: &mut Diagnostics,
) {
    let own = database_name(&snapshot.facts);
    let Some(own) = own.as_str() else { return };
    let is_own = |table: &Value| database_of_the_view(table.get(VIEW)).as_deref() == Some(own);
    if !is_own(planned) {
        return;
    }
    let path = Path::attribute(VIEW).join("database_name");
    let summary = format!("`{own}` is the integration's own database");
    let detail = "Aiven makes it for the tables that read from Kafka, does not replicate it and may drop it, so it cannot \
                  hold a view. Set `database_name` to another database, or leave it out: the default is `default`.";
    if is_own(prior) || element[VIEW]["database_name"] == own {
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
        };
        let document = Document::parse(&to_raw_value(&json!({"tables": tables})).unwrap()).unwrap();
        Snapshot { origin: Origin::Read, facts, document }
    }

    fn table(format: &str, database: Value) -> Value {
        let view = Value::object([("view_name", "v".into()), ("database_name", database)]);
        Value::object([("name", "t".into()), ("data_format", format.into()), (VIEW, view)])
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
        let with_registry = || table("AvroConfluent", Value::Null);
        let [inside, outside] = [(Some("kafka"), None), (None, Some("self-hosted"))]
            .map(|(service, endpoint)| integration(service, endpoint, &not_there));
        let told = |severity| {
            let summary = "`AvroConfluent` does not work with a Kafka outside Aiven";
            vec![(severity, "data_format".to_owned(), summary.to_owned())]
        };
        assert_eq!(said(&Value::Null, &with_registry(), &inside), []);
        assert_eq!(said(&Value::Null, &table("Avro", Value::Null), &outside), []);
        assert_eq!(said(&Value::Null, &with_registry(), &outside), told(Severity::Error));
        assert_eq!(said(&table("CSV", Value::Null), &with_registry(), &outside), told(Severity::Error));
        assert_eq!(said(&with_registry(), &with_registry(), &outside), told(Severity::Warning));
        // Terraform plans a table that is to be replaced as if there were none.
        let outside = integration(None, Some("self-hosted"), &there);
        assert_eq!(said(&Value::Null, &with_registry(), &outside), told(Severity::Warning));
    }

    #[test]
    fn a_view_cannot_be_in_the_integrations_own_database() {
        for (service, endpoint, own) in
            [(Some("kafka"), None, "service_kafka"), (None, Some("self-hosted"), "endpoint_self-hosted")]
        {
            let within = || table("CSV", own.into());
            let told = |severity| {
                let path = "materialized_view.database_name".to_owned();
                vec![(severity, path, format!("`{own}` is the integration's own database"))]
            };
            let empty = integration(service, endpoint, &json!([]));
            for elsewhere in [Value::Null, "default".into(), "service_other".into(), Value::Unknown] {
                assert_eq!(said(&Value::Null, &table("CSV", elsewhere), &empty), []);
            }
            assert_eq!(said(&Value::Null, &within(), &empty), told(Severity::Error));
            assert_eq!(said(&table("CSV", Value::Null), &within(), &empty), told(Severity::Error));
            assert_eq!(said(&within(), &within(), &empty), told(Severity::Warning));
            let there = json!([{"name": "t", VIEW: {"view_name": "v", "database_name": own}}, {"name": "u", VIEW: 7}]);
            assert_eq!(
                said(&Value::Null, &within(), &integration(service, endpoint, &there)),
                told(Severity::Warning)
            );
        }
    }
}
