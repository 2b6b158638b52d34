//! The queues of reads and their workers.

use std::sync::Arc;
use std::time::Duration;

use crate::contacts::list::{ContactListing, ContactPage};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::postgres::WorkerConnection;
use crate::queue::{Queue, QueueKind, Set, Turn, Worker};
use crate::sqlite::SqliteReaders;

/// The queue of single contacts to read from PostgreSQL, where one statement reads a whole set.
pub(super) type LookupQueue = Queue<Lookups>;

/// The queue of pages to read.
pub(super) type PageQueue = Queue<Pages>;

/// The types of [`LookupQueue`].
pub(crate) enum Lookups {}

impl QueueKind for Lookups {
    type Item = ContactLookup;
    type Output = Option<ReadContact>;
    type Mode = ();
    type Job = std::convert::Infallible;
}

/// The types of [`PageQueue`].
pub(super) enum Pages {}

impl QueueKind for Pages {
    type Item = ContactListing;
    type Output = ContactPage;
    type Mode = ();
    type Job = std::convert::Infallible;
}

impl Worker for WorkerConnection {
    type Kind = Lookups;

    async fn serve(&mut self, turn: Turn<Lookups>) {
        let Turn::Set(Set { items: lookups, callers, .. }) = turn;
        callers.send(self.get(&lookups).await);
    }
}

/// A worker of the queue of pages.
pub(super) struct PageWorker {
    pub(super) reader: PageReader,
    /// How long reading a page may take.
    pub(super) timeout: Duration,
}

/// The connection over which a worker reads pages.
pub(super) enum PageReader {
    Sqlite(Arc<SqliteReaders>),
    Postgres(WorkerConnection),
}

impl Worker for PageWorker {
    type Kind = Pages;

    /// Reads the pages one after another. Stops reading a page if it takes too long or if all callers have stopped
    /// waiting.
    async fn serve(&mut self, turn: Turn<Pages>) {
        let Turn::Set(Set { items: listings, mut callers, .. }) = turn;
        let mut pages = Vec::with_capacity(listings.len());
        for listing in listings {
            let (timeout, abandoned) = (self.timeout, callers.wait_until_abandoned());
            pages.push(match &mut self.reader {
                PageReader::Sqlite(readers) => readers.read_page(listing, timeout, abandoned).await,
                PageReader::Postgres(worker) => worker.read_page(&listing, timeout, abandoned).await,
            });
        }
        callers.send(Ok(pages));
    }
}
