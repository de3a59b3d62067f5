//! The service with a provider made to break: whatever a handler does, the answer is a message with what is known,
//! never a gRPC error.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt as _;

use super::*;
use crate::tf::schema::{Attribute, IdentityAttribute, IdentitySchema, Schema};
use crate::tf::{
    ApplyRequest, DataSource, Finding, Function, FunctionError, ImportRequest, ListRequest, ListResource,
    Parameter, PlanRequest, Planned, Reading, Resource, Signature, State, Type, Value,
};

const NAME: &str = "fake_thing";
const PRIVATE: &[u8] = b"private";

/// A provider, resource, data source, list resource and function whose every handler does what `behavior` says.
struct Fake {
    behavior: Behavior,
    schema: Schema,
    identity: IdentitySchema,
    signature: Signature,
    /// Told when a search ends.
    ended: std::sync::Mutex<Option<oneshot::Sender<()>>>,
    stopped: AtomicBool,
}

#[derive(Clone, Copy, PartialEq)]
enum Behavior {
    Panics,
    Fails,
    Works,
}

impl Fake {
    /// Panics, fails, or says that all is well.
    fn behave(&self, diagnostics: &mut Diagnostics) -> bool {
        match self.behavior {
            Behavior::Panics => panic!("on purpose"),
            Behavior::Fails => diagnostics.error("It failed", "On purpose."),
            Behavior::Works => {}
        }
        self.behavior == Behavior::Works
    }
}

#[async_trait]
impl Resource for Fake {
    fn schema(&self) -> &Schema {
        &self.schema
    }
    fn identity_schema(&self) -> Option<&IdentitySchema> {
        Some(&self.identity)
    }
    fn validate(&self, _: &Value, diagnostics: &mut Diagnostics) {
        self.behave(diagnostics);
    }
    async fn plan(&self, request: PlanRequest, diagnostics: &mut Diagnostics) -> Planned {
        self.behave(diagnostics);
        Planned { value: request.config, requires_replace: Vec::new(), private: request.private }
    }
    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        self.behave(diagnostics).then(|| state(request.planned.unknown_as_null()))
    }
    async fn update(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        self.behave(diagnostics).then(|| state(request.planned.unknown_as_null()))
    }
    async fn delete(&self, _: ApplyRequest, diagnostics: &mut Diagnostics) {
        self.behave(diagnostics);
    }
    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading {
        if self.behave(diagnostics) { Reading::Found(current) } else { Reading::Failed }
    }
    async fn import(&self, _: ImportRequest, diagnostics: &mut Diagnostics) -> Option<State> {
        self.behave(diagnostics).then(|| state(thing("imported")))
    }
    fn generate_config(&self, state: &Value) -> Value {
        self.behave(&mut Diagnostics::default());
        state.clone()
    }
}

#[async_trait]
impl DataSource for Fake {
    fn schema(&self) -> &Schema {
        &self.schema
    }
    fn validate(&self, _: &Value, diagnostics: &mut Diagnostics) {
        self.behave(diagnostics);
    }
    async fn read(&self, config: Value, diagnostics: &mut Diagnostics) -> Option<Value> {
        self.behave(diagnostics).then_some(config)
    }
}

#[async_trait]
impl ListResource for Fake {
    fn schema(&self) -> &Schema {
        &self.schema
    }
    fn validate(&self, _: &Value, diagnostics: &mut Diagnostics) {
        self.behave(diagnostics);
    }
    async fn list(&self, request: ListRequest, findings: mpsc::Sender<Finding>) {
        let mut diagnostics = Diagnostics::default();
        let ended = self.ended.lock().unwrap().take();
        if !self.behave(&mut diagnostics) {
            let _ = findings.send(Finding::Notice(diagnostics)).await;
            return;
        }
        // Endless, but for the limit and for nobody listening any more.
        for number in 0..request.limit {
            let object = request.include_object.then(|| thing("found"));
            let display_name = number.to_string();
            let finding = Finding::Object { identity: identity(), display_name, object };
            if findings.send(finding).await.is_err() {
                break;
            }
        }
        if let Some(ended) = ended {
            ended.send(()).unwrap();
        }
    }
}

impl Function for Fake {
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        if self.behave(&mut Diagnostics::default()) {
            Ok(arguments.into_iter().next().unwrap())
        } else {
            Err(FunctionError { message: "It failed".to_owned(), argument: Some(0) })
        }
    }
}

/// A provider with one of each.
struct Things {
    fake: Arc<Fake>,
    resources: Registry<dyn Resource>,
    data_sources: Registry<dyn DataSource>,
    list_resources: Registry<dyn ListResource>,
    functions: Registry<dyn Function>,
}

