//! The interface to the stored responses in a transaction.

use std::collections::{BTreeMap, BTreeSet};

use contact_model::{CompanyId, Timestamp};

use super::response_row::{RequestKey, ResponseRow};
use super::usage::Usage;
use crate::connection::{Connection, DatabaseFuture};

/// Reads and writes stored responses. Each method processes all requests of a transaction.
pub(crate) trait StoredResponses: Connection {
    /// Locks the requests with these keys until the transaction ends, unless another transaction has locked them, and
    /// then loads their stored responses and what their companies have stored. This order matters: a transaction that
    /// held a lock has stored its response by the time it releases the lock. Does not wait.
    fn load_requests(
        &mut self,
        keys: &BTreeSet<RequestKey>,
        now: Timestamp,
    ) -> impl DatabaseFuture<LoadedRequests>;

    /// Removes expired responses and stores new ones, which must not be stored already. Adds the size of the new ones to
    /// the usage of their companies.
    fn store_responses(
        &mut self,
        expired: &BTreeSet<RequestKey>,
        new: &[ResponseRow],
    ) -> impl DatabaseFuture<()>;
}

/// The data that a transaction loads for its requests.
#[derive(Debug, Default)]
pub(crate) struct LoadedRequests {
    /// The requests that this transaction has locked.
    pub(crate) locked: BTreeSet<RequestKey>,
    /// Their stored responses, expired or not.
    pub(crate) responses: Vec<ResponseRow>,
    /// What their companies have stored. It has no entry for a company without stored responses.
    pub(crate) used: BTreeMap<CompanyId, Usage>,
}
