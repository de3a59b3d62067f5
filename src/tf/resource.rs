//! What a managed resource must be able to do. The service speaks the protocol; a resource sees typed values.

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::path::Path;
use super::plan;
use super::schema::{IdentitySchema, Schema};
use super::value::Value;

/// A remote object as Terraform stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Every attribute of the schema, wholly known.
    pub value: Value,
    /// Bytes of our own, stored in plain text beside the value; may be empty, and are lost when an object
    /// is tainted.
    pub private: Vec<u8>,
    /// What names the object for good; required of a resource that has an identity schema.
    pub identity: Option<Value>,
}

/// What a plan is made from.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The object as it is; null when it is to be created.
    pub prior: Value,
    /// What the user wrote; unknown wherever it depends on something not made yet.
    pub config: Value,
    /// The private bytes of the prior object.
    pub private: Vec<u8>,
}

/// What will be.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The object as it will be; computed attributes may be unknown.
    pub value: Value,
    /// Attributes that cannot be changed in place.
    pub requires_replace: Vec<Path>,
    /// Handed back when the plan is applied.
    pub private: Vec<u8>,
}

/// A change that Terraform is about to show to the user.
#[derive(Debug, Clone)]
pub struct PlannedChange {
    /// The object as it is; null when it is to be created.
    pub prior: Value,
    /// What the user wrote; null for a deletion.
    pub config: Value,
    /// The object as it will be; null when it is to be deleted.
    pub planned: Value,
    /// Whether another object is to take the place of the prior one.
    pub replaces: bool,
}

/// What an apply is made from.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// The object as it was; null for a create.
    pub prior: Value,
    /// The object as planned; null for a delete.
    pub planned: Value,
    /// What the user wrote, write-only values included; null for a delete.
    pub config: Value,
    /// The private bytes of the plan. A delete must do without: those of a tainted object are lost.
    pub private: Vec<u8>,
}

/// What a refresh found.
#[derive(Debug, Clone)]
pub enum Reading {
    /// The object, as it is now.
    Found(State),
    /// Certain knowledge that the object does not exist. Terraform drops it from the state.
    Gone,
    /// Nothing was learned; the diagnostics say why, and the state stays as it was.
    Failed,
}

/// What the user asked to import.
#[derive(Debug, Clone)]
pub enum ImportRequest {
    /// The text given on the command line or as `id` of an `import` block.
    Id(String),
    /// The `identity` of an `import` block.
    Identity(Value),
}

/// A managed resource. Every method may be called at any time and concurrently, but those that touch the
/// remote object only after the provider was configured.
#[async_trait]
pub trait Resource: Send + Sync {
    /// What the user may write.
    fn schema(&self) -> &Schema;

    /// What names an object for good, where the resource supports that.
    fn identity_schema(&self) -> Option<&IdentitySchema> {
        None
    }

    /// What names the object of these attributes, where they tell.
    fn identity(&self, _value: &Value) -> Option<Value> {
        None
    }

    /// Rules across attributes; the schema's own checks have been made. Offline, and tolerant of unknown values.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// Whether two known values of an attribute mean the same.
    fn same_meaning(&self, _path: &Path, one: &Value, other: &Value) -> bool {
        one == other
    }

    /// Plans a create or an update: [`plan::plan`], then [`Resource::refine_plan`]. Must answer the same when
    /// asked again.
    async fn plan(&self, request: PlanRequest, diagnostics: &mut Diagnostics) -> Planned {
        let PlanRequest { prior, config, private } = request;
        let same = |path: &Path, one: &Value, other: &Value| self.same_meaning(path, one, other);
        let mut value = plan::plan(self.schema(), &prior, &config, &same);
        self.refine_plan(&prior, &mut value, diagnostics);
        let requires_replace = plan::requires_replace(self.schema(), &prior, &value);
        Planned { value, requires_replace, private }
    }

    /// Replaces unknown computed attributes by what is known already, or prior ones by unknown.
    fn refine_plan(&self, _prior: &Value, _planned: &mut Value, _diagnostics: &mut Diagnostics) {}

    /// Looks over a plan that is made, that of a deletion included, and says what is questionable about it. The plan
    /// stays as it is. May look at remote objects, but Terraform asks often and more than once: a look must be shared
    /// among all objects.
    async fn review_plan(&self, _change: &PlannedChange, _diagnostics: &mut Diagnostics) {}

    /// Creates the object. `None` says that nothing was created; an error together with a state says that
    /// something may have been, which Terraform then marks as tainted.
    async fn create(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State>;

    /// Changes the object. `None`, with an error, keeps the state as it was.
    async fn update(&self, request: ApplyRequest, diagnostics: &mut Diagnostics) -> Option<State>;

    /// Deletes the object. An error keeps it in the state.
    async fn delete(&self, request: ApplyRequest, diagnostics: &mut Diagnostics);

    /// Looks at the object. A spelling that still means the same should be kept.
    async fn read(&self, current: State, diagnostics: &mut Diagnostics) -> Reading;

    /// Turns what the user gave into the attributes by which [`Resource::read`] finds the object.
    async fn import(&self, request: ImportRequest, diagnostics: &mut Diagnostics) -> Option<State>;

    /// The configuration a user would write for `state`: without what is computed or equals a default.
    fn generate_config(&self, state: &Value) -> Value;
}
