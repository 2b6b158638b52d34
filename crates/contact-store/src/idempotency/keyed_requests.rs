//! The requests with idempotency keys in a transaction, with their stored responses and the responses to store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contact_model::clock::Clock;
use contact_model::{CompanyId, ContactId, KeyedRequest, idempotency};

use super::Idempotency;
use super::response_row::{RequestKey, ResponseRow, key_of};
use super::stored_responses::{LoadedRequests, StoredResponses};
use super::usage::{self, Usage};
use crate::stored_response::StoredResponse;
use crate::{Result, StoreError};

/// The requests with idempotency keys in a transaction.
#[derive(Debug, Default)]
pub(crate) struct KeyedRequests {
    /// Requests that this transaction has locked.
    locked: BTreeSet<RequestKey>,
    /// Stored responses that are still valid.
    stored: BTreeMap<RequestKey, ResponseRow>,
    /// The keys of responses that are stored but have expired.
    expired: BTreeSet<RequestKey>,
    /// Responses that were built in this transaction.
    new: BTreeMap<RequestKey, ResponseRow>,
    /// What each company has used of its quota, including the responses of this transaction.
    used: BTreeMap<CompanyId, Usage>,
}

impl KeyedRequests {
    /// Locks the requests that no other transaction has locked, and loads the stored responses.
    pub(crate) async fn load<C: StoredResponses>(
        connection: &mut C,
        clock: &dyn Clock,
        requests: impl Iterator<Item = KeyedRequest>,
    ) -> Result<Self> {
        let keys: BTreeSet<RequestKey> = requests.map(|request| key_of(&request)).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let now = clock.now();
        let LoadedRequests { locked, responses, used } = connection.load_requests(&keys, now).await?;
        let since = idempotency::retention_start(now);
        let (valid, expired): (Vec<_>, Vec<_>) =
            responses.into_iter().partition(|row| row.created_at >= since);
        Ok(Self {
            locked,
            stored: valid.into_iter().map(|row| (key_of(&row.request), row)).collect(),
            expired: expired.iter().map(|row| key_of(&row.request)).collect(),
            new: BTreeMap::new(),
            used,
        })
    }

    /// Checks that a request may be processed.
    ///
    /// # Errors
    /// Returns an error if the request has a stored response, if its key belongs to another request, if another
    /// transaction is processing it, or if the company has used up its quota.
    pub(crate) fn check<T>(&self, idempotency: &Idempotency<T>) -> Result<()> {
        let request = &idempotency.request;
        let key = key_of(request);
        match self.stored.get(&key).or_else(|| self.new.get(&key)) {
            Some(row) if row.request == *request => Err(StoreError::AlreadyDone(Arc::clone(&row.response))),
            Some(_) => Err(StoreError::KeyReused),
            None if !self.locked.contains(&key) => Err(StoreError::StillRunning),
            None => {
                let unused = Usage { bytes: 0, available_in: idempotency::RETENTION };
                let used = self.used.get(&request.company_id).copied().unwrap_or(unused);
                if used.bytes < idempotency.quota {
                    Ok(())
                } else {
                    Err(StoreError::QuotaExceeded { available_in: used.available_in })
                }
            }
        }
    }

    /// Adds the response to a request that passed [`KeyedRequests::check`]. Later requests of the transaction find
    /// it.
    pub(crate) fn add(&mut self, request: KeyedRequest, response: StoredResponse, clock: &dyn Clock) {
        let row = ResponseRow { request, response: Arc::new(response), created_at: clock.now() };
        usage::add(&mut self.used, request.company_id, row.stored_bytes(), row.hour(), row.created_at);
        self.new.insert(key_of(&request), row);
    }

    /// Removes the responses of this transaction that contain data of an erased contact. Responses that were stored
    /// before are removed together with the contact's row.
    pub(crate) fn remove_responses_with(&mut self, company: CompanyId, contact: ContactId) {
        self.new.retain(|(of, _), row| *of != company || !row.response.contacts.contains(&contact));
    }

    /// Returns true if this transaction has responses to store.
    pub(crate) fn has_new(&self) -> bool {
        !self.new.is_empty()
    }

    /// Stores the responses of this transaction.
    pub(crate) async fn store<C: StoredResponses>(self, connection: &mut C) -> Result<()> {
        let Self { expired, new, .. } = self;
        if new.is_empty() {
            return Ok(());
        }
        let replaced: BTreeSet<RequestKey> =
            expired.into_iter().filter(|key| new.contains_key(key)).collect();
        connection.store_responses(&replaced, &new.into_values().collect::<Vec<_>>()).await
    }
}
