//! Runs a set of writes in one transaction: loads the contacts, applies the writes, and stores the changes, in this
//! order. A large set does this once for each chunk of its writes.

use std::collections::{BTreeMap, BTreeSet};

use contact_model::clock::Clock;
use contact_model::{CompanyId, KeyedRequest, limits};

use super::change_log::ChangeLog;
use super::chunk_size::{ChunkSize, contacts_per_write};
use super::company_data::CompanyData;
use super::erased_entries;
use super::prepared_write::{Needs, PreparedWrite};
use super::transaction::{Changes, ContactRef, ContactTransaction, KeyLookups, LoadedContacts};
use super::transaction_mode::{Atomicity, TransactionEnd, TransactionMode};
use super::work::Work;
use super::working_set::WorkingSet;
use super::write::{Applied, ContactWrite, written};
use super::write_context::WriteContext;
use crate::company::{agent, custom_field};
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
            connection.write(&std::mem::take(&mut changes)).await?;
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
        if keyed_requests.has_new() {
            connection.write(&changes).await?;
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
    let applied = context.apply();
    if let Ok(applied) = &applied {
        if write.operation.erases() {
            keyed_requests.remove_responses_with(write.company_id, applied.written.id);
        }
        if let Some(idempotency) = &write.idempotency {
            let response = idempotency.response_to(applied.clone().into_written(), limits::RESPONSE)?;
            keyed_requests.add(idempotency.request, response, context.clock);
        }
    }
    Ok(applied)
}

async fn load_company_data<C: ContactTransaction>(
    connection: &mut C,
    writes: &[ContactWrite],
) -> Result<CompanyData> {
    let mut data = CompanyData::default();
    let companies = |need: fn(Needs) -> bool| -> BTreeSet<CompanyId> {
        writes.iter().filter(|write| need(write.needs())).map(|write| write.company_id).collect()
    };
    let with_phones = companies(|needs| needs.country);
    if !with_phones.is_empty() {
        data.countries = connection.countries(&with_phones).await?;
    }
    for company in companies(|needs| needs.custom_fields) {
        let fields = custom_field::list_with_versions(connection, company).await?;
        data.field_versions.extend(fields.iter().map(|(field, version)| ((company, field.id), *version)));
        data.custom_fields.insert(company, fields.into_iter().map(|(field, _)| field).collect());
    }
    for write in writes {
        let Some(agent) = write.needs().agent else { continue };
        if let Some(name) = agent::find_name(connection, write.company_id, agent).await? {
            data.agents.insert((write.company_id, agent), name);
        }
    }
    Ok(data)
}

async fn load<C: ContactTransaction>(
    connection: &mut C,
    writes: &[PreparedWrite<'_>],
    data: &CompanyData,
) -> Result<WorkingSet> {
    let keys = key_lookups(writes);
    let named: BTreeSet<ContactRef> =
        writes.iter().filter_map(|prepared| Some((prepared.write.company_id, prepared.contact()?))).collect();
    let loaded = match (keys.is_empty(), named.is_empty()) {
        (true, true) => LoadedContacts::default(),
        _ => connection.load_contacts(&keys, &named).await?,
    };
    // Any of these contacts may become the target of a write by one of its keys while the set is applied.
    let needs_values = |(company, _): &&ContactRef| data.custom_fields.contains_key(company);
    let with_values: BTreeSet<ContactRef> = loaded.records.keys().filter(needs_values).copied().collect();
    let values =
        if with_values.is_empty() { Vec::new() } else { connection.load_values(&with_values).await? };
    WorkingSet::new(loaded, values, keys)
}

fn key_lookups(writes: &[PreparedWrite<'_>]) -> KeyLookups {
    let mut lookups = KeyLookups::new();
    for (key, limit) in writes.iter().flat_map(PreparedWrite::lookups) {
        let known = lookups.entry(key.clone()).or_default();
        *known = limit.max(*known);
    }
    lookups
}
