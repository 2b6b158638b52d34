//! Completes the description of an operation with everything that its handler's attribute does not contain.

use std::borrow::Cow;

use contact_model::receipt::MEDIA_TYPE;
use contact_model::{AgentThread, BatchAnswer, Contact, ContactDetail, ContactReceipt, ThreadReceipt};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, Response};
use utoipa::{IntoResponses, ToSchema};

use super::idempotency_key;
use super::problems::{AccessProblems, add_common};
use super::responses::{remove_replayed, responses_of};
use super::source::Source::{Decided, Documented, Extension};
use crate::operations::ApiOperation;

/// The tag of documented operations.
pub(super) const DOCUMENTED: &str = "Contacts";
/// The tag of operations beyond the documentation.
pub(super) const EXTENSIONS: &str = "Extensions";

/// Adds what follows from the operation's row in the table, and what all operations have in common: the tag, the
/// problems of every request, receipts and the headers of responses.
pub(super) fn complete(described: &mut Operation, operation: &ApiOperation) {
    let tag = if operation.source == Documented { DOCUMENTED } else { EXTENSIONS };
    described.tags = Some(vec![tag.to_owned()]);
    described.extensions = operation.source.mark();
    add_common(described);
    if operation.writes() {
        described.responses.responses.extend(AccessProblems::responses());
        responses_of(described).for_each(|(_, response)| add_receipt(response));
        idempotency_key::declare(described);
    } else {
        responses_of(described).for_each(|(_, response)| remove_replayed(response));
    }
    add_headers(described, operation);
}

/// Adds the body with a receipt, which `Prefer: return=receipt` asks for.
fn add_receipt(response: &mut Response) {
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

fn add_headers(described: &mut Operation, operation: &ApiOperation) {
    let ignores_fields = described.request_body.is_some() || operation.source == Documented;
    for (status, response) in responses_of(described) {
        let with_contact = [Contact::name(), ContactDetail::name(), ThreadReceipt::name()];
        let shows_contact = with_contact.into_iter().any(|schema| shows(response, schema));
        let mut add = |name: &str, header| _ = response.headers.insert(name.to_owned(), RefOr::T(header));
        add("X-Request-Id", Decided.header("the request's id, also in every problem document"));
        if ignores_fields && (status.starts_with('2') || status == "304") {
            let text = "the names of keys and parameters that were sent and ignored, a list of Strings (RFC \
                        9651); absent if there are none";
            add("Ignored-Fields", Decided.header(text));
        }
        if operation.writes() && status.starts_with('2') {
            let text = "the preferences that were followed; absent if there are none";
            add("Preference-Applied", Extension.header(text));
        }
        if shows_contact {
            let text = "which state of the contact the response shows, for `If-None-Match` and `If-Match`; \
                        only the server can interpret it";
            add("ETag", Extension.header(text));
        }
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
