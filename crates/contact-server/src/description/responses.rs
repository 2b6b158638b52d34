//! Helpers for the responses of an operation, and a response that is neither a success nor a problem.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{RefOr, Response, ResponseBuilder};

use super::source::Source::Extension;

/// The responses of an operation by their status.
pub(crate) type Responses = BTreeMap<String, RefOr<Response>>;

/// The header of a stored response that is sent again.
const REPLAYED: &str = "Idempotent-Replayed";

/// A 304.
pub(crate) struct NotModified;

impl IntoResponses for NotModified {
    fn responses() -> Responses {
        let response = ResponseBuilder::new()
            .description(Extension.text("the caller already has this state, according to `If-None-Match`"))
            .header("ETag", Extension.header("the state that the response would show"))
            .extensions(Extension.mark());
        Responses::from([("304".to_owned(), response.build().into())])
    }
}

/// Returns the responses of an operation, each with its status.
pub(super) fn responses_of(operation: &mut Operation) -> impl Iterator<Item = (&str, &mut Response)> {
    operation.responses.responses.iter_mut().filter_map(|(status, response)| match response {
        RefOr::T(response) => Some((status.as_str(), response)),
        RefOr::Ref(_) => None,
    })
}

/// Adds the header of a response that is stored with its idempotency key and sent again.
pub(super) fn add_replayed(response: &mut Response) {
    let text = "`true` if a request with the same `Idempotency-Key` was sent before and this is its stored \
                response; absent otherwise";
    response.headers.insert(REPLAYED.to_owned(), Extension.header(text).into());
}

/// Removes the header that [`add_replayed`] adds, for an operation that supports no idempotency key.
pub(super) fn remove_replayed(response: &mut Response) {
    response.headers.remove(REPLAYED);
}
