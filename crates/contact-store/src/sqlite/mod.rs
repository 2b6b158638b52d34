//! The store on SQLite, in the process. One thread writes and any thread reads.
//!
//! rusqlite runs the statements instead of sqlx, because sqlx's SQLite driver switches threads at every statement,
//! which reduces the rate of reads by more than half and that of writes by two thirds. sqlx runs the migrations, as
//! it does for PostgreSQL.

mod anchor;
mod changes;
mod checkpointer;
mod connection;
mod contacts;
mod lookup;
mod open;
mod permissions;
mod responses;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use contact_model::clock::Clock;
use tokio_util::task::TaskTracker;

use crate::StoreError;
use crate::company::Operation;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::backfill::Backfill;
use crate::contacts::list::{self, ContactListing, ContactPage, Explaining, Plan};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::result_size_check::ResultSizeCheck;
use crate::contacts::write::{AtomicError, ContactWrite, SetIdempotency, Written};
use crate::idempotency::Idempotency;
use crate::idempotency::operation::IdempotentOperation;
use crate::queue::{Answers, Callers, Queue, Set, Turn};
use crate::set::{End, OperationSet, Work, fail_all};
use crate::workers;
use anchor::ReadAnchor;
use checkpointer::Checkpointer;
use connection::{SqliteConnection, answer_at_once};
use open::ReaderPool;
use writer::{Hand, Writer};

/// A store in a SQLite file.
#[derive(Clone)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<ReaderPool>,
    lists: Arc<Queue<ContactListing, ContactPage>>,
    /// The workers that read pages.
    reads: TaskTracker,
    clock: Arc<dyn Clock>,
    /// How transactions that write end.
    end: End,
}

impl SqliteStore {
    /// Returns the path of the database's file.
    ///
    /// # Errors
    /// Returns an error if the address names no file.
    pub(crate) fn file(url: &str) -> Result<PathBuf, StoreError> {
        open::path_of(url)
    }

    /// Returns the path of the database if no database exists there.
    ///
    /// # Errors
    /// Returns an error if the address names no file.
    pub(crate) fn missing(url: &str) -> Result<Option<String>, StoreError> {
        let path = open::path_of(url)?;
        let missing = open::is_missing(&path);
        Ok(missing.then(|| std::path::absolute(&path).unwrap_or(path).display().to_string()))
    }

    /// Opens the file and migrates it. Creates the file and its directory if they are missing.
    ///
    /// # Errors
    /// Returns an error if the address names no file, if the file cannot be opened, or if a newer version migrated
    /// it.
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
        let hand = Hand {
            connection: writer,
            anchor,
            checkpointer,
            clock: Arc::clone(&clock),
            timeout: options.write_timeout,
        };
        let writer = Writer::start(hand)?;
        while writer.run(None, Backfill).await? {}
        let readers = Arc::new(ReaderPool::new(path, options.busy_timeout));
        let reads = TaskTracker::new();
        let (listers, list_timeout) = (workers::listers(), options.list_timeout);
        let lists = Arc::new(Queue::of_single_reads(listers));
        workers::start(&lists, listers, &reads, || {
            let readers = Arc::clone(&readers);
            move |Turn::Set(Set { items, callers, .. })| {
                read(Arc::clone(&readers), callers, list_timeout, move |reader, limit| {
                    items.iter().map(|listing| read_page(reader, listing, limit)).collect()
                })
            }
        });
        Ok(Self { writer: Arc::new(writer), readers, lists, reads, clock, end: End::Commit })
    }
}

/// Reads the items of the callers on a thread that may block, because a page may read as many rows as its filters
/// match. Stops if reading takes too long or if all callers have stopped waiting.
async fn read<T: Send + 'static>(
    readers: Arc<ReaderPool>,
    mut callers: Callers<T>,
    timeout: Duration,
    read: impl FnOnce(&mut SqliteConnection, &Arc<ReadLimit>) -> Answers<T> + Send + 'static,
) {
    let limit =
        Arc::new(ReadLimit { until: Instant::now() + timeout, callers_are_gone: AtomicBool::new(false) });
    let limit_of_reader = Arc::clone(&limit);
    let mut reading =
        tokio::task::spawn_blocking(move || readers.read(|reader| Ok(read(reader, &limit_of_reader))));
    let outcome = tokio::select! {
        outcome = &mut reading => outcome,
        () = callers.gone() => {
            limit.callers_are_gone.store(true, Ordering::Relaxed);
            reading.await
        }
    };
    callers.answer(outcome.unwrap_or_else(|error| Err(StoreError::unavailable(error))));
}

fn read_page(
    reader: &mut SqliteConnection,
    listing: &ContactListing,
    limit: &Arc<ReadLimit>,
) -> Result<ContactPage, StoreError> {
    let read = |reader: &mut SqliteConnection| {
        reader.interruptible(limit.is_reached(), |reader| answer_at_once(list::list(reader, listing)))
    };
    if listing.takes_one_statement() { read(reader) } else { reader.at_one_moment(read) }
}

