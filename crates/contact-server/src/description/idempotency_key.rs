//! Describes the header `Idempotency-Key` of every operation that writes.

use contact_model::limits;
use utoipa::IntoResponses;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::ObjectBuilder;

use super::parameters::extension_header;
use super::problems::{ArrivalProblems, IdempotencyProblems, STILL_RUNNING};
use super::responses::{add_missing, add_replayed, responses_of};

/// Adds the header and the responses that it can cause.
pub(super) fn declare(operation: &mut Operation) {
    let text = "an identifier that the caller chooses for this write, preferably a UUID, as it is or in \
                double quotes. Within 24 hours, the same request with the same key gets the same response \
                and is not done again.";
    let key = extension_header("Idempotency-Key", text, ObjectBuilder::new().pattern(Some(pattern())));
    operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
    for (status, response) in IdempotencyProblems::responses() {
        match (operation.responses.responses.get_mut(&status), response) {
            // The description has one response for each status.
            (Some(RefOr::T(there)), RefOr::T(more)) => {
                there.description.push_str("; or, extension, ");
                there.description.push_str(STILL_RUNNING);
                there.headers.extend(more.headers);
            }
            (_, response) => _ = operation.responses.responses.insert(status, response),
        }
    }
    add_missing::<ArrivalProblems>(operation);
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
