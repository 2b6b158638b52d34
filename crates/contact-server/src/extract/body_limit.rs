//! The limit on the size of a request's body.

use axum::http::request::Parts;

use super::Prefer;
use super::batch_query::BatchQuery;
use super::query::{FromQuery as _, parameters};
use crate::error::BodyLimit;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::{operations, paths};

/// Returns how many bytes the body of a request may have. If a batch is one transaction, every other write waits until
/// all of it is done. Therefore its limit is lower than that of a batch that is done in several transactions.
pub(crate) fn body_limit(parts: &Parts, prefer: Prefer) -> BodyLimit {
    let operation = operations::of_request(&parts.method, &parts.extensions);
    if operation.is_none_or(|operation| operation.path != paths::CONTACT_BATCH) {
        return BodyLimit::Request;
    }
    let has_key = parts.headers.contains_key(IDEMPOTENCY_KEY);
    let query = BatchQuery::read(&mut parameters(&parts.uri));
    if query.is_one_transaction(has_key, prefer) {
        BodyLimit::SingleTransactionBatch
    } else {
        BodyLimit::Batch
    }
}
