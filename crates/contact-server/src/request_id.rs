//! Each request's id: in the header `X-Request-Id` of every answer, in every problem and in the log.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use contact_model::clock::{Clock, SystemClock};
use tracing::Instrument;

use crate::error::write_problem;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters that a caller's own id may have.
const LENGTH: usize = 64;

/// Gives the request an id, or takes the caller's where it is a plain word, and writes it into the
/// answer.
pub(crate) async fn carry(request: Request, next: Next) -> Response {
    let sent = request.headers().get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    let id = match sent.filter(|id| is_plain(id)) {
        Some(id) => id.to_owned(),
        None => SystemClock.new_id().to_string(),
    };
    let span = tracing::error_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path(),
    );
    let answered = async move {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::warn!(status, "answered");
        } else {
            tracing::debug!(status, "answered");
        }
        response
    };
    let mut response = write_problem(answered.instrument(span).await, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

fn is_plain(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !id.is_empty() && id.len() <= LENGTH && id.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn a_callers_id_must_be_a_plain_word() {
        assert!(is_plain("018bab2f-5d60.retry_2"));
        for id in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert!(!is_plain(id), "{id:?}");
        }
    }
}
