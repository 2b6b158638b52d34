//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_model::{Timestamp, limits};
use contact_store::{ContactStore, Store};
use url::Url;

use crate::authentication::KeyCache;
use crate::cursors::Cursors;
use crate::extract::Prefer;
use crate::path_prefix::PathPrefix;
use crate::response_budget::{ResponseBudget, ResponseLimits};
use crate::retention;

/// How long things may take, how long they are kept, and how much of them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the headers and the body of a request to arrive.
    pub arrival: Duration,
    /// For its answer.
    pub answer: Duration,
    /// A deleted contact can be restored for so long.
    pub retention: Duration,
    /// Bytes of responses to requests with idempotency keys that a company may store within 24 hours.
    pub idempotency_quota: u64,
    /// Bytes of responses that may wait for their clients.
    pub responses: ResponseLimits,
}

impl Default for Limits {
    fn default() -> Self {
        let half_a_minute = Duration::from_secs(30);
        Self {
            arrival: half_a_minute,
            answer: half_a_minute,
            retention: retention::DEFAULT,
            idempotency_quota: limits::IDEMPOTENCY_QUOTA,
            responses: ResponseLimits::default(),
        }
    }
}

/// What every handler can reach. A clone is one count: every request makes several.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What the clones of a state share.
pub struct Shared {
    pub(crate) store: Store,
    /// The same store for dry runs.
    dry_run: Store,
    pub(crate) keys: KeyCache,
    pub(crate) cursors: Cursors,
    pub(crate) limits: Limits,
    pub(crate) responses: ResponseBudget,
    clock: Arc<dyn Clock>,
    /// Where users reach the server, if it was told.
    pub(crate) public_url: Option<Url>,
    pub(crate) path_prefix: Arc<PathPrefix>,
}

impl AppState {
    /// The API on this store. `public_url` is where its users reach it, for the addresses that it
    /// hands out.
    pub fn new(store: Store, clock: Arc<dyn Clock>, limits: Limits, public_url: Option<Url>) -> Self {
        let keys = KeyCache::new(store.clone(), Arc::clone(&clock));
        let cursors = Cursors::new(store.clone());
        let dry_run = store.dry_run();
        let responses = ResponseBudget::new(limits.responses);
        let path_prefix = Arc::new(PathPrefix::of(public_url.as_ref()));
        Self(Arc::new(Shared {
            store,
            dry_run,
            keys,
            cursors,
            limits,
            responses,
            clock,
            public_url,
            path_prefix,
        }))
    }
}

impl Shared {
    /// Returns the store that a request writes to. If the request is a dry run, its transactions are rolled back.
    pub(crate) fn store_for(&self, prefer: Prefer) -> &Store {
        if prefer.is_dry_run() { &self.dry_run } else { &self.store }
    }

    /// Stores when API keys were last used, as far as that is not stored yet.
    pub async fn store_key_uses(&self) {
        if let Err(error) = self.keys.uses().store(&self.store).await {
            tracing::warn!(%error, "the last uses of API keys could not be stored; they are kept for the next time");
        }
    }

    /// When a contact was deleted at the earliest that can be restored now.
    pub(crate) fn kept_since(&self) -> Timestamp {
        self.clock.now().earlier_by(self.limits.retention)
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
