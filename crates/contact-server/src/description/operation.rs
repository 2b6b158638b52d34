//! Completes the description of an operation with everything that its handler's attribute does not contain.

use utoipa::openapi::path::Operation;

use super::common_problems::add_common;
use super::idempotency_key;
use super::problems::{Forbidden, add};
use super::responses::{add_headers, add_receipt, responses_of};
use super::source::Source::Documented;
use crate::extract::describe_operation_id;
use crate::operations::ApiOperation;

/// Adds what follows from the operation's row in the table, and what all operations have in common: the mark of an
/// extension, the problems of every request, receipts and the headers of responses.
pub(super) fn complete(described: &mut Operation, operation: &ApiOperation) {
    described.extensions = operation.source.mark();
    if operation.writes() {
        add::<Forbidden>(described);
        responses_of(described).for_each(|(_, response)| add_receipt(response));
        idempotency_key::declare(described);
        described.parameters.get_or_insert_default().push(describe_operation_id().into());
    }
    // Last, because an operation may have a more specific response for a status.
    add_common(described, operation);
    let ignores_fields = described.request_body.is_some() || operation.source == Documented;
    for (status, response) in responses_of(described) {
        add_headers(status, response, ignores_fields, operation.writes());
    }
}
