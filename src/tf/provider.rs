//! What a provider is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::data_source::DataSource;
use super::diagnostics::Diagnostics;
use super::function::Function;
use super::list_resource::ListResource;
use super::resource::Resource;
use super::schema::Schema;
use super::value::Value;

/// Things by the name the user knows them by.
pub type Registry<T> = BTreeMap<&'static str, Arc<T>>;

/// A provider: its own configuration, and everything it offers.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What may be written in the `provider` block.
    fn schema(&self) -> &Schema;

    /// Managed resources by type name.
    fn resources(&self) -> &Registry<dyn Resource>;

    /// Data sources by type name.
    fn data_sources(&self) -> &Registry<dyn DataSource>;

    /// Searchable resources by type name.
    fn list_resources(&self) -> &Registry<dyn ListResource>;

    /// Functions by name.
    fn functions(&self) -> &Registry<dyn Function>;

    /// Rules across attributes; the schema's own checks have been made.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// Takes the configuration, parts of which may be unknown during a plan. May be called again, with another
    /// configuration, in the same process.
    async fn configure(&self, config: Value, diagnostics: &mut Diagnostics);

    /// Asks operations in flight to end soon and truthfully; returns at once. Later operations run normally.
    fn stop(&self);
}
