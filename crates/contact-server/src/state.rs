//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_store::Store;

use crate::authentication::KeyCache;

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For its headers and its body to arrive.
    pub arrival: Duration,
    /// For its answer.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { arrival: Duration::from_secs(30), answer: Duration::from_secs(30) }
    }
}

/// What every handler can reach. A clone is one count: every request makes several.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What the clones of a state share.
pub struct Shared {
    pub(crate) store: Store,
    pub(crate) keys: KeyCache,
    pub(crate) limits: Limits,
}

impl AppState {
    /// The API on this store.
    pub fn new(store: Store, clock: Arc<dyn Clock>, limits: Limits) -> Self {
        let keys = KeyCache::new(store.clone(), clock);
        Self(Arc::new(Shared { store, keys, limits }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
