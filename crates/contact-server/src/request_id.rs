//! The id of each request. It is in the header `X-Request-Id` of the response, in every problem and in the log.

use axum::http::{HeaderMap, HeaderName};
use contact_model::clock::{Clock, SystemClock};
use contact_model::limits;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request that writes, in its extensions.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Returns the id of a request: the caller's own if it is a plain word, otherwise a new one.
pub(crate) fn from_headers(headers: &HeaderMap) -> String {
    let sent = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    match sent.filter(|id| is_plain(id)) {
        Some(id) => id.to_owned(),
        None => SystemClock.new_id().to_string(),
    }
}

fn is_plain(id: &str) -> bool {
    let is_plain_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !id.is_empty() && id.len() <= limits::REQUEST_ID && id.chars().all(is_plain_char)
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn client_id_must_be_a_plain_word() {
        assert!(is_plain("018bab2f-5d60.retry_2"));
        for id in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert!(!is_plain(id), "{id:?}");
        }
    }
}
