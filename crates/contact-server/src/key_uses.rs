//! Records when API keys were last used. The times are kept in memory and stored once a minute, so that a request
//! that reads writes nothing.

use std::collections::BTreeMap;

use contact_model::{ApiKeyId, Timestamp};
use contact_store::company::{Authorization, KeyUse, RecordKeyUses};
use contact_store::{Store, StoreError};
use parking_lot::Mutex;

/// The maximum number of uses that are stored in one transaction, so that other writes do not wait long.
const TRANSACTION_SIZE: usize = 128;

/// Uses that are not stored yet, one for each key.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<BTreeMap<ApiKeyId, KeyUse>>);

impl KeyUses {
    /// Records that a key was used.
    pub(crate) fn record(&self, key: &Authorization, at: Timestamp) {
        let used_at = at.cut_to_minute();
        self.insert_latest(KeyUse { company_id: key.company_id, key_id: key.key_id, used_at });
    }

    /// Stores the recorded uses. Those that cannot be stored are kept for the next time.
    pub(crate) async fn store(&self, store: &Store) -> Result<(), StoreError> {
        let recorded = std::mem::take(&mut *self.0.lock());
        let recorded: Vec<KeyUse> = recorded.into_values().collect();
        for (stored, uses) in recorded.chunks(TRANSACTION_SIZE).enumerate() {
            if let Err(error) = store.run(RecordKeyUses { uses: uses.to_vec() }).await {
                let unstored = recorded.iter().skip(stored * TRANSACTION_SIZE);
                unstored.for_each(|unstored| self.insert_latest(*unstored));
                return Err(error);
            }
        }
        Ok(())
    }

    fn insert_latest(&self, new: KeyUse) {
        let mut recorded = self.0.lock();
        let latest = recorded.entry(new.key_id).or_insert(new);
        latest.used_at = latest.used_at.max(new.used_at);
    }
}

#[cfg(test)]
mod tests {
    use contact_model::company::RateLimits;
    use contact_model::{Access, ApiKey, Country};
    use contact_store::StoreOptions;
    use contact_store::company::{CreateApiKey, CreateCompany, ListAllApiKeys};

    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-01-31T{time}Z").parse().unwrap()
    }

    #[tokio::test]
    async fn a_use_that_cannot_be_stored_is_kept_unless_there_is_a_later_one() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/contacts.db", directory.path().display());
        let open = async || Store::open(&url, &StoreOptions::default()).await.unwrap();
        let (store, closed) = (open().await, open().await);
        closed.close().await;
        let create = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
        let company_id = store.run(create).await.unwrap().id;
        let mut keys = Vec::new();
        for bits in [1, 2] {
            let key = ApiKey::from_random(bits);
            let new = CreateApiKey { company_id, name: None, access: Access::Read, expires_at: None, key };
            let key_id = store.run(new).await.unwrap().listed.id;
            keys.push(Authorization {
                key_id,
                company_id,
                access: Access::Read,
                expires_at: None,
                rate_limits: RateLimits::default(),
            });
        }

        let uses = KeyUses::default();
        uses.record(&keys[0], at("12:01:59.9"));
        uses.record(&keys[1], at("12:03:00"));
        uses.record(&keys[1], at("12:02:00"));
        uses.store(&closed).await.unwrap_err();
        uses.record(&keys[0], at("12:02:30"));
        uses.store(&store).await.unwrap();
        assert!(uses.0.lock().is_empty());
        let stored = store.run(ListAllApiKeys { company_id: None }).await.unwrap();
        let stored: Vec<_> = stored.iter().map(|key| key.listed.last_used_at).collect();
        assert_eq!(stored, [Some(at("12:02:00")), Some(at("12:03:00"))]);
        store.close().await;
    }
}
