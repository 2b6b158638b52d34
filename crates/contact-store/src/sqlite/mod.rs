//! SQLite, in the process: one thread writes, any thread reads.
//!
//! rusqlite and not sqlx runs the statements: sqlx's SQLite driver hops between threads at every
//! statement, which costs more than half of the reads and two thirds of the writes. sqlx runs the
//! migrations, the same way for both databases.

mod anchor;
mod answers;
mod changes;
mod checkpointer;
mod connection;
mod contacts;
mod lookup;
mod open;
mod permissions;
mod writer;

use std::sync::Arc;

use contact_model::clock::Clock;
use tokio_util::task::TaskTracker;

use crate::StoreError;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::backfill::Backfill;
use crate::contacts::list::{self, ContactListing, ContactPage, Explaining, Plan};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::write::{AtomicError, ContactWrite, OnceTogether, Written};
use crate::directory::Operation;
use crate::once::Once;
use crate::once::operation::OnceOperation;
use crate::queue::{Answers, Queue, Set, Turn};
use crate::set::{End, OperationSet, Work, fail_all};
use crate::workers::{self, LISTERS};
use anchor::ReadAnchor;
use checkpointer::Checkpointer;
use connection::{SqliteConnection, answer_at_once};
use open::ReaderPool;
use writer::{Hand, Writer};

/// Contacts in a SQLite file.
#[derive(Clone)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<ReaderPool>,
    lists: Arc<Queue<ContactListing, ContactPage>>,
    /// Pages that are being read.
    reads: TaskTracker,
    clock: Arc<dyn Clock>,
    /// How its transactions that write end.
    end: End,
}

impl SqliteStore {
    /// Returns the path of the database if there is none.
    ///
    /// # Errors
    /// The address names no file.
    pub(crate) fn missing(url: &str) -> Result<Option<String>, StoreError> {
        let path = open::path_of(url)?;
        let missing = open::is_missing(&path);
        Ok(missing.then(|| std::path::absolute(&path).unwrap_or(path).display().to_string()))
    }

    /// Opens the file, creates it and its directory if they are missing, and migrates it.
    ///
    /// # Errors
    /// The address names no file, the file cannot be opened, or a newer version migrated it.
    pub(crate) async fn open(
        url: &str,
        options: &StoreOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let path = open::path_of(url)?;
        open::migrate(&path, options.busy_timeout).await?;
        let writer = open::writer(&path, options.busy_timeout)?;
        let anchor = ReadAnchor::new(open::reader(&path, options.busy_timeout)?);
        let checkpointer = Checkpointer::start(open::writer(&path, options.busy_timeout)?, anchor.clone())?;
        let hand = Hand { connection: writer, anchor, checkpointer, clock: Arc::clone(&clock) };
        let writer = Writer::start(hand)?;
        while writer.run(None, Backfill).await? {}
        let readers = Arc::new(ReaderPool::new(path, options.busy_timeout));
        let reads = TaskTracker::new();
        let lists = Arc::new(Queue::of_single_reads());
        workers::start(&lists, LISTERS, &reads, || {
            let readers = Arc::clone(&readers);
            move |Turn::Set(Set { items, callers, .. })| {
                let pages = read_pages(Arc::clone(&readers), items);
                async move { callers.answer(pages.await) }
            }
        });
        Ok(Self { writer: Arc::new(writer), readers, lists, reads, clock, end: End::Commit })
    }
}

/// Reads a page for each of the listings, on a thread where waiting is allowed: a page may cost as many rows
/// as its filters match.
async fn read_pages(
    readers: Arc<ReaderPool>,
    listings: Vec<ContactListing>,
) -> Result<Answers<ContactPage>, StoreError> {
    let read = move || {
        readers.read(|reader| Ok(listings.iter().map(|listing| read_page(reader, listing)).collect()))
    };
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(StoreError::unavailable(error)))
}

fn read_page(reader: &mut SqliteConnection, listing: &ContactListing) -> Result<ContactPage, StoreError> {
    if listing.takes_one_statement() {
        return answer_at_once(list::list(reader, listing));
    }
    reader.at_one_moment(|reader| answer_at_once(list::list(reader, listing)))
}

