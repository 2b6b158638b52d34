//! Runs operations in transactions.

use contact_model::clock::Clock;
use contact_model::limits;

use crate::StoreError;
use crate::company::Operation;
use crate::company::operation::operation;
use crate::contacts::transaction::ContactTransaction;
use crate::contacts::transaction_mode::TransactionEnd;
use crate::contacts::work::Work;
use crate::idempotency::Idempotency;
use crate::idempotency::keyed_requests::KeyedRequests;
use crate::queue::Results;

/// Operations of one kind, each with its own result.
pub(super) struct OperationSet<O> {
    pub(super) operations: Vec<O>,
    pub(super) end: TransactionEnd,
}

impl<O: Operation> Work for OperationSet<O> {
    type Output = Results<O::Output>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Output, StoreError> {
        let mut results = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            match operation.run(connection, clock).await {
                Err(error) if !error.is_refusal() => return Err(error),
                result => results.push(result),
            }
        }
        Ok(results)
    }

    fn commits(&self, _results: &Self::Output) -> bool {
        self.end == TransactionEnd::Commit
    }
}

/// An operation that is done only once.
pub(super) struct IdempotentOperation<O: Operation> {
    pub(super) operation: O,
    pub(super) idempotency: Idempotency<O::Output>,
    pub(super) end: TransactionEnd,
}

impl<O: Operation<Output: Clone>> Work for IdempotentOperation<O> {
    type Output = Result<O::Output, StoreError>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Output, StoreError> {
        let request = &self.idempotency.request;
        let mut keyed_requests = KeyedRequests::load(connection, clock, [*request].into_iter()).await?;
        if let Err(refusal) = keyed_requests.check(&self.idempotency) {
            return Ok(Err(refusal));
        }
        match self.operation.run(connection, clock).await {
            Ok(output) => {
                let response = self.idempotency.response_to(output.clone(), limits::BATCH_RESPONSE)?;
                keyed_requests.add(*request, response, clock);
                keyed_requests.store(connection).await?;
                Ok(Ok(output))
            }
            Err(refusal) if refusal.is_refusal() => Ok(Err(refusal)),
            Err(failure) => Err(failure),
        }
    }

    fn commits(&self, _result: &Self::Output) -> bool {
        self.end == TransactionEnd::Commit
    }
}

/// Reads from the database to find out whether it responds.
pub(super) struct CheckDatabase;

operation!(CheckDatabase => (), reads, |self, connection, _clock| {
    connection.query_one("SELECT 1 FROM companies LIMIT 1", &[], |_| Ok(())).await.map(|_| ())
});
