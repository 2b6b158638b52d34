//! Converts responses to their stored form and back.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use contact_model::ContactId;
use contact_store::{Cause, StoredBody, StoredResponse};
use futures::FutureExt;
use http_body_util::BodyExt;

use crate::error::{ApiError, PendingProblem, Result};

/// The header of a stored response that is sent again.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Returns true if this is a stored response that is sent again.
pub(crate) fn is_replayed(response: &Response) -> bool {
    response.headers().contains_key(IDEMPOTENT_REPLAYED)
}

/// Returns the stored form of a response that names these contacts. A response to a failure of the server is not
/// stored; its cause is returned as an error.
pub(crate) fn to_stored(response: Response, contacts: BTreeSet<ContactId>) -> Result<StoredResponse, Cause> {
    if response.status().is_server_error() {
        let failed = response.extensions().get::<PendingProblem>().and_then(|pending| pending.cause.clone());
        return Err(failed.unwrap_or_else(|| cause("a response could not be built")));
    }
    let (parts, body) = response.into_parts();
    // The bodies of responses are in memory, so they can be read without waiting.
    let Some(body) = body.collect().now_or_never() else { return Err(cause("a response is not in memory")) };
    let body = body.map_err(cause)?.to_bytes().to_vec();
    let mut headers = Vec::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        headers.push((name.to_string(), value.to_str().map_err(cause)?.to_owned()));
    }
    let body = StoredBody::new(body);
    Ok(StoredResponse { status: parts.status.as_u16(), headers, body, is_encrypted: false, contacts })
}

/// Returns a stored response as it was first sent.
pub(super) fn from_stored(stored: &StoredResponse) -> Result<Response> {
    let body = stored.body.plain().map_err(ApiError::internal)?;
    let mut response = Response::builder().status(stored.status);
    for (name, value) in &stored.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body.into_owned())).map_err(ApiError::internal)
}

/// Returns a stored response with the header that marks it as sent again.
pub(crate) fn replayed(stored: &StoredResponse) -> Result<Response> {
    let mut response = from_stored(stored)?;
    response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

pub(super) fn cause(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Cause {
    Cause::from(error.into())
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn a_replayed_response_equals_the_first_one() {
        let headers = [("location", "/contacts/1/"), ("etag", "\"a\"")];
        let first = || (StatusCode::CREATED, headers, vec![0_u8, 159, 146, 150]).into_response();
        let stored = to_stored(first(), BTreeSet::new()).unwrap();
        let again = replayed(&stored).unwrap();
        assert_eq!(again.status(), StatusCode::CREATED);
        assert_eq!(again.headers()["idempotent-replayed"], "true");
        let mut headers = again.headers().clone();
        headers.remove(IDEMPOTENT_REPLAYED);
        assert_eq!(&headers, first().headers());
        assert_eq!(to_stored(again, BTreeSet::new()).unwrap().body, stored.body);
    }
}
