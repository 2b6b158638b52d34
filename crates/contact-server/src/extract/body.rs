//! Receives and parses JSON bodies.

use std::error::Error;
use std::future::Future;
use std::io;
use std::iter::successors;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use contact_model::SentBody;
use contact_model::body::{BodyError, ParsedBody, RequestBody};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;

use super::{Prefer, body_limit};
use crate::error::{ApiError, BodyLimit, Result};
use crate::{AppState, SharedState};

/// The largest body that is parsed on the thread of its request. While it parses, the thread serves no other request.
/// Larger bodies are parsed on a thread that may block.
const MAX_INLINE_PARSE: usize = 128 * 1024;

/// The result of parsing a body. If fields are invalid, the operation decides how to report them.
pub(crate) type ParseResult<B> = Result<ParsedBody<B>, BodyError>;

/// What an operation reads of a request's body: JSON of a certain type, or nothing.
pub(crate) trait ReadBody: Sized + Send + 'static {
    /// Receives and parses the body.
    ///
    /// # Errors
    /// The body is not JSON by its media type, or could not be received.
    fn read(
        request: Request,
        prefer: Prefer,
        state: &SharedState,
    ) -> impl Future<Output = Result<ParseResult<Self>>> + Send;
}

impl<B: RequestBody + Send + 'static> ReadBody for B {
    async fn read(request: Request, prefer: Prefer, state: &SharedState) -> Result<ParseResult<Self>> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(ApiError::UnsupportedMediaType);
        }
        let bytes = receive_body(body, body_limit(&parts, prefer), state).await?;
        let parses_inline = bytes.len() <= MAX_INLINE_PARSE;
        let parse = move || B::from_json(SentBody { bytes: &bytes, handling: prefer.handling() });
        if parses_inline {
            return Ok(parse());
        }
        tokio::task::spawn_blocking(parse).await.map_err(ApiError::internal)
    }
}

/// The body of an operation that takes none. A body that is sent anyway is not read.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct NoBody;

impl ReadBody for NoBody {
    async fn read(_: Request, _: Prefer, _: &SharedState) -> Result<ParseResult<Self>> {
        Ok(Ok(ParsedBody { value: Self, ignored: Vec::new(), coerced: Vec::new(), repeated: Vec::new() }))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_identity = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    let is_plain = headers.get_all(CONTENT_ENCODING).iter().all(is_identity);
    essence.eq_ignore_ascii_case("application/json") && is_plain
}

/// Receives the bytes of a body.
///
/// # Errors
/// The body is larger than `limit`, or could not be received.
pub(crate) async fn receive_body(body: Body, limit: BodyLimit, state: &AppState) -> Result<Bytes> {
    if body.size_hint().lower() > limit.bytes() as u64 {
        return Err(ApiError::BodyTooLarge(limit));
    }
    let collected = Limited::new(body, limit.bytes()).collect();
    let received = tokio::time::timeout(state.limits.receive_timeout, collected).await;
    match received.map_err(|_| ApiError::RequestTimeout)? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::BodyTooLarge(limit)),
        Err(error) => Err(incomplete_body_error(&*error)),
    }
}

/// Returns the error for a body that could not be received to its end.
fn incomplete_body_error(error: &(dyn Error + 'static)) -> ApiError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let causes = successors(Some(error), |&error| error.source());
    let kind = causes.filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).next();
    match kind {
        Some(InvalidData | InvalidInput) => ApiError::MalformedRequest(
            "The body is not chunked although Transfer-Encoding says so; nothing was written.",
        ),
        Some(UnexpectedEof) => {
            ApiError::MalformedRequest("The body ended before it was complete; nothing was written.")
        }
        // The connection broke, so nobody receives this response.
        _ => ApiError::RequestTimeout,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_of_json_is_recognised() {
        for value in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
            assert!(is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())])), "{value}");
        }
        for value in ["", "text/plain", "application/jsonp", "application/problem+json", "*/*"] {
            assert!(!is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())])), "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
