//! Answers in JSON.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::ApiError;

/// Bytes that the answer with a usual contact takes, so that its buffer need not grow.
const USUAL_LENGTH: usize = 1024;

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
