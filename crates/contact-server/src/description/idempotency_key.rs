//! Describes the header `Idempotency-Key` of every operation that writes.

use std::time::Duration;

use contact_model::limits;
use contact_store::StoreError;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::ObjectBuilder;

use super::parameters::extension_header;
use super::problems::{add, response};
use super::responses::{add_replayed, responses_of};
use super::source::Source::Extension;
use crate::error::{ApiError, BodyLimit};

/// Adds the header and the responses that it can cause.
pub(super) fn declare(operation: &mut Operation) {
    let text = "an identifier that the caller chooses for this write, preferably a UUID, as it is or in \
                double quotes. Within 24 hours, the same request with the same key gets the same response \
                and is not done again.";
    let key = extension_header("Idempotency-Key", text, ObjectBuilder::new().pattern(Some(pattern())));
    operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
    let text = "a request with the same `Idempotency-Key` is still running";
    let (status, still_running) = response(Extension, text, StoreError::StillRunning);
    match operation.responses.responses.get_mut(&status) {
        // The description has one response for each status.
        Some(RefOr::T(there)) => {
            there.description.push_str("; or, extension, ");
            there.description.push_str(text);
            there.headers.extend(still_running.headers);
        }
        _ => _ = operation.responses.responses.insert(status, still_running.into()),
    }
    let reused = "the `Idempotency-Key` was used for another request before; nothing is written";
    add(operation, Extension, reused, StoreError::KeyReused);
    let quota = "the company has stored as many responses to requests with an `Idempotency-Key` as it may within 24 \
                 hours; nothing is written. Requests without the header, and repeated ones whose response is stored, \
                 are handled as usual";
    let available_in = Duration::from_secs(60 * 60);
    add(operation, Extension, quota, StoreError::QuotaExceeded { available_in });
    // With a key, an operation that takes no body reads a body anyway.
    let late = "with an `Idempotency-Key`, a body did not arrive in time";
    add(operation, Extension, late, ApiError::RequestTimeout);
    let too_large = "with an `Idempotency-Key`, a body is larger than 1 MiB";
    add(operation, Extension, too_large, ApiError::BodyTooLarge(BodyLimit::Request));
    for (status, response) in responses_of(operation) {
        if status.starts_with('2') {
            add_replayed(response);
        }
    }
}

/// Returns the pattern of what [`contact_model::IdempotencyKey`] reads: a word, or a String (RFC 9651) that contains
/// one.
fn pattern() -> String {
    let most = limits::IDEMPOTENCY_KEY;
    format!(r#"^([!#-~][!-~]{{0,{}}}|"([!#-\[\]-~]|\\["\\]){{1,{most}}}")$"#, most - 1)
}