impl SqliteStore {
    /// The plans of the statements that a page of a list takes.
    pub(crate) fn explain_list(&self, listing: &ContactListing) -> Result<Vec<Plan>, StoreError> {
        self.readers.read(|reader| {
            let mut explaining = Explaining::new(reader);
            answer_at_once(list::list(&mut explaining, listing))?;
            Ok(explaining.plans)
        })
    }

    /// The plans of the statements that look for the contacts which keys lead to.
    pub(crate) fn explain_match(&self) -> Result<Vec<Plan>, StoreError> {
        self.readers.read(contacts::explain_match)
    }
}

impl ContactStore for SqliteStore {
    async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ReadContact>, StoreError>> {
        let answers = self
            .readers
            .read(|reader| Ok(lookups.iter().map(|wanted| lookup::get(reader, wanted)).collect()));
        answers.unwrap_or_else(|failure| fail_all(lookups.len(), &failure))
    }

    async fn list(&self, listings: Vec<ContactListing>) -> Vec<Result<ContactPage, StoreError>> {
        let company = listings.first().map(|listing| listing.company_id);
        self.lists.ask(company, listings, ()).await
    }

    async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        self.writer.queue.write(writes, self.end).await
    }

    async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
    ) -> Result<Vec<Written>, AtomicError> {
        self.writer.queue.write_atomically(writes, once, self.end).await
    }

    async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        self.writer.queue.write_together(writes, once, self.end).await
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Answer, StoreError>> {
        let count = operations.len();
        let set = OperationSet { operations, end: self.end };
        let outcome = if O::READS {
            self.readers.read(|reader| answer_at_once(set.run(reader, &*self.clock)))
        } else {
            self.writer.run(set.company(), set).await
        };
        outcome.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    async fn run_once<O: Operation<Answer: Clone>>(
        &self,
        operation: O,
        once: Once<O::Answer>,
    ) -> Result<O::Answer, StoreError> {
        let company = operation.company();
        self.writer.run(company, OnceOperation { operation, once, end: self.end }).await?
    }

    fn dry_run(&self) -> Self {
        Self { end: End::Rollback, ..self.clone() }
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.readers.read(lookup::check)
    }

    async fn close(&self) {
        self.lists.close();
        self.reads.close();
        self.reads.wait().await;
        self.writer.stop().await;
    }
}

#[cfg(test)]
mod tests {
    use contact_model::clock::SystemClock;
    use contact_model::{CompanyId, ContactCreate, ContactId, ContactUpdate, Country, Include, MatchPolicy};

    use contact_model::NewAgent;
    use futures::future::{join, join_all};

    use super::*;
    use crate::contacts::write::WriteOperation;
    use crate::directory::{CreateAgent, CreateCompany};

    async fn open(directory: &tempfile::TempDir) -> SqliteStore {
        let url = format!("sqlite://{}/contacts.db", directory.path().display());
        SqliteStore::open(&url, &StoreOptions::default(), Arc::new(SystemClock)).await.unwrap()
    }

    async fn company(store: &SqliteStore) -> CompanyId {
        let create = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
        store.run_one(create).await.unwrap().id
    }

    fn update(company_id: CompanyId, id: ContactId, notes: &str) -> ContactWrite {
        let body = serde_json::json!({ "notes": notes }).to_string();
        let update = ContactUpdate::from_json(body.as_bytes()).unwrap().value;
        let operation = WriteOperation::Update(id, Box::new(update));
        ContactWrite::new(company_id, operation, Include::default())
    }

    async fn create(store: &SqliteStore, company_id: CompanyId) -> ContactId {
        let create = ContactCreate::from_json(b"{}").unwrap().value;
        let operation = WriteOperation::Upsert(Box::new(create.into()), MatchPolicy::default());
        let write = ContactWrite::new(company_id, operation, Include::default());
        store.write_one(write).await.unwrap().id
    }

