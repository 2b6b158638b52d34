//! PostgreSQL, over the network: each statement moves a whole set, by arrays and `unnest`.

mod advisory_lock;
mod answers;
mod changes;
mod connection;
mod contacts;
mod lease;
mod lookup;
mod open;
mod transaction;

use std::sync::Arc;

use contact_model::clock::Clock;
use sqlx::PgPool;
use tokio_util::task::TaskTracker;

use crate::StoreError;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::backfill::Backfill;
use crate::contacts::list::{self, ContactListing, ContactPage, Explaining, Plan};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::write::{
    Applied, AtomicError, ContactWrite, OnceTogether, Written, all_written, written,
};
use crate::contacts::write_set::WriteSet;
use crate::directory::Operation;
use crate::once::Once;
use crate::once::operation::OnceOperation;
use crate::queue::{Answers, Queue};
use crate::set::{Bond, End, OperationSet, Terms, Work, fail_all};
use crate::workers::{LISTERS, Workers};
use connection::{Isolation, PostgresConnection};
use lease::Lease;
use transaction::in_transaction;

/// Sets of writes under way at once: while one waits for the disk, the next one is applied.
const WRITERS: usize = 2;
/// Sets of reads under way at once, at most. Where the machine has two cores one is better than two: its sets are
/// larger, and all that it leaves of the machine is asked for.
const READERS: usize = 4;

/// Contacts in a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    writers: Workers<ContactWrite, Applied>,
    readers: Workers<ContactLookup, Option<ReadContact>>,
    listers: Workers<ContactListing, ContactPage>,
    clock: Arc<dyn Clock>,
    /// Transactions under way. They never end early because a caller went away: a cancelled one
    /// could leave its connection in the middle of a transaction.
    transactions: TaskTracker,
    /// How its transactions that write end.
    end: End,
}

impl PostgresStore {
    /// Connects and migrates.
    ///
    /// # Errors
    /// The server does not answer or refuses, or a newer version migrated the database.
    pub(crate) async fn open(
        url: &str,
        options: &StoreOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let pool = open::pool(url, options)?;
        open::migrate(&pool).await?;
        let transactions = TaskTracker::new();
        let open = Lease::new(pool.clone(), false);
        while in_transaction(&open, &Backfill, &*clock).await? {}
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let reading = (cores / 2).clamp(1, READERS);
        // One is left at least for everything that no task of its own sees to.
        let keeps = usize::try_from(options.connections).is_ok_and(|all| all > WRITERS + reading + LISTERS);
        let lease = || Arc::new(Lease::new(pool.clone(), keeps));
        let writers = Workers::start(Queue::new(), WRITERS, &transactions, || {
            let (lease, clock) = (lease(), Arc::clone(&clock));
            move |writes, terms| {
                let (lease, clock) = (Arc::clone(&lease), Arc::clone(&clock));
                async move { in_transaction(&lease, &WriteSet { writes, terms }, &*clock).await }
            }
        });
        let readers = Workers::start(Queue::new(), reading, &transactions, || {
            let lease = lease();
            move |lookups: Vec<ContactLookup>, _| {
                let lease = Arc::clone(&lease);
                async move { lookup::get(&lease, &lookups).await }
            }
        });
        let listers = Workers::start(Queue::of_single_items(), LISTERS, &transactions, || {
            let lease = lease();
            move |listings: Vec<ContactListing>, _| {
                let lease = Arc::clone(&lease);
                async move { read_pages(&lease, &listings).await }
            }
        });
        Ok(Self { pool, writers, readers, listers, clock, transactions, end: End::Commit })
    }
}

impl PostgresStore {
    /// The plans of the statements that a page of a list takes.
    pub(crate) async fn explain_list(&self, listing: &ContactListing) -> Result<Vec<Plan>, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(connection::failure)?;
        let connection = &mut connection;
        let mut reads = PostgresConnection { connection, isolation: Isolation::Optimistic };
        let mut explaining = Explaining::new(&mut reads);
        list::list(&mut explaining, listing).await?;
        Ok(explaining.plans)
    }

    /// The plan of the statement that looks for the contacts which keys lead to.
    pub(crate) async fn explain_match(&self) -> Result<Vec<Plan>, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(connection::failure)?;
        let connection = &mut connection;
        contacts::explain_match(PostgresConnection { connection, isolation: Isolation::Locked }).await
    }

    /// Does work in a transaction of its own.
    async fn work<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let (lease, clock) = (Lease::new(self.pool.clone(), false), Arc::clone(&self.clock));
        let task = self.transactions.spawn(async move { in_transaction(&lease, &work, &*clock).await });
        task.await.unwrap_or_else(|error| Err(StoreError::unavailable(error)))
    }
}

/// Reads a page for each of the listings.
async fn read_pages(lease: &Lease, listings: &[ContactListing]) -> Result<Answers<ContactPage>, StoreError> {
    let mut answers = Vec::with_capacity(listings.len());
    for listing in listings {
        answers.push(read_page(lease, listing).await);
    }
    Ok(answers)
}

async fn read_page(lease: &Lease, listing: &ContactListing) -> Result<ContactPage, StoreError> {
    loop {
        let mut leased = lease.take().await?;
        let connection = &mut *leased.connection;
        let mut reads = PostgresConnection { connection, isolation: Isolation::Optimistic };
        let outcome = list::list(&mut reads, listing).await;
        if let Some(outcome) = lease.settle(leased, outcome) {
            return outcome;
        }
    }
}

impl ContactStore for PostgresStore {
    async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ReadContact>, StoreError>> {
        let company = lookups.first().map(|lookup| lookup.company_id);
        self.readers.ask(company, lookups, Terms::SHARED).await
    }

    async fn list(&self, listings: Vec<ContactListing>) -> Vec<Result<ContactPage, StoreError>> {
        let company = listings.first().map(|listing| listing.company_id);
        self.listers.ask(company, listings, Terms::SHARED).await
    }

    async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        let company = writes.first().map(|write| write.company_id);
        let terms = Terms { bond: Bond::Free, end: self.end, once: None };
        written(self.writers.ask(company, writes, terms).await)
    }

    async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
    ) -> Result<Vec<Written>, AtomicError> {
        let Some(first) = writes.first() else { return Ok(Vec::new()) };
        let terms = Terms { bond: Bond::AllOrNone, end: self.end, once };
        all_written(self.writers.ask_whole(first.company_id, writes, terms).await?)
    }

    async fn write_once(
        &self,
        writes: Vec<ContactWrite>,
        once: OnceTogether,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        let company = once.request.company_id;
        let terms = Terms { bond: Bond::Free, end: self.end, once: Some(once) };
        self.writers.ask_whole(company, writes, terms).await.map(written)
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Answer, StoreError>> {
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
            self.work(set).await
        };
        outcome.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    async fn run_once<O: Operation>(
        &self,
        operation: O,
        once: Once<O::Answer>,
    ) -> Result<O::Answer, StoreError> {
        self.work(OnceOperation { operation, once, end: self.end }).await?
    }

    fn rehearsal(&self) -> Self {
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
        self.writers.stop();
        self.readers.stop();
        self.listers.stop();
        self.transactions.close();
        self.transactions.wait().await;
        self.pool.close().await;
    }
}
