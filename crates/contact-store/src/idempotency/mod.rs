//! Writes of requests with an idempotency key. Each is done only once, however often it is sent.
//!
//! The response to such a write is stored in the write's own transaction, so either both are on disk or neither is.
//! A transaction tries to lock each key, without waiting, and then loads the stored responses. If a response is
//! stored, it is returned. If none is stored and the transaction did not get the lock, another transaction is
//! processing the request. Otherwise the write is done. The lock is released when the transaction ends, whether it
//! commits or not.

pub(crate) mod keyed_requests;
pub(crate) mod response_row;
pub(crate) mod stored_responses;
pub(crate) mod usage;

use std::fmt;
use std::sync::Arc;

use contact_model::KeyedRequest;

use crate::stored_response::StoredResponse;
use crate::{Cause, Result, StoreError};

/// A function that builds the response from the result `T` of a write. The response is stored, and sent again if the
/// request is repeated.
pub type BuildStoredResponse<T> = dyn Fn(T) -> Result<StoredResponse, Cause> + Send + Sync;

/// Makes a write happen only once and defines its response. The write may be tried several times until it is done,
/// so the response may be built several times. Only one is stored.
#[derive(Clone)]
pub struct Idempotency<T> {
    /// The request that the write belongs to.
    pub request: KeyedRequest,
    /// Builds the response from the result. If this fails, nothing is written.
    pub build_response: Arc<BuildStoredResponse<T>>,
    /// Bytes of responses that the company may store within 24 hours. If it has stored that many, nothing is
    /// written.
    pub quota: u64,
}

impl<T> Idempotency<T> {
    /// Returns the response to the write with this result.
    ///
    /// # Errors
    /// Returns an error if the response cannot be built or its body is longer than `limit`.
    pub(crate) fn response_to(&self, result: T, limit: usize) -> Result<StoredResponse> {
        let response = (self.build_response)(result).map_err(StoreError::Unavailable)?;
        if response.body.bytes.len() > limit {
            return Err(StoreError::ResponseTooLarge { limit, is_stored: true });
        }
        let body = response.body.compressed().map_err(StoreError::unavailable)?;
        Ok(StoredResponse { body, ..response })
    }
}

impl<T> fmt::Debug for Idempotency<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency").field("request", &self.request).finish_non_exhaustive()
    }
}
