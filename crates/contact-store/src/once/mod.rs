//! Writes that are done once, however often they are sent: those of requests with an idempotency key.
//!
//! The answer to such a write is stored in the write's own transaction, so either both are on disk or neither is.
//! A transaction takes the lock of each key that it meets, without waiting, and looks for stored answers
//! afterwards. What it finds is the answer; where it finds none and has not got the lock, another transaction is
//! at it; else the write is done. The lock goes with the transaction, however that ends.

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

/// How a write that does `T` is answered: to be stored, and given again.
pub type MakeAnswer<T> = dyn Fn(T) -> Result<StoredAnswer, Cause> + Send + Sync;

/// That a write is done once, and what it is answered with. The write may be tried several times until it is
/// done, so the answer may be made several times; one is stored.
pub struct Once<T> {
    /// The request that asks for it.
    pub request: KeyedRequest,
    /// The answer to what was done. Where it cannot be made, nothing is done.
    pub answer: Arc<MakeAnswer<T>>,
    /// Bytes of answers that the company may store within 24 hours. If it has stored as many, nothing is done.
    pub quota: u64,
}

impl<T> Once<T> {
    /// The answer to what was done.
    ///
    /// # Errors
    /// It cannot be made, or its body is longer than `limit`.
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

/// Two of one request are the same: the answer follows from it.
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
