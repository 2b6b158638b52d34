//! Helpers for the responses of an operation, and the responses that are not problems and not special to one operation.

use std::borrow::Cow;
use std::collections::BTreeMap;

use contact_model::receipt::MEDIA_TYPE;
use contact_model::{AgentThread, BatchAnswer, Contact, ContactDetail, ContactReceipt, ThreadReceipt};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::headers;
use super::source::Source::{Decided, Extension};

/// The responses of an operation by their status.
pub(crate) type Responses = BTreeMap<String, RefOr<Response>>;

/// A 304.
pub(crate) struct NotModified;

impl IntoResponses for NotModified {
    fn responses() -> Responses {
        let text = "The caller already has this state, according to `If-None-Match`.";
        let response = ResponseBuilder::new().description(text).extensions(Extension.mark());
        let mut response = response.build();
        headers::add(&mut response, headers::ETAG);
        Responses::from([("304".to_owned(), response.into())])
    }
}

/// A 201 or 200 of a create.
pub(crate) struct CreatedOrUpdated;

/// The name of the component for [`CreatedOrUpdated`].
const CREATED_OR_UPDATED: &str = "CreatedOrUpdated";

impl IntoResponses for CreatedOrUpdated {
    fn responses() -> Responses {
        let component = || Ref::from_response_name(CREATED_OR_UPDATED).into();
        Responses::from(["200", "201"].map(|status| (status.to_owned(), component())))
    }
}

/// A 204 after a deletion.
pub(crate) struct Deleted;

/// The name of the component for [`Deleted`].
const DELETED: &str = "Deleted";

impl IntoResponses for Deleted {
    fn responses() -> Responses {
        Responses::from([("204".to_owned(), Ref::from_response_name(DELETED).into())])
    }
}

/// A 200 with the contact after a write.
pub(crate) struct WrittenContact;

/// The name of the component for [`WrittenContact`].
const WRITTEN_CONTACT: &str = "WrittenContact";

impl IntoResponses for WrittenContact {
    fn responses() -> Responses {
        Responses::from([("200".to_owned(), Ref::from_response_name(WRITTEN_CONTACT).into())])
    }
}

/// Returns the responses of this file that are components.
pub(super) fn components() -> Responses {
    let created_or_updated = ResponseBuilder::new()
        .description(
            "201 if a contact was created, 200 if an existing contact was updated. The response has no body, unless \
             `Prefer: return` asks for one.",
        )
        .content("application/json", contact().extensions(Extension.mark()).build())
        .extensions(Decided.mark());
    let mut created_or_updated = created_or_updated.build();
    headers::add(&mut created_or_updated, headers::LOCATION);
    let written_contact = ResponseBuilder::new()
        .description("The contact after the write.")
        .content("application/json", contact().build());
    let deleted = ResponseBuilder::new().description("It was deleted or revoked.").build();
    [(CREATED_OR_UPDATED, created_or_updated), (DELETED, deleted), (WRITTEN_CONTACT, written_contact.build())]
        .into_iter()
        .map(|(name, mut response)| {
            add_receipt(&mut response);
            headers::add(&mut response, headers::IDEMPOTENT_REPLAYED);
            add_headers("200", &mut response, name != DELETED, true);
            (name.to_owned(), response.into())
        })
        .collect()
}

fn contact() -> ContentBuilder {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(Contact::name())))
}

/// Returns the responses of an operation that are no components, each with its status.
pub(super) fn responses_of(operation: &mut Operation) -> impl Iterator<Item = (&str, &mut Response)> {
    operation.responses.responses.iter_mut().filter_map(|(status, response)| match response {
        RefOr::T(response) => Some((status.as_str(), response)),
        RefOr::Ref(_) => None,
    })
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
