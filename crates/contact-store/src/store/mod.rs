//! The store: the interface for reading and writing contacts and everything else in the database.

mod engine;
mod open;
mod operations;
mod read_workers;
pub(crate) mod rename_tag;
pub(crate) mod revert;
mod seal;
mod write_worker;

use std::sync::Arc;

use contact_model::CompanyId;
use contact_model::clock::Clock;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::company::StoreOperation;
use crate::contacts::list::{ContactListing, ContactPage};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::transaction_mode::{Atomicity, ResultSizeCheck, TransactionEnd, TransactionMode};
use crate::contacts::work::Work;
use crate::contacts::write::{
    Applied, AtomicError, ContactWrite, SetIdempotency, Written, all_written, written,
};
use crate::idempotency::Idempotency;
use crate::queue::SetResult;
use crate::{Result, StoreError};
use engine::Engine;
pub use open::page_workers;
use operations::{CheckDatabase, SingleOperation};
use read_workers::PageQueue;
use write_worker::{WriteQueue, company_of, job_of};

/// Stores contacts on disk, on SQLite or PostgreSQL.
///
/// Methods that take several writes return a result for each of them, in their order. A write that is refused changes
/// nothing and does not affect the others. If the database fails, all of the caller's writes get that error. Nothing is
/// then written, unless the error is [`StoreError::Uncertain`]. The same applies to the methods that take one item.
///
/// If the writes of one call to [`Store::write`] cost more than 1 MiB, they are split into pieces of that size, which
/// run one after the other, so that other callers get turns in between. The cost of a write is its size in bytes, but
/// at least 8 KiB. If the database fails during a piece, the writes of that piece get the error, the writes of earlier
/// pieces stay written, and those of later pieces are not tried.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// How transactions that write end.
    end: TransactionEnd,
}

/// The parts of a store that its clones share.
struct Inner {
    engine: Engine,
    writes: Arc<WriteQueue>,
    pages: Arc<PageQueue>,
    clock: Arc<dyn Clock>,
    /// The tasks that serve the queues of reads. They do not end early when a caller stops waiting, because a
    /// cancelled transaction could stay open on its connection.
    readers: TaskTracker,
    /// The tasks that serve the queue of writes.
    writers: TaskTracker,
}

impl Store {
    /// Reads a contact. Returns `None` if the company has no such contact.
    pub async fn get(&self, lookup: ContactLookup) -> Result<Option<ReadContact>> {
        match &self.inner.engine {
            Engine::Sqlite(readers) => readers.get(&lookup),
            Engine::Postgres { lookups, .. } => {
                only(lookups.submit(Some(lookup.company_id), vec![lookup], ()).await)
            }
        }
    }

    /// Reads a page of a list of contacts.
    pub async fn list(&self, listing: ContactListing) -> Result<ContactPage> {
        only(self.inner.pages.submit(Some(listing.company_id), vec![listing], ()).await)
    }

    /// Writes a contact, as [`Store::write`] does.
    pub async fn write_one(&self, write: ContactWrite) -> Result<Written> {
        only(self.write(vec![write]).await)
    }

    /// Writes contacts in the given order. Each write sees the effects of the writes before it. A result is
    /// returned when the write is on disk. If the caller stops waiting, its writes are not undone, but no further
    /// piece of a large set is begun.
    pub async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written>> {
        let mode = TransactionMode { end: self.end, ..TransactionMode::default() };
        written(self.inner.writes.submit(company_of(&writes), writes, mode).await)
    }

    /// Writes contacts of one company as [`Store::write`] does, but writes either all of them or none. The
    /// writes have a transaction of their own, which is never divided. With `idempotency`, all writes together are done
    /// only once.
    ///
    /// # Errors
    /// Returns the first refusal of a write. Returns an error if the contacts are larger than
    /// [`contact_model::limits::SINGLE_TRANSACTION_BATCH_CONTACTS`], if the results contain more of them than
    /// [`contact_model::limits::RESPONSE`] (with `idempotency`, [`contact_model::limits::KEYED_BATCH_RESPONSE`]), if
    /// there is no room for the results ([`StoreError::NoRoomForResults`]), or if the database fails. Nothing is then
    /// written, unless the error is [`StoreError::Uncertain`].
    pub async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Written>, AtomicError> {
        let atomicity = Atomicity::AllOrNone;
        let mode = TransactionMode { atomicity, end: self.end, idempotency, size_check };
        all_written(self.write_exclusively(writes, mode).await?)
    }

