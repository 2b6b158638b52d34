//! Work done in one transaction, and sets of it.

use std::future::Future;

use contact_model::CompanyId;
use contact_model::clock::Clock;

use crate::StoreError;
use crate::connection::Connection;
use crate::contacts::transaction::ContactTransaction;

/// Work done in one transaction, which is committed where it succeeds and undone where it fails.
/// It may be run again after a conflict with another transaction, so it changes nothing of itself.
pub(crate) trait Work: Send + Sync + 'static {
    type Answer: Send + 'static;

    fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> impl Future<Output = Result<Self::Answer, StoreError>> + Send;

    /// True where what was written is to stay. Where it is not, it is undone, and the answer is given all
    /// the same.
    fn keeps(&self, _answer: &Self::Answer) -> bool {
        true
    }

    /// True where all that it writes is likely to be one statement, which needs no transaction
    /// around it.
    fn writes_one_statement(&self) -> bool {
        false
    }
}

/// How a transaction ends that did what it was to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// What was written stays.
    Commit,
    /// What was written is undone, and answered as if it stayed.
    Rollback,
}

/// An operation on companies, keys, custom fields, agents or threads. It refuses before it writes, so
/// that a refusal leaves nothing behind in the transaction that its set shares.
pub trait Operation: sealed::OperationSteps {}

pub(crate) mod sealed {
    use super::{Clock, CompanyId, Connection, Future, StoreError};

    /// What an [`Operation`](super::Operation) does.
    pub trait OperationSteps: Send + Sync + 'static {
        /// What it answers.
        type Answer: Send + 'static;

        /// True where it changes nothing, so that any connection will do.
        const READS: bool;

        /// The company that it writes for and whose turn it takes; none for one that is no company's.
        fn company(&self) -> Option<CompanyId>;

        /// Does it.
        fn run<C: Connection>(
            &self,
            connection: &mut C,
            clock: &dyn Clock,
        ) -> impl Future<Output = Result<Self::Answer, StoreError>> + Send;
    }
}

/// Many operations of one kind, each with an answer of its own.
pub(crate) struct OperationSet<O> {
    pub(crate) operations: Vec<O>,
    pub(crate) end: End,
}

impl<O: Operation> OperationSet<O> {
    /// Whose turn it takes.
    pub(crate) fn company(&self) -> Option<CompanyId> {
        self.operations.first().and_then(O::company)
    }
}

impl<O: Operation> Work for OperationSet<O> {
    type Answer = Vec<Result<O::Answer, StoreError>>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Answer, StoreError> {
        let mut answers = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            match operation.run(connection, clock).await {
                Err(error) if !error.is_refusal() => return Err(error),
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    }

    fn keeps(&self, _answers: &Self::Answer) -> bool {
        self.end == End::Commit
    }
}

/// One answer for each of `count` items of a set that failed as a whole.
pub(crate) fn fail_all<T>(count: usize, failure: &StoreError) -> Vec<Result<T, StoreError>> {
    (0..count).map(|_| Err(StoreError::of_set(failure))).collect()
}
