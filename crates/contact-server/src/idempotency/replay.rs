//! Converts responses to their stored form and back.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use contact_model::ContactId;
use contact_store::{Cause, StoredBody, StoredResponse};
use futures::FutureExt;
use http_body_util::BodyExt;

use crate::error::{ApiError, PendingProblem};

/// The header of a stored response that is sent again.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Returns true if this is a stored response that is sent again.
pub(crate) fn is_replayed(response: &Response) -> bool {
    response.headers().contains_key(IDEMPOTENT_REPLAYED)
}

/// Returns the stored form of a response that names these contacts. A response to a failure of the server is not
/// stored; its cause is returned as an error.
pub(super) fn to_store(response: Response, contacts: BTreeSet<ContactId>) -> Result<StoredResponse, Cause> {
    if response.status().is_server_error() {
        let failed = response.extensions().get::<PendingProblem>().and_then(|problem| problem.cause.clone());
        return Err(failed.unwrap_or_else(|| cause("an answer could not be made")));
    }
    let (parts, body) = response.into_parts();
    // The bodies of responses are in memory, so they can be read without waiting.
    let Some(body) = body.collect().now_or_never() else { return Err(cause("an answer is not in memory")) };
    let body = body.map_err(cause)?.to_bytes().to_vec();
    let mut headers = Vec::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        headers.push((name.to_string(), value.to_str().map_err(cause)?.to_owned()));
    }
    let body = StoredBody::new(body);
    Ok(StoredResponse { status: parts.status.as_u16(), headers, body, sealed: false, contacts })
}

/// Returns a stored response as it was first sent.
pub(super) fn from_store(stored: &StoredResponse) -> Result<Response, ApiError> {
    let body = stored.body.plain().map_err(ApiError::Internal)?;
    let mut response = Response::new(Body::from(body.into_owned()));
    *response.status_mut() = StatusCode::from_u16(stored.status).map_err(ApiError::internal)?;
    for (name, value) in &stored.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(ApiError::internal)?;
        response.headers_mut().append(name, HeaderValue::try_from(value).map_err(ApiError::internal)?);
    }
    Ok(response)
}

/// Returns a stored response with the header that marks it as sent again.
pub(super) fn again(stored: &StoredResponse) -> Result<Response, ApiError> {
    let mut response = from_store(stored)?;
    response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

pub(super) fn cause(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Cause {
    Cause::from(error.into())
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn an_answer_comes_back_as_it_was_given() {
        let headers = [("location", "/contacts/1/"), ("etag", "\"a\"")];
        let given = || (StatusCode::CREATED, headers, vec![0_u8, 159, 146, 150]).into_response();
        let stored = to_store(given(), BTreeSet::new()).unwrap();
        let replayed = again(&stored).unwrap();
        assert_eq!(replayed.status(), StatusCode::CREATED);
        assert_eq!(replayed.headers()["idempotent-replayed"], "true");
        let mut without = replayed.headers().clone();
        without.remove(IDEMPOTENT_REPLAYED);
        assert_eq!(&without, given().headers());
        assert_eq!(to_store(replayed, BTreeSet::new()).unwrap().body, stored.body);
    }
}
