//! An operation that is done only once.

use contact_model::clock::Clock;
use contact_model::limits;

use super::Idempotency;
use super::ledger::Ledger;
use crate::StoreError;
use crate::contacts::transaction::ContactTransaction;
use crate::set::{End, Operation, Work};

/// An operation with the request that makes it happen only once.
pub(crate) struct IdempotentOperation<O: Operation> {
    pub(crate) operation: O,
    pub(crate) idempotency: Idempotency<O::Output>,
    pub(crate) end: End,
}

impl<O: Operation<Output: Clone>> Work for IdempotentOperation<O> {
    type Output = Result<O::Output, StoreError>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Output, StoreError> {
        let request = &self.idempotency.request;
        let mut ledger = Ledger::open(connection, clock, [*request].into_iter()).await?;
        if let Err(known) = ledger.admit(&self.idempotency) {
            return Ok(Err(known));
        }
        match self.operation.run(connection, clock).await {
            Ok(done) => {
                ledger.keep(
                    *request,
                    self.idempotency.response_to(done.clone(), limits::BATCH_ANSWER)?,
                    clock,
                );
                ledger.write(connection).await?;
                Ok(Ok(done))
            }
            Err(refusal) if refusal.is_refusal() => Ok(Err(refusal)),
            Err(failure) => Err(failure),
        }
    }

    fn keeps(&self, _answer: &Self::Output) -> bool {
        self.end == End::Commit
    }
}
