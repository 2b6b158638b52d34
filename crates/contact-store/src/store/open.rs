//! Opens the database at an address.

use std::path::PathBuf;
use std::sync::Arc;

use contact_model::clock::{Clock, SystemClock};
use futures::executor::block_on;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use super::engine::Engine;
use super::read_workers::{LookupQueue, PageQueue, PageReader, PageWorker};
use super::write_worker::{WriteQueue, WriteWorker, Writer};
use super::{Inner, Store};
use crate::connection::Dialect;
use crate::contacts::backfill::Backfill;
use crate::contacts::transaction_mode::TransactionEnd;
use crate::postgres::PostgresPool;
use crate::queue::serve;
use crate::sqlite::{self, SqliteReaders, SqliteWriter};
use crate::{Result, StoreError, StoreOptions};

/// The number of sets of writes that PostgreSQL runs at once. While one waits for the disk, the next one is applied.
const POSTGRES_WRITERS: usize = 2;
/// The maximum number of sets of single contacts that are read from PostgreSQL at once. On a machine with two cores one
/// is better than two: its sets are larger, and the other work needs the rest of the machine.
const LOOKUP_WORKERS: usize = 4;

/// Returns the dialect of the database that an address names. The error does not repeat the address, because it may
/// contain a password.
fn dialect_of(url: &str) -> Result<Dialect> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Dialect::Sqlite),
        Some("postgres" | "postgresql") => Ok(Dialect::Postgres),
        _ => Err(StoreError::BadAddress(
            "the database's address must begin with sqlite:// or postgres://".to_owned(),
        )),
    }
}

impl Store {
    /// Opens a database and brings its schema up to date. Creates a SQLite file and its directory if they are
    /// missing.
    ///
    /// # Errors
    /// Returns an error if the address is neither `sqlite:` nor `postgres:`, if the database cannot be opened, or
    /// if a newer version of this program migrated it.
    pub async fn open(url: &str, options: &StoreOptions) -> Result<Self> {
        Self::open_with_clock(url, options, Arc::new(SystemClock)).await
    }

    /// Opens a database with the given source of time and ids.
    ///
    /// # Errors
    /// Returns the same errors as [`Store::open`].
    pub async fn open_with_clock(url: &str, options: &StoreOptions, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = match dialect_of(url)? {
            Dialect::Sqlite => Self::open_sqlite(url, options, clock).await?,
            Dialect::Postgres => Self::open_postgres(url, options, clock).await?,
        };
        match store.update_contacts().await {
            Ok(()) => Ok(store),
            Err(failure) => {
                store.close().await;
                Err(failure)
            }
        }
    }

    /// Updates all contacts to the program's rules for computed values.
    async fn update_contacts(&self) -> Result<()> {
        while self.run_in_transaction(None, Backfill).await? {}
        Ok(())
    }

    async fn open_sqlite(url: &str, options: &StoreOptions, clock: Arc<dyn Clock>) -> Result<Self> {
        let path = sqlite::path_of(url)?;
        sqlite::migrate(&path, options.database_timeout).await?;
        let writer = SqliteWriter::open(&path, options)?;
        let readers = Arc::new(SqliteReaders::new(path, options.database_timeout));
        let page_workers = page_workers();
        let store = Self::with_engine(Engine::Sqlite(Arc::clone(&readers)), page_workers, clock);
        store.start_sqlite_writer(writer)?;
        let workers = (0..page_workers).map(|_| PageReader::Sqlite(Arc::clone(&readers)));
        store.start_page_workers(workers, options);
        Ok(store)
    }

