//! Whether writes of a caller succeed or fail together, and whether they may share a transaction with
//! the writes of other callers.

use std::sync::Arc;

use super::write::SetIdempotency;
use crate::queue::Mode;

/// How the writes of a caller are done. By default they may share a transaction with other callers' writes.
#[derive(Default)]
pub(crate) struct TransactionMode {
    pub(crate) atomicity: Atomicity,
    pub(crate) end: TransactionEnd,
    /// The request, if all writes together are to be done only once.
    pub(crate) idempotency: Option<SetIdempotency>,
    /// Decides whether the results may have this size.
    pub(crate) size_check: Option<ResultSizeCheck>,
}

/// Returns true if the results of a caller's writes may have this size. It is called before the writes are committed,
/// with the number of bytes that the contacts in the results take as JSON. If it returns false, nothing is written. It
/// may be called several times, because the writes may be tried several times until they are done.
pub type ResultSizeCheck = Arc<dyn Fn(usize) -> bool + Send + Sync>;

/// Whether the writes of a caller succeed or fail together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Atomicity {
    /// Each write succeeds or is refused independently.
    #[default]
    Independent,
    /// Each write succeeds or is refused independently, but all of them form an exclusive set.
    OneTransaction,
    /// Either all writes are done or none. They form an exclusive set.
    AllOrNone,
}

/// How a transaction ends if its work succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TransactionEnd {
    /// Keeps the changes.
    #[default]
    Commit,
    /// Undoes the changes, but returns the results as if they were kept.
    Rollback,
}

impl Mode for TransactionMode {
    fn shares_sets(&self) -> bool {
        let Self { atomicity, end, idempotency, size_check } = self;
        let is_independent = *atomicity == Atomicity::Independent && *end == TransactionEnd::Commit;
        is_independent && idempotency.is_none() && size_check.is_none()
    }
}

#[cfg(test)]
mod tests {
    use contact_model::{CompanyId, KeyedRequest};

    use super::*;
    use crate::StoreError;

    #[test]
    fn only_the_default_mode_shares_sets() {
        let company_id = CompanyId(uuid::Uuid::nil());
        let idempotency = SetIdempotency {
            request: KeyedRequest { company_id, key_hash: [1; 32], content_hash: [2; 32] },
            build_response: Arc::new(|_| Err(Arc::new(StoreError::Overloaded))),
            quota: u64::MAX,
        };
        let default = TransactionMode::default;
        let others = [
            TransactionMode { atomicity: Atomicity::OneTransaction, ..default() },
            TransactionMode { atomicity: Atomicity::AllOrNone, ..default() },
            TransactionMode { end: TransactionEnd::Rollback, ..default() },
            TransactionMode { idempotency: Some(idempotency), ..default() },
            TransactionMode { size_check: Some(Arc::new(|_| true)), ..default() },
        ];
        assert!(default().shares_sets());
        for (index, other) in others.iter().enumerate() {
            assert!(!other.shares_sets(), "{index}");
        }
    }
}
