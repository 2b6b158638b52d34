//! Responses in JSON.

use std::io::Write as _;

use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contact_model::EntityTag;
use serde::Serialize;

use crate::error::{ApiError, Result};

/// The length in bytes of a typical response with a contact. A buffer of this size rarely has to grow.
const TYPICAL_LENGTH: usize = 1024;

/// The length in bytes of a buffer that every entity tag fits into.
const TAG_BUFFER: usize = 192;

/// A response with a contact, and the entity tag of its state.
pub(crate) struct WithETag<T>(pub(crate) EntityTag, pub(crate) T);

impl<T: IntoResponse> IntoResponse for WithETag<T> {
    fn into_response(self) -> Response {
        match etag_value(self.0) {
            Ok(tag) => ([(ETAG, tag)], self.1).into_response(),
            Err(error) => error.into_response(),
        }
    }
}

/// Returns the tag as the value of a header.
pub(crate) fn etag_value(tag: EntityTag) -> Result<HeaderValue> {
    // The tag is written on the stack first, so that only the header's own text is allocated.
    let mut buffer = [0; TAG_BUFFER];
    let mut unwritten = buffer.as_mut_slice();
    write!(unwritten, "{tag}").map_err(ApiError::internal)?;
    let length = TAG_BUFFER - unwritten.len();
    let (text, _) = buffer.split_at(length);
    HeaderValue::from_bytes(text).map_err(ApiError::internal)
}

/// A response in JSON.
pub(crate) struct Json<T>(pub(crate) T);

/// A response in JSON with a media type of its own.
pub(crate) struct TypedJson<T>(pub(crate) &'static str, pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        TypedJson("application/json", self.0).into_response()
    }
}

impl<T: Serialize> IntoResponse for TypedJson<T> {
    fn into_response(self) -> Response {
        let Self(media_type, value) = self;
        let mut body = Vec::with_capacity(TYPICAL_LENGTH);
        match serde_json::to_writer(&mut body, &value) {
            Ok(()) => ([(CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response(),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

/// Returns the response to an operation that created something.
pub(crate) fn created<T: Serialize>(headers: HeaderMap, created: T) -> Response {
    (StatusCode::CREATED, headers, Json(created)).into_response()
}

/// Returns the response to an operation that changed something.
pub(crate) fn updated<T: Serialize>(headers: HeaderMap, updated: T) -> Response {
    (headers, Json(updated)).into_response()
}

/// Returns the response to an operation that deleted something.
pub(crate) fn deleted<T>(headers: HeaderMap, _deleted: T) -> Response {
    (StatusCode::NO_CONTENT, headers).into_response()
}

#[cfg(test)]
mod tests {
    use contact_model::Include;
    use contact_model::entity_tag::{RowVersion, ShownAgents, ShownCustomFields};

    use super::*;

    #[test]
    fn the_longest_entity_tag_fits_into_the_buffer() {
        let longest = i64::MIN;
        let tag = EntityTag {
            row: RowVersion { contact: uuid::Uuid::max().into(), version: longest },
            agents: Some(ShownAgents { active: longest, of_threads: longest }),
            custom_fields: Some(ShownCustomFields { count: longest, versions: longest }),
            include: Include::ALL,
        };
        assert_eq!(etag_value(tag).unwrap(), tag.to_string());
    }
}