    /// Writes contacts of one company as [`Store::write`] does. Each write succeeds or is refused
    /// independently, but all of them share a transaction of their own, which is never divided. With `idempotency`, all
    /// writes together are done only once.
    ///
    /// # Errors
    /// Returns an error if the contacts or the results are too large, as [`Store::write_atomically`] does; if there is
    /// no room for the results ([`StoreError::NoRoomForResults`]); if the database fails; or, with `idempotency`, if
    /// the request already has a stored response, if its key belongs to another request, if the same request is still
    /// running, or if the company has used up its quota of stored responses. Nothing is then written, unless the error
    /// is [`StoreError::Uncertain`].
    pub async fn write_in_one_transaction(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Result<Written>>> {
        let atomicity = Atomicity::OneTransaction;
        let mode = TransactionMode { atomicity, end: self.end, idempotency, size_check };
        self.write_exclusively(writes, mode).await.map(written)
    }

    /// Writes contacts in an exclusive set, which has a transaction of its own.
    async fn write_exclusively(
        &self,
        writes: Vec<ContactWrite>,
        mode: TransactionMode,
    ) -> SetResult<Applied> {
        let company = match &mode.idempotency {
            Some(idempotency) => Some(idempotency.request.company_id),
            None if writes.is_empty() => return Ok(Vec::new()),
            None => company_of(&writes),
        };
        self.inner.writes.submit_in_one_turn(company, writes, mode).await
    }

    /// Runs an operation that is not a write of contacts. An operation that writes has a transaction of its own. One
    /// that only reads has none, so each of its statements may see newer data.
    ///
    /// # Errors
    /// Returns the refusal of the operation. Returns an error if the database fails.
    pub async fn run<O: StoreOperation>(&self, operation: O) -> Result<O::Output> {
        let company = operation.company();
        let work = SingleOperation { operation, idempotency: None, end: self.end };
        if O::IS_READ {
            loop {
                match self.inner.engine.run(&work, &*self.inner.clock).await {
                    Err(StoreError::UnsealedLog(company)) => {
                        self.seal_changes(company).await?;
                    }
                    outcome => return outcome.map_err(|failure| failure.for_caller()),
                }
            }
        } else {
            self.run_in_transaction(company, work).await
        }
    }

    /// Runs an operation only once, in a transaction of its own that also stores its response.
    ///
    /// # Errors
    /// Returns the refusal of the operation. Returns an error if the request already has a stored response, if its
    /// key belongs to another request, if the same request is still running, or if the database fails.
    pub async fn run_once<O: StoreOperation>(
        &self,
        operation: O,
        idempotency: Idempotency<O::Output>,
    ) -> Result<O::Output> {
        let company = operation.company();
        let work = SingleOperation { operation, idempotency: Some(idempotency), end: self.end };
        self.run_in_transaction(company, work).await
    }

    /// Runs work in a transaction of its own, in a turn of the company.
    async fn run_in_transaction<W: Work>(&self, company: Option<CompanyId>, work: W) -> Result<W::Output> {
        let (caller, output) = oneshot::channel();
        self.inner.writes.submit_job(company, job_of(work, caller))?;
        let outcome = output.await.unwrap_or_else(|_| Err(StoreError::unavailable("the work was not done")));
        outcome.map_err(|failure| failure.for_caller())
    }

    /// Returns the same store for dry runs: it does each write, returns the result and rolls the write back. The writes
    /// of a caller have a transaction of their own, which is never divided, so that each write sees the effects of
    /// those before it.
    #[must_use]
    pub fn dry_run(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), end: TransactionEnd::Rollback }
    }

    /// Checks that the database responds.
    ///
    /// # Errors
    /// Returns [`StoreError::NewerDatabase`] if a newer version of this program has migrated the database, and another
    /// error if the database does not respond.
    pub async fn check(&self) -> Result<()> {
        self.run(CheckDatabase).await
    }

    /// Finishes all running work and closes the database.
    pub async fn close(&self) {
        let Inner { engine, writes, readers, writers, .. } = &*self.inner;
        self.inner.close_read_queues();
        readers.close();
        readers.wait().await;
        // Last, because a reader would keep SQLite from moving its whole log into the file.
        writes.close();
        writers.close();
        writers.wait().await;
        if let Engine::Postgres { pool, .. } = engine {
            pool.close().await;
        }
    }
}

impl Inner {
    fn close_read_queues(&self) {
        self.pages.close();
        if let Engine::Postgres { lookups, .. } = &self.engine {
            lookups.close();
        }
    }
}

impl Drop for Inner {
    /// Ends the workers if the store was not closed.
    fn drop(&mut self) {
        self.close_read_queues();
        self.writes.close();
    }
}

fn only<T>(mut results: Vec<Result<T>>) -> Result<T> {
    results.pop().unwrap_or_else(|| Err(StoreError::unavailable("the store returned no result")))
}

#[cfg(test)]
mod tests;
