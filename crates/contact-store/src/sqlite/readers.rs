//! The connections that read.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use contact_model::clock::Clock;
use parking_lot::Mutex;

use super::connection::{SqliteConnection, finish_now};
use super::{lookup, open};
use crate::contacts::list::{self, ContactListing, ContactPage};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::work::Work;
use crate::{Result, StoreError};

/// A function that returns true if a read must stop.
type MustStop = Box<dyn FnMut() -> bool + Send>;

/// A pool of connections that read. It grows to the highest number used at the same time. Pages are read on blocking
/// threads, one for each worker of the queue of pages. Every other read runs on the calling thread.
pub(crate) struct SqliteReaders {
    path: PathBuf,
    busy_timeout: Duration,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl SqliteReaders {
    pub(crate) fn new(path: PathBuf, busy_timeout: Duration) -> Self {
        Self { path, busy_timeout, idle: Mutex::new(Vec::new()) }
    }

    /// Runs work that changes nothing, without a transaction.
    pub(crate) fn run<W: Work>(&self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        self.with_connection(|connection| finish_now(work.run(connection, clock)))
    }

    /// Reads a contact. Returns `None` if the company has no such contact.
    pub(crate) fn get(&self, lookup: &ContactLookup) -> Result<Option<ReadContact>> {
        self.with_connection(|connection| lookup::get(connection, lookup))
    }

    /// Reads a page. Stops if reading takes longer than `timeout` or as soon as `abandoned` is ready.
    pub(crate) async fn read_page(
        self: &Arc<Self>,
        listing: ContactListing,
        timeout: Duration,
        abandoned: impl Future<Output = ()>,
    ) -> Result<ContactPage> {
        let read = move |connection: &mut SqliteConnection, must_stop: MustStop| {
            let read = |connection: &mut SqliteConnection| {
                connection.interruptible(must_stop, |reader| finish_now(list::list(reader, &listing)))
            };
            if listing.needs_no_snapshot() { read(connection) } else { connection.in_snapshot(read) }
        };
        self.read_within(timeout, abandoned, read).await
    }

    /// Reads on a thread that may block, because a page may read as many rows as its filters match.
    async fn read_within<T: Send + 'static>(
        self: &Arc<Self>,
        timeout: Duration,
        abandoned: impl Future<Output = ()>,
        read: impl FnOnce(&mut SqliteConnection, MustStop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let until = Instant::now() + timeout;
        let is_abandoned = Arc::new(AtomicBool::new(false));
        let (readers, was_abandoned) = (Arc::clone(self), Arc::clone(&is_abandoned));
        let must_stop = move || was_abandoned.load(Ordering::Relaxed) || Instant::now() >= until;
        let mut reading = tokio::task::spawn_blocking(move || {
            readers.with_connection(|connection| read(connection, Box::new(must_stop)))
        });
        let outcome = tokio::select! {
            outcome = &mut reading => outcome,
            () = abandoned => {
                is_abandoned.store(true, Ordering::Relaxed);
                reading.await
            }
        };
        outcome.unwrap_or_else(|error| Err(StoreError::unavailable(error)))
    }

    /// Lends a connection to `read`.
    fn with_connection<T>(&self, read: impl FnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => open::reader(&self.path, self.busy_timeout)?,
        };
        let outcome = read(&mut connection);
        self.idle.lock().push(connection);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    /// A statement that never ends.
    const ENDLESS: &str =
        "WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x";

    /// Reads without end until it is stopped.
    fn read_endless(reader: &mut SqliteConnection, must_stop: MustStop) -> Result<()> {
        let endless =
            reader.interruptible(must_stop, |reader| reader.one(ENDLESS, &[], |row| row.integer(0)));
        // The connection still works.
        assert_eq!(reader.one("SELECT 1", &[], |row| row.integer(0)).unwrap(), Some(1));
        endless.map(|_| ())
    }

    async fn readers(directory: &tempfile::TempDir) -> Arc<SqliteReaders> {
        let path = directory.path().join("contacts.db");
        open::migrate(&path, Duration::from_secs(1)).await.unwrap();
        Arc::new(SqliteReaders::new(path, Duration::from_secs(1)))
    }

    #[tokio::test]
    async fn a_read_stops_at_its_time_limit() {
        let directory = tempfile::tempdir().unwrap();
        let read = readers(&directory).await.read_within(Duration::ZERO, pending(), read_endless).await;
        assert!(matches!(read, Err(StoreError::TimedOut)), "{read:?}");
    }

    #[tokio::test]
    async fn an_abandoned_read_stops() {
        let directory = tempfile::tempdir().unwrap();
        let long = Duration::from_secs(24 * 60 * 60);
        let read = readers(&directory).await.read_within(long, ready(()), read_endless).await;
        assert!(matches!(read, Err(StoreError::TimedOut)), "{read:?}");
    }
}
