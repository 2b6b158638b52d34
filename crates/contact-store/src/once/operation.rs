//! An operation that is done only once.

use contact_model::clock::Clock;
use contact_model::limits;

use super::Once;
use super::ledger::Ledger;
use crate::StoreError;
use crate::contacts::transaction::ContactTransaction;
use crate::set::{End, Operation, Work};

/// An operation with the request that makes it happen only once.
pub(crate) struct OnceOperation<O: Operation> {
    pub(crate) operation: O,
    pub(crate) once: Once<O::Answer>,
    pub(crate) end: End,
}

impl<O: Operation<Answer: Clone>> Work for OnceOperation<O> {
    type Answer = Result<O::Answer, StoreError>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Answer, StoreError> {
        let request = &self.once.request;
        let mut ledger = Ledger::open(connection, clock, [*request].into_iter()).await?;
        if let Err(known) = ledger.admit(&self.once) {
            return Ok(Err(known));
        }
        match self.operation.run(connection, clock).await {
            Ok(done) => {
                ledger.keep(*request, self.once.answer_to(done.clone(), limits::BATCH_ANSWER)?, clock);
                ledger.write(connection).await?;
                Ok(Ok(done))
            }
            Err(refusal) if refusal.is_refusal() => Ok(Err(refusal)),
            Err(failure) => Err(failure),
        }
    }

    fn keeps(&self, _answer: &Self::Answer) -> bool {
        self.end == End::Commit
    }
}
