//! When API keys were last used: kept in memory and stored once a minute, so that a request that reads writes nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contact_model::{ApiKeyId, Timestamp};
use contact_store::directory::{Authorization, KeyUse, RecordKeyUses};
use contact_store::{ContactStore, Store, StoreError};

use crate::AppState;

/// How long the server waits before it stores uses again.
const PAUSE: Duration = Duration::from_secs(60);
/// Uses that are stored in one transaction, so that other writes get their turn.
const AT_ONCE: usize = 128;

/// Uses that are not stored yet, one for each key.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<BTreeMap<ApiKeyId, KeyUse>>);

impl KeyUses {
    /// Notes that a key was used.
    pub(crate) fn note(&self, key: &Authorization, at: Timestamp) {
        let used_at = at.cut_to_minute();
        self.keep(KeyUse { company_id: key.company_id, key_id: key.key_id, used_at });
    }

    /// Stores the noted uses. Those that cannot be stored are kept for the next time.
    pub(crate) async fn store(&self, store: &Store) -> Result<(), StoreError> {
        let noted = std::mem::take(&mut *self.noted());
        let mut noted: Vec<KeyUse> = noted.into_values().collect();
        while !noted.is_empty() {
            let rest = noted.split_off(noted.len().min(AT_ONCE));
            if let Err(error) = store.run_one(RecordKeyUses { uses: noted.clone() }).await {
                noted.into_iter().chain(rest).for_each(|unstored| self.keep(unstored));
                return Err(error);
            }
            noted = rest;
        }
        Ok(())
    }

    fn keep(&self, new: KeyUse) {
        let mut noted = self.noted();
        let kept = noted.entry(new.key_id).or_insert(new);
        kept.used_at = kept.used_at.max(new.used_at);
    }

    fn noted(&self) -> MutexGuard<'_, BTreeMap<ApiKeyId, KeyUse>> {
        // Nothing that holds the lock can leave the uses half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stores the uses of API keys once a minute. It never ends by itself.
pub(crate) async fn store_periodically(state: AppState) {
    loop {
        tokio::time::sleep(PAUSE).await;
        state.store_key_uses().await;
    }
}
