//! What a resource type must be able to do to be found by `terraform query` (1.14 and later).

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::diagnostics::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// One step of a search.
#[derive(Debug, Clone)]
pub enum Finding {
    /// An object.
    Object {
        /// What names it for good, complete.
        identity: Value,
        /// What the user sees in the list.
        display_name: String,
        /// The object itself, of the resource's own schema; only where it was asked for.
        object: Option<Value>,
    },
    /// Something to tell the user. An error ends the search and voids its findings; where one object alone
    /// cannot be shown, warn and go on.
    Notice(Diagnostics),
}

/// What to search for.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// What the user wrote in the list block's `config`.
    pub config: Value,
    /// Whether whole objects are wanted.
    pub include_object: bool,
    /// The most objects anybody will look at.
    pub limit: usize,
}

/// A resource type whose objects can be searched. It must also be a managed resource with an identity.
#[async_trait]
pub trait ListResource: Send + Sync {
    /// What the user may write in the list block's `config`.
    fn schema(&self) -> &Schema;

    /// Rules across attributes; the schema's own checks have been made.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// Sends findings as they turn up. A closed channel means that nobody wants more.
    async fn list(&self, request: ListRequest, findings: mpsc::Sender<Finding>);
}
