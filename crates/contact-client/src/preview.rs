//! The request that a call would send.

use std::fmt;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

use crate::request::Request;

/// The request that a call would send, without the API key and without the idempotency key that the client generates
/// for a write when it is sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The HTTP method.
    pub method: Method,
    /// The URL with its query.
    pub url: Url,
    /// The headers that are specific to the call.
    pub headers: HeaderMap,
    /// The body. Empty if the request has none.
    pub body: Bytes,
}

impl From<Request> for Preview {
    fn from(request: Request) -> Self {
        let Request { method, url, headers, body, .. } = request;
        Self { method, url, headers, body }
    }
}

/// Contains neither the URL nor the body, which may be personal data.
impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("method", &self.method)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}
