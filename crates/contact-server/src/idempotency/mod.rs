//! The header `Idempotency-Key`, an extension. A write that is sent again gets the stored response, and is not done
//! again.
//!
//! [`middleware`] wraps every request that has the header, and gives its operation the identity of the request. The
//! gateway in `writing` stores the response in the same transaction as the write. A refusal can come from anywhere, so
//! the middleware stores it. [`replay`] converts a response to its stored form and back. [`response_cipher`] encrypts
//! responses that contain a secret.

pub(crate) mod middleware;
mod replay;
mod response_cipher;

pub(crate) use replay::{is_replayed, replayed, to_stored};
pub(crate) use response_cipher::ResponseCipher;

use axum::http::HeaderName;

/// The header that contains a request's idempotency key.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
