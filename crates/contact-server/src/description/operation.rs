//! Completes the description of an operation with everything that its handler's attribute does not contain.

use std::borrow::Cow;

use contact_model::receipt::MEDIA_TYPE;
use contact_model::{AgentThread, BatchAnswer, Contact, ContactDetail, ContactReceipt, ThreadReceipt};
use utoipa::ToSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, Response};

use super::problems::{Forbidden, add, add_common};
use super::responses::responses_of;
use super::source::Source::{Documented, Extension};
use super::{headers, idempotency_key};
use crate::operations::ApiOperation;

/// Adds what follows from the operation's row in the table, and what all operations have in common: the mark of an
/// extension, the problems of every request, receipts and the headers of responses.
pub(super) fn complete(described: &mut Operation, operation: &ApiOperation) {
    described.extensions = operation.source.mark();
    add_common(described, operation);
    if operation.writes() {
        add::<Forbidden>(described);
        responses_of(described).for_each(|(_, response)| add_receipt(response));
        idempotency_key::declare(described);
    }
    let ignores_fields = described.request_body.is_some() || operation.source == Documented;
    for (status, response) in responses_of(described) {
        add_headers(status, response, ignores_fields, operation.writes());
    }
}

/// Adds the body with a receipt, which `Prefer: return=receipt` asks for.
pub(super) fn add_receipt(response: &mut Response) {
    for (usual, with_receipt) in [
        (Contact::name(), ContactReceipt::name()),
        (AgentThread::name(), ThreadReceipt::name()),
        (BatchAnswer::name(), BatchAnswer::name()),
    ] {
        if shows(response, usual) {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(with_receipt)));
            let content = content.extensions(Extension.mark()).build();
            response.content.insert(MEDIA_TYPE.to_owned(), content.into());
        }
    }
}

/// Adds the headers that follow from the status and the body of a response.
pub(super) fn add_headers(status: &str, response: &mut Response, ignores_fields: bool, is_write: bool) {
    let with_contact = [Contact::name(), ContactDetail::name(), ThreadReceipt::name()];
    let shows_contact = with_contact.into_iter().any(|schema| shows(response, schema));
    let is_success = status.starts_with('2');
    let wanted = [
        (headers::X_REQUEST_ID, true),
        (headers::IGNORED_FIELDS, ignores_fields && (is_success || status == "304")),
        (headers::PREFERENCE_APPLIED, is_write && is_success),
        (headers::ETAG, shows_contact),
    ];
    for (name, _) in wanted.into_iter().filter(|(_, is_sent)| *is_sent) {
        headers::add(response, name);
    }
}

/// Returns true if a body of the response has this schema.
fn shows(response: &Response, schema: Cow<'_, str>) -> bool {
    let of_type = Ref::from_schema_name(schema).ref_location;
    response.content.values().any(|content| match content {
        RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) => schema.ref_location == of_type,
        RefOr::T(_) | RefOr::Ref(_) => false,
    })
}