    #[tokio::test]
    async fn what_another_process_writes_is_seen_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let (here, there) = (open(&directory).await, open(&directory).await);
        let company_id = company(&here).await;
        let id = create(&here, company_id).await;
        for turn in 0..50 {
            let (writes, reads) = if turn % 2 == 0 { (&here, &there) } else { (&there, &here) };
            let notes = format!("turn {turn}");
            writes.write_one(update(company_id, id, &notes)).await.unwrap();
            let lookup = ContactLookup { company_id, id, include: Include::default() };
            let read = reads.get_one(lookup).await.unwrap().unwrap();
            assert_eq!(read.detail.contact.notes.as_deref(), Some(notes.as_str()));
        }
    }

    #[tokio::test]
    async fn work_of_one_company_waits_for_its_turn_like_writes_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory).await;
        let (flooding, other) = (company(&store).await, company(&store).await);
        let (begin, wait) = std::sync::mpsc::channel();
        // Until all others wait, whoever writes is busy.
        let busy = store.writer.queue.ask_job(None, |answer| {
            Box::new(move |_| {
                wait.recv().unwrap();
                let _ = answer.send(Ok(()));
            })
        });
        let agent = NewAgent { name: "Ana".to_owned(), active: true };
        let flood = join_all(
            (0..40).map(|_| store.run_one(CreateAgent { company_id: flooding, agent: agent.clone() })),
        );
        let others = join(create(&store, other), async { begin.send(()).unwrap() });
        let (busy, (agents, (contact, ()))) = join(busy, join(flood, others)).await;
        busy.unwrap();
        // New ids are in the order of their making.
        let before = agents.into_iter().filter(|agent| agent.as_ref().unwrap().id.0 < contact.0);
        assert!(before.count() <= 1, "the other company waited for more than a turn");
    }

    #[tokio::test]
    async fn a_server_with_nothing_to_do_does_not_keep_the_log_from_beginning_anew() {
        let directory = tempfile::tempdir().unwrap();
        let (writing, _idle) = (open(&directory).await, open(&directory).await);
        let company_id = company(&writing).await;
        create(&writing, company_id).await;
        let path = directory.path().join("contacts.db");
        let mut other = super::open::writer(&path, std::time::Duration::from_secs(20)).unwrap();
        // It waits for whoever reads from the log, for as long as the connection is told to.
        let busy = other.one("PRAGMA wal_checkpoint(RESTART)", &[], |row| row.integer(0)).unwrap();
        assert_eq!(busy, Some(0), "someone holds on to the log");
    }

    #[tokio::test]
    async fn a_closed_file_is_whole_by_itself() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory).await;
        let company_id = company(&store).await;
        let id = create(&store, company_id).await;
        store.close().await;
        let copy = tempfile::tempdir().unwrap();
        let name = "contacts.db";
        std::fs::copy(directory.path().join(name), copy.path().join(name)).unwrap();
        let lookup = ContactLookup { company_id, id, include: Include::default() };
        assert!(open(&copy).await.get_one(lookup).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn the_log_does_not_grow_for_good_while_writes_and_reads_go_on() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory).await;
        let company_id = company(&store).await;
        let mut ids = Vec::new();
        for _ in 0..100 {
            ids.push(create(&store, company_id).await);
        }
        let notes = "x".repeat(8_000);
        let mut longest = 0;
        // Three pages or more for each contact: in all many times what the log may hold.
        for turn in 0..100 {
            let notes = format!("{turn} {notes}");
            store.write(ids.iter().map(|id| update(company_id, *id, &notes)).collect()).await;
            store
                .get_one(ContactLookup { company_id, id: ids[0], include: Include::default() })
                .await
                .unwrap();
            let log = std::fs::metadata(directory.path().join("contacts.db-wal")).unwrap();
            longest = longest.max(log.len());
        }
        let page = 4_096;
        assert!(longest > 500 * page, "the log was never long: {longest}");
        assert!(longest < 3 * u64::from(checkpointer::PAGES_AT_MOST) * page, "the log grows: {longest}");
    }
}
