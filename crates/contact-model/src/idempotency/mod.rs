//! The header `Idempotency-Key` (from the IETF draft of that name), which makes it safe to send a write
//! again. Extension.

mod key;
mod keyed_request;
mod retention;

pub use key::{IdempotencyKey, InvalidIdempotencyKey};
pub use keyed_request::{KeyedRequest, RequestParts};
pub use retention::{RETENTION, first_counted_hour, hour_of, retention_start, time_until_uncounted};
