//! The configured provider, as its resources see it: something to open when the first call needs it.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::tf::Diagnostics;

/// Why there is nothing to open, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// In one line.
    pub summary: String,
    /// What to do.
    pub detail: String,
}

/// What a configuration leads to, made when first needed: a plan that needs no call makes no connection.
struct Configured<T> {
    make: Box<dyn Fn() -> Result<T, Unavailable> + Send + Sync>,
    made: OnceLock<Result<Arc<T>, Unavailable>>,
}

/// Shared by the provider, which configures it, and the resources, which open it. It may be configured again at
/// any time: Terraform does that to a provider it did not start itself.
pub struct Session<T> {
    // Held for a look-up or a replacement, never across an await.
    configured: RwLock<Option<Arc<Configured<T>>>>,
}

impl<T> Default for Session<T> {
    fn default() -> Self {
        Self { configured: RwLock::new(None) }
    }
}

impl<T> Session<T> {
    /// Replaces the configuration. Who has opened the previous one keeps it until done.
    pub fn configure(&self, make: impl Fn() -> Result<T, Unavailable> + Send + Sync + 'static) {
        let configured = Configured { make: Box::new(make), made: OnceLock::new() };
        *self.configured.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(configured));
    }

    /// What the configuration leads to; `None` goes with an error.
    pub fn open(&self, diagnostics: &mut Diagnostics) -> Option<Arc<T>> {
        match self.made() {
            Ok(opened) => Some(opened),
            Err(Unavailable { summary, detail }) => {
                diagnostics.error(summary, detail);
                None
            }
        }
    }

    /// The same for those who can do without.
    pub fn open_quietly(&self) -> Option<Arc<T>> {
        self.made().ok()
    }

    /// What has been opened already, if anything.
    pub fn opened(&self) -> Option<Arc<T>> {
        self.configured()?.made.get()?.clone().ok()
    }

    fn made(&self) -> Result<Arc<T>, Unavailable> {
        match self.configured() {
            Some(configured) => configured.made.get_or_init(|| (configured.make)().map(Arc::new)).clone(),
            None => Err(Unavailable {
                summary: "The provider is not configured".to_owned(),
                detail:
                    "Terraform asked for a remote object before it configured the provider. Please report it."
                        .to_owned(),
            }),
        }
    }

    fn configured(&self) -> Option<Arc<Configured<T>>> {
        self.configured.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