/// The conditions that stop a read.
struct ReadLimit {
    until: Instant,
    callers_are_gone: AtomicBool,
}

impl ReadLimit {
    /// Returns a function that returns true if the read must stop.
    fn is_reached(self: &Arc<Self>) -> impl Fn() -> bool + Send + 'static {
        let limit = Arc::clone(self);
        move || limit.callers_are_gone.load(Ordering::Relaxed) || Instant::now() >= limit.until
    }
}

impl SqliteStore {
    /// Returns the query plans of the statements that read a page of a list.
    pub(crate) fn explain_list(&self, listing: &ContactListing) -> Result<Vec<Plan>, StoreError> {
        self.readers.read(|reader| {
            let mut explaining = Explaining::new(reader);
            answer_at_once(list::list(&mut explaining, listing))?;
            Ok(explaining.plans)
        })
    }

    /// Returns the query plans of the statements that look up contacts by their matching keys.
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
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Written>, AtomicError> {
        self.writer.queue.write_atomically(writes, idempotency, size_check, self.end).await
    }

    async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        self.writer.queue.write_together(writes, idempotency, size_check, self.end).await
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Output, StoreError>> {
        let count = operations.len();
        let set = OperationSet { operations, end: self.end };
        let outcome = if O::READS {
            self.readers.read(|reader| answer_at_once(set.run(reader, &*self.clock)))
        } else {
            self.writer.run(set.company(), set).await
        };
        outcome.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    async fn run_once<O: Operation<Output: Clone>>(
        &self,
        operation: O,
        idempotency: Idempotency<O::Output>,
    ) -> Result<O::Output, StoreError> {
        let company = operation.company();
        self.writer.run(company, IdempotentOperation { operation, idempotency, end: self.end }).await?
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
    use contact_model::{
        CompanyId, ContactCreate, ContactId, ContactUpdate, Country, Include, MatchPolicy, RequestBody as _,
    };

    use contact_model::NewAgent;
    use futures::FutureExt as _;
    use futures::future::{join, join_all};

    use super::*;
    use crate::company::{CreateAgent, CreateCompany};
    use crate::contacts::write::WriteOperation;

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
        // The writer stays busy until all others wait.
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
        // Ids increase in the order of their creation.
        let before = agents.into_iter().filter(|agent| agent.as_ref().unwrap().id.0 < contact.0);
        assert!(before.count() <= 1, "the other company waited for more than a turn");
    }

    /// A statement that never ends by itself.
    const ENDLESS: &str =
        "WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x";

    /// Reads without end until it is stopped.
    fn read_endless(reader: &mut SqliteConnection, limit: &Arc<ReadLimit>) -> Answers<i64> {
        let endless =
            reader.interruptible(limit.is_reached(), |reader| reader.one(ENDLESS, &[], |row| row.integer(0)));
        assert!(matches!(endless, Err(StoreError::TimedOut)), "{endless:?}");
        // The connection still works.
        assert_eq!(reader.one("SELECT 1", &[], |row| row.integer(0)).unwrap(), Some(1));
        vec![Err(StoreError::TimedOut)]
    }

    async fn callers(queue: &Queue<(), i64>) -> Callers<i64> {
        let Some(Turn::Set(Set { callers, .. })) = queue.next_turn().await else { panic!("no turn") };
        callers
    }

    #[tokio::test]
    async fn a_reading_stops_at_its_time_limit() {
        let directory = tempfile::tempdir().unwrap();
        let readers = open(&directory).await.readers;
        let queue = Queue::of_single_reads(1);
        let serving = async { read(readers, callers(&queue).await, Duration::ZERO, read_endless).await };
        let (answers, ()) = join(queue.ask(None, vec![()], ()), serving).await;
        assert!(matches!(answers[..], [Err(StoreError::TimedOut)]), "{answers:?}");
    }

    #[tokio::test]
    async fn a_reading_stops_when_nobody_waits_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let readers = open(&directory).await.readers;
        let queue = Queue::of_single_reads(1);
        let mut asking = Box::pin(queue.ask(None, vec![()], ()));
        assert!((&mut asking).now_or_never().is_none());
        let callers = callers(&queue).await;
        drop(asking);
        let long = Duration::from_secs(24 * 60 * 60);
        read(readers, callers, long, read_endless).await;
    }

    #[tokio::test]
    async fn a_server_with_nothing_to_do_does_not_keep_the_log_from_beginning_anew() {
        let directory = tempfile::tempdir().unwrap();
        let (writing, _idle) = (open(&directory).await, open(&directory).await);
        let company_id = company(&writing).await;
        create(&writing, company_id).await;
        let path = directory.path().join("contacts.db");
        let mut other = super::open::writer(&path, std::time::Duration::from_secs(20)).unwrap();
        // It waits for all readers of the log, for at most the busy timeout of the connection.
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
        // At least three pages for each contact, in total many times the maximum length of the log.
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
