//! The choice of a database by its address.

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

/// Either database, chosen by its address.
#[derive(Clone)]
pub enum Store {
    /// SQLite, in the process.
    Sqlite(SqliteStore),
    /// PostgreSQL, over the network.
    Postgres(PostgresStore),
}

impl Store {
    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    /// An address that is neither `sqlite:` nor `postgres:`, a database that cannot be opened, or
    /// one that a newer version of this program migrated.
    pub async fn open(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        Self::open_with_clock(url, options, Arc::new(SystemClock)).await
    }

    /// Opens a database with another source of time and ids.
    ///
    /// # Errors
    /// As [`Store::open`].
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

    /// Opens all connections to PostgreSQL that the store may use, and keeps them, so that it needs no further file
    /// descriptors for them. Has nothing to do on SQLite.
    ///
    /// # Errors
    /// PostgreSQL accepts fewer connections. The store works with those.
    pub async fn open_all_connections(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(store) => store.open_all_connections().await,
        }
    }

    /// Returns the file that the address names, if it is the address of a SQLite database.
    ///
    /// # Errors
    /// The address names no file.
    pub fn sqlite_file(url: &str) -> Result<Option<PathBuf>, StoreError> {
        if url.starts_with("sqlite:") { SqliteStore::file(url).map(Some) } else { Ok(None) }
    }

    /// Returns the place that the address names, without a password, if there is no database at
    /// it: no file, or a PostgreSQL database without the tables. [`Store::open`] creates them.
    ///
    /// # Errors
    /// An address that is neither `sqlite:` nor `postgres:`, or a PostgreSQL database that cannot be opened.
    pub async fn missing(url: &str, options: &StoreOptions) -> Result<Option<String>, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => SqliteStore::missing(url),
            Some("postgres" | "postgresql") => PostgresStore::missing(url, options).await,
            _ => Err(unknown_scheme()),
        }
    }
}

/// Returns the error for an address of another kind of database. The address may hold a password, so it is not
/// repeated.
fn unknown_scheme() -> StoreError {
    StoreError::BadAddress("the database's address must begin with sqlite:// or postgres://".to_owned())
}

impl Store {
    /// The plans of the statements that a page of a list takes, for whoever wonders why it takes long.
    ///
    /// # Errors
    /// As reading the page.
    pub async fn explain_list(&self, listing: &ContactListing) -> Result<Vec<Plan>, StoreError> {
        match self {
            Self::Sqlite(store) => store.explain_list(listing),
            Self::Postgres(store) => store.explain_list(listing).await,
        }
    }

    /// The plans of the statements by which a create looks for the contact that it updates.
    ///
    /// # Errors
    /// The database does not answer.
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
