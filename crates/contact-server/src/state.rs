//! The state that every handler can access.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_model::{Timestamp, limits};
use contact_store::Store;
use url::Url;

use crate::authentication::KeyCache;
use crate::cursors::Cursors;
use crate::extract::Prefer;
use crate::path_prefix::PathPrefix;
use crate::response_budget::{ResponseBudget, ResponseLimits};
use crate::retention;

/// The time limits of requests, the retention of deleted contacts, and the limits on stored and unsent responses.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time for the headers and the body of a request to arrive.
    pub arrival: Duration,
    /// The time to respond to a request once it has arrived.
    pub answer: Duration,
    /// How long a deleted contact can be restored.
    pub retention: Duration,
    /// How many bytes of responses to requests with idempotency keys a company may store within 24 hours.
    pub idempotency_quota: u64,
    /// How many bytes of responses may wait for their clients.
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

/// The state that every handler can access. Cloning it only increments one reference count, because every request
/// clones it several times.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// The data that all clones of an [`AppState`] share.
pub struct Shared {
    pub(crate) store: Store,
    /// The same store for dry runs. It rolls back every transaction.
    dry_run: Store,
    pub(crate) keys: KeyCache,
    pub(crate) cursors: Cursors,
    pub(crate) limits: Limits,
    pub(crate) responses: ResponseBudget,
    clock: Arc<dyn Clock>,
    /// The URL at which users reach the server, if it is configured.
    pub(crate) public_url: Option<Url>,
    pub(crate) path_prefix: Arc<PathPrefix>,
}

impl AppState {
    /// Returns the state of a server that uses `store`. `public_url` is the URL at which users reach the server. The
    /// addresses in responses begin with it.
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

    /// Stores the last uses of API keys that are not stored yet.
    pub async fn store_key_uses(&self) {
        if let Err(error) = self.keys.uses().store(&self.store).await {
            tracing::warn!(%error, "the last uses of API keys could not be stored; they are kept for the next time");
        }
    }

    /// Returns the earliest deletion time of the contacts that can still be restored.
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
