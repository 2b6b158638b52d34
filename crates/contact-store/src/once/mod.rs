//! Writes of requests with an idempotency key. Each is done only once, however often it is sent.
//!
//! The response to such a write is stored in the write's own transaction, so either both are on disk or neither is.
//! A transaction tries to lock each key, without waiting, and then loads the stored responses. If a response is
//! stored, it is returned. If none is stored and the transaction did not get the lock, another transaction is
//! processing the request. Otherwise the write is done. The lock is released when the transaction ends, whether it
//! commits or not.

pub(crate) mod ledger;
pub(crate) mod operation;
pub(crate) mod refusal;
pub(crate) mod stored_answer;
mod stored_body;
pub(crate) mod usage;

use std::fmt;
use std::sync::Arc;

use contact_model::KeyedRequest;

use crate::{Cause, StoreError};
pub use stored_answer::StoredAnswer;
pub use stored_body::StoredBody;

/// A function that makes the response from the result `T` of a write. The response is stored and returned again
/// later.
pub type MakeAnswer<T> = dyn Fn(T) -> Result<StoredAnswer, Cause> + Send + Sync;

/// Makes a write happen only once and defines its response. The write may be tried several times until it is done,
/// so the response may be made several times. Only one is stored.
pub struct Once<T> {
    /// The request that the write belongs to.
    pub request: KeyedRequest,
    /// Makes the response from the result. If this fails, nothing is written.
    pub answer: Arc<MakeAnswer<T>>,
    /// Bytes of responses that the company may store within 24 hours. If it has stored that many, nothing is
    /// written.
    pub quota: u64,
}

impl<T> Once<T> {
    /// Returns the response for the result `done`.
    ///
    /// # Errors
    /// Returns an error if the response cannot be made or its body is longer than `limit`.
    pub(crate) fn answer_to(&self, done: T, limit: usize) -> Result<StoredAnswer, StoreError> {
        let answer = (self.answer)(done).map_err(StoreError::Unavailable)?;
        if answer.body.bytes.len() > limit {
            return Err(StoreError::AnswerTooLarge { limit });
        }
        let body = answer.body.compressed().map_err(StoreError::unavailable)?;
        Ok(StoredAnswer { body, ..answer })
    }
}

impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self { request: self.request, answer: Arc::clone(&self.answer), quota: self.quota }
    }
}

/// Compares only the requests, because the response follows from the request.
impl<T> PartialEq for Once<T> {
    fn eq(&self, other: &Self) -> bool {
        self.request == other.request
    }
}

impl<T> Eq for Once<T> {}

impl<T> fmt::Debug for Once<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").field("request", &self.request).finish_non_exhaustive()
    }
}
