//! Problems of requests that do not depend on what the requests are for.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use contact_model::list::UNREADABLE_CURSOR;
use contact_model::{Access, Violation, ViolationCode, Violations, limits};
use contact_store::StoreError;

use super::group;
use crate::error::ApiError;
use crate::extract::{bad_parameter, unknown_parameter};

pub(super) const LATE: &str = "the body did not arrive in time";
pub(super) const NOT_JSON: &str = "the body is not declared as application/json, or is compressed";
/// The text of a problem that another problem with the same status may be combined with.
pub(crate) const STILL_RUNNING: &str = "a request with the same `Idempotency-Key` is still running";

group!(
    /// Problems of every operation.
    AuthenticationProblems:
    Decided "no API key, or one that is unknown, revoked or expired" => ApiError::Unauthorized,
);

group!(
    /// Problems of every operation that needs a key with more than read access.
    AccessProblems:
    Decided "the API key may not do this; a read key only reads, and only an admin key manages the company" =>
        ApiError::Forbidden { access: Access::Read, needed: Access::Write },
);

group!(
    /// Problems of every operation that takes parameters and no body.
    ParameterProblems:
    Decided "a parameter cannot be read" =>
        bad_parameter("pn", "pn takes true or false; `perhaps` was sent."),
);

group!(
    /// Problems of every extension that takes no parameters, no body and no id.
    NoParameterProblems:
    Extension "a parameter was sent, and the operation takes none" => unknown_parameter(),
);

group!(
    /// Problems of every operation that responds with a page of a list.
    PageProblems:
    Extension "a parameter cannot be read or is unknown" =>
        bad_parameter("cursor", UNREADABLE_CURSOR),
);

group!(
    /// Problems of every operation that takes a body.
    BodyProblems:
    Decided "the body is not JSON, is not an object or has invalid fields, or a parameter cannot be read; \
             every invalid field is named, and nothing is written" =>
        bad_field("/notes"),
    Decided LATE => ApiError::RequestTimeout,
    Decided "the body is larger than 1 MiB" => ApiError::BodyTooLarge { limit: limits::REQUEST_BODY },
    Decided NOT_JSON => ApiError::UnsupportedMediaType,
);

group!(
    /// Problems of every operation that takes no body. With an idempotency key, it reads a body anyway.
    ArrivalProblems:
    Extension "with an `Idempotency-Key`, a body did not arrive in time" => ApiError::RequestTimeout,
    Extension "with an `Idempotency-Key`, a body is larger than 1 MiB" =>
        ApiError::BodyTooLarge { limit: limits::REQUEST_BODY },
);

group!(
    /// Problems of every operation that writes.
    IdempotencyProblems:
    Extension STILL_RUNNING => StoreError::StillRunning,
    Extension "the `Idempotency-Key` was used for another request before; nothing is written" =>
        StoreError::KeyReused,
    Extension "the company has stored as many responses to requests with an `Idempotency-Key` as it may \
               within 24 hours; nothing is written. Requests without the header, and repeated ones whose \
               response is stored, are handled as usual" =>
        StoreError::QuotaExceeded { available_in: Duration::from_secs(60 * 60) },
);

group!(
    /// Problems of every operation.
    ServerProblems:
    Decided "the server failed" => ApiError::internal("an example"),
    Decided "the database is not available, or too many requests wait for it" => unavailable(),
);

/// Returns the error for notes that are too long, as an example.
pub(super) fn bad_field(pointer: &str) -> ApiError {
    let detail = "notes takes at most 65536 characters; 70000 were sent.";
    Violations::from(Violation::new(pointer, ViolationCode::TooLong, detail)).into()
}

fn unavailable() -> StoreError {
    StoreError::Unavailable(Arc::from(Box::<dyn Error + Send + Sync>::from("an example")))
}
