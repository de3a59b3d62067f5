//! One integration in words, and as the attributes that data source and resource have in common. Pure.

use crate::aiven::Integration;
use crate::naming::{ProjectId, database_name};
use crate::tf::Value;

/// The attributes by which Terraform knows an integration that exists.
pub fn known_by(integration: &Integration, id: &ProjectId) -> [(&'static str, Value); 4] {
    let source = (integration.source_endpoint.as_deref(), integration.source_service.as_deref());
    [
        ("id", Value::string(id.to_string())),
        ("service_integration_id", Value::string(&id.id)),
        ("database_name", database_name(source.0, source.1)),
        ("active", integration.active.into()),
    ]
}

/// A text that may be missing.
pub fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::string)
}

/// The integration in a line: its id, type and both ends.
pub fn in_a_line(integration: &Integration) -> String {
    let Integration { id, integration_type, .. } = integration;
    let source = end(integration.source_service.as_deref(), integration.source_endpoint.as_deref());
    let destination = end(integration.dest_service.as_deref(), integration.dest_endpoint.as_deref());
    let project = match (&integration.source_project, &integration.dest_project) {
        (Some(source), Some(destination)) if source != destination => format!(" of project `{source}`"),
        _ => String::new(),
    };
    let active = if integration.active { "active" } else { "not active" };
    format!("{id}: `{integration_type}` from {source}{project} to {destination}, {active}")
}

/// Several integrations, a line each.
pub fn in_lines<'list>(integrations: impl IntoIterator<Item = &'list Integration>) -> String {
    integrations.into_iter().map(|each| format!("  - {}\n", in_a_line(each))).collect()
}

fn end(service: Option<&str>, endpoint: Option<&str>) -> String {
    match (endpoint, service) {
        (Some(endpoint), _) => format!("endpoint `{endpoint}`"),
        (None, Some(service)) => format!("service `{service}`"),
        (None, None) => "a source that Aiven does not name".to_owned(),
    }
}

#[cfg(test)]
pub mod tests {
    use serde_json::value::RawValue;

    use super::*;

    /// An integration of `demo` with this source, a service or the name and id of an endpoint, to `clickhouse`.
    pub fn integration(id: &str, service: Option<&str>, endpoint: Option<(&str, &str)>) -> Integration {
        Integration {
            id: id.to_owned(),
            integration_type: "clickhouse_kafka".to_owned(),
            active: true,
            enabled: true,
            description: String::new(),
            source_project: Some("demo".to_owned()),
            source_service: service.map(str::to_owned),
            source_service_type: None,
            source_endpoint: endpoint.map(|endpoint| endpoint.0.to_owned()),
            source_endpoint_id: endpoint.map(|endpoint| endpoint.1.to_owned()),
            dest_project: Some("demo".to_owned()),
            dest_service: Some("clickhouse".to_owned()),
            dest_service_type: None,
            dest_endpoint: None,
            dest_endpoint_id: None,
            status: None,
            user_config: RawValue::from_string("{}".to_owned()).unwrap(),
        }
    }

    #[test]
    fn an_integration_is_told_by_its_ends() {
        let mut other = integration("two", None, Some(("self-hosted", "e")));
        other.active = false;
        other.source_project = Some("elsewhere".to_owned());
        insta::assert_snapshot!(in_lines(&[integration("one", Some("kafka"), None), other]), @r"
        - one: `clickhouse_kafka` from service `kafka` to service `clickhouse`, active
        - two: `clickhouse_kafka` from endpoint `self-hosted` of project `elsewhere` to service `clickhouse`, not active
        ");
    }
}
