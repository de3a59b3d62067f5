//! Which integration is meant: its two ends, as a user names them, and the integrations that fit. Pure.

use std::fmt;

use crate::aiven::{Integration, Source};
use crate::naming::{INTEGRATION_TYPE, Reference};
use crate::tf::Value;

/// The source of an integration, as a user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kafka {
    /// A Kafka service of Aiven's.
    Service(String),
    /// An external Kafka, by the name of its endpoint.
    EndpointName(String),
    /// An external Kafka, by the lower-case UUID of its endpoint.
    EndpointId(String),
}

impl Kafka {
    /// Reads whichever of the three attributes is there.
    pub fn of(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).as_str();
        if let Some(name) = text("kafka_service_name") {
            return Some(Self::Service(name.to_owned()));
        }
        if let Some(id) = text("kafka_endpoint_id") {
            return Reference::parse(id).ok().map(|reference| Self::EndpointId(reference.to_string()));
        }
        text("kafka_endpoint_name").map(|name| Self::EndpointName(name.to_owned()))
    }

    /// The source as the API wants it to be named; it takes no endpoint by name.
    pub fn to_source(&self) -> Option<Source> {
        match self {
            Self::Service(name) => Some(Source::Service(name.clone())),
            Self::EndpointId(id) => Some(Source::Endpoint(id.clone())),
            Self::EndpointName(_) => None,
        }
    }

    /// Whether data flows from here into `integration`.
    pub fn feeds(&self, integration: &Integration) -> bool {
        match self {
            Self::Service(name) => integration.source_service.as_ref() == Some(name),
            // Terraform normalizes what a user writes, and Aiven need not.
            Self::EndpointName(name) => integration
                .source_endpoint
                .as_ref()
                .is_some_and(|other| Value::string(other).as_str() == Some(name)),
            Self::EndpointId(id) => {
                integration.source_endpoint_id.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(id))
            }
        }
    }
}

impl fmt::Display for Kafka {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(name) => write!(formatter, "Kafka service `{name}`"),
            Self::EndpointName(name) | Self::EndpointId(name) => write!(formatter, "Kafka endpoint `{name}`"),
        }
    }
}

/// Whether Kafka tables can live in `integration` and are then tables of this ClickHouse service.
pub fn leads_to(integration: &Integration, project: &str, clickhouse_service: &str) -> bool {
    integration.integration_type == INTEGRATION_TYPE && integration.ends_at(project, clickhouse_service)
}

#[cfg(test)]
mod tests {
    use super::super::description::tests::integration;
    use super::*;

    #[test]
    fn a_source_is_known_by_each_of_its_names() {
        let external = integration("endpoint", None, Some(("self-hosted", "0A")));
        assert!(Kafka::EndpointName("self-hosted".to_owned()).feeds(&external));
        assert!(Kafka::EndpointId("0a".to_owned()).feeds(&external));
        assert!(!Kafka::Service("self-hosted".to_owned()).feeds(&external));
        let accented = integration("endpoint", None, Some(("e\u{301}", "0a")));
        assert!(Kafka::EndpointName("\u{e9}".to_owned()).feeds(&accented));
        let service = integration("service", Some("kafka"), None);
        assert!(Kafka::Service("kafka".to_owned()).feeds(&service));
        assert!(!Kafka::EndpointName("kafka".to_owned()).feeds(&service));
    }

    #[test]
    fn only_integrations_of_the_right_type_lead_to_tables() {
        let mut one = integration("one", Some("kafka"), None);
        assert!(leads_to(&one, "demo", "clickhouse"));
        assert!(!leads_to(&one, "demo", "other") && !leads_to(&one, "other", "clickhouse"));
        one.integration_type = "kafka_logs".to_owned();
        assert!(!leads_to(&one, "demo", "clickhouse"));
    }
}
