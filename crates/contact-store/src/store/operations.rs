//! Runs operations in transactions.

use contact_model::clock::Clock;
use contact_model::limits;

use crate::company::StoreOperation;
use crate::company::operation::operation;
use crate::contacts::transaction::ContactTransaction;
use crate::contacts::transaction_mode::TransactionEnd;
use crate::contacts::work::Work;
use crate::idempotency::Idempotency;
use crate::idempotency::keyed_requests::KeyedRequests;
use crate::{Result, StoreError, migrate};

/// An operation with a transaction of its own.
pub(super) struct SingleOperation<O: StoreOperation> {
    pub(super) operation: O,
    /// The request, if the operation is to be done only once.
    pub(super) idempotency: Option<Idempotency<O::Output>>,
    pub(super) end: TransactionEnd,
}

impl<O: StoreOperation> Work for SingleOperation<O> {
    type Output = O::Output;

    async fn run<C: ContactTransaction>(&self, connection: &mut C, clock: &dyn Clock) -> Result<O::Output> {
        let Some(idempotency) = &self.idempotency else { return self.operation.run(connection, clock).await };
        let request = idempotency.request;
        let mut keyed_requests = KeyedRequests::load(connection, clock, [request].into_iter()).await?;
        keyed_requests.check(idempotency)?;
        let output = self.operation.run(connection, clock).await?;
        let response = idempotency.response_to(output.clone(), limits::RESPONSE)?;
        keyed_requests.add(request, response, clock);
        keyed_requests.store(connection).await?;
        Ok(output)
    }

    fn commits(&self, _output: &O::Output) -> bool {
        self.end == TransactionEnd::Commit
    }
}

/// Reads from the database to find out whether it responds, and whether a newer program has migrated it.
pub(super) struct CheckDatabase;

operation!(CheckDatabase => (), reads, |self, connection, _clock| {
    connection.query_one("SELECT 1 FROM companies LIMIT 1", &[], |_| Ok(())).await?;
    let newest = "SELECT max(version) FROM _sqlx_migrations";
    let newest = connection.query_one(newest, &[], |row| row.integer(0)).await?.unwrap_or_default();
    if newest > migrate::newest_version() { Err(StoreError::NewerDatabase(newest)) } else { Ok(()) }
});
