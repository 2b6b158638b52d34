//! The state that every handler can access.

use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_model::{Timestamp, limits};
use contact_store::Store;
use url::Url;

use crate::changes::{ChangeWatch, SharedReads};
use crate::cursors::Cursors;
use crate::key_cache::KeyCache;
use crate::path_prefix::PathPrefix;
use crate::rate_limits::{DefaultRateLimits, RateLimiter};
use crate::response_budget::{ResponseBudget, ResponseLimits};
use crate::webhook_sender::{WebhookOptions, WebhookSender};

/// How long the server waits before it stores the last uses of API keys again.
const KEY_USES_INTERVAL: Duration = Duration::from_secs(60);

/// The time limits of requests, the retention of deleted contacts, and the limits on stored and unsent responses and on
/// the rate of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// The time for the headers and the body of a request to arrive.
    pub receive_timeout: Duration,
    /// The time to respond to a request once it has arrived.
    pub response_timeout: Duration,
    /// How long a deleted contact can be restored.
    pub retention: Duration,
    /// How many bytes of responses to requests with idempotency keys a company may store within 24 hours.
    pub idempotency_quota: u64,
    /// How many bytes of responses may wait for their clients.
    pub responses: ResponseLimits,
    /// How many requests each API key may send.
    pub rates: DefaultRateLimits,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            receive_timeout: Duration::from_secs(30),
            response_timeout: Duration::from_secs(30),
            retention: Duration::from_secs(90 * 24 * 60 * 60),
            idempotency_quota: limits::IDEMPOTENCY_QUOTA,
            responses: ResponseLimits::of_total(512 * 1024 * 1024),
            rates: DefaultRateLimits::default(),
        }
    }
}

/// The state that all requests share.
pub struct AppState {
    pub(crate) store: Store,
    /// The same store for dry runs. It rolls back every transaction.
    pub(crate) dry_run_store: Store,
    pub(crate) keys: KeyCache,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) cursors: Cursors,
    pub(crate) changes: ChangeWatch,
    /// The reads of the log of changes that readers share.
    pub(crate) change_reads: SharedReads,
    pub(crate) limits: RequestLimits,
    pub(crate) response_budget: Arc<ResponseBudget>,
    pub(crate) webhooks: WebhookSender,
    pub(crate) clock: Arc<dyn Clock>,
    /// The URL at which users reach the server, if it is configured.
    pub(crate) public_url: Option<Url>,
    pub(crate) path_prefix: PathPrefix,
}

/// The state as the router passes it to handlers. Each request clones it several times.
pub type SharedState = Arc<AppState>;

impl AppState {
    /// Returns the state of a server that uses `store`. `public_url` is the URL at which users reach the server. The
    /// addresses in responses begin with it.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        limits: RequestLimits,
        public_url: Option<Url>,
        webhooks: WebhookOptions,
    ) -> SharedState {
        Arc::new(Self {
            dry_run_store: store.dry_run(),
            keys: KeyCache::new(store.clone(), Arc::clone(&clock)),
            rate_limiter: RateLimiter::new(limits.rates),
            cursors: Cursors::new(store.clone()),
            changes: ChangeWatch::new(store.clone()),
            change_reads: SharedReads::new(store.clone()),
            limits,
            response_budget: ResponseBudget::new(limits.responses),
            webhooks: WebhookSender::new(store.clone(), webhooks),
            clock,
            path_prefix: PathPrefix::of(public_url.as_ref()),
            public_url,
            store,
        })
    }

    /// Stores the last uses of API keys that are not stored yet.
    pub async fn store_key_uses(&self) {
        if let Err(error) = self.keys.uses.store(&self.store).await {
            tracing::warn!(%error, "the last uses of API keys could not be stored; they are kept for the next time");
        }
    }

    /// Stores the last uses of API keys once a minute. Never returns.
    pub(crate) async fn store_key_uses_periodically(self: Arc<Self>) {
        loop {
            tokio::time::sleep(KEY_USES_INTERVAL).await;
            self.store_key_uses().await;
        }
    }

    /// Notifies readers that wait for changes. Returns after [`stop_waiting`](Self::stop_waiting).
    pub async fn notify_of_changes(self: Arc<Self>) {
        self.changes.run().await;
    }

    /// Ends the requests that wait for changes, because the server stops.
    pub fn stop_waiting(&self) {
        self.changes.close();
    }

    /// Returns the URL at which users reach the server, without a slash at its end. It is empty if none is configured.
    pub(crate) fn base_url(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| url.as_str().trim_end_matches('/'))
    }

    /// Returns the earliest deletion time of the contacts that can still be restored.
    pub(crate) fn restorable_since(&self) -> Timestamp {
        self.clock.now().earlier_by(self.limits.retention)
    }
}
