//! A JSON body.

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use contact_model::body::{BodyError, Read};
use contact_model::custom_field::NewCustomField;
use contact_model::{
    ActiveAgentChoice, AgentUpdate, Batch, ContactCreate, ContactUpdate, CustomFieldRename, NewAgent,
    NewApiKey, NewTags, NewThread, SentBody, limits,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::Prefer;
use crate::AppState;
use crate::error::ApiError;

/// Bytes that a request's own thread reads at most; while it reads, it serves no one else.
const READ_AT_ONCE: usize = 128 * 1024;

/// A body that was read as `T`, with the keys that `T` does not know; with `Prefer: handling=strict` it has
/// none.
pub(crate) struct Body<T>(pub(crate) Read<T>);

/// What a body can be read as.
pub(crate) trait FromJson: Sized + Send + 'static {
    /// Bytes that it takes at most.
    const LIMIT: usize = limits::REQUEST_BODY;

    fn from_json(body: SentBody<'_>) -> Result<Read<Self>, BodyError>;
}

macro_rules! from_json {
    ($($body:ty),+) => {$(
        impl FromJson for $body {
            fn from_json(body: SentBody<'_>) -> Result<Read<Self>, BodyError> {
                <$body>::from_json(body)
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
    NewCustomField,
    CustomFieldRename,
    NewApiKey,
    AgentUpdate
);

impl FromJson for Batch {
    const LIMIT: usize = limits::BATCH_BODY;

    fn from_json(body: SentBody<'_>) -> Result<Read<Self>, BodyError> {
        Self::from_json(body)
    }
}

impl<T: FromJson> FromRequest<AppState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::UnsupportedMediaType);
        }
        let handling = Prefer::of(request.headers()).handling();
        let arrival = tokio::time::timeout(state.limits.arrival, read(request.into_body(), T::LIMIT));
        let bytes = arrival.await.map_err(|_| ApiError::RequestTimeout)??;
        let at_once = bytes.len() <= READ_AT_ONCE;
        let read = move || T::from_json(SentBody { bytes: &bytes, handling });
        if at_once {
            return Ok(Self(read()?));
        }
        Ok(Self(tokio::task::spawn_blocking(read).await.map_err(ApiError::internal)??))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let plain = headers.get(CONTENT_ENCODING).is_none_or(|coding| coding == "identity");
    essence.eq_ignore_ascii_case("application/json") && plain
}

async fn read(body: axum::body::Body, limit: usize) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::BodyTooLarge { limit });
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::BodyTooLarge { limit }),
        // Whoever broke off while sending hears no answer; this one is for the log.
        Err(_) => Err(ApiError::RequestTimeout),
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
