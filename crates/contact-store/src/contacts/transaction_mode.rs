//! Whether writes of a caller succeed or fail together, and whether they may share a transaction with other
//! callers'.

use super::result_size_check::ResultSizeCheck;
use super::write::SetIdempotency;

/// How the writes of a caller are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TransactionMode {
    pub(crate) atomicity: Atomicity,
    pub(crate) end: TransactionEnd,
    /// The request, if all writes together are to be done only once.
    pub(crate) idempotency: Option<SetIdempotency>,
    /// Decides whether the results may be so large.
    pub(crate) size_check: Option<ResultSizeCheck>,
}

/// Whether the writes of a caller succeed or fail together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Atomicity {
    /// Each write succeeds or is refused independently.
    Independent,
    /// Each write succeeds or is refused independently, but all share a transaction of their own.
    OneTransaction,
    /// Either all writes are done or none.
    AllOrNone,
}

/// How a transaction ends if its work succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionEnd {
    /// Keeps the changes.
    Commit,
    /// Undoes the changes, but returns the results as if they were kept.
    Rollback,
}

impl TransactionMode {
    /// The mode of writes that may share a transaction with other callers' writes, and may be divided between
    /// several.
    pub(crate) const SHARED: Self = Self {
        atomicity: Atomicity::Independent,
        end: TransactionEnd::Commit,
        idempotency: None,
        size_check: None,
    };
}

/// Returns the mode with which writes of several callers share a set.
impl Default for TransactionMode {
    fn default() -> Self {
        Self::SHARED
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use contact_model::{CompanyId, KeyedRequest};

    use super::*;
    use crate::StoreError;

    #[test]
    fn only_the_shared_mode_shares_sets() {
        let company_id = CompanyId(uuid::Uuid::nil());
        let idempotency = SetIdempotency {
            request: KeyedRequest { company_id, name: [1; 32], fingerprint: [2; 32] },
            make_response: Arc::new(|_| Err(Arc::new(StoreError::Overloaded))),
            quota: u64::MAX,
        };
        let shared = TransactionMode::default();
        let others = [
            TransactionMode { atomicity: Atomicity::OneTransaction, ..shared.clone() },
            TransactionMode { atomicity: Atomicity::AllOrNone, ..shared.clone() },
            TransactionMode { end: TransactionEnd::Rollback, ..shared.clone() },
            TransactionMode { idempotency: Some(idempotency), ..shared.clone() },
            TransactionMode { size_check: Some(ResultSizeCheck::new(|_| true)), ..shared.clone() },
        ];
        assert_eq!(shared, TransactionMode::SHARED);
        for other in others {
            assert_ne!(other, shared);
        }
    }
}
