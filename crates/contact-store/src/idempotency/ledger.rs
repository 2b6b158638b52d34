//! The requests with idempotency keys in a transaction, with their stored responses and the responses to store.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_model::{CompanyId, ContactId, KeyedRequest, idempotency};

use super::Idempotency;
use super::stored_response::{RequestKey, ResponseRow, StoredResponse, key_of};
use super::usage::Usage;
use crate::StoreError;
use crate::connection::Connection;

/// The requests with idempotency keys in a transaction.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Requests that this transaction has locked.
    own: BTreeSet<RequestKey>,
    /// Responses that are still valid.
    known: BTreeMap<RequestKey, ResponseRow>,
    /// Responses that are stored but have expired.
    outdated: BTreeSet<RequestKey>,
    /// The keys in `known` whose responses were made in this transaction.
    given: BTreeSet<RequestKey>,
    /// What each company has used of its quota, including the responses of this transaction.
    used: BTreeMap<CompanyId, Share>,
}

/// The part of its quota that a company has used.
#[derive(Debug, Clone, Copy)]
struct Share {
    bytes: u64,
    /// The time until some of it is free again.
    frees_in: Duration,
}

impl Ledger {
    /// Locks the requests that no other transaction has locked, and then loads the stored responses. This order
    /// matters: a transaction that held a lock has stored its response by the time it releases the lock.
    pub(crate) async fn open<C: StoredResponses>(
        connection: &mut C,
        clock: &dyn Clock,
        requests: impl Iterator<Item = KeyedRequest>,
    ) -> Result<Self, StoreError> {
        let keys: BTreeSet<RequestKey> = requests.map(|request| key_of(&request)).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let own = connection.lock_requests(&keys).await?;
        let now = clock.now();
        let loaded = connection.load_responses(&keys, idempotency::first_counted_hour(now)).await?;
        let since = idempotency::kept_since(now);
        let share = |(company, Usage { bytes, first_hour }): (CompanyId, Usage)| {
            (company, Share { bytes, frees_in: idempotency::counts_for(first_hour, now) })
        };
        let (known, outdated): (Vec<_>, Vec<_>) =
            loaded.kept.into_iter().partition(|kept| kept.created_at >= since);
        Ok(Self {
            own,
            known: known.into_iter().map(|kept| (key_of(&kept.request), kept)).collect(),
            outdated: outdated.iter().map(|kept| key_of(&kept.request)).collect(),
            given: BTreeSet::new(),
            used: loaded.used.into_iter().map(share).collect(),
        })
    }

    /// Checks that a request may be processed.
    ///
    /// # Errors
    /// Returns an error if the request has a stored response, if its key belongs to another request, if another
    /// transaction is processing it, or if the company has used up its quota.
    pub(crate) fn admit<T>(&self, idempotency: &Idempotency<T>) -> Result<(), StoreError> {
        let request = &idempotency.request;
        match self.known.get(&key_of(request)) {
            Some(kept) if kept.request == *request => Err(StoreError::Answered(Arc::clone(&kept.answer))),
            Some(_) => Err(StoreError::KeyReused),
            None if !self.own.contains(&key_of(request)) => Err(StoreError::StillRunning),
            None => {
                let unused = Share { bytes: 0, frees_in: idempotency::RETENTION };
                let Share { bytes, frees_in } = self.used.get(&request.company_id).copied().unwrap_or(unused);
                if bytes < idempotency.quota { Ok(()) } else { Err(StoreError::QuotaExceeded { frees_in }) }
            }
        }
    }

    /// Keeps the response to an admitted request. Later requests of the transaction find it.
    pub(crate) fn keep(&mut self, request: KeyedRequest, answer: StoredResponse, clock: &dyn Clock) {
        let key = key_of(&request);
        let kept = ResponseRow { request, answer: Arc::new(answer), created_at: clock.now() };
        let first = || Share { bytes: 0, frees_in: idempotency::counts_for(kept.hour(), kept.created_at) };
        let used = self.used.entry(request.company_id).or_insert_with(first);
        used.bytes = used.bytes.saturating_add(kept.stored_bytes());
        self.known.insert(key, kept);
        self.given.insert(key);
    }

    /// Removes the responses of this transaction that contain data of an erased contact. Responses that were stored
    /// before are removed together with the contact's row.
    pub(crate) fn forget(&mut self, (company, contact): (CompanyId, ContactId)) {
        let Self { known, given, .. } = self;
        given.retain(|key| {
            let tells = known.get(key).is_some_and(|kept| kept.answer.contacts.contains(&contact));
            let keeps = key.0 != company || !tells;
            if !keeps {
                known.remove(key);
            }
            keeps
        });
    }

    /// Stores the responses of this transaction.
    pub(crate) async fn write<C: StoredResponses>(mut self, connection: &mut C) -> Result<(), StoreError> {
        let given: Vec<ResponseRow> = self.given.iter().filter_map(|key| self.known.remove(key)).collect();
        if given.is_empty() {
            return Ok(());
        }
        let in_the_way: BTreeSet<RequestKey> = self.outdated.intersection(&self.given).copied().collect();
        if !in_the_way.is_empty() {
            connection.remove_responses(&in_the_way).await?;
        }
        connection.store_responses(&given).await
    }
}

/// Reads and writes stored responses. Each method takes a set.
pub(crate) trait StoredResponses: Connection {
    /// Locks the requests with these keys until the transaction ends, and returns those that no other transaction
    /// has locked. Does not wait.
    fn lock_requests(
        &mut self,
        keys: &BTreeSet<RequestKey>,
    ) -> impl Future<Output = Result<BTreeSet<RequestKey>, StoreError>> + Send;

    /// Loads the stored responses to these requests, and what their companies have stored since an hour.
    fn load_responses(
        &mut self,
        keys: &BTreeSet<RequestKey>,
        first_hour: i64,
    ) -> impl Future<Output = Result<LoadedResponses, StoreError>> + Send;

    /// Removes stored responses.
    fn remove_responses(
        &mut self,
        keys: &BTreeSet<RequestKey>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Stores responses, none of which may be stored already, and adds their size to what their companies have
    /// stored.
    fn store_responses(
        &mut self,
        responses: &[ResponseRow],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// The data that a transaction loads for its requests.
#[derive(Debug, Default)]
pub(crate) struct LoadedResponses {
    /// Their stored responses, expired or not.
    pub(crate) kept: Vec<ResponseRow>,
    /// What their companies have stored. It has no entry for a company without stored responses.
    pub(crate) used: BTreeMap<CompanyId, Usage>,
}
