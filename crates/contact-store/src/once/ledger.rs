//! The requests with keys that a transaction meets: what is known of their answers, and what is to be stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use contact_model::{CompanyId, KeyedRequest, idempotency};

use super::Once;
use super::stored_answer::{AnswerKey, KeptAnswer, StoredAnswer, key_of};
use super::usage::Usage;
use crate::StoreError;
use crate::contacts::transaction::{ContactKey, ContactTransaction};

/// What a transaction knows of the requests with keys that it meets.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Requests that no other transaction has under way.
    own: BTreeSet<AnswerKey>,
    /// Answers that count.
    known: BTreeMap<AnswerKey, KeptAnswer>,
    /// Answers that do not count any more, and are still there.
    outdated: BTreeSet<AnswerKey>,
    /// Those of the known ones that were given in this transaction.
    given: BTreeSet<AnswerKey>,
    /// What the companies have used of their quotas, with what was given in this transaction.
    used: BTreeMap<CompanyId, Share>,
}

/// What a company has used of its quota.
#[derive(Debug, Clone, Copy)]
struct Share {
    bytes: u64,
    /// When some of it is free again.
    frees_in: Duration,
}

impl Ledger {
    /// Locks the requests that no one else has locked, and only then looks for answers: whoever had a lock before
    /// has stored its answer when it gave it back.
    pub(crate) async fn open<C: ContactTransaction>(
        connection: &mut C,
        clock: &dyn Clock,
        requests: impl Iterator<Item = KeyedRequest>,
    ) -> Result<Self, StoreError> {
        let keys: BTreeSet<AnswerKey> = requests.map(|request| key_of(&request)).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let own = connection.lock_answers(&keys).await?;
        let now = clock.now();
        let loaded = connection.load_answers(&keys, idempotency::first_counted_hour(now)).await?;
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

    /// Lets a request be done.
    ///
    /// # Errors
    /// It has an answer, its key is another request's, another transaction is at it, or the company has used up its
    /// quota.
    pub(crate) fn admit<T>(&self, once: &Once<T>) -> Result<(), StoreError> {
        let request = &once.request;
        match self.known.get(&key_of(request)) {
            Some(kept) if kept.request == *request => Err(StoreError::Answered(Arc::clone(&kept.answer))),
            Some(_) => Err(StoreError::KeyReused),
            None if !self.own.contains(&key_of(request)) => Err(StoreError::StillRunning),
            None => {
                let unused = Share { bytes: 0, frees_in: idempotency::RETENTION };
                let Share { bytes, frees_in } = self.used.get(&request.company_id).copied().unwrap_or(unused);
                if bytes < once.quota { Ok(()) } else { Err(StoreError::QuotaExceeded { frees_in }) }
            }
        }
    }

    /// Keeps the answer to a request that was admitted. Later requests of the transaction find it.
    pub(crate) fn keep(&mut self, request: KeyedRequest, answer: StoredAnswer, clock: &dyn Clock) {
        let key = key_of(&request);
        let kept = KeptAnswer { request, answer: Arc::new(answer), created_at: clock.now() };
        let first = || Share { bytes: 0, frees_in: idempotency::counts_for(kept.hour(), kept.created_at) };
        let used = self.used.entry(request.company_id).or_insert_with(first);
        used.bytes = used.bytes.saturating_add(kept.stored_bytes());
        self.known.insert(key, kept);
        self.given.insert(key);
    }

    /// Drops what was kept here and tells of a contact that is erased; what was stored before goes with the
    /// contact's row.
    pub(crate) fn forget(&mut self, (company, contact): ContactKey) {
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

    /// Stores what was kept.
    pub(crate) async fn write<C: ContactTransaction>(mut self, connection: &mut C) -> Result<(), StoreError> {
        let given: Vec<KeptAnswer> = self.given.iter().filter_map(|key| self.known.remove(key)).collect();
        if given.is_empty() {
            return Ok(());
        }
        let in_the_way: BTreeSet<AnswerKey> = self.outdated.intersection(&self.given).copied().collect();
        if !in_the_way.is_empty() {
            connection.remove_answers(&in_the_way).await?;
        }
        connection.put_answers(&given).await
    }
}

/// What a transaction loads for the requests that it meets.
#[derive(Debug, Default)]
pub(crate) struct LoadedAnswers {
    /// Their answers, expired or not.
    pub(crate) kept: Vec<KeptAnswer>,
    /// What their companies have stored; nothing for a company without answers.
    pub(crate) used: BTreeMap<CompanyId, Usage>,
}
