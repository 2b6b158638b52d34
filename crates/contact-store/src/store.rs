//! Chooses the database by its address.

use std::path::PathBuf;
use std::sync::Arc;

use contact_model::clock::{Clock, SystemClock};

use crate::StoreError;
use crate::company::Operation;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::list::{ContactListing, ContactPage, Plan};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::result_size_check::ResultSizeCheck;
use crate::contacts::write::{AtomicError, ContactWrite, SetIdempotency, Written};
use crate::idempotency::Idempotency;
use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;

/// A store on either database, chosen by its address.
#[derive(Clone)]
pub enum Store {
    /// SQLite, which runs in the process.
    Sqlite(SqliteStore),
    /// PostgreSQL, which is reached over the network.
    Postgres(PostgresStore),
}

impl Store {
    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    /// Returns an error if the address is neither `sqlite:` nor `postgres:`, if the database cannot be opened, or
    /// if a newer version of this program migrated it.
    pub async fn open(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        Self::open_with_clock(url, options, Arc::new(SystemClock)).await
    }

    /// Opens a database with the given source of time and ids.
    ///
    /// # Errors
    /// Returns the same errors as [`Store::open`].
    pub async fn open_with_clock(
        url: &str,
        options: &StoreOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Self::Sqlite(SqliteStore::open(url, options, clock).await?)),
            Some("postgres" | "postgresql") => {
                Ok(Self::Postgres(PostgresStore::open(url, options, clock).await?))
            }
            _ => Err(unknown_scheme()),
        }
    }

    /// Opens all connections to PostgreSQL that the store may use and keeps them open, so that it needs no further
    /// file descriptors for them. Does nothing on SQLite.
    ///
    /// # Errors
    /// Returns an error if PostgreSQL accepts fewer connections. The store then works with those.
    pub async fn open_all_connections(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(store) => store.open_all_connections().await,
        }
    }

    /// Returns the file that the address names, or `None` if it is not the address of a SQLite database.
    ///
    /// # Errors
    /// Returns an error if a SQLite address names no file.
    pub fn sqlite_file(url: &str) -> Result<Option<PathBuf>, StoreError> {
        if url.starts_with("sqlite:") { SqliteStore::file(url).map(Some) } else { Ok(None) }
    }

    /// Returns the location that the address names, without a password, if no database exists there: no file, or a
    /// PostgreSQL database without the tables. [`Store::open`] creates them.
    ///
    /// # Errors
    /// Returns an error if the address is neither `sqlite:` nor `postgres:`, or if the PostgreSQL database cannot
    /// be opened.
    pub async fn missing(url: &str, options: &StoreOptions) -> Result<Option<String>, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => SqliteStore::missing(url),
            Some("postgres" | "postgresql") => PostgresStore::missing(url, options).await,
            _ => Err(unknown_scheme()),
        }
    }
}

/// Returns the error for the address of an unsupported database. The message does not repeat the address, because
/// it may contain a password.
fn unknown_scheme() -> StoreError {
    StoreError::BadAddress("the database's address must begin with sqlite:// or postgres://".to_owned())
}

impl Store {
    /// Returns the query plans of the statements that read a page of a list, to find out why a page is slow.
    ///
    /// # Errors
    /// Returns the same errors as reading the page.
    pub async fn explain_list(&self, listing: &ContactListing) -> Result<Vec<Plan>, StoreError> {
        match self {
            Self::Sqlite(store) => store.explain_list(listing),
            Self::Postgres(store) => store.explain_list(listing).await,
        }
    }

    /// Returns the query plans of the statements that a create uses to find the contact that it updates.
    ///
    /// # Errors
    /// Returns an error if the database does not respond.
    pub async fn explain_match(&self) -> Result<Vec<Plan>, StoreError> {
        match self {
            Self::Sqlite(store) => store.explain_match(),
            Self::Postgres(store) => store.explain_match().await,
        }
    }
}

impl Store {
    /// Reads contacts. Returns `None` for each contact that the company does not have.
    pub async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ReadContact>, StoreError>> {
        match self {
            Self::Sqlite(store) => store.get(lookups).await,
            Self::Postgres(store) => store.get(lookups).await,
        }
    }

    /// Reads pages of lists of contacts.
    pub async fn list(&self, listings: Vec<ContactListing>) -> Vec<Result<ContactPage, StoreError>> {
        match self {
            Self::Sqlite(store) => store.list(listings).await,
            Self::Postgres(store) => store.list(listings).await,
        }
    }

