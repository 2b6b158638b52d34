//! Work that runs in one transaction, and sets of operations.

use std::future::Future;

use contact_model::CompanyId;
use contact_model::clock::Clock;

use crate::StoreError;
use crate::connection::Connection;
use crate::contacts::transaction::ContactTransaction;

/// Work that runs in one transaction, which is committed if the work succeeds and rolled back if it fails. The work
/// may run again after a conflict with another transaction, so it must not change its own state.
pub(crate) trait Work: Send + Sync + 'static {
    type Output: Send + 'static;

    fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> impl Future<Output = Result<Self::Output, StoreError>> + Send;

    /// Returns true if the transaction is to be committed. Otherwise it is rolled back, and the result is returned
    /// all the same.
    fn keeps(&self, _answer: &Self::Output) -> bool {
        true
    }

    /// Returns true if the work probably writes with one statement only, which needs no transaction around it.
    fn writes_one_statement(&self) -> bool {
        false
    }
}

/// How a transaction ends if its work succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Keeps the changes.
    Commit,
    /// Undoes the changes, but returns the results as if they were kept.
    Rollback,
}

/// An operation on companies, keys, custom fields, agents or threads. It refuses before it writes, so that a
/// refusal leaves no changes in the transaction that it shares with the rest of its set.
pub trait Operation: sealed::SealedOperation {}

pub(crate) mod sealed {
    use super::{Clock, CompanyId, Connection, Future, StoreError};

    /// The methods of an [`Operation`](super::Operation).
    pub trait SealedOperation: Send + Sync + 'static {
        /// The result of the operation.
        type Output: Send + 'static;

        /// True if the operation changes nothing, so that any connection can run it.
        const READS: bool;

        /// Returns the company that the operation writes for and whose turn it takes. `None` if it writes for no
        /// company.
        fn company(&self) -> Option<CompanyId>;

        /// Runs the operation.
        fn run<C: Connection>(
            &self,
            connection: &mut C,
            clock: &dyn Clock,
        ) -> impl Future<Output = Result<Self::Output, StoreError>> + Send;
    }
}

/// Operations of one kind, each with its own result.
pub(crate) struct OperationSet<O> {
    pub(crate) operations: Vec<O>,
    pub(crate) end: End,
}

impl<O: Operation> OperationSet<O> {
    /// Returns the company whose turn the set takes.
    pub(crate) fn company(&self) -> Option<CompanyId> {
        self.operations.first().and_then(O::company)
    }
}

impl<O: Operation> Work for OperationSet<O> {
    type Output = Vec<Result<O::Output, StoreError>>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Output, StoreError> {
        let mut answers = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            match operation.run(connection, clock).await {
                Err(error) if !error.is_refusal() => return Err(error),
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    }

    fn keeps(&self, _answers: &Self::Output) -> bool {
        self.end == End::Commit
    }
}

/// Returns an error for each of the `count` items of a set that failed as a whole.
pub(crate) fn fail_all<T>(count: usize, failure: &StoreError) -> Vec<Result<T, StoreError>> {
    (0..count).map(|_| Err(StoreError::of_set(failure))).collect()
}
