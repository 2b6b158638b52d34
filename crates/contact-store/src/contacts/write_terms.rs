//! Whether writes of a caller succeed or fail together, and whether they may share a transaction with other
//! callers'.

use super::result_size_check::ResultSizeCheck;
use super::write::SetIdempotency;
use crate::set::End;

/// How the writes of a caller are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) bond: Bond,
    pub(crate) end: End,
    /// The request, if all writes together are to be done only once.
    pub(crate) idempotency: Option<SetIdempotency>,
    /// Decides whether there is room for the results.
    pub(crate) size_check: Option<ResultSizeCheck>,
}

/// Whether the writes of a caller succeed or fail together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    /// Each write succeeds or is refused independently.
    Free,
    /// Each write succeeds or is refused independently, but all share a transaction of their own.
    Together,
    /// Either all writes are done or none.
    AllOrNone,
}

impl Terms {
    /// The terms of writes that may share a transaction with other callers' writes, and may be divided between
    /// several.
    pub(crate) const SHARED: Self =
        Self { bond: Bond::Free, end: End::Commit, idempotency: None, size_check: None };
}

/// Returns the terms under which writes of several callers share a set.
impl Default for Terms {
    fn default() -> Self {
        Self::SHARED
    }
}
