//! `terraform query`: findings as a stream of events.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use crate::tf::diagnostics::Diagnostics;
use crate::tf::list_resource::{Finding, ListRequest};
use crate::tf::proto;
use crate::tf::types::Type;

use super::{Events, Service, caught, dynamic, find};

/// Findings made before anybody looks at the first: enough to keep both sides busy.
const BUFFERED_FINDINGS: usize = 16;

impl Service {
    pub(super) fn list_resource(
        &self,
        request: proto::list_resource::Request,
    ) -> Events<proto::list_resource::Event> {
        let (findings, found) = mpsc::channel(BUFFERED_FINDINGS);
        let resource = self.provider.resources().get(request.type_name.as_str());
        let ty = resource.map_or(Type::Dynamic, |resource| resource.schema().ty());
        let identity_schema = resource.and_then(|resource| resource.identity_schema());
        let identity = identity_schema.map_or(Type::Dynamic, crate::tf::schema::IdentitySchema::ty);
        let service = self.clone();
        // The search ends when the last finding has nowhere to go: a dropped stream closes the channel.
        tokio::spawn(async move { service.search(request, findings).await });
        Box::pin(ReceiverStream::new(found).map(move |finding| Ok(event(finding, &ty, &identity))))
    }

    async fn search(&self, request: proto::list_resource::Request, findings: mpsc::Sender<Finding>) {
        let mut diagnostics = Diagnostics::default();
        let list_resources = self.provider.list_resources();
        if let Some(list_resource) =
            find(list_resources, "list resource", &request.type_name, &mut diagnostics)
        {
            let config =
                dynamic::read(request.config.as_ref(), &list_resource.schema().ty(), &mut diagnostics);
            if let Some(config) = config {
                let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
                let request = ListRequest { config, include_object: request.include_resource_object, limit };
                let search = Arc::clone(list_resource);
                caught(search.list(request, findings.clone()), &mut diagnostics).await;
            }
        }
        if diagnostics.has_errors() {
            // Nobody left to tell is no failure.
            let _ = findings.send(Finding::Notice(diagnostics)).await;
        }
    }
}

fn event(finding: Finding, ty: &Type, identity_ty: &Type) -> proto::list_resource::Event {
    let mut diagnostics = Diagnostics::default();
    let mut event = proto::list_resource::Event::default();
    match finding {
        Finding::Notice(notice) => diagnostics.append(notice),
        Finding::Object { identity, display_name, object } => {
            event.identity = dynamic::write_identity(&identity, identity_ty, &mut diagnostics);
            event.display_name = display_name;
            event.resource_object = object.and_then(|object| dynamic::write(&object, ty, &mut diagnostics));
        }
    }
    event.diagnostic = diagnostics.into_messages();
    event
}
