//! The header `Idempotency-Key`, an extension. A write that is sent again gets the stored response, and is not done
//! again.
//!
//! [`frame`] wraps every request that has the header, and gives its operation the identity of the request. An
//! operation reaches the store through [`once`], which stores the response in the same transaction as the write.
//! [`replay`] converts a response to its stored form and back. A refusal can come from anywhere, so the frame stores
//! it. [`seal`] encrypts responses that contain a secret.

pub(crate) mod declared;
pub(crate) mod frame;
mod once;
mod replay;
mod seal;

pub(crate) use once::{Once, Outcomes};
pub(crate) use replay::is_replayed;
pub(crate) use seal::Seal;

use axum::http::HeaderName;

/// The header that contains a request's idempotency key.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
