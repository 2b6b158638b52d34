//! The store on PostgreSQL, over the network. Each statement reads or writes a whole set, by arrays and `unnest`.

mod advisory_lock;
mod changes;
mod connection;
mod contacts;
mod lease;
mod lookup;
mod open;
mod responses;
mod work;

use std::sync::Arc;
use std::time::Duration;

use contact_model::CompanyId;
use contact_model::clock::Clock;
use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::StoreError;
use crate::company::Operation;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::backfill::Backfill;
use crate::contacts::list::{self, ContactListing, ContactPage, Explaining, Plan};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::result_size_check::ResultSizeCheck;
use crate::contacts::write::{Applied, AtomicError, ContactWrite, SetIdempotency, Written};
use crate::contacts::write_queue::{WriteQueue, company_of};
use crate::contacts::write_set::WriteSet;
use crate::contacts::write_terms::Terms;
use crate::idempotency::Idempotency;
use crate::idempotency::operation::IdempotentOperation;
use crate::queue::{Callers, Queue, Set, Turn};
use crate::set::{End, OperationSet, Work, fail_all};
use crate::workers;
use connection::{Isolation, PostgresConnection, begin_one_moment_within, failure};
use lease::Lease;
use work::carry_out;

/// Sets of writes that run at once. While one waits for the disk, the next one is applied.
const WRITERS: usize = 2;
/// The most sets of reads that run at once. On a machine with two cores one is better than two: its sets are
/// larger, and the other work needs the rest of the machine.
const READERS: usize = 4;

/// Work with a transaction of its own, over the connection of the task that runs it. It sends its result to its
/// caller itself.
type Job = Box<dyn FnOnce(Arc<Lease>) -> BoxFuture<'static, ()> + Send>;

/// A store in a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    writes: Arc<WriteQueue<Job>>,
    reads: Arc<Queue<ContactLookup, Option<ReadContact>>>,
    lists: Arc<Queue<ContactListing, ContactPage>>,
    clock: Arc<dyn Clock>,
    /// The tasks that serve the queues. They do not end early when a caller stops waiting, because a cancelled
    /// transaction could stay open on its connection.
    tasks: TaskTracker,
    /// How transactions that write end.
    end: End,
}

impl PostgresStore {
    /// Returns the address of the database if it does not have the tables.
    ///
    /// # Errors
    /// Returns an error if the server cannot be reached or refuses the connection.
    pub(crate) async fn missing(url: &str, options: &StoreOptions) -> Result<Option<String>, StoreError> {
        let pool = open::pool(url, options)?;
        let missing = open::missing(&pool).await;
        pool.close().await;
        missing
    }

    /// Connects to the database and migrates it.
    ///
    /// # Errors
    /// Returns an error if the server does not respond or refuses the connection, or if a newer version migrated
    /// the database.
    pub(crate) async fn open(
        url: &str,
        options: &StoreOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let pool = open::pool(url, options)?;
        open::migrate(&pool).await?;
        let open = Lease::new(pool.clone(), false);
        while carry_out(&open, &Backfill, &*clock).await? {}
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let reading = (cores / 2).clamp(1, READERS);
        let connections = usize::try_from(options.connections).unwrap_or(usize::MAX);
        // At least one connection is left for everything else. There are at least two workers for lists, because
        // one company could occupy a single worker.
        let listers = workers::listers().min(connections.saturating_sub(WRITERS + reading + 1)).max(2);
        let list_timeout = options.list_timeout;
        let keeps = connections > WRITERS + reading + listers;
        let lease = || Arc::new(Lease::new(pool.clone(), keeps));
        let tasks = TaskTracker::new();
        let (writes, reads, lists) = (Queue::new(), Queue::of_reads(), Queue::of_single_reads(listers));
        let (writes, reads, lists) = (Arc::new(writes), Arc::new(reads), Arc::new(lists));
        workers::start(&writes, WRITERS, &tasks, || {
            let (queue, lease, clock) = (Arc::clone(&writes), lease(), Arc::clone(&clock));
            move |turn| write(Arc::clone(&queue), Arc::clone(&lease), Arc::clone(&clock), turn)
        });
        workers::start(&reads, reading, &tasks, || {
            let lease = lease();
            move |Turn::Set(Set { items, callers, .. })| {
                let lease = Arc::clone(&lease);
                async move { callers.answer(lookup::get(&lease, &items).await) }
            }
        });
        workers::start(&lists, listers, &tasks, || {
            let lease = lease();
            move |Turn::Set(Set { items, callers, .. })| {
                let lease = Arc::clone(&lease);
                async move { read_pages(&lease, &items, callers, list_timeout).await }
            }
        });
        Ok(Self { pool, writes, reads, lists, clock, tasks, end: End::Commit })
    }
}

impl PostgresStore {
    /// Opens all connections that the store may use.
    pub(crate) async fn open_all_connections(&self) -> Result<(), StoreError> {
        open::open_all(&self.pool).await
    }

