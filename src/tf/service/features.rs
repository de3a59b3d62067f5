//! What the provider offers, its own configuration, data sources and functions.

use crate::tf::diagnostics::Diagnostics;
use crate::tf::function::Signature;
use crate::tf::proto;
use crate::tf::value::Value;

use super::{Service, caught, dynamic, find};

/// Terraform may keep one schema for all processes of a command, we write configuration for it, and we are told of
/// planned deletions: what is about to go is no obstacle to anything else in the plan.
const CAPABILITIES: proto::ServerCapabilities = proto::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: false,
    generate_resource_config: true,
};

impl Service {
    pub(super) fn get_metadata(&self) -> proto::get_metadata::Response {
        use proto::get_metadata::{
            DataSourceMetadata, FunctionMetadata, ListResourceMetadata, ResourceMetadata,
        };
        let provider = &self.provider;
        let name = |name: &&str| (*name).to_owned();
        proto::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            resources: provider
                .resources()
                .keys()
                .map(|key| ResourceMetadata { type_name: name(key) })
                .collect(),
            data_sources: provider
                .data_sources()
                .keys()
                .map(|key| DataSourceMetadata { type_name: name(key) })
                .collect(),
            list_resources: provider
                .list_resources()
                .keys()
                .map(|key| ListResourceMetadata { type_name: name(key) })
                .collect(),
            functions: provider.functions().keys().map(|key| FunctionMetadata { name: name(key) }).collect(),
            ..proto::get_metadata::Response::default()
        }
    }

    pub(super) fn get_provider_schema(&self) -> proto::get_provider_schema::Response {
        let provider = &self.provider;
        let resources = provider.resources().iter();
        let data_sources = provider.data_sources().iter();
        let list_resources = provider.list_resources().iter();
        proto::get_provider_schema::Response {
            provider: Some(provider.schema().into()),
            resource_schemas: resources
                .map(|(name, each)| ((*name).to_owned(), each.schema().into()))
                .collect(),
            data_source_schemas: data_sources
                .map(|(name, each)| ((*name).to_owned(), each.schema().into()))
                .collect(),
            list_resource_schemas: list_resources
                .map(|(name, each)| ((*name).to_owned(), each.schema().into()))
                .collect(),
            functions: self.function_messages(),
            server_capabilities: Some(CAPABILITIES),
            ..proto::get_provider_schema::Response::default()
        }
    }

    pub(super) fn get_resource_identity_schemas(&self) -> proto::get_resource_identity_schemas::Response {
        let resources = self.provider.resources().iter();
        let schemas =
            resources.filter_map(|(name, each)| Some(((*name).to_owned(), each.identity_schema()?.into())));
        proto::get_resource_identity_schemas::Response {
            identity_schemas: schemas.collect(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) async fn configure_provider(
        &self,
        request: proto::configure_provider::Request,
    ) -> proto::configure_provider::Response {
        let mut diagnostics = Diagnostics::default();
        let ty = self.provider.schema().ty();
        if let Some(config) = dynamic::read(request.config.as_ref(), &ty, &mut diagnostics) {
            let mut found = Diagnostics::default();
            caught(self.provider.configure(config, &mut found), &mut diagnostics).await;
            diagnostics.append(found);
        }
        proto::configure_provider::Response { diagnostics: diagnostics.into_messages() }
    }

    pub(super) fn stop_provider(&self) -> proto::stop_provider::Response {
        self.provider.stop();
        proto::stop_provider::Response::default()
    }

    pub(super) async fn read_data_source(
        &self,
        request: proto::read_data_source::Request,
    ) -> proto::read_data_source::Response {
        let mut diagnostics = Diagnostics::default();
        let mut state = None;
        let data_sources = self.provider.data_sources();
        if let Some(data_source) = find(data_sources, "data source", &request.type_name, &mut diagnostics) {
            let ty = data_source.schema().ty();
            if let Some(config) = dynamic::read(request.config.as_ref(), &ty, &mut diagnostics) {
                let mut found = Diagnostics::default();
                let value = caught(data_source.read(config, &mut found), &mut diagnostics).await.flatten();
                diagnostics.append(found);
                state = value.and_then(|value| dynamic::write(&value, &ty, &mut diagnostics));
            }
        }
        proto::read_data_source::Response { state, diagnostics: diagnostics.into_messages(), deferred: None }
    }

    pub(super) fn get_functions(&self) -> proto::get_functions::Response {
        proto::get_functions::Response { functions: self.function_messages(), diagnostics: Vec::new() }
    }

    pub(super) async fn call_function(
        &self,
        request: proto::call_function::Request,
    ) -> proto::call_function::Response {
        let mut diagnostics = Diagnostics::default();
        let result = self.called(&request, &mut diagnostics).await;
        let (result, error) = match result {
            Some(Ok(result)) => (Some(result), None),
            Some(Err(error)) => {
                let argument = error.argument.and_then(|argument| i64::try_from(argument).ok());
                (None, Some(proto::FunctionError { text: error.message, function_argument: argument }))
            }
            None => {
                let texts = diagnostics.iter().map(|each| format!("{}: {}", each.summary, each.detail));
                let text = texts.collect::<Vec<_>>().join("\n");
                (None, Some(proto::FunctionError { text, function_argument: None }))
            }
        };
        proto::call_function::Response { result, error }
    }

    async fn called(
        &self,
        request: &proto::call_function::Request,
        diagnostics: &mut Diagnostics,
    ) -> Option<Result<proto::DynamicValue, crate::tf::FunctionError>> {
        let function = find(self.provider.functions(), "function", &request.name, diagnostics)?;
        let arguments = read_arguments(function.signature(), &request.arguments, diagnostics)?;
        match caught(async { function.call(arguments) }, diagnostics).await? {
            Ok(value) => dynamic::write(&value, &function.signature().result, diagnostics).map(Ok),
            Err(error) => Some(Err(error)),
        }
    }

    fn function_messages(&self) -> std::collections::BTreeMap<String, proto::Function> {
        let functions = self.provider.functions().iter();
        functions.map(|(name, function)| ((*name).to_owned(), function.signature().into())).collect()
    }
}

fn read_arguments(
    signature: &Signature,
    arguments: &[proto::DynamicValue],
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Value>> {
    let variadic = std::iter::repeat(signature.variadic.as_ref()).flatten();
    let parameters = signature.parameters.iter().chain(variadic);
    if arguments.len() < signature.parameters.len() {
        diagnostics.error("Too few arguments", format!("{} were given.", arguments.len()));
        return None;
    }
    let each = arguments.iter().zip(parameters);
    each.map(|(argument, parameter)| dynamic::read(Some(argument), &parameter.ty, diagnostics)).collect()
}
