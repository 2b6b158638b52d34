//! Responses in JSON.

use std::io::Write as _;

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use contact_model::EntityTag;
use serde::Serialize;

use crate::error::ApiError;

/// The bytes of a typical response with a contact. A buffer of this size need not grow for it.
const USUAL_LENGTH: usize = 1024;

/// The bytes of the longest entity tag, and some more.
const LONGEST_TAG: usize = 192;

/// A response with a contact, and the entity tag of the state that it shows.
pub(crate) struct Tagged<T>(pub(crate) EntityTag, pub(crate) T);

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        match tag_value(self.0) {
            Ok(tag) => ([(ETAG, tag)], self.1).into_response(),
            Err(error) => error.into_response(),
        }
    }
}

/// Returns the tag as the value of a header.
pub(crate) fn tag_value(tag: EntityTag) -> Result<HeaderValue, ApiError> {
    // The tag is written on the stack first, so that only the header's own text is allocated.
    let mut buffer = [0; LONGEST_TAG];
    let mut rest = buffer.as_mut_slice();
    write!(rest, "{tag}").map_err(ApiError::internal)?;
    let left = rest.len();
    let (text, _) = buffer.split_at(LONGEST_TAG - left);
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
        let mut body = Vec::with_capacity(USUAL_LENGTH);
        match serde_json::to_writer(&mut body, &value) {
            Ok(()) => ([(CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response(),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use contact_model::Include;
    use contact_model::entity_tag::{RowVersion, ShownAgents, ShownCustomFields};

    use super::*;

    #[test]
    fn the_longest_tag_has_room() {
        let most = i64::MIN;
        let tag = EntityTag {
            row: RowVersion { contact: uuid::Uuid::max().into(), version: most },
            agents: Some(ShownAgents { active: most, of_threads: most }),
            custom_fields: Some(ShownCustomFields { count: most, versions: most }),
            include: Include { first_name: true, last_name: true, custom_fields: true, updated_at: true },
        };
        assert_eq!(tag_value(tag).unwrap(), tag.to_string());
    }
}