    /// Returns the query plans of the statements that read a page of a list.
    pub(crate) async fn explain_list(&self, listing: &ContactListing) -> Result<Vec<Plan>, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(connection::failure)?;
        let connection = &mut connection;
        let mut reads = PostgresConnection { connection, isolation: Isolation::Optimistic };
        let mut explaining = Explaining::new(&mut reads);
        list::list(&mut explaining, listing).await?;
        Ok(explaining.plans)
    }

    /// Returns the query plans of the statements that look up contacts by their matching keys.
    pub(crate) async fn explain_match(&self) -> Result<Vec<Plan>, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(connection::failure)?;
        let connection = &mut connection;
        contacts::explain_match(PostgresConnection { connection, isolation: Isolation::Locked }).await
    }

    /// Runs work in a transaction of its own, in a turn of the company.
    async fn work<W: Work>(&self, company: Option<CompanyId>, work: W) -> Result<W::Output, StoreError> {
        let clock = Arc::clone(&self.clock);
        let job = |answer: oneshot::Sender<_>| -> Job {
            Box::new(move |lease| {
                Box::pin(async move {
                    // The send fails if the caller stopped waiting. Its work was done all the same.
                    let _ = answer.send(carry_out(&lease, &work, &*clock).await);
                })
            })
        };
        self.writes.ask_job(company, job).await
    }
}

/// Serves a turn of the write queue.
async fn write(
    queue: Arc<WriteQueue<Job>>,
    lease: Arc<Lease>,
    clock: Arc<dyn Clock>,
    turn: Turn<ContactWrite, Applied, Terms, Job>,
) {
    match turn {
        Turn::Set(Set { items: writes, terms, callers, .. }) => {
            let company = company_of(&writes);
            let outcome = carry_out(&lease, &WriteSet { writes, terms }, &*clock).await;
            queue.charge_for(company, &outcome);
            callers.answer(outcome.map(|done| done.answers));
        }
        Turn::Job(job) => job(lease).await,
    }
}

/// Reads a page for each of the listings.
async fn read_pages(
    lease: &Lease,
    listings: &[ContactListing],
    mut callers: Callers<ContactPage>,
    timeout: Duration,
) {
    let mut pages = Vec::with_capacity(listings.len());
    for listing in listings {
        pages.push(read_page(lease, listing, &mut callers, timeout).await);
    }
    callers.answer(Ok(pages));
}

/// Reads a page. Stops if reading takes too long or if all callers have stopped waiting. The connection is then
/// closed, and PostgreSQL ends the statement.
async fn read_page(
    lease: &Lease,
    listing: &ContactListing,
    callers: &mut Callers<ContactPage>,
    timeout: Duration,
) -> Result<ContactPage, StoreError> {
    loop {
        let mut leased = lease.take().await?;
        let outcome = tokio::select! {
            outcome = read_page_over(&mut leased.connection, listing, timeout) => Some(outcome),
            _ = tokio::time::timeout(timeout, callers.gone()) => None,
        };
        let Some(outcome) = outcome else {
            lease.close(leased);
            return Err(StoreError::TimedOut);
        };
        if let Some(outcome) = lease.settle(leased, outcome) {
            return outcome;
        }
    }
}

async fn read_page_over(
    connection: &mut PgConnection,
    listing: &ContactListing,
    timeout: Duration,
) -> Result<ContactPage, StoreError> {
    let isolation = Isolation::Optimistic;
    if listing.takes_one_statement() {
        return list::list(&mut PostgresConnection { connection, isolation }, listing).await;
    }
    let mut transaction = begin_one_moment_within(connection, timeout).await?;
    let connection = &mut *transaction;
    let page = list::list(&mut PostgresConnection { connection, isolation }, listing).await;
    // Even after an error: a transaction that stayed open would show old data to all later lists.
    transaction.commit().await.map_err(failure)?;
    page
}

impl ContactStore for PostgresStore {
    async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ReadContact>, StoreError>> {
        let company = lookups.first().map(|lookup| lookup.company_id);
        self.reads.ask(company, lookups, ()).await
    }

    async fn list(&self, listings: Vec<ContactListing>) -> Vec<Result<ContactPage, StoreError>> {
        let company = listings.first().map(|listing| listing.company_id);
        self.lists.ask(company, listings, ()).await
    }

    async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        self.writes.write(writes, self.end).await
    }

    async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Written>, AtomicError> {
        self.writes.write_atomically(writes, idempotency, size_check, self.end).await
    }

    async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        self.writes.write_together(writes, idempotency, size_check, self.end).await
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Output, StoreError>> {
        let count = operations.len();
        let set = OperationSet { operations, end: self.end };
        let outcome = if O::READS {
            match self.pool.acquire().await {
                Ok(mut connection) => {
                    let connection = &mut connection;
                    let mut reads = PostgresConnection { connection, isolation: Isolation::Optimistic };
                    set.run(&mut reads, &*self.clock).await
                }
                Err(error) => Err(connection::failure(error)),
            }
        } else {
            self.work(set.company(), set).await
        };
        outcome.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    async fn run_once<O: Operation<Output: Clone>>(
        &self,
        operation: O,
        idempotency: Idempotency<O::Output>,
    ) -> Result<O::Output, StoreError> {
        let company = operation.company();
        self.work(company, IdempotentOperation { operation, idempotency, end: self.end }).await?
    }

    fn dry_run(&self) -> Self {
        Self { end: End::Rollback, ..self.clone() }
    }

    async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM companies LIMIT 1")
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(connection::failure)
    }

    async fn close(&self) {
        self.writes.close();
        self.reads.close();
        self.lists.close();
        self.tasks.close();
        self.tasks.wait().await;
        self.pool.close().await;
    }
}
