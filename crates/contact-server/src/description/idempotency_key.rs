//! Describes the header `Idempotency-Key` of every operation that writes.

use contact_model::limits;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::ObjectBuilder;

use super::headers;
use super::parameters::extension_header;
use super::problems::{KeyReused, QuotaExceeded, StillRunning, add};
use super::responses::responses_of;

/// Adds the header and the responses that it can cause.
pub(super) fn declare(operation: &mut Operation) {
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter()));
    add::<StillRunning>(operation);
    add::<KeyReused>(operation);
    add::<QuotaExceeded>(operation);
    for (status, response) in responses_of(operation) {
        if status.starts_with('2') {
            headers::add(response, headers::IDEMPOTENT_REPLAYED);
        }
    }
}

/// Returns the description of the header.
pub(super) fn parameter() -> Parameter {
    let text = "An identifier that the caller chooses for this write, preferably a UUID, with or without double quotes. \
                Within 24 hours, the same request with the same key gets the same response and is not done again. While the \
                first request is running, a server on PostgreSQL refuses the others with a 409 (`still-running`), and a \
                server on SQLite lets them wait.";
    let schema =
        ObjectBuilder::new().pattern(Some(pattern())).examples(["018bab2f-5d60-7c31-9a55-8dd25736052a"]);
    extension_header("Idempotency-Key", text, schema)
}

/// Returns the pattern of what [`contact_model::IdempotencyKey`] reads: a word, or a String (RFC 9651) that contains
/// one.
fn pattern() -> String {
    let most = limits::IDEMPOTENCY_KEY;
    format!(r#"^([!#-~][!-~]{{0,{}}}|"([!#-\[\]-~]|\\["\\]){{1,{most}}}")$"#, most - 1)
}
