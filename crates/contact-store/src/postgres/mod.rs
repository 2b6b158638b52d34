//! PostgreSQL, over the network: each statement moves a whole set, by arrays and `unnest`.

mod connection;
mod contacts;
mod lookup;
mod open;
mod writer;

use std::sync::Arc;

use contact_model::ContactDetail;
use contact_model::clock::Clock;
use sqlx::PgPool;
use tokio_util::task::TaskTracker;

use crate::StoreError;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::lookup::ContactLookup;
use crate::contacts::write::{ContactWrite, Written};
use crate::directory::Operation;
use crate::set::{OperationSet, Work, fail_all};
use connection::PostgresConnection;
use writer::Writer;

/// Contacts in a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    writer: Writer,
    clock: Arc<dyn Clock>,
    /// Transactions under way. They never end early because a caller went away: a cancelled one
    /// could leave its connection in the middle of a transaction.
    transactions: TaskTracker,
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
        let writer = Writer::start(&pool, &clock, &transactions);
        Ok(Self { pool, writer, clock, transactions })
    }
}

impl ContactStore for PostgresStore {
    async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ContactDetail>, StoreError>> {
        let count = lookups.len();
        match lookup::get(&self.pool, &lookups).await {
            Ok(found) => found.into_iter().map(Ok).collect(),
            Err(failure) => fail_all(count, &failure),
        }
    }

    async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        let Some(first) = writes.first() else { return Vec::new() };
        self.writer.write(first.company_id, writes).await
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Answer, StoreError>> {
        let count = operations.len();
        let set = OperationSet(operations);
        let outcome = if O::READS {
            match self.pool.acquire().await {
                Ok(mut connection) => set.run(&mut PostgresConnection(&mut connection), &*self.clock).await,
                Err(error) => Err(connection::failure(error)),
            }
        } else {
            let (pool, clock) = (self.pool.clone(), Arc::clone(&self.clock));
            let task =
                self.transactions.spawn(async move { writer::in_transaction(&pool, &set, &*clock).await });
            task.await.unwrap_or_else(|error| Err(StoreError::unavailable(error)))
        };
        outcome.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM companies LIMIT 1")
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(connection::failure)
    }

    async fn close(&self) {
        self.writer.stop();
        self.transactions.close();
        self.transactions.wait().await;
        self.pool.close().await;
    }
}
