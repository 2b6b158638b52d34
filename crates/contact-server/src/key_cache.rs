//! A cache of API keys that were looked up recently.

use std::sync::Arc;
use std::time::Duration;

use contact_model::ApiKey;
use contact_model::clock::Clock;
use contact_model::company::api_key::ApiKeyHash;
use contact_store::company::{Authorization, FindApiKey};
use contact_store::{Store, StoreError};
use moka::future::Cache;

use crate::key_uses::KeyUses;

/// How long a key is cached. A revoked key stops working within this time; the API promises 5 seconds.
const TIME_TO_LIVE: Duration = Duration::from_secs(3);
/// The maximum number of keys that are cached.
const MAX_KEYS: u64 = 100_000;

/// A cache of the keys that were looked up recently.
pub(crate) struct KeyCache {
    store: Store,
    clock: Arc<dyn Clock>,
    cached: Cache<ApiKeyHash, Option<Authorization>>,
    /// The uses of keys that are not stored yet.
    pub(crate) uses: KeyUses,
}

impl KeyCache {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let cached = Cache::builder().time_to_live(TIME_TO_LIVE).max_capacity(MAX_KEYS).build();
        Self { store, clock, cached, uses: KeyUses::default() }
    }

    /// Returns what a key authorizes; `None` if the key does not work, for any reason.
    pub(crate) async fn find(&self, key: &ApiKey) -> Result<Option<Authorization>, Arc<StoreError>> {
        let hash = key.hash();
        let found = match self.cached.get(&hash).await {
            Some(cached) => cached,
            // If many requests arrive with the same uncached key, only one of them queries the database.
            None => self.cached.try_get_with(hash, self.load(hash)).await?,
        };
        Ok(found.filter(|authorization| !self.is_expired(authorization)))
    }

    /// Loads a key from the database, and records its use. A key in use is looked up every few seconds, so the
    /// requests between two lookups need not record a use.
    async fn load(&self, hash: ApiKeyHash) -> Result<Option<Authorization>, StoreError> {
        let found = self.store.run(FindApiKey { hash }).await?;
        if let Some(key) = found.as_ref().filter(|key| !self.is_expired(key)) {
            self.uses.record(key, self.clock.now());
        }
        Ok(found)
    }

    fn is_expired(&self, key: &Authorization) -> bool {
        key.expires_at.is_some_and(|expires_at| expires_at <= self.clock.now())
    }
}
