//! Declares the headers of responses in the API description.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, OpenApi, RefOr, Response};

use crate::extension_marks;

const REQUEST_ID: &str = "Decided: the request's id, also in every problem document";
const PREFERENCE_APPLIED: &str = "Extension: the preferences that were followed; absent where none was";
const IGNORED_FIELDS: &str = "Decided: the names of keys and parameters that were sent and ignored, a list of Strings (RFC 9651); absent if there are none";
const ETAG: &str = "Extension: which state of the contact the answer shows, for `If-None-Match` and `If-Match`; \
     a word that means something to the server alone";

/// Declares the headers that every response has, those of every operation that takes a body, and those of every
/// response with one contact.
pub(crate) fn declare(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            declare_of(operation);
        }
    }
}

fn declare_of(operation: &mut Operation) {
    let ignores = operation.request_body.is_some() || !extension_marks::is_extension(operation);
    let takes_preferences = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == "Prefer"));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let shows_contact = shows_contact(response);
        let headers = &mut response.headers;
        headers.insert("X-Request-Id".to_owned(), text(REQUEST_ID).into());
        if ignores && (status.starts_with('2') || status == "304") {
            headers.insert("Ignored-Fields".to_owned(), text(IGNORED_FIELDS).into());
        }
        if takes_preferences && status.starts_with('2') {
            headers.insert("Preference-Applied".to_owned(), text(PREFERENCE_APPLIED).into());
        }
        if shows_contact {
            headers.insert("ETag".to_owned(), text(ETAG).into());
        }
    }
}

/// Returns true if the response contains one contact.
fn shows_contact(response: &Response) -> bool {
    response.content.values().any(|content| {
        let RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) = content else { return false };
        ["Contact", "ContactDetail", "ThreadReceipt"]
            .iter()
            .any(|name| schema.ref_location.ends_with(&format!("/{name}")))
    })
}

/// Returns a header that contains text.
pub(crate) fn text(description: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(text)).description(Some(description)).build()
}