    /// Writes contacts in the given order. Each write sees the effects of the writes before it. A result is
    /// returned when the write is on disk. If the caller stops waiting, its writes are not undone, but no further
    /// piece of a large set is begun.
    pub async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        match self {
            Self::Sqlite(store) => store.write(writes).await,
            Self::Postgres(store) => store.write(writes).await,
        }
    }

    /// Writes contacts of one company as [`Store::write`] does, but writes either all of them or none. The
    /// writes have a transaction of their own, which is never divided. With `idempotency`, all writes together are done
    /// only once.
    ///
    /// # Errors
    /// Returns the first refusal of a write. Returns an error if the contacts are larger than
    /// [`contact_model::limits::UNDIVIDED_BATCH_CONTACTS`], if the results show more of them than
    /// [`contact_model::limits::BATCH_ANSWER`] (with `idempotency`, [`contact_model::limits::KEYED_BATCH_ANSWER`]), if
    /// there is no room for the results ([`StoreError::NoRoom`]), or if the database fails. Nothing is then
    /// written, unless the error is [`StoreError::Uncertain`].
    pub async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Written>, AtomicError> {
        match self {
            Self::Sqlite(store) => store.write_atomically(writes, idempotency, size_check).await,
            Self::Postgres(store) => store.write_atomically(writes, idempotency, size_check).await,
        }
    }

    /// Writes contacts of one company as [`Store::write`] does. Each write succeeds or is refused
    /// independently, but all of them share a transaction of their own, which is never divided. With `idempotency`, all
    /// writes together are done only once.
    ///
    /// # Errors
    /// Returns an error if the contacts or the results are too large, as [`Store::write_atomically`] does;
    /// if there is no room for the results ([`StoreError::NoRoom`]); if the database fails; or, with `idempotency`, if the
    /// request already has a stored response, if its key belongs to another request, if the same request is still
    /// running, or if the company has used up its quota of stored responses. Nothing is then written, unless the
    /// error is [`StoreError::Uncertain`].
    pub async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        match self {
            Self::Sqlite(store) => store.write_together(writes, idempotency, size_check).await,
            Self::Postgres(store) => store.write_together(writes, idempotency, size_check).await,
        }
    }

    /// Runs operations on companies, keys, custom fields, agents or threads in one transaction.
    pub async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Output, StoreError>> {
        match self {
            Self::Sqlite(store) => store.run(operations).await,
            Self::Postgres(store) => store.run(operations).await,
        }
    }

    /// Runs an operation only once, in a transaction of its own that also stores its response.
    ///
    /// # Errors
    /// Returns the refusal of the operation. Returns an error if the request already has a stored response, if its
    /// key belongs to another request, if the same request is still running, or if the database fails.
    pub async fn run_once<O: Operation<Output: Clone>>(
        &self,
        operation: O,
        idempotency: Idempotency<O::Output>,
    ) -> Result<O::Output, StoreError> {
        match self {
            Self::Sqlite(store) => store.run_once(operation, idempotency).await,
            Self::Postgres(store) => store.run_once(operation, idempotency).await,
        }
    }

    /// Returns the same store for dry runs: it does each write, returns the result and rolls the write back. A set
    /// has a transaction of its own, which is never divided, so that each item sees the effects of the items before
    /// it.
    pub fn dry_run(&self) -> Self {
        match self {
            Self::Sqlite(store) => Self::Sqlite(store.dry_run()),
            Self::Postgres(store) => Self::Postgres(store.dry_run()),
        }
    }

    /// Returns an error if the database does not respond.
    pub async fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.check().await,
            Self::Postgres(store) => store.check().await,
        }
    }

    /// Finishes all running work and closes the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }

    /// Runs a single operation.
    pub async fn run_one<O: Operation>(&self, operation: O) -> Result<O::Output, StoreError> {
        only(self.run(vec![operation]).await)
    }

    /// Writes a single contact.
    pub async fn write_one(&self, write: ContactWrite) -> Result<Written, StoreError> {
        only(self.write(vec![write]).await)
    }

    /// Reads a single contact.
    pub async fn get_one(&self, lookup: ContactLookup) -> Result<Option<ReadContact>, StoreError> {
        only(self.get(vec![lookup]).await)
    }

    /// Reads a single page.
    pub async fn list_one(&self, listing: ContactListing) -> Result<ContactPage, StoreError> {
        only(self.list(vec![listing]).await)
    }
}

fn only<T>(mut answers: Vec<Result<T, StoreError>>) -> Result<T, StoreError> {
    answers.pop().unwrap_or_else(|| Err(StoreError::unavailable("the store gave no answer")))
}
