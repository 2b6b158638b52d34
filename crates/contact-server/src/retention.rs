//! Removes what has expired: deleted contacts, which can be restored until then, stored responses, and old changes.

use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_model::{CompanyId, ContactId, Include, Timestamp, idempotency};
use contact_store::company::{
    ListCompaniesWithOldChanges, ListExpiredContacts, RemoveExpiredResponses, RemoveOldChanges,
};
use contact_store::{ContactWrite, Store, StoreError, WriteOperation};
use futures::future::join_all;

/// How long the server waits before it looks for expired data again.
const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The number of expired contacts or responses that are removed before the next ones are listed, and of companies whose
/// changes are. It is small, so that other writes do not wait long. Each contact is erased by a write of its own. The
/// responses are removed in one transaction.
const CHUNK_SIZE: u32 = 500;

/// How long data is kept.
#[derive(Debug, Clone, Copy)]
pub struct RetentionPeriods {
    /// The time for which a deleted contact can be restored.
    pub deleted_contacts: Duration,
    /// The time for which changes are kept in the history of a contact.
    pub changes: Duration,
}

/// Removes expired contacts, responses and changes permanently, once an hour. Never returns.
pub async fn remove_expired(store: Store, clock: Arc<dyn Clock>, periods: RetentionPeriods) {
    loop {
        match erase_all_expired(&store, clock.now().earlier_by(periods.deleted_contacts)).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "contacts that were deleted long ago are erased"),
            Err(error) => tracing::warn!(%error, "contacts that were deleted long ago could not be erased"),
        }
        match remove_all_expired_responses(&store, idempotency::retention_start(clock.now())).await {
            Ok(removed) => tracing::debug!(removed, "expired responses are removed"),
            Err(error) => tracing::warn!(%error, "expired responses could not be removed"),
        }
        match remove_old_changes(&store, clock.now().earlier_by(periods.changes)).await {
            Ok(removed) => tracing::debug!(removed, "old changes are removed"),
            Err(error) => tracing::warn!(%error, "old changes could not be removed"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Erases every contact that was deleted before a time, and returns their number.
///
/// # Errors
/// The database cannot be reached. The contacts that were erased before the error stay erased.
pub async fn erase_all_expired(store: &Store, deleted_before: Timestamp) -> Result<usize, StoreError> {
    let mut erased = 0;
    loop {
        let list = ListExpiredContacts { deleted_before, rows: CHUNK_SIZE };
        let expired = store.run(list).await?;
        if expired.is_empty() {
            return Ok(erased);
        }
        let erase = |(company_id, id): (CompanyId, ContactId)| {
            let operation = WriteOperation::EraseExpired(id, deleted_before);
            store.write_one(ContactWrite::new(company_id, operation, Include::default()))
        };
        for outcome in join_all(expired.into_iter().map(erase)).await {
            match outcome {
                Ok(_) => erased += 1,
                // Another server was faster, or the contact was restored.
                Err(StoreError::ContactNotFound) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Removes every response that was stored before a time, and returns their number.
///
/// # Errors
/// The database cannot be reached. The responses that were removed before the error stay removed.
pub async fn remove_all_expired_responses(
    store: &Store,
    stored_before: Timestamp,
) -> Result<u64, StoreError> {
    let mut removed = 0;
    loop {
        let rows = store.run(RemoveExpiredResponses { stored_before, rows: CHUNK_SIZE }).await?;
        removed += rows;
        if rows < u64::from(CHUNK_SIZE) {
            return Ok(removed);
        }
    }
}

/// Removes every change that was made before a time from the logs of all companies, and returns their number.
///
/// # Errors
/// The database cannot be reached. The changes that were removed before the error stay removed.
pub async fn remove_old_changes(store: &Store, added_before: Timestamp) -> Result<usize, StoreError> {
    let mut removed = 0;
    loop {
        let companies = store.run(ListCompaniesWithOldChanges { added_before, rows: CHUNK_SIZE }).await?;
        if companies.is_empty() {
            return Ok(removed);
        }
        for company_id in companies {
            loop {
                match store.run(RemoveOldChanges { company_id, added_before }).await? {
                    0 => break,
                    rows => removed += rows,
                }
            }
        }
    }
}
