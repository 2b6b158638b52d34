//! Reads JSON bodies.

use std::error::Error;
use std::future::Future;
use std::io;
use std::iter::successors;

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use contact_model::body::{BodyError, ParsedBody, RequestBody};
use contact_model::custom_field::NewCustomField;
use contact_model::{
    ActiveAgentChoice, AgentUpdate, Batch, ContactCreate, ContactUpdate, CustomFieldRename, Handling,
    NewAgent, NewApiKey, NewTags, NewThread, SentBody, TagRename, limits,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{Prefer, batch_limit};
use crate::SharedState;
use crate::error::ApiError;

/// The largest body that is parsed on the thread of its request. While it parses, the thread serves no other request.
/// Larger bodies are parsed on a thread that may block.
const READ_AT_ONCE: usize = 128 * 1024;

/// A body that was read as a `T`, with the names of the keys that `T` does not have. With `Prefer: handling=strict`,
/// unknown keys are refused, so there are none.
pub(crate) struct Body<T>(pub(crate) ParsedBody<T>);

/// A type that a JSON body can be read as.
pub(crate) trait FromJson: Sized + Send + 'static {
    /// Returns how many bytes the body of a request with these headers and this query may have.
    fn limit(_headers: &HeaderMap, _query: Option<&str>) -> usize {
        limits::REQUEST_BODY
    }

    fn from_json(body: SentBody<'_>) -> Result<ParsedBody<Self>, BodyError>;

    /// Waits for the bytes of the body.
    fn receive(
        request: Request,
        state: &SharedState,
    ) -> impl Future<Output = Result<Bytes, ApiError>> + Send {
        async move {
            if !is_json(request.headers()) {
                return Err(ApiError::UnsupportedMediaType);
            }
            let limit = Self::limit(request.headers(), request.uri().query());
            arrive(request.into_body(), limit, state).await
        }
    }

    /// Parses a body that has arrived.
    fn of_bytes(
        bytes: Bytes,
        handling: Handling,
    ) -> impl Future<Output = Result<ParsedBody<Self>, ApiError>> + Send {
        async move {
            let at_once = bytes.len() <= READ_AT_ONCE;
            let read = move || Self::from_json(SentBody { bytes: &bytes, handling });
            if at_once {
                return Ok(read()?);
            }
            Ok(tokio::task::spawn_blocking(read).await.map_err(ApiError::internal)??)
        }
    }
}

/// The body of an operation that takes none. A body that is sent anyway is not read.
impl FromJson for () {
    fn from_json(_body: SentBody<'_>) -> Result<ParsedBody<Self>, BodyError> {
        Ok(ParsedBody { value: (), ignored: Vec::new(), coerced: Vec::new(), repeated: Vec::new() })
    }

    async fn receive(_request: Request, _state: &SharedState) -> Result<Bytes, ApiError> {
        Ok(Bytes::new())
    }
}

macro_rules! from_json {
    ($($body:ty),+) => {$(
        impl FromJson for $body {
            fn from_json(body: SentBody<'_>) -> Result<ParsedBody<Self>, BodyError> {
                <$body as RequestBody>::from_json(body)
            }
        }
    )+};
}

from_json!(
    ContactCreate,
    ContactUpdate,
    NewAgent,
    NewThread,
    ActiveAgentChoice,
    NewTags,
    TagRename,
    NewCustomField,
    CustomFieldRename,
    NewApiKey,
    AgentUpdate
);

impl FromJson for Batch {
    fn limit(headers: &HeaderMap, query: Option<&str>) -> usize {
        batch_limit(headers, query)
    }

    fn from_json(body: SentBody<'_>) -> Result<ParsedBody<Self>, BodyError> {
        RequestBody::from_json(body)
    }
}

impl<T: FromJson> FromRequest<SharedState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &SharedState) -> Result<Self, ApiError> {
        let handling = Prefer::of(request.headers()).handling();
        let bytes = T::receive(request, state).await?;
        Ok(Self(T::of_bytes(bytes, handling).await?))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_identity = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    let plain = headers.get_all(CONTENT_ENCODING).iter().all(is_identity);
    essence.eq_ignore_ascii_case("application/json") && plain
}

/// Waits for the bytes of a body, which may have at most `limit`.
pub(crate) async fn arrive(
    body: axum::body::Body,
    limit: usize,
    state: &SharedState,
) -> Result<Bytes, ApiError> {
    let arrival = tokio::time::timeout(state.limits.receive_timeout, read(body, limit));
    arrival.await.map_err(|_| ApiError::RequestTimeout)?
}

async fn read(body: axum::body::Body, limit: usize) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::BodyTooLarge { limit });
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::BodyTooLarge { limit }),
        Err(error) => Err(broken_off(&*error)),
    }
}

/// Returns the error for a body that could not be read to its end.
fn broken_off(error: &(dyn Error + 'static)) -> ApiError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let causes = successors(Some(error), |&error| error.source());
    let kind = causes.filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).next();
    match kind {
        Some(InvalidData | InvalidInput) => ApiError::MalformedRequest(
            "The body is not in chunks as Transfer-Encoding promises; nothing was written.",
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
    fn json_is_json_in_any_spelling() {
        for value in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
            assert!(is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())])), "{value}");
        }
        for value in ["", "text/plain", "application/jsonp", "application/problem+json", "*/*"] {
            assert!(!is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())])), "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
