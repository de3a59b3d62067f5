//! What a data source must be able to do.

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// A data source.
#[async_trait]
pub trait DataSource: Send + Sync {
    /// What the user may write and read.
    fn schema(&self) -> &Schema;

    /// Rules across attributes; the schema's own checks have been made.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// The whole object, configured attributes as they were given. `None` goes with an error.
    async fn read(&self, config: Value, diagnostics: &mut Diagnostics) -> Option<Value>;
}
