//! The interface of the store.

use std::future::Future;
use std::time::Duration;

use crate::StoreError;
use crate::company::Operation;
use crate::contacts::list::{ContactListing, ContactPage};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::result_size_check::ResultSizeCheck;
use crate::contacts::write::{AtomicError, ContactWrite, SetIdempotency, Written};
use crate::idempotency::Idempotency;

/// Stores contacts on disk.
///
/// Every method takes a set and returns a result for each of its items, in their order. A single request is a set
/// of one. An item that is refused changes nothing and does not affect the other items. If the database fails,
/// every item of the set gets that error. Nothing of the set is then written, unless the error is
/// [`StoreError::Uncertain`].
///
/// A set of more than 1 MiB is split into pieces of that size, which run one after the other, so that other callers
/// get turns in between. Each item counts its bytes, but at least 8 KiB. The rules for a set then apply to each
/// piece. After a piece has failed, the items in later pieces are not tried.
pub trait ContactStore: Clone + Send + Sync + 'static {
    /// Reads contacts. Returns `None` for each contact that the company does not have.
    fn get(
        &self,
        lookups: Vec<ContactLookup>,
    ) -> impl Future<Output = Vec<Result<Option<ReadContact>, StoreError>>> + Send;

    /// Reads pages of lists of contacts.
    fn list(
        &self,
        listings: Vec<ContactListing>,
    ) -> impl Future<Output = Vec<Result<ContactPage, StoreError>>> + Send;

    /// Writes contacts in the given order. Each write sees the effects of the writes before it. A result is
    /// returned when the write is on disk. If the caller stops waiting, its writes are not undone, but no further
    /// piece of a large set is begun.
    fn write(
        &self,
        writes: Vec<ContactWrite>,
    ) -> impl Future<Output = Vec<Result<Written, StoreError>>> + Send;

    /// Writes contacts of one company as [`ContactStore::write`] does, but writes either all of them or none. The
    /// writes have a transaction of their own, which is never divided. With `idempotency`, all writes together are done
    /// only once.
    ///
    /// # Errors
    /// Returns the first refusal of a write. Returns an error if the contacts are larger than
    /// [`contact_model::limits::UNDIVIDED_BATCH_CONTACTS`], if the results show more of them than
    /// [`contact_model::limits::BATCH_ANSWER`] (with `idempotency`, [`contact_model::limits::KEYED_BATCH_ANSWER`]), if
    /// there is no room for the results ([`StoreError::NoRoom`]), or if the database fails. Nothing is then
    /// written, unless the error is [`StoreError::Uncertain`].
    fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> impl Future<Output = Result<Vec<Written>, AtomicError>> + Send;

    /// Writes contacts of one company as [`ContactStore::write`] does. Each write succeeds or is refused
    /// independently, but all of them share a transaction of their own, which is never divided. With `idempotency`, all
    /// writes together are done only once.
    ///
    /// # Errors
    /// Returns an error if the contacts or the results are too large, as [`ContactStore::write_atomically`] does;
    /// if there is no room for the results ([`StoreError::NoRoom`]); if the database fails; or, with `idempotency`, if the
    /// request already has a stored response, if its key belongs to another request, if the same request is still
    /// running, or if the company has used up its quota of stored responses. Nothing is then written, unless the
    /// error is [`StoreError::Uncertain`].
    fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> impl Future<Output = Result<Vec<Result<Written, StoreError>>, StoreError>> + Send;

    /// Runs operations on companies, keys, custom fields, agents or threads in one transaction.
    fn run<O: Operation>(
        &self,
        operations: Vec<O>,
    ) -> impl Future<Output = Vec<Result<O::Output, StoreError>>> + Send;

    /// Runs an operation only once, in a transaction of its own that also stores its response.
    ///
    /// # Errors
    /// Returns the refusal of the operation. Returns an error if the request already has a stored response, if its
    /// key belongs to another request, if the same request is still running, or if the database fails.
    fn run_once<O: Operation<Output: Clone>>(
        &self,
        operation: O,
        idempotency: Idempotency<O::Output>,
    ) -> impl Future<Output = Result<O::Output, StoreError>> + Send;

    /// Returns the same store for dry runs: it does each write, returns the result and rolls the write back. A set
    /// has a transaction of its own, which is never divided, so that each item sees the effects of the items before
    /// it.
    fn dry_run(&self) -> Self;

    /// Returns an error if the database does not respond.
    fn check(&self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Finishes all running work and closes the database.
    fn close(&self) -> impl Future<Output = ()> + Send;

    /// Runs a single operation.
    fn run_one<O: Operation>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Output, StoreError>> + Send {
        async move { only(self.run(vec![operation]).await) }
    }

    /// Writes a single contact.
    fn write_one(&self, write: ContactWrite) -> impl Future<Output = Result<Written, StoreError>> + Send {
        async move { only(self.write(vec![write]).await) }
    }

    /// Reads a single contact.
    fn get_one(
        &self,
        lookup: ContactLookup,
    ) -> impl Future<Output = Result<Option<ReadContact>, StoreError>> + Send {
        async move { only(self.get(vec![lookup]).await) }
    }

    /// Reads a single page.
    fn list_one(
        &self,
        listing: ContactListing,
    ) -> impl Future<Output = Result<ContactPage, StoreError>> + Send {
        async move { only(self.list(vec![listing]).await) }
    }
}

fn only<T>(mut answers: Vec<Result<T, StoreError>>) -> Result<T, StoreError> {
    answers.pop().unwrap_or_else(|| Err(StoreError::unavailable("the store gave no answer")))
}

/// Options for opening a database.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// The most connections to PostgreSQL. SQLite uses one connection that writes and one reader for each thread.
    pub connections: u32,
    /// How long to wait for a connection to PostgreSQL.
    pub connect_timeout: Duration,
    /// How long to wait for another process that writes to the SQLite file.
    pub busy_timeout: Duration,
    /// How long reading a page of contacts may take.
    pub list_timeout: Duration,
    /// The time limit of a write: for each statement on PostgreSQL, and for all statements of a transaction
    /// together on SQLite. The commit is not included.
    pub write_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            connect_timeout: Duration::from_secs(5),
            busy_timeout: Duration::from_secs(5),
            list_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(600),
        }
    }
}