    async fn open_postgres(url: &str, options: &StoreOptions, clock: Arc<dyn Clock>) -> Result<Self> {
        let pool = PostgresPool::new(url, options)?;
        pool.migrate().await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lookup_workers = (cores / 2).clamp(1, LOOKUP_WORKERS);
        let connections = usize::try_from(options.connections).unwrap_or(usize::MAX);
        // At least one connection is left for everything else. There are at least two workers for pages, because one
        // company could occupy a single worker.
        let others = POSTGRES_WRITERS + lookup_workers;
        let page_workers = page_workers().min(connections.saturating_sub(others + 1)).max(2);
        let keeps_connection = connections > others + page_workers;
        let lookups = Arc::new(LookupQueue::for_lookups());
        let engine = Engine::Postgres { pool: pool.clone(), lookups: Arc::clone(&lookups) };
        let store = Self::with_engine(engine, page_workers, clock);
        for _ in 0..POSTGRES_WRITERS {
            let worker = store.write_worker(Writer::Postgres(pool.worker(keeps_connection)));
            store.inner.writers.spawn(serve(Arc::clone(&store.inner.writes), worker));
        }
        for _ in 0..lookup_workers {
            store.inner.readers.spawn(serve(Arc::clone(&lookups), pool.worker(keeps_connection)));
        }
        let workers = (0..page_workers).map(|_| PageReader::Postgres(pool.worker(keeps_connection)));
        store.start_page_workers(workers, options);
        Ok(store)
    }

    fn with_engine(engine: Engine, page_workers: usize, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            engine,
            writes: Arc::new(WriteQueue::for_writes()),
            pages: Arc::new(PageQueue::for_pages(page_workers)),
            clock,
            readers: TaskTracker::new(),
            writers: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner), end: TransactionEnd::Commit }
    }

    fn write_worker(&self, writer: Writer) -> WriteWorker {
        let Inner { writes, clock, .. } = &*self.inner;
        WriteWorker { queue: Arc::clone(writes), writer, clock: Arc::clone(clock) }
    }

    fn start_sqlite_writer(&self, writer: SqliteWriter) -> Result<()> {
        let queue = Arc::clone(&self.inner.writes);
        let worker = self.write_worker(Writer::Sqlite(Box::new(writer), Handle::current()));
        let (running, ended) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                block_on(serve(queue, worker));
                drop(running);
            })
            .map_err(StoreError::unavailable)?;
        self.inner.writers.spawn(ended);
        Ok(())
    }

    fn start_page_workers(&self, readers: impl Iterator<Item = PageReader>, options: &StoreOptions) {
        for reader in readers {
            let worker = PageWorker { reader, timeout: options.list_timeout };
            self.inner.readers.spawn(serve(Arc::clone(&self.inner.pages), worker));
        }
    }

    /// Opens all connections to PostgreSQL that the store may use and keeps them open, so that it needs no further
    /// file descriptors for them. Does nothing on SQLite.
    ///
    /// # Errors
    /// Returns an error if PostgreSQL accepts fewer connections. The store then works with those.
    pub async fn open_all_connections(&self) -> Result<()> {
        match &self.inner.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres { pool, .. } => pool.open_all().await,
        }
    }

    /// Returns the file that the address names, or `None` if it is not the address of a SQLite database.
    ///
    /// # Errors
    /// Returns an error if a SQLite address names no file.
    pub fn sqlite_file(url: &str) -> Result<Option<PathBuf>> {
        if url.starts_with("sqlite:") { sqlite::path_of(url).map(Some) } else { Ok(None) }
    }

    /// Returns the location that the address names, without a password, if no database exists there: no file, or a
    /// PostgreSQL database without the tables. [`Store::open`] creates them.
    ///
    /// # Errors
    /// Returns an error if the address is neither `sqlite:` nor `postgres:`, or if the PostgreSQL database cannot
    /// be opened.
    pub async fn missing(url: &str, options: &StoreOptions) -> Result<Option<String>> {
        match dialect_of(url)? {
            Dialect::Sqlite => sqlite::missing(url),
            Dialect::Postgres => {
                let pool = PostgresPool::new(url, options)?;
                let missing = pool.missing().await;
                pool.close().await;
                missing
            }
        }
    }
}

/// Returns the number of workers that read pages of lists, each over a connection of its own. It is four times the
/// number of cores, at least 8 and at most 64: one company uses at most half of the workers, and with only one worker
/// for each core the cores are idle while workers change.
pub fn page_workers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (4 * cores).clamp(8, 64)
}
