//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_store::Store;
use url::Url;

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
    /// Where users reach the server, if it was told.
    pub(crate) public_url: Option<Url>,
}

impl AppState {
    /// The API on this store. `public_url` is where its users reach it, for the addresses that it
    /// hands out.
    pub fn new(store: Store, clock: Arc<dyn Clock>, limits: Limits, public_url: Option<Url>) -> Self {
        let keys = KeyCache::new(store.clone(), clock);
        Self(Arc::new(Shared { store, keys, limits, public_url }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
