//! The interface to the stored responses in a transaction.

use std::collections::{BTreeMap, BTreeSet};

use contact_model::CompanyId;

use super::response_row::{RequestKey, ResponseRow};
use super::usage::Usage;
use crate::connection::{Connection, DatabaseFuture};

/// Reads and writes stored responses. Each method takes a set.
pub(crate) trait StoredResponses: Connection {
    /// Locks the requests with these keys until the transaction ends, and returns those that no other transaction
    /// has locked. Does not wait.
    fn lock_requests(&mut self, keys: &BTreeSet<RequestKey>) -> impl DatabaseFuture<BTreeSet<RequestKey>>;

    /// Loads the stored responses to these requests, and what their companies have stored since the given hour.
    fn load_responses(
        &mut self,
        keys: &BTreeSet<RequestKey>,
        first_hour: i64,
    ) -> impl DatabaseFuture<LoadedResponses>;

    /// Removes stored responses.
    fn remove_responses(&mut self, keys: &BTreeSet<RequestKey>) -> impl DatabaseFuture<()>;

    /// Stores responses, none of which may be stored already, and adds their size to what their companies have
    /// stored.
    fn store_responses(&mut self, responses: &[ResponseRow]) -> impl DatabaseFuture<()>;
}

/// The data that a transaction loads for its requests.
#[derive(Debug, Default)]
pub(crate) struct LoadedResponses {
    /// Their stored responses, expired or not.
    pub(crate) rows: Vec<ResponseRow>,
    /// What their companies have stored. It has no entry for a company without stored responses.
    pub(crate) used: BTreeMap<CompanyId, Usage>,
}
