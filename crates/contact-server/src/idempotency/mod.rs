//! The header `Idempotency-Key`: a write that is sent again is answered again and not done again. Extension.
//!
//! [`frame`] is around every request that has the header, and hands its operation what it is called by; [`once`] is
//! how an operation reaches the store, and stores its answer with what it wrote; [`replay`] makes of an answer one
//! that is stored, and back. A refusal is stored by the frame, as it may come from anywhere. [`seal`] is for answers that hold a
//! secret.

pub(crate) mod declared;
pub(crate) mod frame;
mod once;
mod replay;
mod seal;

pub(crate) use once::{Once, Outcomes};
pub(crate) use replay::is_replayed;
pub(crate) use seal::Seal;

use axum::http::HeaderName;

/// The header with a request's key.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
