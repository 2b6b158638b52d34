//! Helpers for the responses of an operation, and the responses that are not problems and not special to one operation.

use std::collections::BTreeMap;

use contact_model::Contact;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema as _};

use super::headers;
use super::operation::{add_headers, add_receipt};
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

/// The responses of a create, which have no body by default.
pub(crate) struct CreatedOrUpdated;

impl IntoResponses for CreatedOrUpdated {
    fn responses() -> Responses {
        let response = |status: &str, text| {
            let contact = ContentBuilder::new().schema(Some(Ref::from_schema_name(Contact::name())));
            let response = ResponseBuilder::new()
                .description(text)
                .content("application/json", contact.extensions(Extension.mark()).build())
                .extensions(Decided.mark());
            let mut response = response.build();
            headers::add(&mut response, headers::LOCATION);
            (status.to_owned(), response.into())
        };
        Responses::from([
            response(
                "201",
                "A contact was created. The response has no body, unless `Prefer: return` asks for one.",
            ),
            response(
                "200",
                "An existing contact was updated. The response has no body, unless `Prefer: return` asks for one.",
            ),
        ])
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
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Contact::name())));
    let response = ResponseBuilder::new()
        .description("The contact after the write.")
        .content("application/json", content.build());
    let mut response = response.build();
    add_receipt(&mut response);
    headers::add(&mut response, headers::IDEMPOTENT_REPLAYED);
    add_headers("200", &mut response, true, true);
    Responses::from([(WRITTEN_CONTACT.to_owned(), response.into())])
}

/// Returns the responses of an operation that are no components, each with its status.
pub(super) fn responses_of(operation: &mut Operation) -> impl Iterator<Item = (&str, &mut Response)> {
    operation.responses.responses.iter_mut().filter_map(|(status, response)| match response {
        RefOr::T(response) => Some((status.as_str(), response)),
        RefOr::Ref(_) => None,
    })
}
