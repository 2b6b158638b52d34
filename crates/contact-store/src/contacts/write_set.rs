//! Runs a set of writes in one transaction: loads the contacts, applies the writes, and stores the changes, in this
//! order. A large set does this once for each chunk of its writes.

use std::collections::BTreeMap;

use contact_model::clock::Clock;
use contact_model::{CompanyId, KeyedRequest, limits};

use super::change_log::ChangeLog;
use super::chunk_size::{ChunkSize, contacts_per_write};
use super::erased_entries;
use super::load::{key_lookups, load, load_company_data};
use super::merged_contacts::move_threads;
use super::prepared_write::PreparedWrite;
use super::transaction::{Changes, ContactTransaction};
use super::transaction_mode::{Atomicity, TransactionEnd, TransactionMode};
use super::work::Work;
use super::write::{Applied, ContactWrite, written};
use super::write_context::WriteContext;
use crate::idempotency::keyed_requests::KeyedRequests;
use crate::queue::{Mode as _, Results};
use crate::{Result, StoreError};

/// A set of writes.
pub(crate) struct WriteSet {
    pub(crate) writes: Vec<ContactWrite>,
    pub(crate) mode: TransactionMode,
}

/// The result of a set.
pub(crate) struct WriteSetResult {
    pub(crate) results: Results<Applied>,
    /// The bytes of the contacts that were loaded, and of those that an exclusive set returns, for each company.
    pub(crate) bytes: BTreeMap<CompanyId, usize>,
}

impl Work for WriteSet {
    type Output = WriteSetResult;

    /// Applies the writes in their order. Each write sees the effects of the writes before it. If all or none are
    /// to be done, the results end with the first refusal.
    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Output> {
        let mut keyed_requests = KeyedRequests::load(connection, clock, self.requests()).await?;
        if let Some(idempotency) = &self.mode.idempotency {
            keyed_requests.check(idempotency)?;
        }
        let data = load_company_data(connection, &self.writes).await?;
        let writes: Vec<PreparedWrite<'_>> =
            self.writes.iter().map(|write| PreparedWrite::new(write, &data, &keyed_requests)).collect();
        let keys = key_lookups(&writes);
        if !keys.is_empty() {
            connection.lock_keys(&keys).await?;
        }
        let contacts_per_write = contacts_per_write(connection, &writes, keys).await?;
        let mut results = Vec::with_capacity(writes.len());
        let mut chunk_size = ChunkSize::for_set(self.mode.shares_sets());
        let mut bytes = BTreeMap::new();
        // The limits apply only to an exclusive set. Writes that share a set are small and must not be refused
        // for the size of other callers' writes.
        let (is_exclusive, mut returned) = (!self.mode.shares_sets(), 0_usize);
        let mut log = ChangeLog::default();
        let mut changes = Changes::default();
        let limit =
            if self.mode.idempotency.is_some() { limits::KEYED_BATCH_RESPONSE } else { limits::RESPONSE };
        while results.len() < writes.len() {
            let next = chunk_size.next(&contacts_per_write[results.len()..]);
            let next = &writes[results.len()..results.len() + next];
            // The changes of the previous chunk.
            write(connection, &std::mem::take(&mut changes)).await?;
            let mut working_set = load(connection, next, &data).await?;
            let loaded = working_set.bytes_by_company();
            chunk_size.adapt(working_set.len(), loaded.values().sum());
            for (company, loaded) in loaded {
                *bytes.entry(company).or_default() += loaded;
            }
            if is_exclusive && bytes.values().sum::<usize>() > limits::SINGLE_TRANSACTION_BATCH_CONTACTS {
                return Err(StoreError::TooMuchLoaded { limit: limits::SINGLE_TRANSACTION_BATCH_CONTACTS });
            }
            for prepared in next {
                if !working_set.has_targets_of(prepared) {
                    break;
                }
                let (working_set, log) = (&mut working_set, &mut log);
                let context = WriteContext { working_set, prepared, data: &data, clock, log };
                let result = apply_once(context, &mut keyed_requests)?;
                returned += result.as_ref().ok().filter(|_| is_exclusive).map_or(0, Applied::returned_bytes);
                if returned > limit {
                    let is_stored = self.mode.idempotency.is_some();
                    return Err(StoreError::ResponseTooLarge { limit, is_stored });
                }
                results.push(result);
                if self.is_refused(&results) {
                    return Ok(WriteSetResult { results, bytes });
                }
            }
            changes = working_set.into_changes();
        }
        if self.mode.size_check.as_ref().is_some_and(|check| !check(returned)) {
            return Err(StoreError::NoRoomForResults);
        }
        if let Some(idempotency) = &self.mode.idempotency {
            let response = idempotency.response_to(written(results.clone()), limit)?;
            keyed_requests.add(idempotency.request, response, clock);
        }
        erased_entries::remove_values(connection, &log).await?;
        if keyed_requests.has_new() || !changes.thread_moves.is_empty() {
            write(connection, &changes).await?;
            keyed_requests.store(connection).await?;
            connection.write_log(&log).await?;
        } else {
            connection.write_with_log(&changes, &log).await?;
        }
        if let Some(first) = self.writes.first() {
            *bytes.entry(first.company_id).or_default() += returned;
        }
        Ok(WriteSetResult { results, bytes })
    }

