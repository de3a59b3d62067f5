//! Validation, offline: what the schema says, then what the resource knows about its attributes together.

use crate::tf::diagnostics::Diagnostics;
use crate::tf::proto;
use crate::tf::schema::Schema;
use crate::tf::validation;
use crate::tf::value::Value;

use super::{Service, caught, dynamic, find};

impl Service {
    pub(super) async fn validate_provider_config(
        &self,
        request: proto::validate_provider_config::Request,
    ) -> proto::validate_provider_config::Response {
        let provider = &self.provider;
        let rules = |config: &Value, found: &mut Diagnostics| provider.validate(config, found);
        let mut diagnostics = Diagnostics::default();
        validate(provider.schema(), request.config.as_ref(), false, rules, &mut diagnostics).await;
        proto::validate_provider_config::Response { diagnostics: diagnostics.into_messages() }
    }

    pub(super) async fn validate_resource_config(
        &self,
        request: proto::validate_resource_config::Request,
    ) -> proto::validate_resource_config::Response {
        let mut diagnostics = Diagnostics::default();
        // Terraform before 1.11 says nothing of its capabilities, and would store write-only values.
        let write_only =
            request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
        if let Some(resource) =
            find(self.provider.resources(), "resource", &request.type_name, &mut diagnostics)
        {
            let rules = |config: &Value, found: &mut Diagnostics| resource.validate(config, found);
            validate(resource.schema(), request.config.as_ref(), write_only, rules, &mut diagnostics).await;
        }
        proto::validate_resource_config::Response { diagnostics: diagnostics.into_messages() }
    }

    pub(super) async fn validate_data_resource_config(
        &self,
        request: proto::validate_data_resource_config::Request,
    ) -> proto::validate_data_resource_config::Response {
        let mut diagnostics = Diagnostics::default();
        let data_sources = self.provider.data_sources();
        if let Some(data_source) = find(data_sources, "data source", &request.type_name, &mut diagnostics) {
            let rules = |config: &Value, found: &mut Diagnostics| data_source.validate(config, found);
            validate(data_source.schema(), request.config.as_ref(), false, rules, &mut diagnostics).await;
        }
        proto::validate_data_resource_config::Response { diagnostics: diagnostics.into_messages() }
    }

    pub(super) async fn validate_list_resource_config(
        &self,
        request: proto::validate_list_resource_config::Request,
    ) -> proto::validate_list_resource_config::Response {
        let mut diagnostics = Diagnostics::default();
        let list_resources = self.provider.list_resources();
        if let Some(list_resource) =
            find(list_resources, "list resource", &request.type_name, &mut diagnostics)
        {
            let rules = |config: &Value, found: &mut Diagnostics| list_resource.validate(config, found);
            validate(list_resource.schema(), request.config.as_ref(), false, rules, &mut diagnostics).await;
        }
        proto::validate_list_resource_config::Response { diagnostics: diagnostics.into_messages() }
    }
}

async fn validate(
    schema: &Schema,
    config: Option<&proto::DynamicValue>,
    write_only_allowed: bool,
    rules: impl FnOnce(&Value, &mut Diagnostics),
    diagnostics: &mut Diagnostics,
) {
    let Some(config) = dynamic::read(config, &schema.ty(), diagnostics) else { return };
    let mut found = Diagnostics::default();
    let work = async {
        validation::validate(schema, &config, write_only_allowed, &mut found);
        rules(&config, &mut found);
    };
    caught(work, diagnostics).await;
    diagnostics.append(found);
}