#[async_trait]
impl Provider for Things {
    fn schema(&self) -> &Schema {
        &self.fake.schema
    }
    fn resources(&self) -> &Registry<dyn Resource> {
        &self.resources
    }
    fn data_sources(&self) -> &Registry<dyn DataSource> {
        &self.data_sources
    }
    fn list_resources(&self) -> &Registry<dyn ListResource> {
        &self.list_resources
    }
    fn functions(&self) -> &Registry<dyn Function> {
        &self.functions
    }
    fn validate(&self, _: &Value, diagnostics: &mut Diagnostics) {
        self.fake.behave(diagnostics);
    }
    async fn configure(&self, _: Value, diagnostics: &mut Diagnostics) {
        self.fake.behave(diagnostics);
    }
    fn stop(&self) {
        self.fake.stopped.store(true, Ordering::Relaxed);
    }
}

fn serve(behavior: Behavior) -> (Service, Arc<Fake>) {
    let parameter = Parameter { name: "text", ty: Type::String, description: "" };
    let fake = Arc::new(Fake {
        behavior,
        schema: Schema {
            attributes: vec![
                Attribute::required("name", Type::String, ""),
                Attribute::computed("id", Type::String, ""),
            ],
            ..Schema::default()
        },
        identity: IdentitySchema { attributes: vec![IdentityAttribute { name: "id", description: "" }] },
        signature: Signature {
            summary: "",
            description: "",
            parameters: vec![parameter],
            variadic: None,
            result: Type::String,
        },
        ended: std::sync::Mutex::default(),
        stopped: AtomicBool::new(false),
    });
    let (resource, data_source): (Arc<dyn Resource>, Arc<dyn DataSource>) = (fake.clone(), fake.clone());
    let (list_resource, function): (Arc<dyn ListResource>, Arc<dyn Function>) = (fake.clone(), fake.clone());
    let things = Things {
        fake: fake.clone(),
        resources: Registry::from([(NAME, resource)]),
        data_sources: Registry::from([(NAME, data_source)]),
        list_resources: Registry::from([(NAME, list_resource)]),
        functions: Registry::from([("fake", function)]),
    };
    (Service::new(Arc::new(things), TaskTracker::new()), fake)
}

/// A thing whose identifier is known.
fn thing(name: &str) -> Value {
    Value::object([("name", Value::string(name)), ("id", Value::string("1"))])
}

/// A thing as planned for creation.
fn new_thing() -> Value {
    Value::object([("name", Value::string("new")), ("id", Value::Unknown)])
}

fn identity() -> Value {
    Value::object([("id", Value::string("1"))])
}

fn state(value: Value) -> State {
    State { value, private: PRIVATE.to_vec(), identity: Some(identity()) }
}

fn ty() -> Type {
    Type::object([("name", Type::String), ("id", Type::String)])
}

#[expect(clippy::unnecessary_wraps, reason = "fields of messages are optional")]
fn message(value: &Value) -> Option<proto::DynamicValue> {
    Some(proto::DynamicValue { msgpack: crate::tf::encode(value, &ty()).unwrap(), json: Vec::new() })
}

fn identity_message() -> proto::ResourceIdentityData {
    let msgpack = crate::tf::encode(&identity(), &Type::object([("id", Type::String)])).unwrap();
    let identity_data = Some(proto::DynamicValue { msgpack, json: Vec::new() });
    proto::ResourceIdentityData { identity_data }
}

fn value(message: Option<&proto::DynamicValue>) -> Value {
    message.map_or(Value::Null, |message| crate::tf::decode(&message.msgpack, &ty()).unwrap())
}

#[track_caller]
fn assert_error(diagnostics: &[proto::Diagnostic]) {
    let error = i32::from(proto::diagnostic::Severity::Error);
    assert!(diagnostics.iter().any(|each| each.severity == error), "{diagnostics:?}");
    // Where the failure was is for the log, not for the user.
    assert!(!format!("{diagnostics:?}").contains("on purpose"), "{diagnostics:?}");
}

async fn apply(service: &Service, prior: &Value, planned: &Value) -> proto::apply_resource_change::Response {
    let request = proto::apply_resource_change::Request {
        type_name: NAME.to_owned(),
        prior_state: message(prior),
        planned_state: message(planned),
        config: message(planned),
        planned_private: PRIVATE.to_vec(),
        ..Default::default()
    };
    service.apply_resource_change(request).await
}

mod handlers;
mod searches;