    fn commits(&self, done: &Self::Output) -> bool {
        self.mode.end == TransactionEnd::Commit && !self.is_refused(&done.results)
    }

    fn item_count(&self) -> Option<usize> {
        Some(self.writes.len())
    }

    fn erases(&self) -> bool {
        self.writes.iter().any(|write| write.operation.erases())
    }

    fn writes_one_statement(&self) -> bool {
        self.mode.shares_sets() && self.writes.iter().all(ContactWrite::changes_one_row)
    }
}

impl WriteSet {
    /// Returns true if the whole set is undone because its last applied write was refused.
    fn is_refused(&self, results: &[Result<Applied>]) -> bool {
        self.mode.atomicity == Atomicity::AllOrNone && results.last().is_some_and(Result::is_err)
    }

    /// Returns the requests with idempotency keys.
    fn requests(&self) -> impl Iterator<Item = KeyedRequest> {
        let for_writes = self.writes.iter().filter_map(|write| Some(write.idempotency.as_ref()?.request));
        for_writes.chain(self.mode.idempotency.as_ref().map(|idempotency| idempotency.request))
    }
}

/// Applies a write. If its request has an idempotency key, adds the response to those that the set stores. Refuses the
/// write if the request already has a stored response or is running in another transaction.
///
/// # Errors
/// Returns an error for the whole set if the response cannot be built.
fn apply_once(mut context: WriteContext<'_>, keyed_requests: &mut KeyedRequests) -> Result<Result<Applied>> {
    let PreparedWrite { write, refusal, .. } = context.prepared;
    if let Some(refusal) = refusal {
        return Ok(Err(refusal.clone()));
    }
    // An earlier write of this set may have been the same request.
    if let Some(idempotency) = &write.idempotency
        && let Err(known) = keyed_requests.check(idempotency)
    {
        return Ok(Err(known));
    }
    let erased = write.erased_contact().map(|id| context.working_set.merged_into((write.company_id, id)));
    let applied = context.apply();
    if let Ok(applied) = &applied {
        for contact in erased.into_iter().flatten().chain(write.erased_contact()) {
            keyed_requests.remove_responses_with(write.company_id, contact);
        }
        if let Some(idempotency) = &write.idempotency {
            let response = idempotency.response_to(applied.clone().into_written(), limits::RESPONSE)?;
            keyed_requests.add(idempotency.request, response, context.clock);
        }
    }
    Ok(applied)
}

/// Stores the changes, and moves threads of merged contacts.
async fn write<C: ContactTransaction>(connection: &mut C, changes: &Changes) -> Result<()> {
    connection.write(changes).await?;
    move_threads(connection, &changes.thread_moves).await
}
