//! Answers in JSON.

use std::io::Write as _;

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use contact_model::EntityTag;
use serde::Serialize;

use crate::error::ApiError;

/// Bytes that the answer with a usual contact takes, so that its buffer need not grow.
const USUAL_LENGTH: usize = 1024;

/// Bytes that the longest tag takes, and some more.
const LONGEST_TAG: usize = 192;

/// An answer with a contact, and the tag of the state that it shows.
pub(crate) struct Tagged<T>(pub(crate) EntityTag, pub(crate) T);

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        match tag_value(self.0) {
            Ok(tag) => ([(ETAG, tag)], self.1).into_response(),
            Err(error) => error.into_response(),
        }
    }
}

/// The tag as the value of a header.
pub(crate) fn tag_value(tag: EntityTag) -> Result<HeaderValue, ApiError> {
    // Written on the stack first: the header's own text is all that memory is asked for.
    let mut buffer = [0; LONGEST_TAG];
    let mut rest = buffer.as_mut_slice();
    write!(rest, "{tag}").map_err(ApiError::internal)?;
    let left = rest.len();
    let (text, _) = buffer.split_at(LONGEST_TAG - left);
    HeaderValue::from_bytes(text).map_err(ApiError::internal)
}

/// An answer in JSON.
pub(crate) struct Json<T>(pub(crate) T);

/// An answer in JSON of a media type of its own.
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
