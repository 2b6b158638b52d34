//! Chooses the database by its address.

use std::path::PathBuf;
use std::sync::Arc;

use contact_model::clock::{Clock, SystemClock};

use crate::StoreError;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::answer_room::AnswerRoom;
use crate::contacts::list::{ContactListing, ContactPage, Plan};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::write::{AtomicError, ContactWrite, OnceTogether, Written};
use crate::directory::Operation;
use crate::once::Once;
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

impl ContactStore for Store {
    async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ReadContact>, StoreError>> {
        match self {
            Self::Sqlite(store) => store.get(lookups).await,
            Self::Postgres(store) => store.get(lookups).await,
        }
    }

    async fn list(&self, listings: Vec<ContactListing>) -> Vec<Result<ContactPage, StoreError>> {
        match self {
            Self::Sqlite(store) => store.list(listings).await,
            Self::Postgres(store) => store.list(listings).await,
        }
    }

    async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        match self {
            Self::Sqlite(store) => store.write(writes).await,
            Self::Postgres(store) => store.write(writes).await,
        }
    }

    async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        room: Option<AnswerRoom>,
    ) -> Result<Vec<Written>, AtomicError> {
        match self {
            Self::Sqlite(store) => store.write_atomically(writes, once, room).await,
            Self::Postgres(store) => store.write_atomically(writes, once, room).await,
        }
    }

    async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        room: Option<AnswerRoom>,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        match self {
            Self::Sqlite(store) => store.write_together(writes, once, room).await,
            Self::Postgres(store) => store.write_together(writes, once, room).await,
        }
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Answer, StoreError>> {
        match self {
            Self::Sqlite(store) => store.run(operations).await,
            Self::Postgres(store) => store.run(operations).await,
        }
    }

    async fn run_once<O: Operation<Answer: Clone>>(
        &self,
        operation: O,
        once: Once<O::Answer>,
    ) -> Result<O::Answer, StoreError> {
        match self {
            Self::Sqlite(store) => store.run_once(operation, once).await,
            Self::Postgres(store) => store.run_once(operation, once).await,
        }
    }

    fn dry_run(&self) -> Self {
        match self {
            Self::Sqlite(store) => Self::Sqlite(store.dry_run()),
            Self::Postgres(store) => Self::Postgres(store.dry_run()),
        }
    }

    async fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.check().await,
            Self::Postgres(store) => store.check().await,
        }
    }

    async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}
